"""The elements of an SVG picture: texts, groups, rounded lines and arrowheads."""

import math
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from algorithm.export.diagram.look import SHAPES
from algorithm.export.diagram.symbols import Point


def px(length: float) -> str:
    """Return a length as text, rounded so that it is the same on every machine."""
    return f"{round(length, 1):g}" if abs(length) < 1e5 else f"{length:.0f}"


def add(parent: Element, tag: str, **attributes: Any) -> Element:
    """Add an element; stroke_width becomes stroke-width, and numbers are px."""
    return SubElement(
        parent,
        tag,
        {
            name.replace("_", "-"): px(value) if isinstance(value, float) else str(value)
            for name, value in attributes.items()
        },
    )


def group(parent: Element, x: float, y: float) -> Element:
    return add(parent, "g", transform=f"translate({px(x)} {px(y)})")


def write(parent: Element, x: float, y: float, text: str, size: float, **style: Any) -> Element:
    """Write a text on the baseline y."""
    element = add(parent, "text", x=x, y=y, font_size=size, **style)
    element.text = text
    return element


def rounded(points: Sequence[Point]) -> str:
    """Return a path through the points whose corners are rounded as far as there is room."""
    radius = SHAPES.wire_corner
    path = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(f"L{_at(enter)}Q{_at(corner)} {_at(leave)}")
    return "".join([*path, f"L{_at(points[-1])}"])


def shortened(points: Sequence[Point], by: float) -> list[Point]:
    """Return the points with the first one moved along the line, to hide it under an arrowhead."""
    return [_towards(points[0], points[1], by, most=1.0), *points[1:]]


def head(points: Sequence[Point], length: float) -> str:
    """Return an arrowhead along the line, with its tip at the first point."""
    (x, y), (toward_x, toward_y) = points[:2]
    distance = math.dist(*points[:2]) or 1.0
    along_x, along_y = (toward_x - x) / distance, (toward_y - y) / distance
    base_x, base_y, half = (
        x + along_x * length,
        y + along_y * length,
        SHAPES.head_half_width * length,
    )
    left = (base_x - along_y * half, base_y + along_x * half)
    right = (base_x + along_y * half, base_y - along_x * half)
    return f"M{_at((x, y))}L{_at(left)}L{_at(right)}Z"


def _towards(corner: Point, neighbour: Point, by: float, most: float = 0.5) -> Point:
    """Return the point `by` px from a corner towards its neighbour, at most a share `most`."""
    distance = math.dist(corner, neighbour) or 1.0
    part = min(by, most * distance) / distance
    return (
        corner[0] + (neighbour[0] - corner[0]) * part,
        corner[1] + (neighbour[1] - corner[1]) * part,
    )


def _at(point: Point) -> str:
    return f"{px(point[0])} {px(point[1])}"
