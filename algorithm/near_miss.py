"""What may have been meant by an unknown name: the end of a message.

Used by `check`, `consistency` and `samples`.
"""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 12


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?", or else what is known."""
    names = list(known)
    if close := get_close_matches(name, names, n=1):
        return f"; did you mean '{close[0]}'?"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"; known are {', '.join(names[:MOST_NAMED])}{more}"
