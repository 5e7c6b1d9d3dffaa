"""Reduces the events of one job to its state, by the same rules as in browsers.

It does no I/O: `watcher` has the socket. Events may arrive in any order, repeatedly or never: each
is applied once and in order, and `missing` tells when to ask again.
"""

from __future__ import annotations

from typing import Any, cast

from algorithm.search.progress import FIGURES
from dashboard.journal.envelope import Envelope, Milestone, Position, Snapshot
from dashboard.journal.journal import MILESTONES_KEPT


class JobFollower:
    """Follows one job. state: the merged state after the newest event that was applied."""

    def __init__(self, job: str) -> None:
        self.state: Snapshot | None = None
        self._job = job
        self._buffered: dict[int, Envelope] = {}
        self._incomplete = True

    @property
    def missing(self) -> bool:
        """Whether events are missing, as they all are at first."""
        return self._incomplete or bool(self._buffered)

    @property
    def ended(self) -> bool:
        return self.state is not None and "outcome" in self.state

    def watch_request(self) -> dict[str, Any]:
        """The payload of `watch`: the job, and the position to resume from."""
        if not self.state:
            return {"job": self._job}
        return {"job": self._job, "epoch": self.state["epoch"], "since": self.state["seq"]}

    def take_answer(self, answer: dict[str, Any]) -> list[Snapshot]:
        """Apply the answer to `watch`; returns the new states, in order."""
        if not answer["ok"]:
            self._incomplete = True
            return []
        self._incomplete = False
        snapshot: Snapshot | None = answer.get("snapshot")
        if snapshot is not None:
            self.state = snapshot
        # Buffered events of another epoch are in this answer, or outdated.
        self._buffered = {
            seq: event for seq, event in self._buffered.items() if self._is_ahead(event)
        }
        states = [snapshot] if snapshot is not None else []
        for event in answer["events"]:
            states += self.take_event(event)
        return states + self._apply_next()

    def take_event(self, event: Envelope) -> list[Snapshot]:
        """Apply an event; returns the new states, in order: none if it's old or too early."""
        if self.state is None or event["epoch"] != self.state["epoch"]:
            self._incomplete = True
            self._buffered[event["seq"]] = event
            return []
        if self._is_ahead(event):
            self._buffered[event["seq"]] = event
        return self._apply_next()

    def compare(self, position: Position) -> None:
        """Notice missing events by the server's position."""
        known = self.state is not None and position["epoch"] == self.state["epoch"]
        self._incomplete |= not known or self._is_ahead(position)

    def _is_ahead(self, position: Position) -> bool:
        state = self.state
        return (
            state is not None
            and position["epoch"] == state["epoch"]
            and position["seq"] > state["seq"]
        )

    def _apply_next(self) -> list[Snapshot]:
        """Apply the buffered events that are next."""
        states = []
        while self.state is not None and self._has_next(self.state):
            self.state = reduced(self.state, self._buffered.pop(self.state["seq"] + 1))
            states.append(self.state)
        return states

    def _has_next(self, state: Snapshot) -> bool:
        event = self._buffered.get(state["seq"] + 1)
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
