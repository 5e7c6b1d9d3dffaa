"""What an energy system diagram is made of, as far as its layout is concerned. Lengths are px."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Place = Literal["start", "bus", "device", "store", "end"]


@dataclass(frozen=True)
class Symbol:
    """Something to be placed; "start" and "end" stand in the first and the last column.

    width, height: what its texts need; of a bus, its name's width and its bar's least length.
    """

    place: Place
    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """A wire between two symbols. figures: the widths of what is written at its two ends."""

    source: str
    target: str
    thickness: float
    figures: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """Where a symbol stands; of a bus, its bar. x goes to the right, y down."""

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


# What stands in a column: a symbol by its name, or by its number a wire that passes there.
Block = str | int


@dataclass(frozen=True)
class Segment:
    """A wire's part from a block in a column to one in the next."""

    wire: int
    column: int
    left: Block
    right: Block
