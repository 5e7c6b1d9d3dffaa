"""The work that the stages of a search share: choosing devices, sizing them, and lower bounds.

`stages` says in which order. Here each solver runs until it ends, is stopped or reaches the time
limit, and its progress is reported.
"""

import math
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np

from algorithm.errors import Failed, Infeasible, ResultWarning, Stopped
from algorithm.infeasibility.explain import explain_shortfall, explain_unbounded
from algorithm.island.coarsening import FEWEST_STEPS_A_DAY, STEPS_A_DAY, coarser
from algorithm.island.island import Island
from algorithm.island.resolve import island_of
from algorithm.island.typical_days import steps_to_model
from algorithm.messages import Figure, Message, money
from algorithm.model.build import Model, Objective, build_model
from algorithm.model.decisions import NOTHING_DECIDED, Decided, settle
from algorithm.plan.dispatch import Unbalanced
from algorithm.plan.plan import plan_of
from algorithm.plan.record import Basis, Plan, PlanFigures
from algorithm.plan.simultaneous_charging import burned, burning_warning
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Requirement
from algorithm.search.failure import warning
from algorithm.search.outcome import NOTHING, Outcome, Proof
from algorithm.search.parts import is_staged
from algorithm.search.progress import SAME_COST, Figures, OnProgress, Reporter, way_to_gap
from algorithm.series import Floats
from algorithm.solve.bound_tightening import LargestSizes
from algorithm.solve.branch_and_cut import LOOSE, BranchAndCut
from algorithm.solve.first_plans import RUNNING, decided_in, running, units_near
from algorithm.solve.highs import EXACT, End, News, Solver, Stage
from algorithm.solve.interior_point import USUAL_ITERATIONS, InteriorPoint
from algorithm.timesteps import Steps

# Default gap on typical days, and on a short horizon.
GAP = 0.002
# A device's maximum size is worth proving if its fixed cost exceeds this share of the plan's cost.
WORTH_PROVING = 5e-3
# Relative tolerance above the least CO2, within which cost is minimised: the exact minimum would
# use everything that saves a gram.
CLEANEST = 1e-3
# Highest progress that is reported for an interior point run before it ends.
ITERATIONS_DONE = 0.95
# Share of the time after which a stage of branch and cut usually begins, without and with a proof.
FIRST_PLANS_AT, FIRST_PLANS_BEFORE_PROOF_AT, PROOF_AT = 0.2, 0.05, 0.2


@dataclass(frozen=True)
class Found:
    """A solver's last solution, plan and bound, as far as there are any."""

    end: End
    solution: Floats | None = None
    plan: Plan | None = None
    bound: float | None = None

    @property
    def stopped(self) -> bool:
        return self.end is End.INTERRUPTED

    @property
    def figures(self) -> Figures:
        return Figures(None if self.plan is None else self.plan["cost_per_year"])


