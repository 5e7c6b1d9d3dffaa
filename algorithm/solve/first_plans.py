"""First plans by rounding and local search: build the relaxation's devices, drop what doesn't pay.

Each trial is a linear program, warm-started from the last one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import highspy
import numpy as np

from algorithm.model.build import INSTALLED, Model
from algorithm.model.decisions import Decided, settle
from algorithm.series import Floats
from algorithm.solve.highs import End, Solver, objective, solution

# Dropping a device that a plan depends on takes many iterations and turns out more expensive. So a
# trial ends after this share of the relaxation's iterations.
TRIAL_SHARE, FEWEST_ITERATIONS, NO_LIMIT = 0.3, 500, 2**31 - 1
# With at most this many optional devices, all combinations are tried.
ALL_TRIED = 4
# A round of trials that saves less than this share of the cost is the last.
WORTH_A_ROUND = 1e-5
# A device is on if it runs above this share of its minimum load in the relaxed solution; if that is
# infeasible, if it runs at all.
RUNNING = (0.5, 0.0)
# Highest progress that is reported before the trials end.
MOST_TRIED = 0.95
# Tolerance when rounding up to whole units.
NO_UNIT = 1e-6


@dataclass(frozen=True)
class FirstPlan:
    """A plan's cost, the values of the model's columns, its decisions, and the reduced cost of each
    device's size."""

    cost: float
    values: Floats
    decided: Decided
    reduced_costs: Mapping[str, float]


