"""Decisions and all: a model's best plan, and the proof that it is.

Used by `stage_solver` and `elastic`.

1. Relaxation: decisions are open, and what they would cost is left out. Its cost is a bound.
2. First plans: what the relaxation wants is built, then one device after another left out if that
   is cheaper. Each is a small linear program from where the last one ended: seconds, where HiGHS'
   own heuristics take long and end worse.
3. Largest sizes: how large a device can be in a plan as cheap as the best of these
   (`bound_tightening`).
4. Proof: HiGHS' branch and cut, from the best of these plans, until the gap is closed.
"""

from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np

from algorithm.model.build import Model
from algorithm.model.decisions import Settled, settle, sized_by_decisions, with_decisions
from algorithm.model.trimming import tighten
from algorithm.series import Floats
from algorithm.solve.bound_tightening import largest_sizes
from algorithm.solve.dual_bound import dual_bound
from algorithm.solve.first_plans import FirstPlan, FirstPlans, decided_in
from algorithm.solve.highs import (
    FEASIBILITY_TOLERANCE,
    LOGGING_INTERVAL_S,
    SIMPLEX,
    SIMPLEX_AS_IT_IS,
    End,
    Method,
    Solver,
    Stage,
    duals,
    solution,
)

# Where no plan is known yet, or a device costs nothing by its size, no maximum size can be proven:
# then this many times the maximum size of the relaxation, or demand of the site, stands in for it;
# the second where the first allows no plan. If a plan comes near it, it is enlarged.
BEYOND_NEED = (1e2, 1e4)
NEAR, ENLARGED, MOST_ENLARGEMENTS = 0.9, 10.0, 3
# A stated maximum size is tightened, too, if it is this many times the size in a known plan.
LOOSE = 3.0


class BranchAndCut(Solver):
    """Finds the best plan of a model within `gap`; its solutions are of the model's columns.

    prove: whether that is proven, or only looked for with more care, as is enough where a later
    stage has the proof.
    """

    def __init__(self, model: Model, *, gap: float, prove: bool = True) -> None:
        super().__init__(model.program, Stage.RELAXATION)
        self._model = model
        self._prove_it = prove
        self._gap = gap
        self._bounds_hold = True

    def solve(self) -> End:
        relaxation = settle(self._model)
        lp = relaxation.to_highs()
        with self.highs(lp, SIMPLEX) as highs:
            status = self.run_confirmed(highs, (SIMPLEX, SIMPLEX_AS_IT_IS))
            if status is not End.OPTIMAL:
                return status
            bound, relaxed = dual_bound(lp, duals(highs)), solution(highs)
            self.note_bound(bound)
            if not self._model.decision_count:
                self.note_solution(relaxed)
                return End.OPTIMAL
            self.note_stage(Stage.FIRST_PLANS)
            plans = FirstPlans(self, self._model, highs, relaxed)
            first = plans.best(thorough=not self._prove_it)
        if self.interrupted.is_set():
            return End.INTERRUPTED
        if first is not None and (
            not self._prove_it or first.cost - bound <= self._gap * abs(first.cost)
        ):
            return End.OPTIMAL
        return self._prove(relaxation, relaxed, first)

    def _prove(self, relaxation: Settled, relaxed: Floats, first: FirstPlan | None) -> End:
        model, devices = self._model, self._model.island.devices
        names = sized_by_decisions(model)
        open_ended = [name for name in names if np.isinf(devices[name].max_size)]
        if first is None:
            status, first = self._some_plan(relaxed, open_ended)
            if first is None:
                return status
        self.note_stage(Stage.SIZES)
        sizes = model.sizes(first.values)
        loose = [name for name in names if devices[name].max_size > LOOSE * sizes[name]]
        proven = largest_sizes(self, model, relaxation, first.cost, loose, SIMPLEX)
        if self.interrupted.is_set():
            return End.INTERRUPTED
        unproven = [name for name in open_ended if np.isinf(proven[name])]
        guesses = self._beyond_need(relaxed, unproven, BEYOND_NEED[0])
        self.note_stage(Stage.PROOF)
        self._bounds_hold = not guesses
        for _ in range(MOST_ENLARGEMENTS):
            status, found, bound = self._branch_and_cut({**proven, **guesses}, first)
            near = []
            if found is not None:
                used = found.clip(min=0.0)
                tighten(model, used)  # what costs nothing is no larger than it has to be
                sizes = model.sizes(used)
                near = [name for name in guesses if sizes[name] > NEAR * guesses[name]]
            if not near:
                break
            guesses |= {name: ENLARGED * guesses[name] for name in near}
        self._bounds_hold = status is End.OPTIMAL and not near
        self.note_bound(bound)
        # There is a plan already: such a verdict can't be right.
        return End.UNKNOWN if status in (End.INFEASIBLE, End.UNBOUNDED) else status

    def _some_plan(
        self, relaxed: Floats, open_ended: Sequence[str]
    ) -> tuple[End, FirstPlan | None]:
        """Look for a plan where rounding found none; its bounds don't count."""
        self.note_stage(Stage.PROOF)
        self._bounds_hold = False
        for beyond in BEYOND_NEED:
            guesses = self._beyond_need(relaxed, open_ended, beyond)
            status, found, _ = self._branch_and_cut(guesses, None)
            if found is not None:
                decided = decided_in(self._model, found)
                return status, FirstPlan(self._model.objective(found), found, decided, {})
        return status, None

    def _beyond_need(self, relaxed: Floats, names: Iterable[str], times: float) -> dict[str, float]:
        devices, sizes = self._model.island.devices, self._model.sizes(relaxed)
        free = [sizes[name] for name, device in devices.items() if device.figures.size is None]
        need = max([self._model.island.largest_demand, *free])
        return {name: max(times * need, 2 * devices[name].figures.min_size) for name in names}

    def _branch_and_cut(
        self, limits: Mapping[str, float], first: FirstPlan | None
    ) -> tuple[End, Floats | None, float]:
        """Run HiGHS' branch and cut; return how it ended, the best solution if any, the bound."""
        program, columns = with_decisions(self._model, limits)
        options: Method = {
            "mip_rel_gap": self._gap,
            "mip_feasibility_tolerance": FEASIBILITY_TOLERANCE,
            "mip_min_logging_interval": LOGGING_INTERVAL_S,
        }
        with self.highs(program.to_highs(), options) as highs:
            if first is not None:
                start = highspy.HighsSolution()
                start.col_value = columns.values(
                    first.decided, first.values, program.column_count
                ).tolist()
                highs.setSolution(start)
                # Heuristics that look for such a plan are silent for seconds, and not needed now.
                for heuristic in ("rins", "rens", "root_reduced_cost"):
                    highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)
            status = self.run_confirmed(highs, ({}, {"presolve": "off"}))
            bound = float(highs.getInfo().mip_dual_bound)
            if status is not End.OPTIMAL:
                return status, None, bound
            self.note_solution(solution(highs))
            return status, solution(highs)[: self._model.program.column_count], bound

    def note_solution(self, solution: Floats) -> None:
        super().note_solution(solution[: self._model.program.column_count])

    def note_bound(self, bound: float) -> None:
        if self._bounds_hold:
            super().note_bound(bound)
