"""The journal, on a real Valkey: numbers without a hole, snapshots that agree with the events."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import RedisError, ResponseError

from dashboard.development.valkey import EmbeddedValkey
from dashboard.journal.journal import (
    MILESTONES_KEPT,
    Ended,
    Fenced,
    Journal,
    Position,
    Reading,
)
from dashboard.transport.redis_address import connect

CASES = json.loads((Path(__file__).parent.parent / "fixtures" / "reducer.json").read_text())

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
        kept = ("seq", "at", "status", "status_i18n", "incumbent", "bound", "gap")
        milestones.append({name: event[name] for name in kept if name in event})
    said = {name: value for name, value in event.items() if name != "milestone"}
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


@pytest.mark.parametrize("figure", [math.nan, math.inf])
def test_an_event_that_can_not_be_kept_takes_no_number(
    journal: Journal, job: str, figure: float
) -> None:
    with pytest.raises((ValueError, RedisError)):
        journal.append(job, progress(gap=figure))
    assert journal.append(job, progress())["seq"] == 1
    with pytest.raises((ValueError, RedisError)):
        journal.append(job, progress(gap=figure))
    assert journal.append(job, progress())["seq"] == 2


def test_a_reason_for_a_longer_estimate_is_taken_back(journal: Journal, job: str) -> None:
    journal.append(job, {**progress(), "eta_s": 90.0, "eta_reason": "takes longer"})
    journal.append(job, {**progress(), "eta_s": 80.0, "eta_reason": None})
    reading = journal.read(job)
    assert reading is not None
    assert reading.snapshot is not None
    assert (reading.snapshot["eta_s"], reading.snapshot["eta_reason"]) == (80.0, None)


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
    journal.append(job, progress(incumbent=7.5, outcome=None))
    journal.append(job, progress(2, bound=6.0))
    snapshot = journal.snapshots([job])[job]
    assert (snapshot["incumbent"], snapshot["bound"], "outcome" in snapshot) == (7.5, 6.0, False)


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


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_rule_agrees_with_the_browser(case: dict[str, Any]) -> None:
    assert functools.reduce(reduce, case["events"], {}) == case["state"]


EVENTS = st.fixed_dictionaries(
    {"current": st.floats(0, 100).map(lambda value: round(value, 1))},
    optional={
        "status": st.text(max_size=20),
        "incumbent": st.floats(1, 1e9).map(lambda value: round(value, 3)),
        "gap": st.none() | st.just(0.25),
        "milestone": st.booleans(),
    },
)


class Readers(RuleBasedStateMachine):
    """The writers of one job, and readers who come, leave off and return, whatever Redis loses.

    Whoever reads has the state after all events then, by those it missed or by a snapshot.
    """

    KEPT = 5

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = Journal(journal.redis, ttl=60, length=self.KEPT)
        self.job = str(uuid.uuid4())
        self.epochs: set[str] = set()
        self.readers: list[State] = []
        self.begin_anew()

    def begin_anew(self) -> None:
        self.state: State = {}
        self.kept: list[State] = []
        self.final = False

    @property
    def seq(self) -> int:
        return int(self.state.get("seq", 0))

    @rule(
        event=EVENTS,
        attempt=st.integers(1, 3),
        final=st.sampled_from([False, False, False, False, True]),
    )
    def append(self, event: State, attempt: int, final: bool) -> None:
        said = progress() | event | {"attempt": attempt}
        if refusal := self.refusal(attempt):
            with pytest.raises(refusal):
                self.journal.append(self.job, said, final=final)
            return
        told = self.journal.append(self.job, said, final=final)
        assert told["seq"] == self.seq + 1
        assert (told["epoch"] in self.epochs) == bool(self.state), "An epoch never comes back."
        self.epochs.add(told["epoch"])
        self.state = reduce(self.state, told)
        self.kept = [*self.kept, told][-self.KEPT :]
        self.final = final

    def refusal(self, attempt: int) -> type[Exception] | None:
        if self.final:
            return Ended
        return Fenced if attempt < self.state.get("attempt", 0) else None

    @rule(parts=st.sampled_from([["state", "events"], ["state"], ["events"]]))
    def redis_loses(self, parts: list[str]) -> None:
        """All that it knows of the job, or a part of it, as where memory is short."""
        self.journal.redis.delete(*(f"job:{{{self.job}}}:{part}" for part in parts))
        self.kept = []
        if "state" in parts:
            self.begin_anew()

    @precondition(lambda self: self.state)
    @rule()
    def join(self) -> None:
        assert self.journal.read(self.job) == Reading(self.state, [])
        self.readers.append(self.state)

    @precondition(lambda self: self.state and self.readers)
    @rule(number=st.integers(0, 9))
    def read_on(self, number: int) -> None:
        had = self.readers.pop(number % len(self.readers))
        reading = self.journal.read(self.job, had["epoch"], had["seq"])
        assert reading is not None
        missed = [event for event in self.kept if event["seq"] > had["seq"]]
        if had["epoch"] == self.state["epoch"] and len(missed) == self.seq - had["seq"]:
            assert reading == Reading(None, missed)
        has = functools.reduce(reduce, reading.events, reading.snapshot or had)
        assert has == self.state
        self.readers.append(has)

    @precondition(lambda self: self.state)
    @rule(since=st.sampled_from([-(2**64), -1, 0, 1, 2**53, 2**64]), known=st.booleans())
    def read_from_nowhere(self, since: int, known: bool) -> None:
        """A position that isn't one is refused, or answered by a snapshot."""
        if known and 0 <= since <= self.seq:
            since += self.seq + 1
        with contextlib.suppress(ResponseError):
            reading = self.journal.read(self.job, self.state["epoch"] if known else "e0", since)
            assert reading == Reading(self.state, [])

    @invariant()
    def holds_what_was_told(self) -> None:
        if not self.state:
            assert self.journal.read(self.job) is None
            return
        position = Position(self.state["epoch"], self.seq, self.final)
        assert self.journal.positions([self.job]) == {self.job: position}
        assert self.journal.snapshots([self.job]) == {self.job: self.state}
        assert self.journal.redis.ttl(f"job:{{{self.job}}}:state") > 0


def test_readers_have_everything_whatever_is_written_trimmed_and_lost(journal: Journal) -> None:
    run_state_machine_as_test(
        lambda: Readers(journal),
        settings=settings(max_examples=100, stateful_step_count=40, deadline=None),
    )
