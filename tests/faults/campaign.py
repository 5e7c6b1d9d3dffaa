"""The campaign: faults strike jobs at their moments, over and over, and nobody must notice.

`test_faults.py` runs a chosen list of scenarios; `python -m tests.faults` (`make soak`) draws them
by lot, for as long as asked. Both are `Campaign.run`, and both end with its `table`.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.faults.faults import Fault
from tests.faults.installation import Installation
from tests.faults.moments import Moment
from tests.faults.overseer import Overseer
from tests.faults.scene import Scene
from tests.faults.witness import Ledger

CROWD = (Moment.ENDED, Moment.MIDDLE, Moment.FIRST, Moment.QUEUED)
SHARED = (Moment.SHARED, Moment.QUEUED)
LAST_WORD = (Moment.COMPLETE, Moment.MIDDLE, Moment.QUEUED)
CASTS = (CROWD, SHARED, LAST_WORD)
"""Moments that one scenario can bring together, with two workers of one slot each."""

MENDED = ("clock", "database", "redis", "viewer", "web", "worker")
"""The targets of faults, in the order in which they are mended."""

COUNTS = ("jobs", "delivered", "bridged", "lost", "doubled", "died")
"""What is told of each kind of fault, beside times; the `Ledger` says what they count."""


@dataclass
class Line:
    """What came of one kind of fault. `back`: seconds, of each time that it struck."""

    counts: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)

    def __add__(self, other: Line) -> Line:
        return Line(self.counts + other.counts, self.back + other.back)

    def cells(self) -> list[str]:
        counts = [str(self.counts[name]) for name in COUNTS]
        times = [statistics.median(self.back), max(self.back)] if self.back else []
        return [str(len(self.back)), *counts, *(f"{seconds:.1f} s" for seconds in times)]


class Tally:
    """What was tried and what came of it, by kind of fault."""

    def __init__(self) -> None:
        self.lines: defaultdict[str, Line] = defaultdict(Line)

    def table(self) -> list[str]:
        """A table for people, line by line; empty if nothing was tried.

        back: seconds until every job was run again and every viewer was level, from the strike, or
        from the end of what lasts.
        """
        if not self.lines:
            return []
        whole = sum(self.lines.values(), start=Line())
        head = ["times", *COUNTS, "back: median", "worst"]
        rows = [
            (name, line.cells()) for name, line in [*sorted(self.lines.items()), ("all", whole)]
        ]
        wide = max(len(name) for name, _ in rows)
        return [
            name.ljust(wide)
            + "".join(cell.rjust(len(title) + 2) for cell, title in zip(cells, head, strict=False))
            for name, cells in [("fault", head), *rows]
        ]


class Campaign:
    """Scenarios on one installation; a context manager, which looks at it all the while."""

    def __init__(self, installation: Installation, tally: Tally) -> None:
        self._installation = installation
        self._tally = tally
        self._ledger = Ledger(installation.app.extensions["settings"].journal_length)
        self._overseer = Overseer(installation, self._ledger)

    def run(self, faults: Sequence[Fault], moments: Sequence[Moment], random: Random) -> None:
        """Let the faults strike together; raises AssertionError where a promise is broken.

        random: chooses what is struck where there is more than one of it.
        """
        self._ledger.begin()
        line = self._tally.lines[" + ".join(fault.name for fault in faults)]
        with Scene(self._installation, self._ledger, random) as scene:
            try:
                scene.set_up(moments)
                back = self._strike(scene, faults)
                scene.stop_what_lasts()
                scene.wait_for_ends()
                scene.check_ends()
                line.back.append(back)
            finally:
                line.counts += self._ledger.counts + Counter(jobs=len(scene.trials))
                self._installation.restore()

    def _strike(self, scene: Scene, faults: Sequence[Fault]) -> float:
        """Strike, mend, and wait until all is as it was; the seconds that this took."""
        # What others need to start again comes back first.
        strikes = [fault.strike(scene) for fault in sorted(faults, key=_mended)]
        scene.is_struck = True
        began = time.monotonic()
        lasts = max(next(strike) for strike in strikes)
        scene.let_go()
        scene.join()
        scene.watch(lasts)
        if lasts:
            began = time.monotonic()
        for strike in strikes:
            next(strike, None)
        scene.is_struck = False
        scene.wait_until_back()
        return time.monotonic() - began

    def __enter__(self) -> Campaign:
        self._overseer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._overseer.__exit__()


def _mended(fault: Fault) -> int:
    return MENDED.index(fault.target)
