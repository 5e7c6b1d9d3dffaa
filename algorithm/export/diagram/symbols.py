"""The elements of an energy system diagram, as the layout sees them. Lengths are px."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Place = Literal["start", "bus", "device", "store", "end"]


@dataclass(frozen=True)
class Symbol:
    """A symbol to be placed; "start" is the first column, "end" the last.

    width, height: the room that its texts need; for a bus, its name's width and its bar's minimum
    length.
    """

    place: Place
    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """A wire between two symbols. figures: the widths of the texts at its two ends."""

    source: str
    target: str
    thickness: float
    figures: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """The position of a symbol; for a bus, of its bar. x goes to the right, y down."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """boxes: by symbol. paths: each wire's corners, from its source to its target."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    paths: Sequence[Sequence[Point]]


# An element of a column: a symbol (its name), or a wire that passes the column (its number).
Block = str | int


@dataclass(frozen=True)
class Segment:
    """A wire's part from a block in a column to one in the next."""

    wire: int
    column: int
    left: Block
    right: Block
