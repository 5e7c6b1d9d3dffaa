"""Solves the linear program of the whole horizon with HiGHS' interior point method, HiPO.

A year of a campus has some 250,000 columns: HiPO takes a minute or two, simplex a quarter of an
hour. HiPO reports only its iterations.
"""

from algorithm.model.build import Model
from algorithm.model.decisions import Settled
from algorithm.solve.dual_bound import dual_bound
from algorithm.solve.highs import (
    EXACT,
    INTERIOR,
    INTERIOR_TO_CORNER,
    SIMPLEX,
    End,
    Method,
    Solver,
    Stage,
    duals,
    objective,
    solution,
)

# Approximate iterations for a year, for the progress bar only.
USUAL_ITERATIONS = 90
METHODS: tuple[Method, ...] = (INTERIOR, INTERIOR_TO_CORNER, SIMPLEX)
# If the bound is further below the program's optimum than this, relative, it is computed again
# after crossover.
POOR = 1e-3
# The duals of an interior solution are slightly infeasible. Solving with investments that are
# cheaper by this share leaves room for that, and weakens the bound by no more than this share of
# them.
SLACK = 1e-5
# A tolerance, relative, at which a bound takes a seventh fewer iterations.
ROUGH = 1e-4


class InteriorPoint(Solver):
    """Solves a model's program with its decisions fixed or relaxed; notes a solution and a bound.

    prove: whether to repeat it, exactly and then with crossover, if the bound is weak. tolerance:
    relative, between HiPO's primal and dual objective at its end; the bound holds whatever it is.
    """

    def __init__(
        self, model: Model, settled: Settled, *, prove: bool = True, tolerance: float = EXACT
    ) -> None:
        super().__init__(model.program, Stage.INTERIOR)
        self._model = model
        self._settled = settled
        self._prove = prove
        self._tolerance = tolerance

    def solve(self) -> End:
        lp = self._settled.to_highs()
        cheaper = self._settled.costs.copy()
        cheaper[self._model.capacities] *= 1 - SLACK
        lp.col_cost_ = cheaper
        ways = [METHODS, METHODS[1:]]
        if self._tolerance != EXACT:
            rough = {**INTERIOR, "ipm_optimality_tolerance": self._tolerance}
            ways.insert(0, (rough, *METHODS[1:]))
        with self.highs(lp, ways[0][0]) as highs:
            lp.col_cost_ = self._settled.costs
            for methods in ways:
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
