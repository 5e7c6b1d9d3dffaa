"""The texts in a diagram, and the room that they need."""

import textwrap

from algorithm.export.texts import is_broad, printable

FIGURE = 10.5  # font size of the text above a wire, px

# Widths of characters as shares of the font size, a little more than in Helvetica.
NARROW, MIDDLING, BROAD, SQUARE = 0.34, 0.58, 0.75, 1.0
BOLDER = 1.1


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper estimate of a text's width, px. size: font size, px."""
    return sum(map(_width, text)) * size * (BOLDER if bold else 1.0)


def _width(character: str) -> float:
    if is_broad(character) or character in "→←":
        return SQUARE
    if character in " .,:;'!|()[]ijlftIr·":
        return NARROW
    return BROAD if character.isupper() or character in "mw%@…" else MIDDLING


def lines_of(label: str, most: int = 20) -> list[str]:
    """Break a label into at most three lines of about `most` characters, half as many if broad."""
    shown = printable(label)
    width = most // 2 if any(map(is_broad, shown)) else most
    # Break at hyphens, as in heat-tank-south, only if a word doesn't fit into a line.
    apart = any(len(word) > width for word in shown.split())
    lines = textwrap.wrap(shown, width, max_lines=3, placeholder="…", break_on_hyphens=apart)
    return lines or [""]
