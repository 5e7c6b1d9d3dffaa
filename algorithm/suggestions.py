"""Suggestions for an unknown name, to be appended to an error message."""

from collections.abc import Iterable
from difflib import get_close_matches

from algorithm.messages import Message

MOST_NAMED = 12


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?", or a list of the known names if none is similar."""
    names = list(known)
    if close := get_close_matches(name, names, n=1):
        return Message("; did you mean '%(close)s'?", close=close[0])
    more = (
        Message(" and %(count)s more", count=len(names) - MOST_NAMED)
        if len(names) > MOST_NAMED
        else ""
    )
    return Message("; known are %(names)s%(more)s", names=names[:MOST_NAMED], more=more)
