"""Optimality-based bound tightening: the largest size of each device in a plan of limited cost.

Each size is maximised over the linear relaxation, with a known plan's cost as limit. These sizes
are needed as big-M (`decisions.with_decisions`), and spreading a fixed cost over them tightens the
relaxation's bound. They are proven: any plan with a larger size costs more than the known plan.
"""

from collections.abc import Iterable

import highspy
import numpy as np

from algorithm.linear_program import Program
from algorithm.model.build import Model
from algorithm.model.decisions import Settled, settle
from algorithm.solve.dual_bound import dual_bound
from algorithm.solve.highs import INTERIOR, End, Method, Solver, Stage, duals

# Relative tolerance of the cost limit, so that rounding doesn't exclude the known plan.
ABOVE_THE_PLAN = 1e-6
# Margin added to a proven size, relative, so that it doesn't bind in the best plan.
ROOM = 1e-3


def largest_sizes(
    solver: Solver,
    model: Model,
    settled: Settled,
    cost: float,
    names: Iterable[str],
    method: Method,
) -> dict[str, float]:
    """Return the largest size of each device in a plan of at most this cost; inf if none could be
    proven. A device is missing if the solver was interrupted before.

    settled: the relaxation. cost: of a known plan, in the objective's unit. method: the solver's
    options; simplex warm-starts from one device to the next.
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
    """The same for a long horizon, by interior point; `sizes` has the proven sizes."""

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
    lp.offset_ = 0.0  # the offset belongs to the cost; the objective is now a size
    return lp
