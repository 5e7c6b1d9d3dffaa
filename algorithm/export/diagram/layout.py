"""The layout of an energy system diagram: symbols in columns, wires from left to right.

`columns` assigns and orders columns, `heights` the vertical positions. Here are the horizontal
positions, and where wires go up or down between two columns. Lengths are px.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from algorithm.export.diagram.columns import columns_of, in_order, segments_of
from algorithm.export.diagram.heights import Heights, Spot
from algorithm.export.diagram.look import SHAPES
from algorithm.export.diagram.symbols import Block, Box, Layout, Point, Segment, Symbol, Wire

BAR = SHAPES.bar_width
NAME = 26.0  # the room above a bar, for its name
HANG = 30.0  # from a bar to its stores
SPACE = 18.0  # between symbols in a column
WIRE_SPACE = 8.0  # between two wires
FIGURE = 13.0  # between two wires at a box, with room for a figure above each
EDGE = 8.0  # from a symbol's corner to its first and its last wire
GAP = 12.0  # at both sides of the bends between two columns
STRAIGHT = 0.5  # smaller bends are ignored
HAIR = 4.0  # wires that are closer can't be told apart
ALONG = 10  # penalty of two wires that are so close, in crossings

# Costs of heights, per px: a wire's bend (more for a long wire that passes columns), a bar's
# length, a wire's distance from a box's middle, the drawing's height.
BEND, BEND_MIDWAY, LONG_BAR, OFF_MIDDLE, TALL = 1.0, 3.0, 0.1, 0.2, 0.3


def lay_out(symbols: Mapping[str, Symbol], wires: Sequence[Wire]) -> Layout:
    """Place the symbols and route the wires. A store has one wire and stands beside its bus."""
    if not symbols:
        return Layout(0.0, 0.0, {}, [])
    sheet = _Sheet(symbols, wires)
    sheet.find_heights()
    return sheet.layout()


@dataclass(frozen=True)
class _Extent:
    """The vertical extent of a block, or of a symbol's side."""

    top: Spot
    bottom: Spot


@dataclass(frozen=True)
class _Bend:
    """The part of a wire that goes up or down between two columns."""

    wire: int
    start: float
    end: float
    thickness: float

    @property
    def top(self) -> float:
        return min(self.start, self.end)

    @property
    def bottom(self) -> float:
        return max(self.start, self.end)

    def meets(self, other: "_Bend") -> bool:
        """Whether the two can't share a track."""
        apart = (self.thickness + other.thickness) / 2 + WIRE_SPACE
        return self.top < other.bottom + apart and other.top < self.bottom + apart

    def crosses(self, right: "_Bend") -> int:
        """Return the penalty of crossings with a bend on a track further to the right."""
        crossings = self.top <= right.start <= self.bottom, right.top <= self.end <= right.bottom
        along = abs(self.end - right.start) < (self.thickness + right.thickness) / 2 + HAIR
        return sum(crossings) + ALONG * along


