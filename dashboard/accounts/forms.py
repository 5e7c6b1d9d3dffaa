"""What the fields of forms say; 400 or 422 for what no form of ours sends."""

from __future__ import annotations

from flask import abort

LARGEST = 2**31 - 1
"""The largest id."""

LONGEST_DAYS = 3660


def number_of(text: str | None) -> int:
    """An id; 404 for what can't be one."""
    if text and text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST:
        return int(text)
    abort(404)


def days_of(text: str | None, most: int = LONGEST_DAYS) -> int | None:
    """A number of days; None for an empty field."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most:
        return int(text)
    abort(422, f"days: a whole number from 1 to {most}.")