class Solving:
    """The work of one part: its island, its reporter, and when to stop.

    warnings: those of its outcome, as in a result.
    """

    def __init__(
        self,
        requirement: Requirement,
        disabled: tuple[str, ...],
        options: Options,
        should_stop: Callable[[], bool] | None,
        seconds_left: float | None,
        on_progress: OnProgress | None,
    ) -> None:
        self._requirement = requirement
        self._disabled = disabled
        self.options = options
        self._should_stop = should_stop or (lambda: False)
        self._began = time.monotonic()
        self._deadline = self._began + (math.inf if seconds_left is None else seconds_left)
        self.staged = is_staged(requirement, options)
        self._model_s = self._solver_s = 0.0
        self.warnings: list[ResultWarning] = []
        self.base: PlanFigures | None = None
        self.reporter = Reporter(on_progress, requirement.currency)

    @cached_property
    def whole(self) -> Island:
        """The island over its whole horizon; `base` must be known before, if CO2 is to be cut."""
        today = math.inf if self.base is None else self.base["co2_kg_per_year"]
        return replace(self._considered, co2_today=today)

    @cached_property
    def _considered(self) -> Island:
        return island_of(self._requirement, self._disabled)

    @cached_property
    def modelled(self) -> Island:
        """The island at the steps on which devices are chosen."""
        return self.whole.at(self.steps_to_model)

    @cached_property
    def steps_to_model(self) -> Steps:
        """The steps on which devices are chosen."""
        return steps_to_model(self._considered, self.options.typical_days)

    def model(self, island: Island, fraction: float, **how: Any) -> Model:
        steps = Figure(len(island.steps.positions), ",")
        status = Message("Building the model of %(steps)s steps", steps=steps)
        self.reporter.begin("model", fraction, status, _basis(island))
        began = time.monotonic()
        model = build_model(island, on_off=self.options.on_off, **how)
        self._model_s += time.monotonic() - began
        return model

    def decide(self, model: Model, begins: float, ends: float) -> Outcome:
        """Solve a model with its decisions; report each better plan, and return the outcome.

        begins, ends: the part's progress at begin and end. A plan that doesn't balance is left out,
        with a warning; raises Unbalanced if there is no other.
        """
        program = model.program
        status = Message(
            "Finding a first plan: %(variables)s variables, %(decisions)s binary decisions",
            variables=Figure(program.column_count, ","),
            decisions=model.decision_count,
        )
        self.reporter.begin("solve", begins, status)
        gap, proves = self._goal, self._proves(model.island)
        best = self.nothing()
        unsound: Unbalanced | None = None
        chosen: Floats = np.zeros(0)

        def on_news(news: News) -> None:
            nonlocal best, chosen, unsound
            fresh = self.reporter.bound(news.bound)
            for solution in news.solutions:
                try:
                    plan = _plan(model, solution)
                except Unbalanced as error:
                    unsound = error
                    continue
                cost = plan["cost_per_year"]
                if self.reporter.is_better(cost):
                    unsound = None
                    figures = self.reporter.figures.with_incumbent(cost)
                    best, chosen = self._decided(model, solution, plan, figures), solution
                    status = Message("Found a better plan: %(cost)s a year", cost=self.money(cost))
                    self.reporter.incumbent(cost, self.reporter.fraction, status, best)
            done = _decided_share(news, self.reporter.figures.gap, gap, proves=proves)
            way = begins + (ends - begins) * done
            self.reporter.standing(way, news.stage.value, news=fresh)

        solver = BranchAndCut(model, gap=gap, prove=proves)
        end = self._watch(solver, on_news)
        self.explain(end, model.island)
        if best["plan"] is None:
            raise unsound or Stopped(Message("The search ended before it had found a plan."))
        if unsound:
            left_out = Message("A plan was left out, which may have been cheaper.")
            self.warnings.append(warning("plan_left_out", left_out, reason=str(unsound)))
        if not self.staged and burned(model.island, best["plan"]):
            # In a staged search, the plan for the whole horizon follows and is checked instead.
            best["plan"] = self._without_burning(model, chosen, best["plan"])
        # The bound may have improved after the last plan.
        stopped = end is End.INTERRUPTED
        return {**best, **self._proven(self.reporter.figures, stopped=stopped)}

    def clean(self, island: Island, begins: float, ends: float) -> Outcome:
        """Find the least CO2, then the least cost within CLEANEST of it, decisions included."""
        model = self.model(island, begins, minimise="co2")
        looking = Message("Minimising CO2")
        self.reporter.begin("front", begins, looking)
        middle = (begins + ends) / 2
        least = math.inf

        def on_news(news: News) -> None:
            nonlocal least
            if news.solutions:  # each is better than the one before
                least = _plan(model, news.solutions[-1])["co2_kg_per_year"]
            done = _decided_share(news, None, GAP, proves=proves)
            self.reporter.standing(begins + (middle - begins) * done, looking, news=False)

        proves = self._proves(model.island)
        solver = BranchAndCut(model, gap=GAP, prove=proves)
        end = self._watch(solver, on_news)
        self.explain(end, island)
        if least == math.inf:
            raise Stopped(Message("The search ended before it had found a plan."))
        limit = min(just_above(least), island.co2_limit)
        return self.decide(self.model(replace(island, co2_limit=limit), middle), middle, ends)

    def size(
        self,
        island: Island,
        left_out: Collection[str],
        begins: float,
        ends: float,
        *,
        minimise: Objective = "cost",
        units: Mapping[str, int] | None = None,
    ) -> Found:
        """Size and dispatch the devices that aren't left out on the whole horizon; all are built.

        units: the number of units, as far as it is fixed. If this is infeasible, units are left
        open; if that is, too, the devices of the whole horizon's relaxation are built instead.
        Raises Infeasible if there is no plan at all.
        """
        model = self.model(island.without(left_out), begins, minimise=minimise)
        self.reporter.begin(
            "year", begins, Message("Sizing and dispatching the devices on all steps")
        )
        known = {name: count for name, count in (units or {}).items() if name in model.unit_sizes}
        decided = Decided(dict.fromkeys(model.choices, True), known)
        found = self.linear(model, decided, begins, ends, prove=not model.decision_count)
        if found.end is End.INFEASIBLE and known:
            return self.size(island, left_out, begins, ends, minimise=minimise)
        if found.end is End.INFEASIBLE:
            return self._size_by_relaxation(island, left_out, begins, ends, minimise)
        self.explain(found.end, island)
        still_open = model.decides_in_steps or decided.units.keys() != model.unit_sizes.keys()
        if found.solution is not None and still_open:
            found = self._rounded(model, decided, found.solution, begins, ends)
        if found.solution is None:
            return found
        plan = _plan(model, found.solution)
        if minimise == "cost":
            self._warn_of_burning(model, plan, None)
        cost = plan["cost_per_year"]
        if minimise == "cost" and self.reporter.is_better(cost):
            figures = self.reporter.figures.with_incumbent(cost)
            shown = self.money(cost)
            status = Message("Found a plan for the whole horizon: %(cost)s a year", cost=shown)
            outcome = self.outcome(plan, figures, stopped=True)
            self.reporter.incumbent(cost, ends, status, outcome)
        return replace(found, plan=plan)

    def run_as_it_is(self, island: Island) -> Plan | None:
        """Find the least-cost dispatch of devices of fixed sizes; None if there is none."""
        model = build_model(island, on_off=self.options.on_off)
        fraction = self.reporter.fraction
        found = self.linear(model, NOTHING_DECIDED, fraction, fraction, prove=False)
        if found.solution is not None and model.decides_in_steps:
            found = self._rounded(model, NOTHING_DECIDED, found.solution, fraction, fraction)
        return None if found.solution is None else _plan(model, found.solution)

    @property
    def is_stopped(self) -> bool:
        """Whether it is to end now: it was stopped, or its time is up."""
        return self._should_stop() or time.monotonic() >= self._deadline

    def _without_burning(self, model: Model, solution: Floats, plan: Plan) -> Plan:
        """Return a plan of the same cost in which no store charges and discharges at once; if there
        is none, the plan itself, with a warning that says what this saves."""
        decided = decided_in(model, solution)
        apart = {
            name: model.devices[name].decided(solution, 0.0, 0.0)
            for name in burned(model.island, plan)
        }
        decided = replace(decided, in_steps={**decided.in_steps, **apart})
        fraction = self.reporter.fraction
        found = self.linear(model, decided, fraction, fraction)
        other = None if found.solution is None else _plan(model, found.solution)
        cost = plan["cost_per_year"]
        if other is not None and other["cost_per_year"] <= cost + SAME_COST * abs(cost):
            return other
        self._warn_of_burning(model, plan, None if other is None else other["cost_per_year"])
        return plan

    def _warn_of_burning(self, model: Model, plan: Plan, without: float | None) -> None:
        """Warn of stores that charge and discharge in one step.

        without: the cost of a plan in which no store does, if known.
        """
        saved = None if without is None else without - plan["cost_per_year"]
        for name, lost in burned(model.island, plan).items():
            kwh = float(lost @ model.island.steps.weights)
            burning = burning_warning(name, kwh, saved, self._requirement.currency)
            self.warnings.append(cast(ResultWarning, burning))

    def _size_by_relaxation(
        self,
        island: Island,
        left_out: Collection[str],
        begins: float,
        ends: float,
        minimise: Objective,
    ) -> Found:
        """Build the devices that the whole horizon's relaxation uses, and size them."""
        model = self.model(island, begins, minimise=minimise)
        found = self.linear(model, NOTHING_DECIDED, begins, ends)
        self.explain(found.end, island)
        if found.solution is None:
            return found
        short = frozenset(model.choices) - model.wanted(found.solution)
        if short == frozenset(left_out):
            raise Failed(
                Message(
                    "No plan for the whole horizon was found with the devices that typical days "
                    "or the relaxation want; there may be one with others."
                )
            )
        return self.size(island, short, begins, ends, minimise=minimise)

    def _rounded(
        self, model: Model, decided: Decided, solution: Floats, begins: float, ends: float
    ) -> Found:
        """Round units up, round the decisions in steps, and size everything again."""
        decided = replace(decided, units={**units_near(model, solution), **decided.units})
        for share in RUNNING if model.decides_in_steps else RUNNING[:1]:
            near = running(model, solution, share, decided)
            found = self.linear(model, near, begins, ends)
            if found.end is not End.INFEASIBLE:
                return found
        raise Failed(
            Message(
                "No plan for the whole horizon was found that keeps to whole units and minimum "
                "loads; leave out the option on_off, or take typical days."
            )
        )

    def linear(
        self,
        model: Model,
        decided: Decided,
        begins: float,
        ends: float,
        limits: Mapping[str, float] | None = None,
        *,
        prove: bool = False,
        tolerance: float = EXACT,
    ) -> Found:
        """Solve the linear program with some decisions fixed and all others relaxed.

        limits: proven maximum sizes, by device. prove: whether to spend more time on a good bound.
        tolerance: how near the optimum interior point ends, relative.
        """
        bound, solution = None, None
        steps = Figure(len(model.island.steps.positions), ",")

        def on_news(news: News) -> None:
            nonlocal bound, solution
            solution = news.solutions[-1] if news.solutions else solution
            bound = news.bound
            way = min(ITERATIONS_DONE, news.iterations / USUAL_ITERATIONS)
            status = Message(
                "%(steps)s steps at once: iteration %(iteration)s",
                steps=steps,
                iteration=news.iterations,
            )
            self.reporter.standing(begins + (ends - begins) * way, status, news=False)

        solver = InteriorPoint(
            model, settle(model, decided, limits), prove=prove, tolerance=tolerance
        )
        end = self._watch(solver, on_news)
        return Found(end, solution, None, bound)

    def limits(self, plan: Plan) -> dict[str, float]:
        """Return proven maximum sizes of the plan's devices whose fixed costs matter, by name."""
        # Without a gap to reach, somewhat larger sizes do, which take less than half of the time.
        a_day = FEWEST_STEPS_A_DAY if self.options.gap is None else STEPS_A_DAY
        model = build_model(coarser(self.whole, a_day), on_off=self.options.on_off)
        cost = abs(plan["cost_per_year"])
        names = [
            device["name"]
            for device in plan["devices"]
            if device["name"] in model.choices
            and self.whole.devices[device["name"]].max_size > LOOSE * device["size"]
            and model.fixed_cost(device["name"]) > WORTH_PROVING * cost
        ]
        if not names:
            return {}
        tightening = LargestSizes(model, plan["cost_per_year"], names)

        def on_news(news: News) -> None:
            self.reporter.standing(self.reporter.fraction, news.stage.value, news=False)

        self._watch(tightening, on_news)
        return {name: size for name, size in tightening.sizes.items() if math.isfinite(size)}

    def _watch(self, solver: Solver, on_news: Callable[[News], None]) -> End:
        """Run a solver to its end, and add its time to the part's."""
        try:
            solver.watch(self._should_stop, self._deadline, on_news)
        finally:
            self._solver_s += solver.highs_s
        return solver.end

    def explain(self, end: End, island: Island) -> None:
        if end is End.INFEASIBLE:
            raise Infeasible(explain_shortfall(island, self._disabled, self._should_stop))
        if end is End.UNBOUNDED:
            raise Infeasible(explain_unbounded(island))

    def proved(self, bound: float, fraction: float) -> None:
        """Report a lower bound, as a milestone."""
        self.reporter.bound(bound)
        least = self.money(bound)
        status = Message("No plan can cost less than %(cost)s a year", cost=least)
        self.reporter.milestone(fraction, status)

    # Outcomes

    def _proves(self, island: Island) -> bool:
        """Return whether branch and cut proves the plan: always on a short horizon; on typical days
        only if no later stage follows and a gap was asked for."""
        return island.steps.whole or (not self.staged and self.options.gap is not None)

    @property
    def _goal(self) -> float:
        """The gap to which a model with decisions is solved."""
        return GAP if self.staged or self.options.gap is None else self.options.gap

    def _decided(self, model: Model, solution: Floats, plan: Plan, figures: Figures) -> Outcome:
        """Return a plan as an outcome, with the devices that were chosen."""
        installed = model.installed(solution)
        outcome = self.outcome(plan, figures, stopped=True)
        return outcome | {
            "structure": sorted(installed),
            "left_out": sorted(set(model.choices) - installed),
            "basis": _basis(model.island),
            "units": model.units(model.sizes(solution)),
            "typical_days": _typical_days(model.island),
            "model": {
                "variables": model.program.column_count,
                "constraints": model.program.row_count,
                "decisions": model.decision_count,
            },
        }

    def sized(self, found: Found) -> Outcome:
        """Return a plan for the whole horizon as an outcome."""
        return self.outcome(found.plan, found.figures, stopped=found.stopped)

    def outcome(
        self,
        plan: Plan | None,
        figures: Figures,
        *,
        stopped: bool,
        sizes: Mapping[str, float] | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> Outcome:
        found = {"plan": plan, "sizes": sizes, "limits": limits, "base": self.base}
        return cast(Outcome, {**NOTHING, **found, **self._proven(figures, stopped=stopped)})

    def nothing(self) -> Outcome:
        """Return the outcome of a part that has nothing to do."""
        return self.outcome(None, Figures(), stopped=False)

    def _proven(self, figures: Figures, *, stopped: bool) -> Proof:
        """Return what an outcome has beside its plan: bound, gap and times."""
        return {
            "bound": figures.bound,
            "gap": figures.gap,
            "stopped": stopped,
            "model_s": round(self._model_s, 3),
            "solver_s": round(self._solver_s, 3),
            "seconds": round(time.monotonic() - self._began, 3),
        }

    def money(self, cost: float) -> Message:
        return money(cost, self._requirement.currency)


def _plan(model: Model, solution: Floats) -> Plan:
    return cast(Plan, plan_of(model, solution))


def _decided_share(news: News, gap: float | None, goal: float, *, proves: bool) -> float:
    """Return the share of the time of branch and cut that has passed, about, 0 to 1.

    Trials of first plans take about equally long. Only the proof is measured by the gap.
    """
    begins, ends = (FIRST_PLANS_BEFORE_PROOF_AT, PROOF_AT) if proves else (FIRST_PLANS_AT, 1.0)
    match news.stage:
        case Stage.FIRST_PLANS:
            return begins + (ends - begins) * news.share
        case Stage.SIZES | Stage.PROOF:
            return PROOF_AT + (1 - PROOF_AT) * way_to_gap(gap, goal)
    return 0.0


def _basis(island: Island) -> Basis:
    return "whole horizon" if island.steps.whole else "typical days"


def _typical_days(island: Island) -> int | None:
    steps = island.steps
    return None if steps.whole else len(steps.positions) // steps.a_day


def just_above(co2: float) -> float:
    """Return the CO2 limit under which the cleanest plan's cost is minimised, kg a year.

    co2: the least CO2, kg a year.
    """
    return co2 + CLEANEST * max(abs(co2), 1.0)