class _Sheet:
    """A diagram that is being laid out."""

    def __init__(self, symbols: Mapping[str, Symbol], wires: Sequence[Wire]) -> None:
        self._symbols = symbols
        self._wires = wires
        self._hanging: dict[str, list[str]] = defaultdict(list)
        for wire in wires:
            for bus, store in ((wire.source, wire.target), (wire.target, wire.source)):
                if symbols[store].place == "store":
                    self._hanging[bus].append(store)
        standing = {name: s for name, s in symbols.items() if s.place != "store"}
        through = [n for n, w in enumerate(wires) if {w.source, w.target} <= standing.keys()]
        columns = columns_of(standing, [wires[number] for number in through])
        self._segments = [s for n in through for s in segments_of(n, wires[n], columns)]
        self._columns = in_order(columns, self._segments)
        self._place = {
            (number, block): place
            for number, column in enumerate(self._columns)
            for place, block in enumerate(column)
        }
        self._heights = Heights()
        self._extents: dict[str, _Extent] = {}
        # The height of a wire, by its number and column.
        self._at: dict[tuple[int, int], Spot] = {}

    # -- heights

    def find_heights(self) -> None:
        heights, lowest = self._heights, self._heights.new(TALL)
        for number, column in enumerate(self._columns):
            extents = [self._extent(block, number) for block in column]
            for (above, upper), (below, lower) in pairwise(zip(column, extents, strict=True)):
                wires = isinstance(above, int) and isinstance(below, int)
                heights.keep(upper.bottom, lower.top, WIRE_SPACE if wires else SPACE)
            heights.keep(extents[-1].bottom, lowest, 0.0)
        for segment in self._segments:
            midway = isinstance(segment.left, int) + isinstance(segment.right, int)
            cost = BEND * BEND_MIDWAY**midway
            heights.align(*self._ends(segment), cost)
        heights.solve()

    def _ends(self, segment: Segment) -> tuple[Spot, Spot]:
        wire, column = segment.wire, segment.column
        return self._at[wire, column], self._at[wire, column + 1]

    def _extent(self, block: Block, column: int) -> _Extent:
        if isinstance(block, int):
            middle, half = self._heights.new(), self._wires[block].thickness / 2
            self._at[block, column] = middle
            return _Extent(middle + -half, middle + half)
        left = [s for s in self._segments if s.column == column - 1 and s.right == block]
        left.sort(key=lambda segment: self._place[column - 1, segment.left])
        right = [s for s in self._segments if s.column == column and s.left == block]
        right.sort(key=lambda segment: self._place[column + 1, segment.right])
        sides = [[segment.wire for segment in side] for side in (left, right)]
        place = self._bus if self._symbols[block].place == "bus" else self._box
        return place(block, column, sides)

    def _box(self, name: str, column: int, sides: Sequence[Sequence[int]]) -> _Extent:
        def length(side: Sequence[int]) -> float:
            return sum(self._wires[wire].thickness + FIGURE for wire in side) + EDGE

        top = self._heights.new()
        height = max(self._symbols[name].height, *map(length, sides))
        self._extents[name] = extent = _Extent(top, top + height)
        for side in sides:
            for spot in self._ports(side, column, extent, FIGURE):
                self._heights.align(spot, top + height / 2, OFF_MIDDLE)
        return extent

    def _bus(self, name: str, column: int, sides: Sequence[Sequence[int]]) -> _Extent:
        """Place a bar with its name above, and its stores at its right, below outgoing wires."""
        heights = self._heights
        top, bar_bottom, bottom = (heights.new() for _ in range(3))
        self._extents[name] = bar = _Extent(top + NAME, bar_bottom)
        heights.keep(bar.top, bar.bottom, self._symbols[name].height)
        heights.align(bar.top, bar.bottom, LONG_BAR)
        entering, leaving = (list(self._ports(side, column, bar, WIRE_SPACE)) for side in sides)
        for one, other in zip(entering, leaving, strict=False):
            heights.align(one, other, LONG_BAR)
        lowest = leaving[-1] if leaving else bar.top
        for store in self._hanging[name]:
            height, store_top = self._symbols[store].height, heights.new()
            self._extents[store] = _Extent(store_top, store_top + height)
            heights.keep(lowest, store_top, WIRE_SPACE)
            heights.keep(store_top + height / 2, bar.bottom, EDGE)
            lowest = store_top + height
        heights.keep(bar.bottom, bottom, 0.0)
        heights.keep(lowest, bottom, 0.0)
        return _Extent(top, bottom)

    def _ports(
        self, side: Sequence[int], column: int, extent: _Extent, apart: float
    ) -> Iterator[Spot]:
        """Place the wires along a symbol's side, from top to bottom."""
        above, distance = extent.top, 0.0
        for wire in side:
            half = self._wires[wire].thickness / 2
            spot = self._at[wire, column] = self._heights.new()
            self._heights.keep(above, spot, distance + apart + half)
            above, distance = spot, half
            yield spot
        if side:
            self._heights.keep(above, extent.bottom, distance + EDGE)

    # -- widths

    def layout(self) -> Layout:
        boxes: dict[str, Box] = {}
        tracks: dict[Segment, float] = {}
        x = 0.0
        for number, column in enumerate(self._columns):
            names = [block for block in column if isinstance(block, str)]
            x = self._place_column(names, x, boxes)
            if number + 1 < len(self._columns):
                x = self._place_bends(number, x, tracks)
        height = max(box.y + box.height for box in boxes.values())
        paths = [self._path(number, boxes, tracks) for number in range(len(self._wires))]
        return Layout(x, height, boxes, paths)

    def _place_column(self, names: Sequence[str], x: float, boxes: dict[str, Box]) -> float:
        """Place a column's symbols from x on; return its right end."""
        widest = max(self._symbols[name].width for name in names)
        end = x + widest
        for name in names:
            if self._symbols[name].place != "bus":
                boxes[name] = self._upright(name, x, widest)
                continue
            bar = boxes[name] = self._upright(name, x + (widest - BAR) / 2, BAR)
            for store in self._hanging[name]:
                boxes[store] = self._upright(store, bar.x + BAR + HANG, self._symbols[store].width)
                end = max(end, boxes[store].x + boxes[store].width)
        return end

    def _upright(self, name: str, x: float, width: float) -> Box:
        top, bottom = self._extents[name].top, self._extents[name].bottom
        return Box(x, self._heights[top], width, self._heights[bottom] - self._heights[top])

    def _place_bends(self, gap: int, x: float, tracks: dict[Segment, float]) -> float:
        """Place the bends in the gap after a column, from x on; return its right end."""
        segments = [segment for segment in self._segments if segment.column == gap]
        figures = [self._figures(segment) for segment in segments]
        x += GAP + max((left for left, _ in figures), default=0.0)
        bends = {}
        for segment in segments:
            start, end = (self._heights[spot] for spot in self._ends(segment))
            if abs(end - start) > STRAIGHT:
                thickness = self._wires[segment.wire].thickness
                bends[_Bend(segment.wire, start, end, thickness)] = segment
        for track in _tracks(list(bends)):
            width = max(bend.thickness for bend in track)
            for bend in track:
                tracks[bends[bend]] = x + width / 2
            x += width + WIRE_SPACE
        return x + GAP + max((right for _, right in figures), default=0.0)

    def _figures(self, segment: Segment) -> tuple[float, float]:
        """Return the widths of the figures at a segment's left and right end."""
        wire = self._wires[segment.wire]
        widths = {wire.source: wire.figures[0], wire.target: wire.figures[1]}
        left, right = (
            widths[end] if isinstance(end, str) else 0.0 for end in (segment.left, segment.right)
        )
        return left, right

    def _path(
        self, number: int, boxes: Mapping[str, Box], tracks: Mapping[Segment, float]
    ) -> list[Point]:
        wire = self._wires[number]
        source, target = boxes[wire.source], boxes[wire.target]
        left, right = (source, target) if source.x < target.x else (target, source)
        segments = [segment for segment in self._segments if segment.wire == number]
        if segments:
            start, end = self._ends(segments[0])[0], self._ends(segments[-1])[1]
            first, last = self._heights[start], self._heights[end]
        else:
            first = last = right.y + right.height / 2
        path = [(left.x + left.width, first)]
        for segment in segments:
            if segment in tracks:
                path += [(tracks[segment], self._heights[end]) for end in self._ends(segment)]
        path.append((right.x, last))
        return path if left is source else path[::-1]


def _tracks(bends: Sequence[_Bend]) -> list[list[_Bend]]:
    """Return tracks of bends from left to right, ordered so that few wires cross."""
    order = list(bends)
    for bend in [*bends, *bends]:
        order.remove(bend)
        places = range(len(order) + 1)
        order.insert(min(places, key=lambda place: _crossings(order, bend, place)), bend)
    tracks: list[list[_Bend]] = []
    for bend in order:
        meeting = [n for n, track in enumerate(tracks) if any(bend.meets(other) for other in track)]
        number = max(meeting, default=-1) + 1
        if number == len(tracks):
            tracks.append([])
        tracks[number].append(bend)
    return tracks


def _crossings(order: Sequence[_Bend], bend: _Bend, place: int) -> int:
    """Return the penalty of crossings of a bend that is inserted at a place among others."""
    left = sum(other.crosses(bend) for other in order[:place])
    return left + sum(bend.crosses(other) for other in order[place:])
