"""Decisions and all: the program's best plan, and the proof that it is.

Used by `solving` and `bending`.

1. Relaxation: yes/no decisions may be anything between. Its cost is a bound for all plans.
2. First plans: the decisions rounded up, then one device after another left out if that is
   cheaper. Each is a small linear program from where the last one ended: seconds, where HiGHS' own
   heuristics take long and end worse.
3. Proof: HiGHS' branch and cut, from the best of these plans, until the gap is closed.
"""

from collections.abc import Iterable

import highspy
import numpy as np

from algorithm.program import Program
from algorithm.series import Floats, Integers
from algorithm.solver import (
    FEASIBILITY_TOLERANCE,
    LOGGING_INTERVAL_S,
    End,
    Setting,
    Solver,
    Stage,
    objective,
    solution,
)

# Of a decision in the relaxation, beyond which the device is part of the first plan.
ROUNDED_UP = 1e-6
# To do without a device that a plan leans on takes many iterations, and costs more in the end:
# a trial ends after this share of the relaxation's.
TRIAL_SHARE, FEWEST_ITERATIONS = 0.1, 500


class BranchAndCut(Solver):
    """Finds the best plan of a program within `gap`.

    decisions: the columns that say whether a device is built; the program's other whole numbers
    (units, hours on and off) are rounded once those are settled.
    """

    def __init__(self, program: Program, decisions: Iterable[int], *, gap: float) -> None:
        super().__init__(program, Stage.RELAXATION)
        self._decisions: Integers = np.array(sorted(decisions), dtype=np.int32)
        self._others: Integers = np.setdiff1d(program.whole_columns, self._decisions)
        self._gap = gap

    def solve(self) -> End:
        with self.highs(self._options(), relaxed=True) as highs:
            status = self.run_to_end(highs)
            if status is End.UNKNOWN:
                return self._prove(None)  # which has other means
            if status is not End.OPTIMAL:
                return status
            bound = objective(highs)
            self.note_bound(bound)
            if not self.program.whole_numbers:
                self.note_solution(solution(highs))
                return End.OPTIMAL
            self.note_stage(Stage.FIRST_PLANS)
            cost, plan = self._first_plans(highs)
        if self.interrupted.is_set():
            return End.INTERRUPTED
        if plan is not None and cost - bound <= self._gap * abs(cost):
            return End.OPTIMAL
        return self._prove(plan)

    def _options(self) -> dict[str, Setting]:
        return {
            "mip_rel_gap": self._gap,
            "mip_feasibility_tolerance": FEASIBILITY_TOLERANCE,
            "mip_min_logging_interval": LOGGING_INTERVAL_S,
        }

    def _first_plans(self, highs: highspy.Highs) -> tuple[float, Floats | None]:
        """Return cost and columns of the best plan by rounding up and leaving out; inf if none."""
        decisions = self._decisions
        wanted = solution(highs)[decisions]
        built = wanted > ROUNDED_UP
        iterations = highs.getInfo().simplex_iteration_count
        best, plan = np.inf, None

        def try_out() -> bool:
            nonlocal best, plan
            _fix(highs, decisions, built.astype(float))
            found = self.run_to_end(highs) is End.OPTIMAL and objective(highs) < best
            if found:
                best, plan = objective(highs), solution(highs)
                if not len(self._others):
                    self.note_solution(plan)
            return found

        if not try_out():
            return best, plan
        limit = max(int(TRIAL_SHARE * iterations), FEWEST_ITERATIONS)
        highs.setOptionValue("simplex_iteration_limit", limit)
        for decision in np.argsort(wanted, kind="stable"):
            if not built[decision] or self.interrupted.is_set():
                continue
            basis = highs.getBasis()
            built[decision] = False
            if not try_out():
                built[decision] = True
                highs.setBasis(basis)
        return self._rounded(highs, plan) if len(self._others) else (best, plan)

    def _rounded(self, highs: highspy.Highs, plan: Floats | None) -> tuple[float, Floats | None]:
        """Round the other whole numbers of a plan up, and return what that costs; inf if it
        can't be run so."""
        if plan is None:
            return np.inf, None
        highs.setOptionValue("simplex_iteration_limit", 2**31 - 1)
        _fix(highs, self._decisions, np.round(plan[self._decisions]))
        _fix(highs, self._others.astype(np.int32), np.ceil(plan[self._others] - ROUNDED_UP))
        if self.run_to_end(highs) is not End.OPTIMAL:
            return np.inf, None
        rounded = solution(highs)
        self.note_solution(rounded)
        return objective(highs), rounded

    def _prove(self, plan: Floats | None) -> End:
        self.note_stage(Stage.PROOF)
        with self.highs(self._options(), relaxed=False) as highs:
            if plan is not None:
                start = highspy.HighsSolution()
                start.col_value = plan.tolist()
                highs.setSolution(start)
                # Heuristics that look for such a plan are silent for seconds, and not needed now.
                for heuristic in ("rins", "rens", "root_reduced_cost"):
                    highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)
            status = self.run_to_end(highs)
            if status is End.OPTIMAL:
                self.note_solution(solution(highs))
            bound = highs.getInfo().mip_dual_bound
            if np.isfinite(bound):
                self.note_bound(bound)
            return status


def _fix(highs: highspy.Highs, columns: Integers, values: Floats) -> None:
    highs.changeColsBounds(len(columns), columns, values, values)
