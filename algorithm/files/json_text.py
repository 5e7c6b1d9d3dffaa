"""A JSON parser that refuses duplicate keys.

Python's own parser silently keeps only the last of them.
"""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from algorithm.errors import RequirementError
from algorithm.messages import Message

MOST = 50  # duplicate keys that are reported

DEEPEST = 100
"""Maximum levels of nesting, so that code that recurses into JSON stays within Python's limit."""

MOST_PARTS = 100_000
"""Maximum number of objects and lists: parsing a million blocks the process for seconds."""


class NoJson(Exception):
    """The text can't be read as JSON; the message says why."""


class TooDeep(NoJson):
    """The text is nested too deeply to be read."""


class TooManyParts(NoJson):
    """The text has more than MOST_PARTS."""


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text, UTF-8 if it is bytes.

    Raises NoJson, or RequirementError, which names the path of each key that an object has more
    than once.
    """
    repeating: list[_Repeating] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            value = _Repeating(value, pairs)
            repeating.append(value)
        return value

    value = _parsed(text, as_object)
    if _is_deeper(value, DEEPEST):
        raise TooDeep(Message("is nested too deeply"))
    if repeating:
        message = Message("is written more than once; keep one of them")
        paths = islice(_repeated_paths(value), MOST)
        raise RequirementError([{"field": path, "message": message} for path in paths])
    return value


def _parsed(text: str | bytes, as_object: Callable[[list[tuple[str, Any]]], Any]) -> Any:
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
        if decoded.count("{") + decoded.count("[") > MOST_PARTS:
            raise TooManyParts(Message("has too many objects and lists"))
        return json.loads(decoded, object_pairs_hook=as_object)
    except RecursionError as error:
        raise TooDeep(Message("is nested too deeply")) from error
    except UnicodeDecodeError as error:
        raise NoJson(Message("is not a UTF-8 text file")) from error
    except json.JSONDecodeError as error:
        message = Message(
            "is not JSON: %(msg)s in line %(lineno)s", msg=error.msg, lineno=error.lineno
        )
        raise NoJson(message) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise NoJson(Message("should not have numbers that long")) from error


def _is_deeper(value: Any, deepest: int) -> bool:
    layer = [value]
    for _ in range(deepest + 1):
        layer = [
            item
            for inner in layer
            if isinstance(inner, dict | list)
            for item in (inner.values() if isinstance(inner, dict) else inner)
            if isinstance(item, dict | list)
        ]
        if not layer:
            return False
    return True


class _Repeating(dict[str, Any]):
    """An object with duplicate keys."""

    def __init__(self, value: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
        super().__init__(value)
        counts = Counter(key for key, _ in pairs)
        self.repeated = [key for key, count in counts.items() if count > 1]


def _repeated_paths(value: Any) -> Iterator[str]:
    """Yield the dotted path of every duplicate key, the outermost first.

    Values that a duplicate key overwrote aren't searched: the key itself is reported.
    """
    left: deque[tuple[list[str], Any]] = deque([([], value)])  # objects and lists
    while left:
        path, inner = left.popleft()
        if isinstance(inner, _Repeating):
            yield from (_dotted([*path, key]) for key in inner.repeated)
        items = inner.items() if isinstance(inner, dict) else enumerate(inner)
        left.extend(
            ([*path, str(key)], item) for key, item in items if isinstance(item, dict | list)
        )


def _dotted(path: list[str]) -> str:
    return ".".join(part if part.isprintable() else repr(part) for part in path)
