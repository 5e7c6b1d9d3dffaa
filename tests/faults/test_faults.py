"""Whatever is killed, frozen or cut: every viewer sees each state once, in order, and the end.

What is held against the promise, all the while and after each fault, is written in `witness`,
`overseer` and `scene`; here is what strikes when.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.campaign import CROWD, LAST_WORD, SHARED, Campaign
from tests.faults.faults import FAULTS, OF_CLOCKS, OF_FORKS, OF_POSTGRES, OF_SQLITE, Fault


def each(faults: list[Fault]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name)


def named(*names: str) -> list[Fault]:
    return [fault for fault in FAULTS if fault.name in names]


@each([*FAULTS, *OF_SQLITE])
def test_jobs_in_every_stage_are_seen_to_their_end(campaign: Campaign, fault: Fault) -> None:
    campaign.run([fault], CROWD, Random(fault.name))


@each(
    named(
        "worker killed",
        "worker deployed anew (SIGTERM)",
        "Redis killed, back empty after 3 s",
        "web killed",
    )
)
def test_a_job_struck_before_its_last_word_ends_once(campaign: Campaign, fault: Fault) -> None:
    campaign.run([fault], LAST_WORD, Random(fault.name))


@each(named("solver killed", "worker killed"))
def test_a_job_that_workers_share_goes_on(campaign: Campaign, fault: Fault) -> None:
    campaign.run([fault], SHARED, Random(fault.name))


@each(OF_FORKS)
def test_a_job_outlives_a_pool_process(campaign_with_forks: Campaign, fault: Fault) -> None:
    campaign_with_forks.run([fault], CROWD, Random(fault.name))


@each(OF_CLOCKS)
def test_a_clock_may_jump(campaign_with_clock: Campaign, fault: Fault) -> None:
    campaign_with_clock.run([fault], CROWD, Random(fault.name))


@each([*named("worker killed", "web killed"), *OF_POSTGRES])
def test_nobody_notices_that_the_database_is_a_server(
    campaign_on_postgres: Campaign, fault: Fault
) -> None:
    campaign_on_postgres.run([fault], CROWD, Random(fault.name))
