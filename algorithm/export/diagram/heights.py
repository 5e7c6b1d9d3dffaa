"""How far down things stand: a linear program that keeps distances and aligns as much as it can.

Filled by `layout`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from algorithm.linear_program import Program

# Of what could stand higher or lower, the higher is taken.
DOWN = 0.001


@dataclass(frozen=True)
class Spot:
    """A height, px: a variable, and how far below it."""

    variable: int
    offset: float = 0.0

    def __add__(self, offset: float) -> "Spot":
        return Spot(self.variable, self.offset + offset)


class Heights:
    """Heights that keep what is asked of them, at the least cost."""

    def __init__(self) -> None:
        self._program = Program()
        self._found: Sequence[float] = ()

    def new(self, cost: float = DOWN) -> Spot:
        """Return a new height of at least 0, of so much cost per px."""
        return Spot(int(self._program.columns(1, cost=cost)[0]))

    def keep(self, upper: Spot, lower: Spot, distance: float) -> None:
        """Have `lower` at least so far below `upper`."""
        self._row([(lower, 1.0), (upper, -1.0)], distance)

    def align(self, one: Spot, other: Spot, cost: float) -> None:
        """Have each px between the two cost so much."""
        if one.variable != other.variable:
            between = self.new(cost)
            self._row([(between, 1.0), (one, 1.0), (other, -1.0)], 0.0)
            self._row([(between, 1.0), (one, -1.0), (other, 1.0)], 0.0)

    def _row(self, terms: Sequence[tuple[Spot, float]], least: float) -> None:
        offset = sum(sign * spot.offset for spot, sign in terms)
        columns = [(np.array([spot.variable]), sign) for spot, sign in terms]
        self._program.rows(1, columns, lower=least - offset)

    def solve(self) -> None:
        """Find the heights; `heights[spot]` is then in px."""
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("solver", "simplex")
        highs.passModel(self._program.to_highs())
        highs.run()
        self._found = highs.getSolution().col_value

    def __getitem__(self, spot: Spot) -> float:
        return self._found[spot.variable] + spot.offset
