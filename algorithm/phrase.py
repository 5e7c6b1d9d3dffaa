"""Marks what people read of a search, so that it can be translated where they read it.

A search's words go to people of several languages at once, in English. Who translates them finds
them in the sources by this name (`make texts`), and knows them again by what stands fast in them.
"""


def phrase(text: str, **values: object) -> str:
    """Return the text with the values in its places: `phrase("Plan %(n)s", n=2)` is "Plan 2"."""
    return text % values if values else text
