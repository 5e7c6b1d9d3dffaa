"""A plan's costs, as labelled terms from its components.

Every result has the labels here. A component may add its own.
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
# Income: stated as positive amounts, subtracted from the total.
EARNED = frozenset({"export_revenue"})


class CostTerm(NamedTuple):
    """One cost of one component, currency a year; income if its label is in EARNED."""

    label: str
    amount: float


def by_label(terms: Iterable[CostTerm]) -> dict[str, float]:
    """Return the sum of each label's terms; 0 for those of LABELS without a term."""
    amounts: dict[str, list[float]] = {label: [] for label in LABELS}
    for label, amount in terms:
        amounts.setdefault(label, []).append(amount)
    return {label: sum(parts, 0.0) for label, parts in amounts.items()}


def total(costs: Mapping[str, float]) -> float:
    """Return the sum of all labels' costs, less income."""
    return sum(costs.values()) - 2 * sum(costs[label] for label in EARNED)
