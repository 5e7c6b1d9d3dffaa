"""How large each device can be in a plan that costs no more than one that is known.

Optimality-based bound tightening: each size is maximised over the linear relaxation, with the known
cost as a limit. A decision needs such a size (`decisions.with_decisions`), and a fixed cost that is
spread over it makes the relaxation's bound tighter. What is proven here is no guess: a larger size
costs more than the known plan, whatever else is built.
"""

from collections.abc import Iterable

import highspy
import numpy as np

from algorithm.linear_program import Program
from algorithm.model.build import Model
from algorithm.model.decisions import Settled, settle
from algorithm.solve.dual_bound import dual_bound
from algorithm.solve.highs import INTERIOR, End, Method, Solver, Stage, duals

# The known plan is among those that are allowed, whatever its last digits.
ABOVE_THE_PLAN = 1e-6
# Added to a proven size, relative: the plan that is looked for need not lean on it.
ROOM = 1e-3


def largest_sizes(
    solver: Solver,
    model: Model,
    settled: Settled,
    cost: float,
    names: Iterable[str],
    method: Method,
) -> dict[str, float]:
    """Return the maximum size of each of the devices in a plan of at most this cost; inf where none
    could be proven, or the solver was interrupted before.

    settled: the relaxation. cost: of a known plan, in the objective's unit. method: by which to
    solve; a simplex method goes on from each size to the next.
    """
    lp = _with_cost_limit(model.program, settled, cost)
    sizes: dict[str, float] = {}
    with solver.highs(lp, method) as highs:
        columns = np.arange(lp.num_col_, dtype=np.int32)
        for name in names:
            costs = np.zeros(lp.num_col_)
            costs[model.devices[name].size] = -1.0
            highs.changeColsCost(len(columns), columns, costs)
            end = solver.run_to_end(highs)
            lp.col_cost_ = costs
            proven = dual_bound(lp, duals(highs)) if end is End.OPTIMAL else -np.inf
            sizes[name] = -proven * (1 + ROOM)
            if solver.interrupted.is_set():
                break
    return sizes


class LargestSizes(Solver):
    """The same for a long horizon, by interior points; `sizes` has what was proven."""

    def __init__(self, model: Model, cost: float, names: Iterable[str]) -> None:
        super().__init__(model.program, Stage.SIZES)
        self._model, self._cost, self._names = model, cost, list(names)
        self.sizes: dict[str, float] = {}

    def solve(self) -> End:
        relaxation = settle(self._model)
        self.sizes = largest_sizes(self, self._model, relaxation, self._cost, self._names, INTERIOR)
        return End.INTERRUPTED if self.interrupted.is_set() else End.OPTIMAL


def _with_cost_limit(program: Program, settled: Settled, cost: float) -> highspy.HighsLp:
    limited = program.copy()
    most = cost + ABOVE_THE_PLAN * abs(cost) - settled.offset
    limited.total([(np.arange(program.column_count), settled.costs)], upper=most)
    lp = limited.to_highs()
    lp.col_lower_, lp.col_upper_ = settled.lower, settled.upper
    lp.row_lower_ = np.append(settled.row_lower, -np.inf)
    lp.row_upper_ = np.append(settled.row_upper, most)
    lp.offset_ = 0.0  # which belongs to the cost, and sizes are what is looked for
    return lp
