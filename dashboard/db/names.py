"""Rules for users' names, against impersonation by names that look alike.

`normalised()` is the form that is stored, `refusal()` says why a name isn't allowed, and two names
with the same `likeness()` look alike.
"""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

LONGEST = 80  # characters

_EAST_ASIAN = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
"""Scripts that may be mixed with one another, and with Latin."""

# Printable according to Python, but invisible.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)

_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнт" + "αβεζηικμνορτυχ" + "01i|",
    "aeopcyxljshdqwbkmht" + "abezhlkmnoptyx" + "olll",
)
"""Cyrillic and Greek letters, small or capital, to the Latin ones that they look like; and i to l,
since a capital I does."""


def normalised(name: str) -> str:
    """The form in which a name is stored and compared: NFKC, stripped, with single spaces."""
    return " ".join(part for part in unicodedata.normalize("NFKC", name).split(" ") if part)


def likeness(name: str) -> str:
    """What the name looks like: equal for names that are easily confused."""
    plain = unicodedata.normalize("NFKC", normalised(name).casefold())
    return plain.translate(_LOOKS_LIKE).replace("m", "rn")


def refusal(name: str) -> str | None:
    """Why this name isn't allowed, in one sentence; None if it is."""
    name = normalised(name)
    if not 1 <= len(name) <= LONGEST:
        return str(_("A name has 1 to %(most)s characters.", most=LONGEST))
    if not name.isprintable() or not _INVISIBLE.isdisjoint(name):
        return str(_("A name has no line breaks and nothing else that can't be seen."))
    if len(_scripts(name)) > 1:
        return str(_("A name is written in one script; letters of others may look the same."))
    return None


def _scripts(name: str) -> set[str]:
    letters = [unicodedata.name(c, "") for c in name if unicodedata.category(c).startswith("L")]
    scripts = {name.partition(" ")[0].partition("-")[0] for name in letters} - {"MODIFIER"}
    # Chinese, Japanese and Korean names are written together with Latin ones.
    east_asian = scripts & _EAST_ASIAN
    return scripts - _EAST_ASIAN - {"LATIN"} | {"LATIN"} if east_asian else scripts
