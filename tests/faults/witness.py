"""Viewers who hold what they are told against the promise, word by word, as it comes.

Whoever watches a job sees each of its states in order, once, and how it ended. A `Witness` follows
the delivery rules as every `Viewer` does. The `Ledger` is what all witnesses of a campaign share:
what was said under each number, and each broken promise, in one sentence.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from socketio.exceptions import ConnectionError

from dashboard.journal.journal import MILESTONES_KEPT
from tests.stack import Viewer

Event = dict[str, Any]

BOOKKEEPING = frozenset({"milestone", "milestones"})
"""Fields in which a snapshot differs from the events that it sums up, by intention."""


class Ledger:
    """What was told under which number, by whomever, and what was wrong with it.

    journal_length: how many of a job's newest events the journal keeps.
    counts: events `delivered` one by one to viewers, and `bridged` by a snapshot where the journal
        kept them no more; events `lost` and `doubled`; processes that `died` though nothing struck
        them.
    """

    def __init__(self, journal_length: int) -> None:
        self.journal_length = journal_length
        self.counts: Counter[str] = Counter()
        self.broken: list[str] = []
        self._told: defaultdict[tuple[str, str], dict[int, Event]] = defaultdict(dict)
        self._first: dict[tuple[str, str], Event] = {}
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Begin with a clean sheet, for other jobs."""
        self.counts.clear()
        self.broken.clear()
        self._told.clear()
        self._first.clear()

    def break_promise(self, what: str) -> None:
        self.broken.append(what)

    def enter(self, event: Event) -> None:
        """Take down a numbered event; under one number the same is said to all."""
        known = self._told[event["job"], event["epoch"]]
        with self._lock:
            self.counts["delivered"] += 1
            first = known.setdefault(event["seq"], event)
        if first != event:
            self.counts["doubled"] += 1
            self.break_promise(f"Under one number was said {first}, and {event}.")

    def milestones(self, job: str, epoch: str, after: int, until: int) -> list[int]:
        """The numbers of the known milestones after one number until another that are kept."""
        told = self._told[job, epoch]
        known = [n for n in range(after + 1, until + 1) if told.get(n, {}).get("milestone")]
        return known[-MILESTONES_KEPT:]

    def sums_up(self, snapshot: Event) -> bool:
        """Whether a snapshot says what an earlier one and the events in between say together.

        True, too, where not all of these are known.
        """
        job = snapshot["job"], snapshot["epoch"]
        base = self._first.setdefault(job, snapshot)
        if snapshot["seq"] < base["seq"]:
            base, snapshot = snapshot, base
            self._first[job] = base
        events = [self._told[job].get(n) for n in range(base["seq"] + 1, snapshot["seq"] + 1)]
        if None in events:
            return True
        state, milestones = base, numbers_of(base)
        for event in filter(None, events):
            state = {**state, **event}
            milestones += [event["seq"]] if event.get("milestone") else []
        milestones = milestones[-MILESTONES_KEPT:]
        return (_figures(state), milestones) == (_figures(snapshot), numbers_of(snapshot))


def numbers_of(snapshot: Event) -> list[int]:
    """The numbers of the milestones that a snapshot carries."""
    return [milestone["seq"] for milestone in snapshot.get("milestones", [])]


def _figures(state: Mapping[str, Any]) -> Event:
    return {name: value for name, value in state.items() if name not in BOOKKEEPING}


