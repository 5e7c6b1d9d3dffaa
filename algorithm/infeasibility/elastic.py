"""The elastic relaxation of an infeasible model: its smallest shortfall, and the limits behind it.

Every carrier may fall short or have a surplus, and the sum of these is minimised. The duals of the
optimum then show which limits would reduce the shortfall if they were raised.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from algorithm.components.trade import Trade
from algorithm.errors import Failed
from algorithm.island.island import Island
from algorithm.linear_program import Program, Term
from algorithm.model.build import Model, build_model
from algorithm.model.decisions import Decided, Settled, settle
from algorithm.series import Floats
from algorithm.solve.branch_and_cut import BranchAndCut
from algorithm.solve.first_plans import decided_in
from algorithm.solve.highs import INTERIOR, INTERIOR_TO_CORNER, SIMPLEX, End, Solver, Stage

TIME_LIMIT_S = 120.0
# An explanation is needed, not the minimal one.
GAP = 0.05
# Shortfalls below this are rounding errors, kW in the solver's scaling.
NOTHING = 1e-6
# A limit matters if doubling it would reduce the shortfall by more than this share.
NO_HELP = 1e-6
# Penalties, relative to a kWh of unmet demand: of a kWh missing elsewhere, and of a kWh of surplus.
# So a shortfall is attributed to demands, but a surplus is preferred to a shortfall.
MISSING_INSIDE, LEFT_OVER = 20.0, 0.1
# Above this number of columns, use interior point instead of simplex.
MANY_COLUMNS = 50_000
# Prefixes that no name of a supply or export in a requirement can have.
MISSING, TOO_MUCH = "<missing> ", "<too much> "


@dataclass(frozen=True)
class Found:
    """A solution of the elastic relaxation.

    values: of the columns. of_columns, of_rows: reduced costs and duals, the change of the
    shortfall per unit of a column or of a row's bound. missing: the objective. decided: whether
    decisions were fixed to those of a plan, rather than relaxed.
    """

    values: Floats
    of_columns: Floats
    of_rows: Floats
    missing: float
    decided: bool

    def helps(self, change: float, limit: float) -> bool:
        """Return whether raising a limit reduces the shortfall. change: the dual of the limit."""
        return -change * max(limit, 1.0) > NO_HELP * self.missing


class _ElasticSolver(Solver):
    """Solves a program with its decisions fixed or relaxed; `solution` has its duals."""

    def __init__(self, program: Program, settled: Settled) -> None:
        super().__init__(program, Stage.RELAXATION)
        self._settled = settled
        self.solution: highspy.HighsSolution | None = None

    def solve(self) -> End:
        lp = self._settled.to_highs()
        many = lp.num_col_ > MANY_COLUMNS
        methods = (INTERIOR, INTERIOR_TO_CORNER) if many else (SIMPLEX, INTERIOR_TO_CORNER)
        with self.highs(lp, {}) as highs:
            status = self.run_confirmed(highs, methods)
            if status is End.OPTIMAL:
                self.solution = highs.getSolution()
            return status


def elastic_model(island: Island) -> Model:
    """Return a model in which every carrier may fall short or have a surplus; only their weighted
    sum is minimised."""
    steps = len(island.steps.weights)
    nothing, any_power = np.zeros(steps), np.full(steps, np.inf)
    free = {c: Trade(c, nothing, nothing, any_power) for c in island.carriers}
    sold = {c: replace(trade, sold=True) for c, trade in free.items()}
    elastic = replace(
        island,
        supplies={**island.supplies, **{MISSING + c: trade for c, trade in free.items()}},
        exports={**island.exports, **{TOO_MUCH + c: trade for c, trade in sold.items()}},
    )
    model = build_model(elastic, unserved_price=1.0)
    terms: list[Term] = [(model.unserved[name], 1.0) for name in must_be_met(island)]
    terms += [(model.supplies[MISSING + c].power, MISSING_INSIDE) for c in free]
    terms += [(model.exports[TOO_MUCH + c].power, LEFT_OVER) for c in free]
    model.program.minimise(terms)
    return replace(model, minimise="shortfall")


def must_be_met(island: Island) -> list[str]:
    """Return the demands that may not go unserved."""
    return [name for name, demand in island.demands.items() if demand.unserved_price is None]


def least_missing(model: Model, should_stop: Callable[[], bool]) -> Found | None:
    """Find the smallest shortfall: with decisions relaxed if it is positive then, else with those
    of a plan. None if it can't be found in time."""
    deadline = time.monotonic() + TIME_LIMIT_S
    found = _found(model, Decided(), should_stop, deadline)
    if found is None or found.missing > nothing(model) or not model.decision_count:
        return found
    solver = BranchAndCut(model, gap=GAP)
    solver.watch(should_stop, deadline)
    solutions = solver.news().solutions
    if not solutions:
        return None
    return _found(model, decided_in(model, solutions[-1]), should_stop, deadline)


def nothing(model: Model) -> float:
    """Return the power below which a shortfall is a rounding error, kW."""
    return NOTHING * model.program.unit


def relaxed(model: Model) -> Found | None:
    """Solve a model with its decisions relaxed; None if there is no solution."""
    return _found(model, Decided(), lambda: False, time.monotonic() + TIME_LIMIT_S)


def _found(
    model: Model, decided: Decided, should_stop: Callable[[], bool], deadline: float
) -> Found | None:
    solver = _ElasticSolver(model.program, settle(model, decided))
    solver.watch(should_stop, deadline)
    try:
        ended = solver.end
    except Failed:
        return None  # the model is infeasible all the same; only the explanation is missing
    if ended is not End.OPTIMAL or solver.solution is None:
        return None
    values = np.array(solver.solution.col_value)
    return Found(
        values,
        np.array(solver.solution.col_dual),
        np.array(solver.solution.row_dual),
        model.program.objective(values),
        decided=bool(decided.built or decided.units or decided.in_steps),
    )
