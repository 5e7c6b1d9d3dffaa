"""What a plan costs, as labelled terms that its components state.

The labels here are those that every result has. A component may bring one of its own.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LABELS = (
    "investment",
    "maintenance",
    "operation",
    "energy",
    "peak",
    "unserved",
    "co2",
    "export_revenue",
)
# Stated as income, and subtracted.
EARNED = frozenset({"export_revenue"})


class CostTerm(NamedTuple):
    """What one component costs of one kind: currency a year, income where the label is EARNED."""

    label: str
    amount: float


def by_label(terms: Iterable[CostTerm]) -> dict[str, float]:
    """Return the sum of each label's terms, 0 for those of LABELS that nothing costs."""
    amounts: dict[str, list[float]] = {label: [] for label in LABELS}
    for label, amount in terms:
        amounts.setdefault(label, []).append(amount)
    return {label: sum(parts, 0.0) for label, parts in amounts.items()}


def total(costs: Mapping[str, float]) -> float:
    """Return what all labels come to, income subtracted."""
    return sum(costs.values()) - 2 * sum(costs[label] for label in EARNED)
