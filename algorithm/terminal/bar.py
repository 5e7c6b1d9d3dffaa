"""A search's progress: one updated line on a terminal, elsewhere a line for each milestone."""

import time
from collections.abc import Callable, Iterator

from algorithm.export.quantities import duration, estimate, percent
from algorithm.search.progress import Phase, Progress
from algorithm.terminal.screen import CYAN, DIM, Screen

LONGEST, SHORTEST = 30, 10
PHASES: dict[Phase, str] = {
    "days": "choosing days",
    "model": "writing the model",
    "solve": "choosing devices",
    "year": "sizing on all steps",
    "bound": "proving",
    "improve": "closing the gap",
    "front": "cutting CO2",
    "plan": "complete",
}


class Bar:
    """Shows a search's progress and figures.

    is_stopping: whether it was asked to end with its best plan so far.
    """

    def __init__(self, screen: Screen, currency: str, is_stopping: Callable[[], bool]) -> None:
        self._screen = screen
        self._currency = currency
        self._is_stopping = is_stopping
        self._began = time.monotonic()
        self._drawn = ""
        self._full, self._rest = ("█", "░") if screen.shows("█░") else ("#", ".")

    def show(self, progress: Progress) -> None:
        if self._screen.live:
            line = self._line(progress)
            if line != self._drawn:
                # A single write over the old line avoids flicker.
                self._screen.write(f"\r{line}\x1b[K")
                self._drawn = line
        elif progress.milestone:
            self._screen.write_lines([self._entry(progress)])

    def end(self) -> None:
        """Leave the line as it is, and move to the next."""
        if self._drawn:
            self._screen.write("\n")
            self._drawn = ""

    def _line(self, progress: Progress) -> str:
        """Return the bar and as many figures as there is room for."""
        room = self._screen.width - 1
        length = max(SHORTEST, min(LONGEST, room // 4))
        full = int(progress.fraction * length)
        figures = f" {progress.fraction:4.0%}"
        for text in self._figures(progress):
            if length + len(figures) + len(text) + 2 > room:
                break
            figures += f"  {text}"
        bar = self._screen.styled(self._full * full, CYAN)
        return bar + self._screen.styled(self._rest * (length - full), DIM) + figures

    def _figures(self, progress: Progress) -> Iterator[str]:
        """Yield the texts after the bar, the most important first."""
        yield "stopping" if self._is_stopping() else PHASES[progress.phase]
        if progress.incumbent is not None:
            yield f"best {progress.incumbent:,.0f} {self._currency}/a"
        yield from self._proof(progress)
        if progress.fraction == 1:
            yield f"after {self.elapsed()}"
        elif progress.eta_s is not None:
            low = progress.eta_s if progress.eta_low_s is None else progress.eta_low_s
            yield estimate(low, progress.eta_high_s)
            if progress.eta_reason is not None:
                yield str.__str__(progress.eta_reason)
        if self._is_stopping():
            yield "Ctrl-C again ends at once"

    def _proof(self, progress: Progress) -> Iterator[str]:
        if progress.gap is not None:
            yield f"gap {percent(progress.gap)}"
        if progress.bound is not None:
            yield f"bound {progress.bound:,.0f}"
        if progress.incumbent is not None or progress.bound is not None:
            yield f"on {progress.basis.replace('whole', 'the whole')}"

    def _entry(self, progress: Progress) -> str:
        """Return the line of a milestone. The status has a new best plan's cost already."""
        text = "; ".join([progress.status, *self._proof(progress)])
        return f"{progress.fraction:4.0%}  {self.elapsed():>12}  {text}"

    def elapsed(self) -> str:
        """Return the time since the search began."""
        return duration(time.monotonic() - self._began)
