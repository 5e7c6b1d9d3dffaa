"""The search, from a requirement to a result: days, model, solve, plan.

`run_search` is what terminals, workers and tests call. Nothing is kept between two calls.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from highspy import (
    HIGHS_VERSION_MAJOR,
    HIGHS_VERSION_MINOR,
    HIGHS_VERSION_PATCH,
)

from algorithm.check import check
from algorithm.days import MOST_DAYS_IN_FULL, Steps, every_hour, typical_days
from algorithm.errors import Infeasible, Stopped
from algorithm.island import Island
from algorithm.model import Model, build_model
from algorithm.plan import plan_of
from algorithm.progress import OnProgress, Reporter, way_to_gap
from algorithm.requirement import Options, Requirement
from algorithm.resolve import island_of
from algorithm.samples import load_sample
from algorithm.series import HOURS_A_DAY
from algorithm.shortfall import explain_shortfall
from algorithm.solver import End, News, Solver, Stage

LOOK_EVERY_S = 0.1
HIGHS_VERSION = f"{HIGHS_VERSION_MAJOR}.{HIGHS_VERSION_MINOR}.{HIGHS_VERSION_PATCH}"
# The shares of the whole search at which the model is begun, the solver begins, and it has ended.
MODEL_BEGINS, SOLVE_BEGINS, SOLVE_ENDS = 0.02, 0.05, 0.98


def run_search(
    requirement: Requirement | Mapping[str, Any] | str,
    disabled_devices: Sequence[str] = (),
    *,
    options: Options | Mapping[str, Any] | None = None,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Find what to install and how to run it, at the least cost a year; return the result.

    requirement: or the name of a sample. on_progress: called in this thread, and not while the
    solver is silent. should_stop: asked ten times a second; once true, the best plan so far is the
    result.

    Raises RequirementError for wrong input, Infeasible if the demands can't be met, and Stopped if
    there was no plan yet when it was stopped or its time was up.
    """
    started = time.monotonic()
    asked = load_sample(requirement) if isinstance(requirement, str) else requirement
    checked, disabled, chosen = check(asked, disabled_devices, options)
    reporter = Reporter(on_progress)
    reporter.begin("days", 0.0, "Reading the requirement and choosing the days to model")
    island = island_of(checked, disabled)
    island = island.at(_steps(island, chosen.typical_days))
    days = len(island.steps.days)
    reporter.begin("model", MODEL_BEGINS, f"Writing down {days} days for the solver")
    model = build_model(island)
    search = Search(model, disabled, chosen, reporter, should_stop or (lambda: False), started)
    return search.run()


def _steps(island: Island, count: int) -> Steps:
    """Choose the hours to model."""
    hours = island.steps.horizon
    if hours <= MOST_DAYS_IN_FULL * HOURS_A_DAY:
        return every_hour(hours)
    trades = [*island.supplies.values(), *island.exports.values()]
    conversions = island.conversions.values()
    others = [
        *(trade.price for trade in trades),
        *(trade.co2 for trade in trades),
        *(conversion.availability for conversion in conversions),
        *(flow for conversion in conversions for flow in conversion.flows.values()),
    ]
    return typical_days(list(island.demands.values()), others, count)


class Search:
    """The solver at work on a model, watched until it ends."""

    def __init__(
        self,
        model: Model,
        disabled: tuple[str, ...],
        options: Options,
        reporter: Reporter,
        should_stop: Callable[[], bool],
        started: float,
    ) -> None:
        self._model = model
        self._disabled = disabled
        self._options = options
        self._reporter = reporter
        self._should_stop = should_stop
        self._started = started
        self._proof: tuple[float, float] | None = None  # when it began, and how far the gap was
        self._best: dict[str, Any] | None = None

    def run(self) -> dict[str, Any]:
        """Solve; return the result, or raise as `run_search` does."""
        program, options = self._model.program, self._options
        self._reporter.begin(
            "solve",
            SOLVE_BEGINS,
            f"Looking for a first plan: {program.column_count:,} variables, "
            f"{program.whole_numbers} yes/no decisions",
        )
        solver = Solver(program, gap=options.gap)
        stopped = self._watch(solver)
        if solver.end is End.INFEASIBLE:
            raise Infeasible(
                explain_shortfall(self._model.island, self._disabled, self._should_stop)
            )
        if self._best is None:
            raise Stopped(
                "The search was stopped before it had found a plan."
                if stopped
                else f"No plan was found within {options.time_limit_s:g} s."
            )
        self._reporter.begin("plan", 1.0, "The plan is complete")
        return self._result(stopped=stopped and solver.end is End.INTERRUPTED)

    def _watch(self, solver: Solver) -> bool:
        """Run the solver, telling what is new; return whether it was asked to stop."""
        limit = self._options.time_limit_s
        deadline = math.inf if limit is None else self._started + limit
        solver.start()
        ended = stopped = False
        try:
            while not ended:
                ended = solver.wait(LOOK_EVERY_S)
                if not ended and self._should_stop():
                    stopped = True
                if stopped or time.monotonic() > deadline:
                    solver.interrupt()
                self._tell(solver.news())
        finally:
            solver.interrupt()  # also where whoever is told raised: nobody waits for it any more
        return stopped

    def _tell(self, news: News) -> None:
        """Pass on what is new: each better plan, or else a better bound or another stage."""
        reporter = self._reporter
        if news.bound is not None:
            reporter.bound(news.bound)
        told = False
        for solution in news.solutions:
            plan = plan_of(self._model, solution)
            if reporter.incumbent(plan["cost_per_year"]):
                self._best = plan
                status = f"Found a better plan: {plan['cost_per_year']:,.0f} EUR a year"
                reporter.standing(status, *self._outlook(news.stage), self._result(stopped=True))
                told = True
        if not told:
            reporter.standing(news.stage.value, *self._outlook(news.stage))

    def _outlook(self, stage: Stage) -> tuple[float, float | None]:
        """Return the share of the search that is done, and the seconds left, if one can tell.

        How fast the gap closes shows in the proof alone, and only once it has moved there.
        """
        way = way_to_gap(self._reporter.latest.gap, self._options.gap)
        eta_s = None
        if stage is Stage.PROOF:
            self._proof = self._proof or (time.monotonic(), way)
            since, way_then = self._proof
            if way > way_then:
                eta_s = (time.monotonic() - since) * (1 - way) / (way - way_then)
        return SOLVE_BEGINS + way * (SOLVE_ENDS - SOLVE_BEGINS), eta_s

    def _result(self, *, stopped: bool) -> dict[str, Any]:
        latest, steps, program = (
            self._reporter.latest,
            self._model.island.steps,
            self._model.program,
        )
        plan = {**(self._best or {}), "gap": latest.gap if steps.whole else None}
        return {
            "version": 1,
            "stopped": stopped,
            "solver": {"name": "HiGHS", "version": HIGHS_VERSION},
            "search": {
                "seconds": round(time.monotonic() - self._started, 3),
                "typical_days": None if steps.whole else len(steps.days),
                "gap": latest.gap,
                "bound": latest.bound,
                "variables": program.column_count,
                "constraints": program.row_count,
                "decisions": program.whole_numbers,
            },
            "options": self._options.model_dump(),
            "disabled_devices": list(self._disabled),
            "plans": [plan],
        }
