"""Where a sign-in redirects to: only to this site, to avoid an open redirect."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import url_for

LONGEST = 2000  # characters


def own_path(target: str | None) -> str:
    """`target` if it is a path of this site; the overview, otherwise."""
    return target if target and _is_own_path(target) else url_for("pages.overview")


def _is_own_path(target: str) -> bool:
    # Browsers drop control characters, and treat a backslash as a slash.
    if len(target) > LONGEST or not (target + unquote(target)).isprintable() or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and target[0] == "/" and target[:2] != "//"
