"""A lower bound from any dual point of a linear program, whatever the solver's tolerances.

For any duals y of the rows, c·x >= y·(Ax) + (c - Aᵀy)·x, and the least of each part within the
bounds of rows and columns is known. So the bound holds of a run that was stopped halfway, too: a
poor dual point only makes it poor. Neumaier and Shcherbina (2004), "Safe bounds in linear and
mixed-integer linear programming".
"""

import highspy
import numpy as np

from algorithm.series import Booleans, Floats, Integers

# Errors that meet in one row may be passed on to the next; a store's to its power, then its size.
MOST_PASSES = 12
MOST_LOWERED = 0.1
# What rounding may make of a sum of products, relative to the sum of their amounts.
ROUNDING = 1e-12


def dual_bound(lp: highspy.HighsLp, duals: Floats) -> float:
    """Return what no solution of `lp` costs less than; -inf if these duals tell of none.

    lp: to be minimised, its matrix by rows. duals: (rows,) in the objective's unit per unit of a
    row, of either sign: positive at a row's lower limit.
    """
    return _DualPoint(lp).bound(np.array(duals, dtype=float))


class _DualPoint:
    """A linear program as seen from its dual: which prices its rows may have."""

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
        reduced[self._unlimited(reduced) & ~self._unpaid(duals, reduced)] = 0.0
        of_rows = _worst(duals, self._row_lower, self._row_upper)
        of_columns = _worst(reduced, self._lower, self._upper)
        parts = np.concatenate([of_rows, of_columns])
        if not np.isfinite(parts).all():
            return -np.inf
        return float(parts.sum() - ROUNDING * np.abs(parts).sum()) + self._offset

    def _reduced(self, duals: Floats) -> Floats:
        products = self._values * duals[self._rows]
        return self._costs - np.bincount(self._columns, products, len(self._costs))

    def _unlimited(self, reduced: Floats) -> Booleans:
        """Which columns have no limit in the direction in which they gain."""
        limit = np.where(reduced < 0, self._upper, self._lower)
        unlimited: Booleans = (reduced != 0) & np.isinf(limit)
        return unlimited

    def _unpaid(self, duals: Floats, reduced: Floats) -> Booleans:
        """Which unlimited columns gain more than rounding may be the cause of."""
        products = np.abs(self._values * duals[self._rows])
        amounts = 1 + np.abs(self._costs) + np.bincount(self._columns, products, len(self._costs))
        unpaid: Booleans = self._unlimited(reduced) & (np.abs(reduced) > ROUNDING * amounts)
        return unpaid

    def _repaired(self, duals: Floats) -> Floats:
        """Return duals at which no unlimited column gains anything, as far as that can be had.

        Each such gain is taken away by the price of a row: of a limit that the column has, as an
        activity has its device's size, and else of a balance. Where that only passes it on to what
        has no limit itself, all prices are lowered a little, and then those of what it is for.
        """
        for attempt, lowering in enumerate((False, False, True)):
            if attempt == 1:
                duals = self._lowered(duals)
            for _ in range(MOST_PASSES):
                reduced = self._reduced(duals)
                unpaid = self._unpaid(duals, reduced)
                change = self._change(duals, reduced, unpaid, lowering=lowering)
                if not change.any():
                    break
                duals = duals + change
            if not unpaid.any():
                break
        return duals

    def _lowered(self, duals: Floats) -> Floats:
        """Return all duals lowered by the share by which columns that cost something are not paid
        for; the same where that is too large to leave much of a bound."""
        reduced = self._reduced(duals)
        unpaid = self._unpaid(duals, reduced) & (self._costs > 0) & (reduced < 0)
        if not unpaid.any():
            return duals
        share = float((reduced[unpaid] / (reduced[unpaid] - self._costs[unpaid])).max())
        return duals * (1 - share * (1 + ROUNDING)) if share < MOST_LOWERED else duals

    def _change(
        self, duals: Floats, reduced: Floats, unpaid: Booleans, *, lowering: bool
    ) -> Floats:
        """Return by how much to change the duals, a row for each column that isn't paid for."""
        entries = np.flatnonzero(unpaid[self._columns] & (self._values != 0))
        change = reduced[self._columns[entries]] / self._values[entries]
        rows = self._rows[entries]
        balances = self._row_lower[rows] == self._row_upper[rows]
        if lowering:
            # Of a limit, the price is only ever lowered, where it is highest.
            allowed = balances | (np.abs(duals[rows] + change) < np.abs(duals[rows]))
            order = np.where(balances, self._lengths[rows], -np.abs(duals[rows]))
        else:
            limit = np.where(change < 0, self._row_upper[rows], self._row_lower[rows])
            allowed, order = np.isfinite(limit), self._lengths[rows]
        entries, change, rows, balances, order = (
            part[allowed] for part in (entries, change, rows, balances, order)
        )
        # A limit rather than a balance, and the row with the fewest others in it.
        columns = self._columns[entries]
        sorted_ = np.lexsort((order, balances, columns))
        chosen = sorted_[np.unique(columns[sorted_], return_index=True)[1]]
        lowest, highest = np.zeros(len(duals)), np.zeros(len(duals))
        np.minimum.at(lowest, rows[chosen], change[chosen])
        np.maximum.at(highest, rows[chosen], change[chosen])
        return lowest + highest


def _worst(prices: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the least that each price may come to between its limits."""
    limits = np.where(prices > 0, lower, upper)
    worst: Floats = prices * np.where(prices == 0, 0.0, limits)
    return worst