class FirstPlans:
    """Searches for plans from a relaxed solution. highs: has the relaxation's basis."""

    def __init__(self, solver: Solver, model: Model, highs: highspy.Highs, relaxed: Floats) -> None:
        self._solver = solver
        self._model = model
        self._highs = highs
        self._relaxed = relaxed
        self._noted = np.inf
        self._iterations = int(highs.getInfo().simplex_iteration_count)
        # Trials that were made or spared, and how many there will probably be.
        self._tried, self._expected = 0, 1.0

    def best(self, *, thorough: bool) -> FirstPlan | None:
        """Return the best plan that was found, if any.

        thorough: whether devices are also added, until neither adding nor dropping one is cheaper.
        """
        # Each device is dropped or added once, and some once more.
        rounds = 1.3 if thorough else 1.0
        self._expected = rounds * len(self._model.choices) + 2 * len(self._model.unit_sizes) + 1
        best = self._try(Decided(self._wanted()))
        self._count_trial()
        if thorough and len(self._model.choices) <= ALL_TRIED:
            best = self._best_of_all()
        if best is None:
            return None
        if self._model.unit_sizes and (best := self._in_units(best)) is None:
            return None
        return self._run_in_steps(self._improved(best, thorough=thorough))

    def _best_of_all(self) -> FirstPlan | None:
        """Return the best plan of all combinations of optional devices."""
        choices = self._model.choices
        ways = (
            dict(zip(choices, way, strict=True))
            for way in product((True, False), repeat=len(choices))
        )
        plans = [plan for way in ways if (plan := self._try(Decided(way))) is not None]
        return min(plans, key=lambda plan: plan.cost, default=None)

    def _improved(self, best: FirstPlan, *, thorough: bool) -> FirstPlan:
        """Drop devices that don't pay. thorough: also add those that do, until nothing improves."""
        self._limit(max(int(TRIAL_SHARE * self._iterations), FEWEST_ITERATIONS))
        best = self._changed(best, built=True)
        before = np.inf
        while thorough and best.cost < before - WORTH_A_ROUND * abs(best.cost):
            if np.isfinite(before):  # a further round
                self._expected = max(self._expected, self._tried + len(self._model.choices) / 2)
            more = self._changed(best, built=False)
            before, best = best.cost, self._changed(more, built=True) if more is not best else more
        self._limit(NO_LIMIT)
        return best

    def _changed(self, best: FirstPlan, *, built: bool) -> FirstPlan:
        """Drop built devices one by one where that is cheaper; built=False: add devices instead.

        A device whose reduced cost isn't negative is not worth adding, even without its fixed cost.
        """
        names = [name for name in self._model.choices if best.decided.built[name] == built]
        for name in sorted(names, key=self._weight):
            if self._solver.interrupted.is_set():
                break
            self._count_trial()
            if not built and best.reduced_costs[name] >= 0:
                continue
            decided = best.decided
            if name in decided.units:
                decided = _with_units(decided, name, int(not built))
            decided = replace(decided, built={**decided.built, name: not built})
            basis = self._highs.getBasis()
            other = self._try(decided, below=best.cost)
            if other is not None and other.cost < best.cost:
                best = other
            else:
                self._highs.setBasis(basis)
        return best

    def _wanted(self) -> dict[str, bool]:
        """Return which devices to build: those of the relaxation, except one of each set of which
        one must be left out."""
        sizes = self._model.sizes(self._relaxed)
        least = INSTALLED * self._model.island.largest_demand
        built = {name: sizes[name] > least for name in self._model.choices}
        for names in self._model.without_one_of:
            among = [name for name in names if name in built]
            if among and all(built[name] for name in among):
                built[min(among, key=self._weight)] = False
        return built

    def _weight(self, name: str) -> tuple[float, float]:
        """Return a sort key: how far a device exceeds its fixed cost, and its minimum size."""
        figures = self._model.island.devices[name].figures
        size = self._model.sizes(self._relaxed)[name]
        by_size = size * figures.investment
        whole = by_size + figures.investment_fixed
        return by_size / whole if whole else 1.0, size / (figures.smallest_size or 1.0)

    def _count_trial(self, trials: int = 1) -> None:
        self._tried += trials
        self._solver.note_share(min(MOST_TRIED, self._tried / self._expected))

    def _limit(self, iterations: int) -> None:
        self._highs.setOptionValue("simplex_iteration_limit", iterations)

    def _try(self, decided: Decided, below: float = np.inf) -> FirstPlan | None:
        """Solve with these decisions; report the plan if it is the best so far.

        None if there is no plan, if all devices of a set are built of which one must be left out,
        or if every plan costs more than `below`. Dual simplex then ends early: it may take minutes
        to find that there is no plan at all.
        """
        for names in self._model.without_one_of:
            if all(decided.built.get(name, True) for name in names):
                return None
        settle(self._model, decided).pass_to(self._highs)
        self._highs.setOptionValue("objective_bound", below)
        if self._solver.run_to_end(self._highs) is not End.OPTIMAL:
            return None
        duals = np.array(self._highs.getSolution().col_dual)
        sizes = {name: float(duals[c.size[0]]) for name, c in self._model.devices.items()}
        plan = FirstPlan(objective(self._highs), solution(self._highs), decided, sizes)
        if self._is_complete(decided) and plan.cost < self._noted:
            self._noted = plan.cost
            self._solver.note_solution(plan.values)
        return plan

    def _is_complete(self, decided: Decided) -> bool:
        model = self._model
        return (
            len(decided.units) == len(model.unit_sizes)
            and len(decided.in_steps) == len(model.deciding)
            and len(decided.importing) == len(model.directed)
        )

    def _run_in_steps(self, plan: FirstPlan) -> FirstPlan | None:
        """Round a plan's relaxed decisions in steps: what runs, and what charges."""
        if self._is_complete(plan.decided):
            return plan
        for share in RUNNING:
            decided = running(self._model, plan.values, share, plan.decided)
            if (found := self._try(decided)) is not None:
                return found
        return None

    def _in_units(self, plan: FirstPlan) -> FirstPlan | None:
        """Round each device's number of units up or, where that is cheaper, down."""
        decided, best = plan.decided, plan
        for name, most in units_near(self._model, plan.values).items():
            rounded = [
                self._try(_with_units(decided, name, units))
                for units in range(max(most - 1, 0), most + 1)
            ]
            self._count_trial(len(rounded))
            plans = [other for other in rounded if other is not None]
            if not plans:
                return None
            best = min(plans, key=lambda other: other.cost)
            decided = best.decided
        return best


def _with_units(decided: Decided, name: str, units: int) -> Decided:
    """Return the decisions with a device's number of units; with 0 units it isn't built."""
    built = {**decided.built, name: units > 0} if name in decided.built else decided.built
    return replace(decided, built=built, units={**decided.units, name: units})


def units_near(model: Model, values: Floats) -> dict[str, int]:
    """Return the number of units, rounded up, of each device that comes in whole units."""
    sizes = model.sizes(values)
    return {n: int(np.ceil(sizes[n] / unit - NO_UNIT)) for n, unit in model.unit_sizes.items()}


def running(model: Model, values: Floats, share: float, decided: Decided) -> Decided:
    """Round the decisions in steps of a relaxed solution: what runs, what charges, what imports.

    share: a device is on above this share of its minimum load. A meter imports where there is net
    import.
    """
    nothing = INSTALLED * model.island.largest_demand
    in_steps = {n: c.decided(values, share, nothing) for n, c in model.deciding.items()}
    weights = model.island.steps.weights
    importing = {n: columns.importing(values, weights) for n, columns in model.directed.items()}
    return replace(decided, in_steps=in_steps, importing=importing)


def decided_in(model: Model, values: Floats) -> Decided:
    """Return the decisions of a plan, read from its values (columns,)."""
    installed = model.installed(values)
    built = {name: name in installed for name in model.choices}
    return running(model, values, 0.0, Decided(built, model.units(model.sizes(values))))
