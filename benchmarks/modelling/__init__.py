"""The search beside PyPSA, linopy and oemof.solph: the same problems, the same HiGHS, one thread.

Each run has a process of its own (`run`). Times are CPU seconds, since the tool's packages were
imported. See docs/benchmarks-search.md.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.table import Row

CPU_SECONDS = 300
SEARCH = "search"
# Each tool's module; that of the search is `run` itself.
TOOLS = {SEARCH: "", "PyPSA": "in_pypsa", "linopy": "in_linopy", "oemof.solph": "in_oemof"}
PROBLEMS = ("tiny", "four weeks", "campus, 8 devices", "campus")
GAPS = (0.05, 0.03, 0.01)
# The relative difference that tolerances of HiGHS may make.
SAME_COST = 1e-5


@dataclass
class Measured:
    """A run's times (CPU seconds), its memory (MB), its best plan and best bound (a year)."""

    built: float | None = None
    first: float | None = None
    proven: dict[float, float] = field(default_factory=dict)
    memory: float = 0.0
    cost: float = math.inf
    bound: float = -math.inf

    def take(self, said: dict[str, float]) -> None:
        """Take one line of the run."""
        if "built" in said:
            self.built = said["cpu"]
        self.built = said.get("models_s", self.built)
        incumbent, bound = said.get("incumbent"), said.get("bound")
        if incumbent is not None and incumbent < math.inf:
            self.first = said["cpu"] if self.first is None else self.first
            self.cost = min(self.cost, incumbent)
        if bound is not None:
            self.bound = max(self.bound, bound)
        for gap in GAPS:
            if self.gap <= gap:
                self.proven.setdefault(gap, said["cpu"])

    @property
    def gap(self) -> float:
        """The proven relative gap; inf without a plan or a bound."""
        known = math.isfinite(self.cost) and math.isfinite(self.bound)
        return (self.cost - self.bound) / self.cost if known else math.inf


def rows() -> Iterator[Row]:
    for problem in PROBLEMS:
        measured = {}
        for tool in TOOLS:
            measured[tool] = run(tool, problem)
            yield from _rows(f"{problem}, {tool}", measured[tool], measured[SEARCH])
        _check_same(problem, measured)


def run(tool: str, problem: str, seconds: float = CPU_SECONDS) -> Measured:
    """Return what one run measured."""
    measured = Measured()
    command = [sys.executable, "-m", "benchmarks.modelling.run", tool, problem, str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            measured.take(json.loads(line))
    finally:
        process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    measured.memory = usage.ru_maxrss / 1024
    return measured


def _rows(what: str, measured: Measured, ours: Measured) -> Iterator[Row]:
    yield _row(f"{what}: models built in", measured.built, ours.built)
    yield _row(f"{what}: first plan after", measured.first, ours.first)
    for gap in GAPS:
        yield _row(
            f"{what}: {gap:.0%} proven after", measured.proven.get(gap), ours.proven.get(gap)
        )
    ratio = f"{measured.memory / ours.memory:.2f} x"
    yield Row(f"{what}: peak memory", f"{measured.memory:.0f} MB", ratio)
    yield Row(f"{what}: best plan, a year", f"{measured.cost:,.0f}", f"gap {measured.gap:.2%}")


def _row(what: str, seconds: float | None, ours: float | None) -> Row:
    if seconds is None:
        return Row(what, f"not in {CPU_SECONDS} s")
    return Row(what, f"{seconds:.2f} s", f"{seconds / ours:.2f} x" if ours else "")


def _check_same(problem: str, measured: dict[str, Measured]) -> None:
    """Raise if one tool has a plan below what another has proven: their problems differ."""
    cost, least = min((m.cost, tool) for tool, m in measured.items())
    bound, most = max((m.bound, tool) for tool, m in measured.items())
    if cost < bound * (1 - SAME_COST):
        raise RuntimeError(f"{problem}: {least} found {cost:.2f}, below {most}'s bound {bound:.2f}")
