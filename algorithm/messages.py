"""Marks what people read of a search, so that it can be translated where they read it.

A search's words go to people of several languages at once, in English. Who translates them finds
them in the sources by this name (`make texts`), and knows them again by what stands fast in them.
"""

from collections.abc import Iterable

MOST_NAMED = 5


def phrase(text: str, **values: object) -> str:
    """Return the text with the values in its places: `phrase("Plan %(n)s", n=2)` is "Plan 2"."""
    return text % values if values else text


def listed(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are: "a, b, c, d, e and 3 more"."""
    all_names = list(names)
    named, more = ", ".join(all_names[:MOST_NAMED]), len(all_names) - MOST_NAMED
    return phrase("%(names)s and %(count)s more", names=named, count=more) if more > 0 else named
