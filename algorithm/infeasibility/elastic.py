"""An island made to bend: what is missing at least, and which limits are in the way.

Used by `explain`, where there is no plan.

Of every carrier something may be missing or too much, and the least of that is looked for. Shadow
prices then tell of which limits a little more would leave less missing.
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
# What can't be met is wanted, not the very least of it.
GAP = 0.05
# What is missing below this is rounding, kW as the solver takes them.
NOTHING = 1e-6
# A limit is in the way if doubling it would leave less missing by more than this share.
NO_HELP = 1e-6
# A kWh missing where nobody demands it, and one too much, in kWh that a demand falls short by:
# demands are named, unless meeting them only leaves something over.
MISSING_INSIDE, LEFT_OVER = 20.0, 0.1
# Too many columns for simplex.
MANY_COLUMNS = 50_000
# What no supply or export of a requirement can be called.
MISSING, TOO_MUCH = "<missing> ", "<too much> "


@dataclass(frozen=True)
class Found:
    """A solution, and what a unit more of each column and each row's right side changes of the
    objective: of what is missing.

    decided: whether yes/no decisions are those of a plan, and not anything between.
    """

    values: Floats
    of_columns: Floats
    of_rows: Floats
    missing: float
    decided: bool

    def helps(self, change: float, limit: float) -> bool:
        """Return whether more of a limit leaves less missing, given what a unit of it changes."""
        return -change * max(limit, 1.0) > NO_HELP * self.missing


class _Shadow(Solver):
    """Solves a program as it is settled, and leaves its shadow prices."""

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


def bending(island: Island) -> Model:
    """Return a model in which anything may be missing or too much; it minimises nothing else."""
    steps = len(island.steps.weights)
    nothing, any_power = np.zeros(steps), np.full(steps, np.inf)
    free = {c: Trade(c, nothing, nothing, any_power) for c in island.carriers}
    sold = {c: replace(trade, sold=True) for c, trade in free.items()}
    bent = replace(
        island,
        supplies={**island.supplies, **{MISSING + c: trade for c, trade in free.items()}},
        exports={**island.exports, **{TOO_MUCH + c: trade for c, trade in sold.items()}},
    )
    model = build_model(bent, unserved_price=1.0)
    terms: list[Term] = [(model.unserved[name], 1.0) for name in must_be_met(island)]
    terms += [(model.supplies[MISSING + c].power, MISSING_INSIDE) for c in free]
    terms += [(model.exports[TOO_MUCH + c].power, LEFT_OVER) for c in free]
    model.program.minimise(terms)
    return replace(model, minimise="shortfall")


def must_be_met(island: Island) -> list[str]:
    """Return the demands that may not go unserved."""
    return [name for name, demand in island.demands.items() if demand.unserved_price is None]


def least_missing(model: Model, should_stop: Callable[[], bool]) -> Found | None:
    """Find the least that is missing: with decisions anywhere between yes and no, if that is
    something already, else with those of a plan. None if there is no telling in time."""
    deadline = time.monotonic() + TIME_LIMIT_S
    found = _found(model, Decided(), should_stop, deadline)
    if found is None or found.missing > nothing(model) or not model.decision_count:
        return found
    decisive = BranchAndCut(model, gap=GAP)
    decisive.watch(should_stop, deadline)
    solutions = decisive.news().solutions
    if not solutions:
        return None
    return _found(model, decided_in(model, solutions[-1]), should_stop, deadline)


def nothing(model: Model) -> float:
    """Return the kW below which what is missing is rounding."""
    return NOTHING * model.program.unit


def relaxed(model: Model) -> Found | None:
    """Solve a model with decisions anywhere between yes and no; None if there is no solution."""
    return _found(model, Decided(), lambda: False, time.monotonic() + TIME_LIMIT_S)


def _found(
    model: Model, decided: Decided, should_stop: Callable[[], bool], deadline: float
) -> Found | None:
    solver = _Shadow(model.program, settle(model, decided))
    solver.watch(should_stop, deadline)
    try:
        ended = solver.end
    except Failed:
        return None  # the verdict stands without its reasons
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
