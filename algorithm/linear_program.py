"""A mixed-integer linear program, built block by block with numpy and passed to HiGHS."""

from collections.abc import Sequence
from copy import copy

import highspy
import numpy as np
from numpy.typing import ArrayLike

from algorithm.series import Booleans, Floats, Integers

Term = tuple[Integers, ArrayLike]


class Program:
    """min offset + cost . x, lower <= x <= upper, row_lower <= A x <= row_upper, some x integer.

    exponent: HiGHS' tolerances are absolute, so HiGHS solves for continuous x times 2**exponent.
    The scaling is internal to `highs`: bounds, costs and values here are unscaled.
    """

    def __init__(self, exponent: int = 0) -> None:
        self.exponent = exponent
        self.column_count = 0
        self.row_count = 0
        self.offset = 0.0
        self._columns: list[tuple[Floats, Floats, Floats, Floats]] = []
        self._row_bounds: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Integers, Integers, Floats]] = []
        self._objective: Sequence[Term] | None = None

    def columns(
        self,
        count: int,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        whole: bool = False,
    ) -> Integers:
        """Add `count` variables and return their indices.

        lower, upper, cost: one figure for all, or one for each (count,). whole: integer variables.
        """
        figures = (lower, upper, cost, float(whole))
        low, high, costs, wholes = (_spread(figure, count) for figure in figures)
        self._columns.append((low, high, costs, wholes))
        self.column_count += count
        return np.arange(self.column_count - count, self.column_count)

    @property
    def unit(self) -> float:
        """The value, unscaled, that HiGHS sees as 1."""
        return 2.0**-self.exponent

    def rows(
        self,
        count: int,
        terms: Sequence[Term],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> Integers:
        """Add `count` rows, lower <= sum of the terms <= upper, and return their indices.

        A term is a pair of columns and coefficients, each one for all rows or one per row.
        """
        rows = np.arange(self.row_count, self.row_count + count)
        for columns, coefficients in terms:
            self._enter(rows, np.broadcast_to(columns, (count,)), _spread(coefficients, count))
        self._row_bounds.append((_spread(lower, count), _spread(upper, count)))
        self.row_count += count
        return rows

    def total(self, terms: Sequence[Term], *, lower: float = -np.inf, upper: float = np.inf) -> int:
        """Add one row, lower <= sum over all columns of all terms <= upper; return its index."""
        self.add_to_row(self.row_count, terms)
        self._row_bounds.append((_spread(lower, 1), _spread(upper, 1)))
        self.row_count += 1
        return self.row_count - 1

    def add_to_row(self, row: int, terms: Sequence[Term]) -> None:
        """Add terms to an existing row."""
        for columns, coefficients in terms:
            spread = _spread(coefficients, len(columns))
            self._enter(np.full(len(columns), row), columns, spread)

    def copy(self) -> "Program":
        """Return a copy that can be extended without changing this program."""
        twin = copy(self)
        twin._columns = self._columns.copy()
        twin._row_bounds = self._row_bounds.copy()
        twin._entries = self._entries.copy()
        return twin

    def minimise(self, terms: Sequence[Term]) -> None:
        """Make the sum over all columns of all terms the objective, instead of the costs."""
        self._objective = terms
        self.offset = 0.0

    def _enter(self, rows: Integers, columns: Integers, coefficients: Floats) -> None:
        used = coefficients != 0
        self._entries.append((rows[used], columns[used], coefficients[used]))

    @property
    def costs(self) -> Floats:
        """The objective coefficient of each variable."""
        if self._objective is None:
            return _joined(self._columns, 2)
        costs = np.zeros(self.column_count)
        for columns, coefficients in self._objective:
            np.add.at(costs, columns, coefficients)
        return costs

    def objective(self, values: Floats) -> float:
        """Return the objective value of a solution (column_count,)."""
        return float(self.costs @ values) + self.offset

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The lower and the upper bound of each variable."""
        return _joined(self._columns, 0), _joined(self._columns, 1)

    @property
    def row_bounds(self) -> tuple[Floats, Floats]:
        """The lower and the upper bound of each row."""
        return _joined(self._row_bounds, 0), _joined(self._row_bounds, 1)

    @property
    def whole_columns(self) -> Integers:
        """The indices of the integer variables."""
        return np.flatnonzero(self.wholes)

    @property
    def whole_numbers(self) -> int:
        """The number of integer variables."""
        return int(np.count_nonzero(self.wholes))

    @property
    def wholes(self) -> Booleans:
        """Whether each variable is an integer."""
        return _joined(self._columns, 3).astype(bool)

    def to_highs(self) -> highspy.HighsLp:
        """Return the program for HiGHS, its matrix row-wise."""
        rows, columns, values = self._matrix()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.column_count, self.row_count
        (lp.col_lower_, lp.col_upper_), lp.col_cost_ = self.bounds, self.costs
        lp.row_lower_, lp.row_upper_ = self.row_bounds
        lp.offset_ = self.offset
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.searchsorted(rows, np.arange(self.row_count + 1))
        lp.a_matrix_.index_ = columns
        lp.a_matrix_.value_ = values
        if self.whole_numbers:
            kinds = [highspy.HighsVarType.kContinuous] * self.column_count
            for column in self.whole_columns:
                kinds[column] = highspy.HighsVarType.kInteger
            lp.integrality_ = kinds
        return lp

    def _matrix(self) -> tuple[Integers, Integers, Floats]:
        """Return rows, columns and values, sorted by row; entries of the same cell are summed."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        places = rows * self.column_count + columns
        order = np.argsort(places, kind="stable")
        begins = np.flatnonzero(np.diff(places[order], prepend=-1))
        kept = order[begins]
        return rows[kept], columns[kept], np.add.reduceat(values[order], begins)


def _joined(blocks: Sequence[tuple[Floats, ...]], part: int) -> Floats:
    return np.concatenate([block[part] for block in blocks])


def _spread(figure: ArrayLike, count: int) -> Floats:
    """Return the figure broadcast to (count,)."""
    return np.broadcast_to(np.asarray(figure, dtype=float), (count,))
