"""A part of a search: its kind, its id, and the parts that it depends on.

A part's id is a kind and a number, written `structure`, `structure-2`, `point-1`. No other module
builds or parses ids.
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
    """The id of a part.

    number: of an alternative, from 2, or of a point of the front, from 1; None if there is only one
    part of this kind.
    """

    kind: PartKind
    number: int | None = None

    def __str__(self) -> str:
        return self.kind if self.number is None else f"{self.kind}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the id of its text form; raises ValueError if there is no such part."""
        kind, _, number = text.partition("-")
        try:
            return cls(PartKind(kind), int(number) if number else None)
        except ValueError:
            raise ValueError(f"there is no part {text!r}") from None

    @property
    def is_alternative(self) -> bool:
        """Whether it belongs to an alternative: a plan with other devices than the cheapest."""
        return self.kind in (PartKind.STRUCTURE, PartKind.PLAN) and self.number is not None


@dataclass(frozen=True)
class Part:
    """A piece of a search that any process can run once the parts in `after` are done.

    name, after: ids as text. seconds: estimated duration, its weight in the progress bar. leads:
    whether its figures are shown as those of the search: it works on the cheapest plan. title: its
    subject, for people, unless that is the cheapest plan.
    """

    name: str
    after: tuple[str, ...]
    seconds: float
    leads: bool = False
    title: str = ""

    @property
    def id(self) -> PartId:
        return PartId.parse(self.name)
