"""What is known of one job, and how events change it: the rules by which browsers follow, too.

`watching` asks and hears; here nothing is known of sockets. Events come in any order, some twice,
some never: each is applied once and in its turn, and `missing` tells when to ask again.
"""

from __future__ import annotations

from typing import Any, cast

from algorithm.search.progress import FIGURES
from dashboard.journal.envelope import Envelope, Milestone, Position, Snapshot
from dashboard.journal.journal import MILESTONES_KEPT


class Following:
    """Follows one job. state: everything that is known after the newest event that was applied."""

    def __init__(self, job: str) -> None:
        self.state: Snapshot | None = None
        self._job = job
        self._ahead: dict[int, Envelope] = {}
        self._behind = True

    @property
    def missing(self) -> bool:
        """Whether there is something to be asked for: at first, all."""
        return self._behind or bool(self._ahead)

    @property
    def ended(self) -> bool:
        return self.state is not None and "outcome" in self.state

    def question(self) -> dict[str, Any]:
        """What to send with `watch`: the job, and the position from which to go on."""
        if not self.state:
            return {"job": self._job}
        return {"job": self._job, "epoch": self.state["epoch"], "since": self.state["seq"]}

    def answered(self, answer: dict[str, Any]) -> list[Snapshot]:
        """Take in the answer to a question; the new states, in order."""
        if not answer["ok"]:
            self._behind = True
            return []
        self._behind = False
        snapshot: Snapshot | None = answer.get("snapshot")
        if snapshot is not None:
            self.state = snapshot
        # What waits of another epoch is in this answer, or of the past.
        self._ahead = {seq: event for seq, event in self._ahead.items() if self._is_ahead(event)}
        states = [snapshot] if snapshot is not None else []
        for event in answer["events"]:
            states += self.heard(event)
        return states + self._go_on()

    def heard(self, event: Envelope) -> list[Snapshot]:
        """Take in an event; the new states, in order: none if it's old, or before its turn."""
        if self.state is None or event["epoch"] != self.state["epoch"]:
            self._behind = True
            self._ahead[event["seq"]] = event
            return []
        if self._is_ahead(event):
            self._ahead[event["seq"]] = event
        return self._go_on()

    def compare(self, position: Position) -> None:
        """Notice by the server's position what never came."""
        known = self.state is not None and position["epoch"] == self.state["epoch"]
        self._behind |= not known or self._is_ahead(position)

    def _is_ahead(self, position: Position) -> bool:
        state = self.state
        return (
            state is not None
            and position["epoch"] == state["epoch"]
            and position["seq"] > state["seq"]
        )

    def _go_on(self) -> list[Snapshot]:
        """Apply what has its turn now."""
        states = []
        while self.state is not None and self._has_next(self.state):
            self.state = reduced(self.state, self._ahead.pop(self.state["seq"] + 1))
            states.append(self.state)
        return states

    def _has_next(self, state: Snapshot) -> bool:
        event = self._ahead.get(state["seq"] + 1)
        return event is not None and event["epoch"] == state["epoch"]


def reduced(state: Snapshot, event: Envelope) -> Snapshot:
    """The state after an event; what the event doesn't name is unchanged."""
    said = {name: value for name, value in event.items() if name != "milestone"}
    after = cast(Snapshot, {**state, **said})
    if event.get("milestone"):
        kept = ("seq", "at", "status", "status_i18n", *FIGURES)
        entry = {name: said[name] for name in kept if name in said}
        milestones = [*state.get("milestones", []), cast(Milestone, entry)]
        after["milestones"] = milestones[-MILESTONES_KEPT:]
    return after
