"""Texts that people chose, made safe to show."""

import unicodedata


def printable(text: str) -> str:
    """Return a text without control characters, which could steer a terminal or break XML."""
    return "".join(character if character.isprintable() else " " for character in text)


def inert(text: str) -> str:
    """Return a text that a spreadsheet doesn't interpret as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def is_broad(character: str) -> bool:
    """Return whether a character is full-width, such as 能: it takes two columns of a terminal."""
    return unicodedata.east_asian_width(character) in "WF"


def columns_of(text: str) -> int:
    """Return the number of terminal columns that a text takes."""
    return sum(
        1 + is_broad(character) for character in text if not unicodedata.combining(character)
    )
