"""A part of a search: what it does, which one it is, and what it waits for.

A part's id is a kind and a number, written `structure`, `structure-2`, `point-1`: made and read
here alone.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class PartKind(StrEnum):
    """What a part does; `stages` has the work of each."""

    STRUCTURE = "structure"
    PLAN = "plan"
    BOUND = "bound"
    IMPROVE = "improve"
    CLEANEST = "cleanest"
    POINT = "point"


@dataclass(frozen=True)
class PartId:
    """Which part of a search.

    number: of an alternative, from 2, or of a point of the front, from 1; None where there is one
    part of this kind.
    """

    kind: PartKind
    number: int | None = None

    def __str__(self) -> str:
        return self.kind if self.number is None else f"{self.kind}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the id that is written so; raises ValueError if there is no such part."""
        kind, _, number = text.partition("-")
        try:
            return cls(PartKind(kind), int(number) if number else None)
        except ValueError:
            raise ValueError(f"there is no part {text!r}") from None

    @property
    def is_alternative(self) -> bool:
        """Whether it belongs to a plan beside the cheapest, of other devices."""
        return self.kind in (PartKind.STRUCTURE, PartKind.PLAN) and self.number is not None


@dataclass(frozen=True)
class Part:
    """A piece of a search that any process can do once those that it is `after` are done.

    name, after: ids as text. seconds: an estimate, its weight in the one bar. leads: whether its
    figures are those of the search, whose cheapest plan is shown while it runs. title: what it is
    about, for people, where that isn't the cheapest plan.
    """

    name: str
    after: tuple[str, ...]
    seconds: float
    leads: bool = False
    title: str = ""

    @property
    def id(self) -> PartId:
        return PartId.parse(self.name)
