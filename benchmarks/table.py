"""The table that `make bench` prints."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure, and its ratio to the figure that it's compared with."""

    what: str
    value: str
    ratio: str = ""


def p50_p99(values: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 99th percentile of at least two values."""
    cuts = statistics.quantiles(values, n=100)
    return cuts[49], cuts[98]


def print_table(rows: Iterable[Row]) -> None:
    """Print each row as soon as it is there."""
    print(f"{'what':<66} {'value':>16}  ratio")
    for row in rows:
        print(f"{row.what:<66} {row.value:>16}  {row.ratio}", flush=True)
