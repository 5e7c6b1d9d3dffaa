"""The whole way from the journal to what a browser shows, whatever the line between them does.

The journal is real, on a real Valkey, and so are the page's reducer, watcher and searches: a Node
process runs them (`frontend/tests/remote.ts`). Hypothesis plays the server, the network and the
clock: it decides what is lost, repeated, late, cut, and when.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dashboard.config import ROOT
from dashboard.development.valkey import EmbeddedValkey
from dashboard.journal.journal import MILESTONES_KEPT, Ended, Journal
from dashboard.transport.redis_address import connect

State = dict[str, Any]
T = TypeVar("T")

FIGURE = st.none() | st.integers(0, 9)
"""What a figure can be said to be: unknown, too."""

EVENTS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["STARTED", "PROGRESS", "RETRY"]),
        "current": st.integers(0, 100),
        "total": st.just(100),
        "status": st.text(max_size=3),
    },
    optional={
        "phase": st.sampled_from(["days", "solve", "year"]),
        "incumbent": FIGURE,
        "bound": FIGURE,
        "gap": FIGURE,
        "eta_s": FIGURE,
        "milestone": st.booleans(),
    },
)

END = {"state": "SUCCESS", "current": 100, "total": 100, "status": "Done.", "outcome": "finished"}

PICK = st.integers(0, 5)
"""Which one of what is under way; the first, if hypothesis has no reason for another."""


class Page:
    """A browser's page in a Node process. Called with a command, it says all that this led to."""

    def __init__(self) -> None:
        # As `make test` does: the environment's Node, if the system's is too old.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        node = shutil.which("node", path=path)
        assert node, "Node is needed: `make test` installs it."
        self._process = subprocess.Popen(
            [node, ROOT / "frontend" / "tests" / "remote.ts"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, command: str, *given: Any) -> list[list[Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([command, *given]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, f"The page broke at {command}; its last words are on standard error."
        said: list[list[Any]] = json.loads(answer)
        return said

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """One that keeps so few events that a reader is soon too late."""
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), appendonly=False) as valkey:
        yield Journal(connect(valkey.url), ttl=60, length=6)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page()
    yield page
    page.close()


@settings(max_examples=100, deadline=None)
@given(events=st.lists(EVENTS, min_size=1, max_size=30))
@example(events=[{"status": "A plan", "milestone": True}] * (MILESTONES_KEPT + 2))
def test_the_journal_and_the_browser_make_the_same_of_any_events(
    journal: Journal, page: Page, events: list[State]
) -> None:
    job = str(uuid.uuid4())
    told = [journal.append(job, {"attempt": 1, **event}) for event in events]
    assert page("reduce", told) == [["reduced", journal.snapshots([job])[job]]]


class Line(RuleBasedStateMachine):
    """A job, its journal, one page that shows it, and all that is under way between them.

    What the page shows are states of the journal, each the one after an event; it never goes back,
    and once the line is whole again, it comes to the newest.
    """

    PAGE: ClassVar[str]

    def __init__(self, journal: Journal, page: Page) -> None:
        super().__init__()
        self.journal = journal
        self.page = page
        self.job = str(uuid.uuid4())
        self.attempt = 1
        self.ended = False
        # The state after each event, by epoch and number, in the order in which they came to be.
        self.states: dict[tuple[str, int], State] = {}
        self.shown: list[State] = []
        # The socket, and whether the server has it in the job's room.
        self.connected = False
        self.joined = False
        # What is under way: to the page, to the server, back again, and what waits in the page.
        self.wire: list[State] = []
        self.questions: dict[int, State] = {}
        self.answers: dict[int, Any] = {}
        self.pauses: list[int] = []

    def tell(self, command: str, *given: Any) -> None:
        """Have the page do something, and see what it does."""
        for word, *what in self.page(command, *given):
            match word:
                case "changed":
                    self.see(what[0])
                case "asked":
                    assert self.connected, "It asks nobody while there is no connection."
                    self.questions[what[0]] = what[1]
                case "paused":
                    self.pauses.append(what[0])
                case "removed":
                    raise AssertionError("It lets go of a job that is there.")

    def see(self, state: State) -> None:
        order = list(self.states)
        position = (state["epoch"], state["seq"])
        assert state == self.expected(position)
        if self.shown:
            before = (self.shown[-1]["epoch"], self.shown[-1]["seq"])
            assert order.index(position) > order.index(before), "It never goes back."
        self.shown.append(state)

    def expected(self, position: tuple[str, int]) -> State:
        return self.states[position]

    def newest(self) -> list[State]:
        """The state to which the page is to come; none before there is one."""
        return [self.expected(position) for position in list(self.states)[-1:]]

    def ask(self) -> None:
        """What the page does when it is connected, or hears of `relay {live: true}`."""
        self.tell("connected")

    def publish(self, event: State, *, final: bool = False) -> None:
        said = {"attempt": self.attempt, **event}
        try:
            told = self.journal.append(self.job, said, final=final)
        except Ended:
            return
        self.states[told["epoch"], told["seq"]] = self.journal.snapshots([self.job])[self.job]
        if self.joined:
            self.wire.append(told)

    def publish_stored(self) -> None:
        self.publish(self.stored(), final=self.ended)

    def stored(self) -> State:
        """What the durable store knows: which attempt is on, and whether the job has ended."""
        said = END if self.ended else {"state": "STARTED", "current": 0, "total": 100}
        return {"attempt": self.attempt, **said}

    # The job.

    @initialize(events=st.lists(EVENTS, max_size=4), at_rest=st.booleans())
    def open(self, events: list[State], at_rest: bool) -> None:
        self.append(events)
        self.tell(self.PAGE, self.job)
        if at_rest:
            self.recover()

    @precondition(lambda self: not self.ended)
    @rule(events=st.lists(EVENTS, min_size=1, max_size=4))
    def append(self, events: list[State]) -> None:
        for event in events:
            self.publish(event)

    @precondition(lambda self: not self.ended)
    @rule()
    def begin_another_attempt(self) -> None:
        self.attempt += 1
        self.publish_stored()

    @rule()
    def end(self) -> None:
        self.ended = True
        self.publish_stored()

    @rule()
    def redis_loses_the_job(self) -> None:
        self.journal.forget(self.job)

    # The network.

    @precondition(lambda self: self.wire)
    @rule(pick=PICK)
    def deliver(self, pick: int) -> None:
        self.tell("received", self.wire.pop(pick % len(self.wire)))

    @precondition(lambda self: self.wire)
    @rule(pick=PICK)
    def deliver_a_copy(self, pick: int) -> None:
        self.tell("received", self.wire[pick % len(self.wire)])

    @precondition(lambda self: self.wire)
    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        self.wire.pop(pick % len(self.wire))

    @precondition(lambda self: not self.connected)
    @rule()
    def connect(self) -> None:
        self.connected = True
        self.ask()

    @precondition(lambda self: self.connected)
    @rule()
    def cut(self) -> None:
        self.connected = self.joined = False
        self.wire.clear()
        self.tell("hold")
        for number in [*self.questions, *self.answers]:
            self.fail(number)

    # The server.

    @precondition(lambda self: self.joined)
    @rule()
    def heartbeat(self) -> None:
        position = self.journal.positions([self.job]).get(self.job)
        if position is None or (self.ended and not position.final):
            self.publish_stored()
        if position is not None:
            self.wire.append({"job": self.job, "epoch": position.epoch, "seq": position.seq})

    @precondition(lambda self: self.connected)
    @rule()
    def hear_redis_again(self) -> None:
        self.ask()

    @precondition(lambda self: self.questions)
    @rule()
    def join(self) -> None:
        self.joined = True

    @precondition(lambda self: self.joined and self.questions)
    @rule(pick=PICK)
    def read(self, pick: int) -> None:
        number, asked = take(self.questions, pick)
        self.answers[number] = self.answer_to(asked)

    def answer_to(self, asked: State) -> Any:
        reading = self.journal.read(self.job, asked.get("epoch"), asked.get("since"))
        if reading is None:
            self.publish_stored()
            reading = self.journal.read(self.job)
            assert reading is not None
        answer = {"ok": True, "events": reading.events}
        return answer | {"snapshot": reading.snapshot} if reading.snapshot else answer

    @precondition(lambda self: self.questions)
    @rule(pick=PICK)
    def read_without_redis(self, pick: int) -> None:
        number, asked = take(self.questions, pick)
        self.answers[number] = self.answer_without_redis(asked)

    def answer_without_redis(self, asked: State) -> Any:
        return {"ok": False, "error": "Live updates are away."}

    @precondition(lambda self: self.answers)
    @rule(pick=PICK)
    def bring_an_answer(self, pick: int) -> None:
        self.answer(*take(self.answers, pick))

    def answer(self, number: int, answer: Any) -> None:
        self.tell("answer", number, answer)

    @precondition(lambda self: self.questions or self.answers)
    @rule(pick=PICK)
    def time_out(self, pick: int) -> None:
        under_way = [*self.questions, *self.answers]
        self.fail(under_way[pick % len(under_way)])

    def fail(self, number: int) -> None:
        self.questions.pop(number, None)
        self.answers.pop(number, None)
        self.tell("fail", number)

    @precondition(lambda self: self.pauses)
    @rule(pick=PICK)
    def pass_time(self, pick: int) -> None:
        self.tell("pass", self.pauses.pop(pick % len(self.pauses)))

    # And then all is well again.

    @rule()
    def recover(self) -> None:
        """With a connection, one heartbeat brings the page to the newest state, and to rest."""
        if not self.connected:
            self.connect()
        self.let_all_arrive()
        self.heartbeat()
        self.let_all_arrive()
        assert self.shown[-1:] == self.newest()

    def let_all_arrive(self) -> None:
        for _ in range(10):
            while self.wire:
                self.deliver(0)
            while self.questions:
                self.join()
                self.read(0)
            while self.answers:
                self.bring_an_answer(0)
            while self.pauses:
                self.pass_time(0)
            if not self.questions:
                return
        raise AssertionError("It goes on asking.")


def take(under_way: dict[int, T], pick: int) -> tuple[int, T]:
    number = list(under_way)[pick % len(under_way)]
    return number, under_way.pop(number)


class Watching(Line):
    """The page of one search."""

    PAGE = "watch"

    @rule()
    def end_without_redis(self) -> None:
        """The end is stored; a heartbeat journals it."""
        self.ended = True


class Overview(Line):
    """The page of all searches: one, or none before anything was told of it.

    It asks for all at once over the socket, now and then again, and for a single one by HTTP.
    """

    PAGE = "overview"
    RECORD: ClassVar[State] = {"title": "One winter day", "owner": "olga", "created_at": 1}

    def __init__(self, journal: Journal, page: Page) -> None:
        super().__init__(journal, page)
        self.asked = 0

    def see(self, state: State) -> None:
        state.pop("milestones", None)
        if "epoch" not in state:
            assert not self.shown or self.ended, "What the record alone says is less."
        elif state not in self.shown[-1:]:
            super().see(state)

    def expected(self, position: tuple[str, int]) -> State:
        state = {**self.RECORD, **self.states[position]}
        state.pop("milestones", None)
        return state

    def ask(self) -> None:
        """Ask for all, by a number below zero; only the newest such question's answer counts."""
        self.tell("hold")
        self.asked -= 1
        self.questions[self.asked] = {}

    def heartbeat(self) -> None:
        self.ask()

    @precondition(lambda self: self.states)
    @rule()
    def redis_loses_the_job(self) -> None:
        super().redis_loses_the_job()
        # Nobody else begins the journal of a job again that nobody watches by itself.
        self.publish_stored()

    def answer_to(self, asked: State) -> Any:
        return self.newest()[0] if asked else self.newest()

    def answer_without_redis(self, asked: State) -> Any:
        summary = {"job": self.job, **self.RECORD, **self.stored()}
        return summary if asked else [summary] if self.states else []

    def answer(self, number: int, answer: Any) -> None:
        if number >= 0:
            super().answer(number, answer)
        elif number == self.asked:
            self.tell("answered", answer)

    def fail(self, number: int) -> None:
        if number >= 0:
            super().fail(number)
        else:
            self.questions.pop(number, None)
            self.answers.pop(number, None)


@pytest.mark.parametrize("follow", [Watching, Overview])
def test_a_page_follows_the_journal_over_any_line(
    journal: Journal, page: Page, follow: type[Line]
) -> None:
    run_state_machine_as_test(
        lambda: follow(journal, page),
        settings=settings(max_examples=100, stateful_step_count=50, deadline=None),
    )
