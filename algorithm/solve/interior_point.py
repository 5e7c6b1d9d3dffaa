"""The whole horizon at once, as a linear program: HiGHS' interior point method, HiPO.

Used by `stage_solver`. A year of a campus has some 250,000 columns: HiPO takes a minute or two for
it, where simplex takes a quarter of an hour. It reports nothing but its iterations.
"""

from algorithm.model.build import Model
from algorithm.model.decisions import Settled
from algorithm.solve.dual_bound import dual_bound
from algorithm.solve.highs import (
    INTERIOR,
    INTERIOR_TO_CORNER,
    SIMPLEX,
    End,
    Solver,
    Stage,
    duals,
    objective,
    solution,
)

# What a year takes, more or less; for the bar alone.
USUAL_ITERATIONS = 90
METHODS = (INTERIOR, INTERIOR_TO_CORNER, SIMPLEX)
# A bound that is further below its own program's optimum, relative, is computed again at a corner.
POOR = 1e-3
# An interior solution's duals are a little off. If investments are a little cheaper than they are,
# what these are off by is paid for, and the bound loses no more than this share of them.
SLACK = 1e-5


class InteriorPoint(Solver):
    """Solves a model's program as it is settled, and leaves one solution and one bound.

    prove: whether to go on to a corner where the bound is a poor one.
    """

    def __init__(self, model: Model, settled: Settled, *, prove: bool = True) -> None:
        super().__init__(model.program, Stage.INTERIOR)
        self._model = model
        self._settled = settled
        self._prove = prove

    def solve(self) -> End:
        lp = self._settled.to_highs()
        cheaper = self._settled.costs.copy()
        cheaper[self._model.capacities] *= 1 - SLACK
        lp.col_cost_ = cheaper
        with self.highs(lp, INTERIOR) as highs:
            lp.col_cost_ = self._settled.costs
            for methods in (METHODS, METHODS[1:]):
                status = self.run_confirmed(highs, methods)
                if status is End.OPTIMAL:
                    self.note_solution(solution(highs))
                if not highs.getSolution().dual_valid:
                    break
                bound = dual_bound(lp, duals(highs))
                self.note_bound(bound)
                cost = objective(highs)
                good = cost - bound <= POOR * abs(cost)
                if good or status is not End.OPTIMAL or not self._prove:
                    break
            return status
