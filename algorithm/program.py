"""A mixed-integer linear program, written down block by block with numpy, then handed to HiGHS.

Filled by `model`; solved by `solver`.
"""

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import ArrayLike

from algorithm.series import Floats, Integers

Term = tuple[Integers, ArrayLike]


class Program:
    """min cost . x, lower <= x <= upper, row_lower <= A x <= row_upper, some x whole numbers."""

    def __init__(self) -> None:
        self.column_count = 0
        self.row_count = 0
        self._columns: list[tuple[Floats, Floats, Floats, Floats]] = []
        self._row_bounds: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Integers, Integers, Floats]] = []

    def columns(
        self,
        count: int,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        whole: bool = False,
    ) -> Integers:
        """Add `count` variables and return their numbers; figures are one for all or one each."""
        self._columns.append(
            (
                np.broadcast_to(np.asarray(lower, dtype=float), (count,)),
                np.broadcast_to(np.asarray(upper, dtype=float), (count,)),
                np.broadcast_to(np.asarray(cost, dtype=float), (count,)),
                np.full(count, float(whole)),
            )
        )
        self.column_count += count
        return np.arange(self.column_count - count, self.column_count)

    def rows(
        self,
        count: int,
        terms: Sequence[Term],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """Add `count` rows: lower <= sum of the terms <= upper.

        A term is columns and coefficients, each one for all rows or one per row. A column may
        stand in one term only.
        """
        rows = np.arange(self.row_count, self.row_count + count)
        for columns, coefficients in terms:
            values = np.broadcast_to(np.asarray(coefficients, dtype=float), (count,))
            used = values != 0
            numbers = np.broadcast_to(columns, (count,))
            self._entries.append((rows[used], numbers[used], values[used]))
        self._row_bounds.append(
            (
                np.broadcast_to(np.asarray(lower, dtype=float), (count,)),
                np.broadcast_to(np.asarray(upper, dtype=float), (count,)),
            )
        )
        self.row_count += count

    @property
    def whole_columns(self) -> Integers:
        """The variables that are whole numbers: the yes/no decisions."""
        return np.flatnonzero(np.concatenate([whole for *_, whole in self._columns]))

    @property
    def whole_numbers(self) -> int:
        """How many yes/no decisions there are."""
        return len(self.whole_columns)

    def to_highs(self, *, relaxed: bool = False) -> highspy.HighsLp:
        """Return the program for HiGHS, by rows; relaxed: whole numbers may be any number."""
        lower, upper, cost, whole = (
            np.concatenate(part) for part in zip(*self._columns, strict=True)
        )
        row_lower, row_upper = (
            np.concatenate(part) for part in zip(*self._row_bounds, strict=True)
        )
        rows, numbers, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        order = np.argsort(rows, kind="stable")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.column_count, self.row_count
        lp.col_lower_, lp.col_upper_, lp.col_cost_ = lower, upper, cost
        lp.row_lower_, lp.row_upper_ = row_lower, row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.searchsorted(rows[order], np.arange(self.row_count + 1))
        lp.a_matrix_.index_ = numbers[order]
        lp.a_matrix_.value_ = values[order]
        if whole.any() and not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(kind)] for kind in whole]
        return lp
