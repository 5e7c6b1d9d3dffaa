"""Finds a model's best plan, decisions included, and proves it within a gap.

1. Relaxation: decisions are relaxed, and their fixed costs are spread or left out. Its cost is a
   lower bound.
2. First plans: the devices of the relaxation are built, then dropped one by one where that is
   cheaper. Each trial is a warm-started linear program: seconds, while HiGHS' own heuristics take
   longer and find worse plans.
3. Largest sizes: the largest size of each device in a plan as cheap as the best of these
   (`bound_tightening`).
4. Proof: HiGHS' branch and cut, started from the best of these plans, until the gap is reached.
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

# If no plan is known yet, or a device costs nothing per unit of size, no maximum size can be
# proven. Then this many times the largest size in the relaxation, or the largest demand, is used
# instead: the first factor, or the second if the first allows no plan. If a plan comes near the
# assumed size, it is enlarged.
BEYOND_NEED = (1e2, 1e4)
NEAR, ENLARGED, MOST_ENLARGEMENTS = 0.9, 10.0, 3
# A stated maximum size is tightened, too, if it is over this many times the size in a known plan.
LOOSE = 3.0


class BranchAndCut(Solver):
    """Finds the best plan of a model within `gap`. Solutions are values of the model's columns.

    prove: whether the gap is proven. If not, the local search is more thorough instead; that is
    enough if a later stage proves the bound.
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
                tighten(model, used)  # sizes that cost nothing are otherwise arbitrary
                sizes = model.sizes(used)
                near = [name for name in guesses if sizes[name] > NEAR * guesses[name]]
            if not near:
                break
            guesses |= {name: ENLARGED * guesses[name] for name in near}
        self._bounds_hold = status is End.OPTIMAL and not near
        self.note_bound(bound)
        # A plan is known, so these verdicts must be wrong.
        return End.UNKNOWN if status in (End.INFEASIBLE, End.UNBOUNDED) else status

    def _some_plan(
        self, relaxed: Floats, open_ended: Sequence[str]
    ) -> tuple[End, FirstPlan | None]:
        """Look for a plan if rounding found none. It guesses maximum sizes, so no bound holds."""
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
        """Run HiGHS' branch and cut; return how it ended, the solution if optimal, the bound."""
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
                # A good plan is known; these heuristics would run for seconds without a callback.
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
