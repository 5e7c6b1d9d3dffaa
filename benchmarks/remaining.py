"""The remaining time that searches say, compared with what really came.

Each sample is searched with several goals, the quick ones first; all together take hours. A look is
taken every second from FROM of the search's duration on: the figure then shown, counted down as
viewers' pages do. It is near if it is within NEAR of the real remaining time.

At the end come the ratios of measured to predicted duration, by kind of part: factors by which the
constants in `algorithm.search.parts` would fit this machine.
"""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Iterator, Mapping
from typing import Any

from algorithm import Progress, load_sample, parts_of
from algorithm.requirement.validation import check
from algorithm.search.part import PartId
from algorithm.search.search import run_search
from benchmarks.table import Row

SAMPLES = ("tiny", "campus", "hospital", "industrial-park")
TYPICAL = {"detail": "typical days"}
GOALS: Mapping[str, Mapping[str, Any]] = {
    "typical days": TYPICAL,
    "typical days, alternatives": {**TYPICAL, "goal": "alternatives", "plans": 3},
    "typical days, front": {**TYPICAL, "goal": "front", "plans": 5},
    "typical days, gap of 1 %": {**TYPICAL, "gap": 0.01},
    "plan": {"prove": False},
    "proof": {},
    "gap of 1 %": {"gap": 0.01},
    "front": {"goal": "front", "plans": 5},
}
FROM, NEAR = 0.1, 0.3
LIMIT_S = 3600.0

Said = list[tuple[float, Progress]]


def rows() -> Iterator[Row]:
    ratios: dict[str, list[float]] = {}
    for goal, options in GOALS.items():
        for sample in SAMPLES:
            yield from rows_of(sample, goal, options, ratios)
    for kind, found in ratios.items():
        factor = math.exp(statistics.fmean(map(math.log, found)))
        spread = math.exp(max(abs(math.log(ratio / factor)) for ratio in found))
        yield Row(f"{kind}: measured / predicted", f"{factor:.2f}", f"x or / {spread:.1f}")


def rows_of(
    sample: str, goal: str, options: Mapping[str, Any], ratios: dict[str, list[float]]
) -> Iterator[Row]:
    """Search a sample; add each part's ratio of measured to predicted seconds to `ratios`."""
    said: Said = []
    began = time.monotonic()

    def listen(progress: Progress) -> None:
        said.append((time.monotonic() - began, progress))

    result = run_search(sample, options={**options, "time_limit_s": LIMIT_S}, on_progress=listen)
    end = time.monotonic() - began
    looks, near, within = looked(said, end)
    name = f"{sample}, {goal} ({end:.0f} s)"
    if looks:
        inside = f"{within / looks:.0%} in the range said"
        yield Row(f"{name}: looks within {NEAR:.0%}", f"{near / looks:.0%}", inside)
    first = next(at for at, progress in said if progress.eta_s is not None)
    yield Row(f"{name}: first figure, silent rises", f"{first:.1f} s, {silent_rises(said)}")
    requirement, _, chosen = check(load_sample(sample), (), options)
    predicted = {part.name: part.seconds for part in parts_of(requirement, chosen)}
    for part, measured in result["search"]["parts"].items():
        if not result["stopped"] and (seconds := measured["seconds"]):
            ratios.setdefault(PartId.parse(part).kind, []).append(seconds / predicted[part])


def looked(said: Said, end: float) -> tuple[int, int, int]:
    """Return the number of looks, of those near what came, and of those with it in their range."""
    looks = near = within = 0
    for now in range(math.ceil(FROM * end), math.floor(end)):
        at, progress = [entry for entry in said if entry[0] <= now][-1]
        if progress.eta_s is None:
            looks += 1
            continue
        left, passed = end - now, now - at
        shown = max(0.0, progress.eta_s - passed)
        low = (progress.eta_low_s or (1 - NEAR) * progress.eta_s) - passed
        high = (progress.eta_high_s or (1 + NEAR) * progress.eta_s) - passed
        looks += 1
        near += abs(shown - left) <= NEAR * left
        within += low <= left <= high
    return looks, near, within


def silent_rises(said: Said) -> int:
    """Return how often the figure rose without a reason."""
    return sum(
        before.eta_s is not None
        and after.eta_s is not None
        and after.eta_s > before.eta_s + 1e-6
        and not after.eta_reason
        for (_, before), (_, after) in itertools.pairwise(said)
    )
