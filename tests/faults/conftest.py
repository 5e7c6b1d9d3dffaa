"""The installations that the faults strike, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backends.servers import Postgres
from tests.faults.campaign import Campaign, Tally
from tests.faults.installation import Clock, Installation
from tests.session_report import leave

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    return pytestconfig.stash.setdefault(TALLY, Tally())


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory, tally: Tally) -> Iterator[Campaign]:
    """Everything on eventlet, as it is unless somebody says otherwise."""
    yield from _campaign(Installation(tmp_path_factory.mktemp("faults")), tally)


@pytest.fixture(scope="module")
def campaign_with_forks(
    tmp_path_factory: pytest.TempPathFactory, tally: Tally
) -> Iterator[Campaign]:
    """Tasks run in processes of their own; the web runs on threads."""
    folder = tmp_path_factory.mktemp("faults")
    yield from _campaign(Installation(folder, mode="threading", pool="prefork"), tally)


@pytest.fixture(scope="module")
def campaign_with_clock(
    tmp_path_factory: pytest.TempPathFactory, tally: Tally
) -> Iterator[Campaign]:
    """All processes have a clock that jumps."""
    folder = tmp_path_factory.mktemp("faults")
    yield from _campaign(Installation(folder, clock=Clock(folder / "clock")), tally)


@pytest.fixture(scope="module")
def campaign_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, tally: Tally
) -> Iterator[Campaign]:
    """The database is a server."""
    with Postgres() as server:
        folder = tmp_path_factory.mktemp("faults")
        yield from _campaign(Installation(folder, postgres=server), tally)


def _campaign(installation: Installation, tally: Tally) -> Iterator[Campaign]:
    try:
        installation.start()
        with Campaign(installation, tally) as campaign:
            yield campaign
    finally:
        installation.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    tally = session.config.stash.get(TALLY, None)
    if tally is not None:
        leave(session.config, tally.table())
