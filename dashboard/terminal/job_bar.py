"""A job's state on the same progress bar as in `python -m algorithm`, by the server's clock."""

from __future__ import annotations

from algorithm import Progress
from algorithm.export.quantities import duration
from algorithm.export.texts import printable
from algorithm.search.progress import figures_in
from algorithm.terminal.bar import PHASES, Bar
from algorithm.terminal.screen import Screen
from dashboard.db.models import WAITING
from dashboard.journal.envelope import Milestone, Snapshot


class JobBar(Bar):
    """Draws the newest state; on output that isn't a terminal, writes each milestone once."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "", lambda: False)
        self._state: Snapshot | None = None
        # The time that is shown, UTC ms, and the last milestone written (epoch, seq).
        self._at = 0
        self._entered: tuple[str, int] = ("", 0)

    def show_job(self, state: Snapshot) -> None:
        """Show a state, or its newest milestone if that wasn't written yet."""
        self._state = state
        self._currency = state.get("currency", "")
        if self._screen.live:
            self._at = state["at"]
            self._draw(state)
            return
        for milestone in state.get("milestones", [])[-1:]:
            newest = (state["epoch"], milestone["seq"])
            if newest != self._entered:
                self._entered = newest
                self._at = milestone["at"]
                self.show(_progress(state, milestone, milestone=True))

    def note(self, text: str) -> None:
        """Write a text on a line of its own."""
        self.end()
        self._screen.write_lines([printable(text)])

    def _draw(self, state: Snapshot) -> None:
        if state["state"] in WAITING:
            line = f"Waiting for a worker: {printable(state['status'])}"
            self._screen.write(f"\r{line[: self._screen.width - 1]}\x1b[K")
            self._drawn = line
        else:
            self.show(_progress(state, state, milestone=False))

    def elapsed(self) -> str:
        """Return the time since the job began, as the server dates what is shown."""
        began = (self._state and self._state.get("started_at")) or self._at
        return duration(max(0, self._at - began) / 1000)


def _progress(state: Snapshot, source: Snapshot | Milestone, *, milestone: bool) -> Progress:
    """A job's state as progress, with the status and the figures of `source`."""
    phase = state.get("phase", "days")
    return Progress(
        # A newer server may have phases that this program has no name for.
        phase if phase in PHASES else "solve",
        state["current"] / state["total"],
        printable(source["status"]),
        state.get("basis", "whole horizon"),
        **figures_in(source),
        eta_s=state.get("eta_s"),
        eta_low_s=state.get("eta_low_s"),
        eta_high_s=state.get("eta_high_s"),
        eta_reason=reason if (reason := state.get("eta_reason")) is None else printable(reason),
        milestone=milestone,
    )
