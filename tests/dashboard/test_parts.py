"""How a running job's parts pass from hand to hand, in a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from algorithm import Part as PlannedPart
from dashboard.jobs import lifecycle, parts
from tests.dashboard.conftest import Api, Listener

PARTS = (
    PlannedPart("structure", (), 1.0),
    PlannedPart("bound", (), 1.0),
    PlannedPart("plan", ("structure",), 1.0),
    PlannedPart("improve", ("plan", "bound"), 1.0),
)


@pytest.fixture
def job(app: Flask, api: Api) -> Iterator[str]:
    """A running job whose parts are laid out."""
    identity = api.submit()
    with app.app_context():
        lifecycle.begin(identity)
        parts.create_parts(identity, PARTS)
        yield identity


def states(job: str) -> dict[str, str]:
    return {part.name: part.state for part in parts.statuses(job)}


def test_parts_are_claimed_in_their_order_each_after_those_that_it_needs(job: str) -> None:
    assert [parts.claim(job, "a"), parts.claim(job, "b"), parts.claim(job, "c")] == [
        "structure",
        "bound",
        None,
    ]
    assert parts.finish(job, "structure", "a", "done", outcome={"plan": 1})
    assert parts.claim(job, "a") == "plan"
    assert parts.finish(job, "plan", "a", "done", outcome={"plan": 2})
    assert parts.claim(job, "a") is None, "bound is not done"
    assert parts.finish(job, "bound", "b", "done", outcome={"bound": 3})
    assert parts.claim(job, "b") == "improve"


def test_a_part_begins_from_the_outcomes_of_those_that_it_is_after(job: str) -> None:
    for name, outcome in [("structure", {"plan": 1}), ("bound", {"bound": 3})]:
        assert parts.claim(job, "a") == name
        parts.finish(job, name, "a", "done", outcome=outcome)
    assert parts.outcomes_before(job, "structure") == {}
    assert parts.outcomes_before(job, "plan") == {"structure": {"plan": 1}}
    assert parts.outcomes(job) == {"structure": {"plan": 1}, "bound": {"bound": 3}}


def test_of_many_who_claim_at_once_each_gets_another_part(app: Flask, api: Api) -> None:
    job = api.submit()
    with app.app_context():
        parts.create_parts(job, [PlannedPart(f"point-{n}", (), 1.0) for n in range(5)])
    claimed: list[str | None] = []
    together = threading.Barrier(8)

    def claim(holder: str) -> None:
        together.wait()
        with app.app_context():
            while name := parts.claim(job, holder):
                claimed.append(name)

    holders = [threading.Thread(target=claim, args=[f"holder {n}"]) for n in range(8)]
    for holder in holders:
        holder.start()
    for holder in holders:
        holder.join()
    assert sorted(map(str, claimed)) == [f"point-{n}" for n in range(5)]


def test_what_a_holder_tells_is_read_by_others(job: str) -> None:
    parts.claim(job, "a")
    told = [{"status": "A better plan", "milestone": True}, {"status": "Proving"}]
    assert parts.renew(job, "structure", "a", told, {"plan": 1, "stopped": True})
    structure = parts.statuses(job)[0]
    assert (structure.state, structure.holder, structure.progress_log) == ("running", "a", told)
    assert parts.renew(job, "structure", "a", told)
    assert parts.outcomes(job) == {"structure": {"plan": 1, "stopped": True}}


def test_a_part_whose_holder_is_silent_is_taken_back_with_its_best_so_far(
    job: str, listener: Listener
) -> None:
    parts.claim(job, "a")
    parts.claim(job, "b")
    parts.renew(job, "structure", "a", [], {"plan": 1, "stopped": True})

    def go_on() -> None:
        assert lifecycle.renew(job, 1, 0.0)
        assert parts.renew(job, "bound", "b", [])

    listener.for_a_lease(go_on)
    assert states(job)["structure"] == "waiting"
    assert states(job)["bound"] == "running", "its holder was heard all the time"
    assert parts.outcomes(job) == {"structure": {"plan": 1, "stopped": True}}
    assert parts.claim(job, "c") == "structure"


def test_who_lost_a_part_is_not_heard_any_more(job: str) -> None:
    parts.claim(job, "a")
    assert parts.retry_part(job, "structure", "a", parts.LOST)
    assert not parts.renew(job, "structure", "a", [], {"plan": "late"})
    parts.claim(job, "b")
    assert not parts.renew(job, "structure", "a", [], {"plan": "late"})
    assert not parts.release_part(job, "structure", "a")
    assert not parts.retry_part(job, "structure", "a", parts.LOST)
    assert not parts.finish(job, "structure", "a", "done", outcome={"plan": "late"})
    assert parts.finish(job, "structure", "b", "done", outcome={"plan": "right"})
    assert parts.outcomes(job) == {"structure": {"plan": "right"}}


def test_a_part_that_kills_all_its_holders_fails(job: str) -> None:
    for _ in range(parts.TRIES):
        assert states(job)["structure"] == "waiting"
        assert parts.claim(job, "a") == "structure"
        assert parts.retry_part(job, "structure", "a", "It was killed.")
    structure = parts.statuses(job)[0]
    assert (structure.state, structure.error) == ("failed", "It was killed. (3 times.)")


def test_a_part_that_can_be_done_without_is_given_up_with_a_warning(job: str) -> None:
    parts.claim(job, "a")
    assert parts.claim(job, "b") == "bound"
    assert parts.give_up(job, "bound", "b", "It was killed.")
    assert states(job)["bound"] == "done"
    outcome = parts.outcomes(job)["bound"]
    assert (outcome["plan"], outcome["bound"], outcome["stopped"]) == (None, None, False)
    (warning,) = outcome["warnings"]
    assert warning["values"] == {"part": "bound", "reason": "It was killed."}
    assert not parts.give_up(job, "bound", "b", "Too late.")


def test_a_part_that_kills_all_its_holders_leaves_the_best_that_they_told(job: str) -> None:
    best = {"plan": {"cost_per_year": 1.0}, "basis": "typical days", "stopped": True}
    for _ in range(parts.TRIES):
        parts.claim(job, "a")
        parts.renew(job, "structure", "a", [], best)
        parts.retry_part(job, "structure", "a", "It was killed.")
    assert states(job)["structure"] == "done"
    outcome = parts.outcomes(job)["structure"]
    assert (outcome["plan"], outcome["stopped"]) == (best["plan"], False)
    assert outcome["warnings"][0]["text"].endswith(" It was killed. (3 times.)")


def test_a_part_can_be_left_to_others_as_often_as_need_be(job: str) -> None:
    for _ in range(parts.TRIES + 1):
        assert parts.claim(job, "a") == "structure"
        assert parts.release_part(job, "structure", "a")
    assert states(job)["structure"] == "waiting"
    assert parts.statuses(job)[0].tries == 0


def test_a_later_attempt_goes_on_after_what_is_done(job: str) -> None:
    parts.claim(job, "a")
    parts.finish(job, "structure", "a", "done", outcome={"plan": 1})
    parts.create_parts(job, PARTS)
    assert states(job) == {
        "structure": "done",
        "bound": "waiting",
        "plan": "waiting",
        "improve": "waiting",
    }
    assert parts.outcomes(job) == {"structure": {"plan": 1}}


def test_a_job_that_ends_leaves_no_part_and_nobody_goes_on(job: str) -> None:
    parts.claim(job, "a")
    assert lifecycle.end(job, "REVOKED", "cancelled", "Cancelled.")
    assert parts.statuses(job) == []
    assert not parts.renew(job, "structure", "a", [])
    assert parts.claim(job, "a") is None
    assert lifecycle.stop_reason(job) == "discard"
