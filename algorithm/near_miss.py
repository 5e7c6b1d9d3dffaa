"""What may have been meant by an unknown name: the end of a message. Used by `check`, `samples`."""

from collections.abc import Iterable
from difflib import get_close_matches


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?", or else all that is known."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(names)}"
