"""The vertical positions of a diagram: a linear program that keeps distances and aligns wires."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from algorithm.linear_program import Program

# A small cost of each height, so that free symbols move up.
DOWN = 0.001


@dataclass(frozen=True)
class Spot:
    """A height, px: a variable plus an offset downwards."""

    variable: int
    offset: float = 0.0

    def __add__(self, offset: float) -> "Spot":
        return Spot(self.variable, self.offset + offset)


class Heights:
    """Heights that satisfy the constraints at the least cost."""

    def __init__(self) -> None:
        self._program = Program()
        self._found: Sequence[float] = ()

    def new(self, cost: float = DOWN) -> Spot:
        """Return a new height of at least 0. cost: per px."""
        return Spot(int(self._program.columns(1, cost=cost)[0]))

    def keep(self, upper: Spot, lower: Spot, distance: float) -> None:
        """Keep `lower` at least `distance` px below `upper`."""
        self._row([(lower, 1.0), (upper, -1.0)], distance)

    def align(self, one: Spot, other: Spot, cost: float) -> None:
        """Penalise the distance between two heights. cost: per px."""
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
