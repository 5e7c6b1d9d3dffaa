"""A lower bound from any dual point of a linear program, independent of the solver's tolerances.

For any duals y of the rows, c·x = y·(Ax) + (c - Aᵀy)·x, and the minimum of each part within the
bounds of rows and columns is known. So the bound is valid even for a run that was interrupted: a
poor dual point only makes it weak. Neumaier and Shcherbina (2004), "Safe bounds in linear and
mixed-integer linear programming".
"""

import highspy
import numpy as np

from algorithm.series import Booleans, Floats, Integers

# A repair may move an error on to another column: from a store's flows to its power, then its size.
MOST_PASSES = 12
MOST_LOWERED = 0.1
# Rounding error of a sum of products, relative to the sum of their absolute values.
ROUNDING = 1e-12


def dual_bound(lp: highspy.HighsLp, duals: Floats) -> float:
    """Return a lower bound of the cost of `lp`; -inf if these duals give none.

    lp: to be minimised, its matrix row-wise. duals: (rows,) in the objective's unit per unit of a
    row, positive at a row's lower limit, negative at its upper limit.
    """
    return _DualPoint(lp).bound(np.array(duals, dtype=float))


class _DualPoint:
    """A linear program in arrays, to evaluate and repair dual points."""

    def __init__(self, lp: highspy.HighsLp) -> None:
        self._costs = np.array(lp.col_cost_)
        self._lower, self._upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
        self._row_lower, self._row_upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
        self._offset = float(lp.offset_)
        starts = np.array(lp.a_matrix_.start_)
        self._columns: Integers = np.array(lp.a_matrix_.index_, dtype=np.int64)
        self._values = np.array(lp.a_matrix_.value_)
        self._lengths: Integers = np.diff(starts)
        self._rows: Integers = np.repeat(np.arange(len(self._lengths)), self._lengths)

    def bound(self, duals: Floats) -> float:
        duals = np.where((duals > 0) & np.isinf(self._row_lower), 0.0, duals)
        duals = np.where((duals < 0) & np.isinf(self._row_upper), 0.0, duals)
        duals = self._repaired(duals)
        reduced = self._reduced(duals)
        reduced[self._unlimited(reduced) & ~self._infeasible(duals, reduced)] = 0.0
        of_rows = _minimum(duals, self._row_lower, self._row_upper)
        of_columns = _minimum(reduced, self._lower, self._upper)
        parts = np.concatenate([of_rows, of_columns])
        if not np.isfinite(parts).all():
            return -np.inf
        return float(parts.sum() - ROUNDING * np.abs(parts).sum()) + self._offset

    def _reduced(self, duals: Floats) -> Floats:
        products = self._values * duals[self._rows]
        return self._costs - np.bincount(self._columns, products, len(self._costs))

    def _unlimited(self, reduced: Floats) -> Booleans:
        """Which columns have a reduced cost that favours a direction without a bound."""
        limit = np.where(reduced < 0, self._upper, self._lower)
        unlimited: Booleans = (reduced != 0) & np.isinf(limit)
        return unlimited

    def _infeasible(self, duals: Floats, reduced: Floats) -> Booleans:
        """Which unlimited columns have a reduced cost larger than rounding errors."""
        products = np.abs(self._values * duals[self._rows])
        amounts = 1 + np.abs(self._costs) + np.bincount(self._columns, products, len(self._costs))
        infeasible: Booleans = self._unlimited(reduced) & (np.abs(reduced) > ROUNDING * amounts)
        return infeasible

    def _repaired(self, duals: Floats) -> Floats:
        """Return duals that are feasible for unlimited columns, as far as possible.

        Each infeasible reduced cost is removed by changing the dual of one of the column's rows: of
        a limit if there is one (such as an activity's limit by its device's size), else of a
        balance. If that only moves the error to another unlimited column, all duals are scaled down
        a little, and then single duals are lowered.
        """
        for attempt, lowering in enumerate((False, False, True)):
            if attempt == 1:
                duals = self._lowered(duals)
            for _ in range(MOST_PASSES):
                reduced = self._reduced(duals)
                infeasible = self._infeasible(duals, reduced)
                change = self._change(duals, reduced, infeasible, lowering=lowering)
                if not change.any():
                    break
                duals = duals + change
            if not infeasible.any():
                break
        return duals

    def _lowered(self, duals: Floats) -> Floats:
        """Return all duals scaled down so that columns with a positive cost become dual feasible;
        unchanged if that would weaken the bound by MOST_LOWERED or more."""
        reduced = self._reduced(duals)
        infeasible = self._infeasible(duals, reduced) & (self._costs > 0) & (reduced < 0)
        if not infeasible.any():
            return duals
        share = float((reduced[infeasible] / (reduced[infeasible] - self._costs[infeasible])).max())
        return duals * (1 - share * (1 + ROUNDING)) if share < MOST_LOWERED else duals

    def _change(
        self, duals: Floats, reduced: Floats, infeasible: Booleans, *, lowering: bool
    ) -> Floats:
        """Return the change of the duals (rows,): one row for each infeasible column."""
        entries = np.flatnonzero(infeasible[self._columns] & (self._values != 0))
        change = reduced[self._columns[entries]] / self._values[entries]
        rows = self._rows[entries]
        balances = self._row_lower[rows] == self._row_upper[rows]
        if lowering:
            # The dual of a limit may only decrease in absolute value; take the largest one first.
            allowed = balances | (np.abs(duals[rows] + change) < np.abs(duals[rows]))
            order = np.where(balances, self._lengths[rows], -np.abs(duals[rows]))
        else:
            limit = np.where(change < 0, self._row_upper[rows], self._row_lower[rows])
            allowed, order = np.isfinite(limit), self._lengths[rows]
        entries, change, rows, balances, order = (
            part[allowed] for part in (entries, change, rows, balances, order)
        )
        # Prefer a limit to a balance, and then the row with the fewest entries.
        columns = self._columns[entries]
        sorted_ = np.lexsort((order, balances, columns))
        chosen = sorted_[np.unique(columns[sorted_], return_index=True)[1]]
        lowest, highest = np.zeros(len(duals)), np.zeros(len(duals))
        np.minimum.at(lowest, rows[chosen], change[chosen])
        np.maximum.at(highest, rows[chosen], change[chosen])
        return lowest + highest


def _minimum(prices: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the minimum of price times value, for values between the limits."""
    limits = np.where(prices > 0, lower, upper)
    minimum: Floats = prices * np.where(prices == 0, 0.0, limits)
    return minimum
