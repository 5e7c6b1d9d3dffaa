"""The column of each symbol in the diagram, and the order within columns.

After Sugiyama, Tagawa and Toda (1981): columns by the longest path, the order in each by
barycentres. A wire that passes a column has a place of its own there, so no wire crosses a symbol.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from algorithm.export.diagram.symbols import Block, Segment, Symbol, Wire

SWEEPS = 12


def columns_of(symbols: Mapping[str, Symbol], wires: Iterable[Wire]) -> dict[str, int]:
    """Return each symbol's column: buses in odd columns, everything else in even ones.

    A symbol is as far left as the symbols that feed it allow; a device is then moved to the column
    before the first bus that it feeds.
    """
    following: dict[str, set[str]] = {name: set() for name in symbols}
    for wire in sorted(wires, key=lambda wire: -wire.thickness):
        # In a cycle, the thinnest wire runs from right to left.
        circle = wire.source in _reached(following, wire.target)
        left, right = (wire.target, wire.source) if circle else (wire.source, wire.target)
        following[left].add(right)
    columns: dict[str, int] = {}
    for name in sorted(symbols, key=lambda name: -len(_reached(following, name))):
        first = max((columns[left] + 1 for left in columns if name in following[left]), default=0)
        columns[name] = first + ((symbols[name].place == "bus") != first % 2)
    last = max(columns.values())
    for name, symbol in symbols.items():
        if symbol.place == "device" and following[name]:
            columns[name] = min(columns[right] for right in following[name]) - 1
        elif symbol.place == "end":
            columns[name] = last + last % 2
    used = sorted(set(columns.values()))
    return {name: used.index(column) for name, column in columns.items()}


def _reached(following: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the symbols that can be reached from a symbol, itself included."""
    reached, ahead = {start}, [start]
    while ahead:
        new = following[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached


def segments_of(number: int, wire: Wire, columns: Mapping[str, int]) -> list[Segment]:
    """Return the parts of a wire, from left to right."""
    left, right = sorted((wire.source, wire.target), key=columns.__getitem__)
    first, last = columns[left], columns[right]
    blocks: list[Block] = [left, *[number] * (last - first - 1), right]
    return [
        Segment(number, column, *ends) for column, ends in enumerate(pairwise(blocks), start=first)
    ]


def in_order(columns: Mapping[str, int], segments: Sequence[Segment]) -> list[list[Block]]:
    """Return the blocks of each column from top to bottom, so that few wires cross."""
    blocks: list[list[Block]] = [[] for _ in range(max(columns.values()) + 1)]
    for name, column in columns.items():
        blocks[column].append(name)
    for segment in segments:
        if isinstance(segment.right, int):
            blocks[segment.column + 1].append(segment.right)
    order = _Order(blocks, segments)
    order.improve()
    return order.best


class _Order:
    """The order of the blocks in each column, and its best so far."""

    def __init__(self, columns: list[list[Block]], segments: Sequence[Segment]) -> None:
        self._columns = columns
        self._gaps = [[s for s in segments if s.column == gap] for gap in range(len(columns) - 1)]
        self._fewest = self._crossings(range(len(self._gaps)))
        self.best = [list(column) for column in columns]

    def improve(self) -> None:
        for sweep in range(SWEEPS):
            self._sweep(to_right=sweep % 2 == 0)
            self._exchange()
            if (crossings := self._crossings(range(len(self._gaps)))) < self._fewest:
                self._fewest = crossings
                self.best = [list(column) for column in self._columns]

    def _crossings(self, gaps: Iterable[int]) -> int:
        return sum(self._crossings_in(gap) for gap in gaps if 0 <= gap < len(self._gaps))

    def _crossings_in(self, gap: int) -> int:
        left, right = (_places(self._columns[column]) for column in (gap, gap + 1))
        starts = np.array([left[segment.left] for segment in self._gaps[gap]])
        ends = np.array([right[segment.right] for segment in self._gaps[gap]])
        opposed = np.subtract.outer(starts, starts) * np.subtract.outer(ends, ends) < 0
        return int(np.count_nonzero(opposed)) // 2

    def _sweep(self, *, to_right: bool) -> None:
        """Sort each column by the mean position of the blocks that each is wired to in the last."""
        gaps = range(len(self._gaps)) if to_right else reversed(range(len(self._gaps)))
        for gap in gaps:
            before, here = (gap, gap + 1) if to_right else (gap + 1, gap)
            places = _places(self._columns[before])
            wired: dict[Block, list[int]] = {block: [] for block in self._columns[here]}
            for segment in self._gaps[gap]:
                other, block = segment.left, segment.right
                if not to_right:
                    other, block = block, other
                wired[block].append(places[other])
            # A block without wires keeps its relative position.
            stretch = len(places) / len(wired)
            means = {
                block: sum(others) / len(others) if others else own * stretch
                for own, (block, others) in enumerate(wired.items())
            }
            self._columns[here].sort(key=means.__getitem__)

    def _exchange(self) -> None:
        """Exchange neighbours as long as that leaves fewer crossings."""
        better = True
        while better:
            better = False
            for number, column in enumerate(self._columns):
                around = (number - 1, number)
                for place in range(len(column) - 1):
                    before = self._crossings(around)
                    column[place], column[place + 1] = column[place + 1], column[place]
                    if self._crossings(around) < before:
                        better = True
                    else:
                        column[place], column[place + 1] = column[place + 1], column[place]


def _places(blocks: Sequence[Block]) -> dict[Block, int]:
    return {block: place for place, block in enumerate(blocks)}
