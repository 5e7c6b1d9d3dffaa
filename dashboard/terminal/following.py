"""What is known of one job, and how events change it: the rules by which browsers follow, too.

`watching` asks and hears; here nothing is known of sockets. Events come in any order, some twice,
some never: each is applied once and in its turn, and `missing` tells when to ask again.
"""

from __future__ import annotations

from typing import Any

from dashboard.journal.journal import MILESTONES_KEPT

Event = dict[str, Any]
State = dict[str, Any]


class Following:
    """Follows one job. state: everything that is known after the newest event that was applied."""

    def __init__(self, job: str) -> None:
        self.state: State = {}
        self._job = job
        self._ahead: dict[int, Event] = {}
        self._behind = True

    @property
    def missing(self) -> bool:
        """Whether there is something to be asked for: at first, all."""
        return self._behind or bool(self._ahead)

    @property
    def ended(self) -> bool:
        return "outcome" in self.state

    def question(self) -> dict[str, Any]:
        """What to send with `watch`: the job, and the position from which to go on."""
        if not self.state:
            return {"job": self._job}
        return {"job": self._job, "epoch": self.state["epoch"], "since": self.state["seq"]}

    def answered(self, answer: dict[str, Any]) -> list[State]:
        """Take in the answer to a question; the new states, in order."""
        if not answer["ok"]:
            self._behind = True
            return []
        self._behind = False
        snapshot: State | None = answer.get("snapshot")
        if snapshot is not None:
            self.state = snapshot
        # What waits of another epoch is in this answer, or of the past.
        self._ahead = {
            seq: event
            for seq, event in self._ahead.items()
            if event["epoch"] == self.state.get("epoch") and seq > self.state["seq"]
        }
        states = [self.state] if snapshot is not None else []
        for event in answer["events"]:
            states += self.heard(event)
        return states + self._go_on()

    def heard(self, event: Event) -> list[State]:
        """Take in an event; the new states, in order: none if it's old, or before its turn."""
        if event["epoch"] != self.state.get("epoch"):
            self._behind = True
            self._ahead[event["seq"]] = event
            return []
        if event["seq"] > self.state["seq"]:
            self._ahead[event["seq"]] = event
        return self._go_on()

    def compare(self, position: dict[str, Any]) -> None:
        """Notice by the server's position what never came."""
        self._behind |= position["epoch"] != self.state.get("epoch") or (
            position["seq"] > self.state["seq"]
        )

    def _go_on(self) -> list[State]:
        """Apply what has its turn now."""
        states = []
        while (event := self._next()) is not None:
            self.state = reduced(self.state, self._ahead.pop(event["seq"]))
            states.append(self.state)
        return states

    def _next(self) -> Event | None:
        if not self.state:
            return None
        turn = self.state["seq"] + 1
        for seq in sorted(self._ahead):
            event = self._ahead[seq]
            # Merged for a slow viewer, it stands for those `from` that number on.
            if event["epoch"] == self.state["epoch"] and event.get("from", seq) <= turn <= seq:
                return event
        return None


def reduced(state: State, event: Event) -> State:
    """The state after an event; what the event doesn't name is unchanged."""
    said = {name: value for name, value in event.items() if name not in ("milestone", "from")}
    after = {**state, **said}
    if event.get("milestone"):
        entry = {
            name: event[name]
            for name in ("seq", "at", "status", "status_i18n", "incumbent", "bound", "gap")
            if name in event
        }
        after["milestones"] = [*state.get("milestones", []), entry][-MILESTONES_KEPT:]
    return after
