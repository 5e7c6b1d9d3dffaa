"""The journal, on a real Valkey: numbers without a hole, snapshots that agree with the events."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.development.valkey import EmbeddedValkey
from dashboard.journal import MILESTONES_KEPT, Ended, Fenced, Journal, connect

_CASES = Path(__file__).parent.parent / "cases" / "reducer.json"
CASES = json.loads(_CASES.read_text()) if _CASES.exists() else []

State = dict[str, Any]


@pytest.fixture(scope="module")
def journal(valkey: EmbeddedValkey) -> Iterator[Journal]:
    redis = connect(valkey.url)
    yield Journal(redis, ttl=60, length=50)
    redis.flushdb()


@pytest.fixture
def job() -> str:
    return str(uuid.uuid4())


def progress(current: float = 1, **more: Any) -> dict[str, Any]:
    return {"state": "PROGRESS", "attempt": 1, "current": current, "total": 100, **more}


def reduce(state: State, event: State) -> State:
    """What a viewer makes of an event: the rule that journal.lua and the browser share."""
    milestones = list(state.get("milestones", []))
    if event.get("milestone"):
        kept = ("seq", "at", "status", "incumbent", "bound", "gap")
        milestones.append({name: event[name] for name in kept if name in event})
    said = {name: value for name, value in event.items() if name not in ("milestone", "from")}
    merged = {**state, **said}
    if milestones:
        merged["milestones"] = milestones[-MILESTONES_KEPT:]
    return merged


def test_events_are_numbered_from_one_without_a_hole(journal: Journal, job: str) -> None:
    told = [journal.append(job, progress(n)) for n in range(5)]
    assert [event["seq"] for event in told] == [1, 2, 3, 4, 5]
    assert {event["epoch"] for event in told} == {told[0]["epoch"]}
    assert all(event["job"] == job for event in told)
    assert [event["at"] for event in told] == sorted(event["at"] for event in told)


def test_many_writers_at_once_leave_no_hole(journal: Journal, job: str) -> None:
    seqs: list[int] = []

    def write() -> None:
        seqs.extend(journal.append(job, progress())["seq"] for _ in range(10))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(seqs) == list(range(1, 41))


def test_a_job_that_nobody_wrote_of_is_unknown(journal: Journal, job: str) -> None:
    assert journal.read(job) is None
    assert journal.positions([job]) == {}
    assert journal.snapshots([job]) == {}


def test_nothing_follows_the_final_event(journal: Journal, job: str) -> None:
    journal.append(job, progress())
    journal.append(job, progress(100), final=True)
    for final in (False, True):
        with pytest.raises(Ended):
            journal.append(job, progress(), final=final)
    assert journal.positions([job])[job].final
    assert journal.positions([job])[job].seq == 2


def test_an_older_attempt_is_refused(journal: Journal, job: str) -> None:
    journal.append(job, progress())
    journal.append(job, progress() | {"attempt": 2})
    with pytest.raises(Fenced):
        journal.append(job, progress())
    assert journal.positions([job])[job].seq == 2


def test_a_reader_gets_the_events_after_its_position(journal: Journal, job: str) -> None:
    told = [journal.append(job, progress(n)) for n in range(5)]
    reading = journal.read(job, told[0]["epoch"], 3)
    assert reading is not None
    assert (reading.events, reading.snapshot) == (told[3:], None)


@pytest.mark.parametrize(
    ("epoch", "since"), [("other", 3), (None, None), (None, 3), ("", 6), ("", 2**53)]
)
def test_a_reader_whose_position_means_nothing_gets_a_snapshot(
    journal: Journal, job: str, epoch: str | None, since: int | None
) -> None:
    told = [journal.append(job, progress(n)) for n in range(5)]
    reading = journal.read(job, told[0]["epoch"] if epoch == "" else epoch, since)
    assert reading is not None
    assert reading.events == []
    assert reading.snapshot is not None
    assert (reading.snapshot["seq"], reading.snapshot["current"]) == (5, 4)


def test_a_reader_who_was_away_too_long_gets_a_snapshot_not_a_hole(
    journal: Journal, job: str
) -> None:
    told = [journal.append(job, progress(n)) for n in range(60)]
    for since, events in [(10, 50), (9, 0), (0, 0)]:
        reading = journal.read(job, told[0]["epoch"], since)
        assert reading is not None
        assert len(reading.events) == events
        assert (reading.snapshot is None) == (events > 0)


def test_a_journal_that_redis_lost_begins_another_epoch(journal: Journal, job: str) -> None:
    old = journal.append(job, progress())
    journal.forget(job)
    new = journal.append(job, progress())
    assert (new["seq"], new["epoch"] != old["epoch"]) == (1, True)
    reading = journal.read(job, old["epoch"], old["seq"])
    assert reading is not None
    assert reading.snapshot is not None


def test_what_an_event_leaves_out_stays_known(journal: Journal, job: str) -> None:
    journal.append(job, progress(incumbent=7.5, eta_s=None))
    journal.append(job, progress(2, bound=6.0))
    snapshot = journal.snapshots([job])[job]
    assert (snapshot["incumbent"], snapshot["bound"], "eta_s" in snapshot) == (7.5, 6.0, False)


def test_a_figure_that_is_unknown_again_is_null(journal: Journal, job: str) -> None:
    journal.append(job, progress(incumbent=7.5, bound=6.0, gap=0.2, milestone=True))
    told = journal.append(job, progress(2, incumbent=8.0, bound=None, gap=None, milestone=True))
    assert (told["incumbent"], told["bound"], told["gap"]) == (8.0, None, None)
    snapshot = journal.snapshots([job])[job]
    assert (snapshot["incumbent"], snapshot["bound"], snapshot["gap"]) == (8.0, None, None)
    assert [entry["bound"] for entry in snapshot["milestones"]] == [6.0, None]


def test_large_figures_keep_their_digits(journal: Journal, job: str) -> None:
    told = journal.append(job, progress(incumbent=12345678.91, gap=1.5e-07))
    assert (told["incumbent"], told["gap"]) == (12345678.91, 1.5e-07)


def test_the_newest_milestones_are_kept(journal: Journal, job: str) -> None:
    for n in range(MILESTONES_KEPT + 5):
        journal.append(job, progress(status=f"plan {n}", milestone=True))
    milestones = journal.snapshots([job])[job]["milestones"]
    assert [milestone["seq"] for milestone in milestones] == list(range(6, MILESTONES_KEPT + 6))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_journal_agrees_with_the_browser(journal: Journal, case: dict[str, Any]) -> None:
    job = case["events"][0]["job"] + str(uuid.uuid4())
    for event in case["events"]:
        journal.append(job, event)
    state = journal.snapshots([job])[job]
    for one, other in zip(
        state.get("milestones", []), case["state"].get("milestones", []), strict=True
    ):
        assert one | {"at": other["at"]} == other
    served = ("job", "epoch", "seq", "at", "milestones")
    expected = {name: value for name, value in case["state"].items() if name not in served}
    assert {name: value for name, value in state.items() if name not in served} == expected


events = st.lists(
    st.fixed_dictionaries(
        {"current": st.floats(0, 100).map(lambda value: round(value, 1))},
        optional={
            "status": st.text(max_size=20),
            "incumbent": st.floats(1, 1e9).map(lambda value: round(value, 3)),
            "gap": st.none() | st.just(0.25),
            "milestone": st.just(True),
        },
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(events=events, data=st.data())
def test_a_snapshot_and_what_follows_is_the_same_as_everything(
    journal: Journal, events: list[dict[str, Any]], data: st.DataObject
) -> None:
    job = str(uuid.uuid4())
    cut = data.draw(st.integers(1, len(events)))
    everything: State = {}
    for event in events[:cut]:
        everything = reduce(everything, journal.append(job, progress() | event))
    late = journal.snapshots([job])[job]
    for event in events[cut:]:
        everything = reduce(everything, journal.append(job, progress() | event))
    reading = journal.read(job, late["epoch"], late["seq"])
    assert reading is not None
    for missed in reading.events:
        late = reduce(late, missed)
    assert late == everything == journal.snapshots([job])[job]
