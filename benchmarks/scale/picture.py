"""A small picture of measured points and their law: SVG, for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from benchmarks.scale.fit import Law

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 44, 48  # px around the axes
STEPS = 48
STYLE = """
text { font: 12px Helvetica, Arial, 'Liberation Sans', sans-serif; fill: #182026 }
.title { font-size: 14px; font-weight: 600 }
.ground { fill: #ffffff }
.grid { stroke: #d5dae0 }
.law { stroke: #1764ab; stroke-width: 1.5; fill: none }
.point { fill: #1764ab }
.limit { stroke: #b3400e; stroke-dasharray: 5 4 }
.says { fill: #b3400e }
@media (prefers-color-scheme: dark) {
  text { fill: #e3e8ed } .ground { fill: #15191d } .grid { stroke: #39424b }
  .law { stroke: #6db3f2 } .point { fill: #6db3f2 }
  .limit { stroke: #f0894f } .says { fill: #f0894f }
}
"""


def draw(
    path: Path,
    title: str,
    axes: tuple[str, str],
    points: Sequence[tuple[float, float]],
    law: Law,
    limit: tuple[float, str] | None = None,
) -> None:
    """Write the picture. axes: what x and y are, with units. limit: a y, and what ends there.

    The limit is drawn where it isn't far above the points.
    """
    top = max([y for _, y in points])
    shown = limit if limit and limit[0] < 2 * top else None
    xs = _ticks(max(x for x, _ in points))
    ys = _ticks(max(top, shown[0] if shown else 0))

    def across(x: float) -> float:
        return LEFT + x / xs[-1] * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        y = min(max(y, 0), ys[-1])
        return HEIGHT - BOTTOM - y / ys[-1] * (HEIGHT - TOP - BOTTOM)

    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        '<rect class="ground" width="100%" height="100%"/>',
        f'<text class="title" x="16" y="24">{escape(title)}</text>',
    ]
    for y in ys:
        parts.append(f'<path class="grid" d="M{LEFT} {down(y):.1f}H{end}"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{down(y) + 4:.1f}" text-anchor="end">{_short(y)}</text>'
        )
    for x in xs:
        parts.append(
            f'<text x="{across(x):.1f}" y="{floor + 18}" text-anchor="middle">{_short(x)}</text>'
        )
    middle, centre = (floor + TOP) / 2, (LEFT + end) / 2
    parts += [
        f'<text x="{centre}" y="{HEIGHT - 10}" text-anchor="middle">{escape(axes[0])}</text>',
        f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(axes[1])}</text>",
    ]
    if shown:
        parts.append(f'<path class="limit" d="M{LEFT} {down(shown[0]):.1f}H{end}"/>')
        above = f'x="{LEFT + 6}" y="{down(shown[0]) - 5:.1f}"'
        parts.append(f'<text class="says" {above}>{escape(shown[1])}</text>')
    least, most = min(x for x, _ in points), max(x for x, _ in points)
    curve = [least + (most - least) * step / STEPS for step in range(STEPS + 1)]
    line = " ".join(f"{across(x):.1f},{down(law.at(x)):.1f}" for x in curve)
    parts.append(f'<polyline class="law" points="{line}"/>')
    parts += [
        f'<circle class="point" cx="{across(x):.1f}" cy="{down(y):.1f}" r="3.5"/>'
        for x, y in points
    ]
    path.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def _ticks(most: float) -> list[float]:
    """Four to seven round numbers from 0 to `most` or just above it."""
    power = 10 ** math.floor(math.log10(most))
    step = next(s for s in (0.2, 0.25, 0.5, 1, 2) if most / (s * power) <= 6) * power
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def _short(value: float) -> str:
    return f"{value:,.10g}"
