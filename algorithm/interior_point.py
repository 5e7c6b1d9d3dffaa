"""The whole horizon at once, where no decision is open: HiGHS' interior point method, HiPO.

Used by `solving`. A year of a campus has some 250,000 columns: HiPO takes a minute or two for it,
where simplex takes a quarter of an hour. It reports nothing but its iterations.
"""

from collections.abc import Mapping

from algorithm.program import Program
from algorithm.solver import End, Setting, Solver, Stage, objective, solution

# What a year takes, more or less; for the bar alone.
USUAL_ITERATIONS = 90
# The dual solution, whose objective is the bound, is right to this much of it.
DUAL_TOLERANCE = 1e-7


class InteriorPoint(Solver):
    """Solves the program with its whole numbers `fixed`, and all others of them anything between.

    Leaves one solution and, as its bound, the objective less what the duals may be wrong by.
    """

    def __init__(self, program: Program, fixed: Mapping[int, float]) -> None:
        super().__init__(program, Stage.INTERIOR)
        self._fixed = fixed

    def solve(self) -> End:
        # Crossover would go on to a corner of the same cost, for as long again; what it would make
        # exactly 0 is cleaned away by `operation`.
        options: dict[str, Setting] = {"solver": "hipo", "run_crossover": "off"}
        with self.highs(options, relaxed=True, fixed=self._fixed) as highs:
            status = self.run_to_end(highs)
            if status is End.UNKNOWN:
                highs.setOptionValue("solver", "ipx")  # slower, and rarely at a loss
                status = self.run_to_end(highs)
            if status is End.OPTIMAL:
                cost = objective(highs)
                self.note_bound(cost - DUAL_TOLERANCE * abs(cost))
                self.note_solution(solution(highs))
            return status