class Witness(Viewer):
    """A viewer who notices each broken promise, and enters it in the ledger.

    door: what leads to its web process, with a `url`.
    """

    def __init__(self, door: Any, token: str, job: str, ledger: Ledger) -> None:
        super().__init__(door, token, job)
        self.finals: list[Event] = []
        self._ledger = ledger
        self._epochs: list[str] = []
        self._over = threading.Event()
        self._news = threading.Condition()
        self._current: tuple[int, float] = (0, 0.0)

    def connect(self) -> Witness:
        """Come in, as soon as somebody opens: a browser tries again for as long as it takes."""
        while not self._over.is_set():
            with contextlib.suppress(ConnectionError):
                self.socket.connect(
                    self._web.url,
                    auth={"token": self._token},
                    transports=["websocket"],
                    wait_timeout=10,
                )
                break
            self._over.wait(0.2)
        return self

    def close(self) -> None:
        self._over.set()
        super().close()

    def is_level(self, epoch: str, seq: int) -> bool:
        """Whether it stands where the journal stood, or further on."""
        return self.epoch == epoch and self.last is not None and self.last >= seq

    def stand(self) -> str:
        """Where it stands and how it's connected, for the message of a test that fails."""
        waits = "" if self._buffer is None else f", waits for answer {self._asked}"
        connection = f"{self.socket.eio.state} to {self._web.url}"
        return f"at {self.last} of epoch {self.epoch}, {connection}{waits}"

    def wait_until_told(self, status: str, patience: float) -> None:
        """Until it is told this status, or the end; returns within milliseconds."""
        with self._news:
            self._news.wait_for(lambda: self.ended or self.state.get("status") == status, patience)

    def check_snapshots(self) -> None:
        """Hold every snapshot against the events that it stands for, as far as anybody knows."""
        for snapshot in self.snapshots:
            if not self._ledger.sums_up(snapshot):
                self._break(f"was given a snapshot that its events don't add up to: {snapshot}")

    def _answer(self, answer: dict[str, Any]) -> None:
        if answer["ok"] and (snapshot := answer.get("snapshot")):
            self._check_jump(snapshot)
            self._check_state(snapshot)
        super()._answer(answer)

    def _apply(self, event: Event) -> None:
        known = len(self.applied)
        super()._apply(event)
        with self._news:
            self._news.notify_all()
        if len(self.applied) > known:
            self._ledger.enter(event)
            self._check_state(event)

    def _check_jump(self, snapshot: Event) -> None:
        """A snapshot may bridge what the journal keeps no more, or begin another epoch."""
        epoch, seq = snapshot["epoch"], snapshot["seq"]
        if epoch != self.epoch or self.last is None:
            if epoch in self._epochs[:-1]:
                self._break(f"was led back from epoch {self._epochs[-1]} to {epoch}")
            return
        missed = seq - self.last
        if missed <= self._ledger.journal_length:
            self._ledger.counts["lost"] += max(0, missed)
            self._ledger.counts["doubled"] += max(0, -missed)
            self._break(f"was led by a snapshot from {self.last} to {seq}, without need")
        self._ledger.counts["bridged"] += missed
        for number in self._ledger.milestones(self.job, epoch, self.last, seq):
            if number not in numbers_of(snapshot):
                self._ledger.counts["lost"] += 1
                self._break(f"was not told milestone {number} by the snapshot of {seq}")

    def _check_state(self, told: Event) -> None:
        if told["epoch"] not in self._epochs:
            self._epochs.append(told["epoch"])
        self._check_bar(told)
        if "outcome" in told:
            self._check_final(told)
        elif self.finals:
            self._break(f"was told {told} after the end")

    def _check_bar(self, told: Event) -> None:
        """Attempts follow each other, and within one the bar never falls."""
        now = (told["attempt"], told["current"])
        if now < self._current:
            self._break(f"saw attempt and bar fall from {self._current} to {now}: {told}")
        self._current = max(self._current, now)

    def _check_final(self, told: Event) -> None:
        """One end in each epoch; where Redis lost the first one, the same again."""
        final = {name: told.get(name) for name in ("state", "status", "outcome", "result_url")}
        if any(final != {name: known.get(name) for name in final} for known in self.finals):
            self._break(f"was told two ends: {[*self.finals, told]}")
        if any(told["epoch"] == known["epoch"] for known in self.finals):
            self._ledger.counts["doubled"] += 1
            self._break(f"was told the end twice: {told}")
        self.finals.append(told)

    def _break(self, what: str) -> None:
        self._ledger.break_promise(f"A viewer of job {self.job} {what}.")
