"""Who has fallen silent, by the listener's own steady clock.

Whoever holds a job or a part of one says so again and again, by counting a number up in the store.
A listener measures how long it has stood still. No clock is compared with another's, so none that
is wrong, or jumps, makes anybody look lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from dashboard.times import LONGEST

Who = TypeVar("Who", bound=Hashable)


class Silence(Generic[Who]):
    """One listener's memory. `clock`: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._known: dict[Who, tuple[Any, float]] = {}

    def forget(self) -> None:
        """Begin anew: while nobody could say a word, nobody was silent."""
        self._known = {}

    def of(self, words: Mapping[Who, Any]) -> dict[Who, float]:
        """Seconds for which each of these has said the same word, as far as was listened."""
        now = self._clock()
        passed, self._looked = min(now - self._looked, LONGEST), now
        known = self._known
        self._known = {
            who: (word, known[who][1] + passed if who in known and known[who][0] == word else 0.0)
            for who, word in words.items()
        }
        return {who: silent for who, (_, silent) in self._known.items()}
