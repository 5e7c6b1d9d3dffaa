"""Texts that people chose, made safe to show. Used by `report`, `tables` and `diagram`."""

import unicodedata


def printable(text: str) -> str:
    """Return a text that neither steers a terminal nor breaks XML: the rest becomes spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def inert(text: str) -> str:
    """Return a text that a spreadsheet doesn't take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def is_broad(character: str) -> bool:
    """Return whether a character is as wide as it is high, such as 能; a terminal's takes two."""
    return unicodedata.east_asian_width(character) in "WF"


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        1 + is_broad(character) for character in text if not unicodedata.combining(character)
    )
