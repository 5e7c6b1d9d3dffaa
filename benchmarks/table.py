"""The table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure, and its ratio to the figure that it's compared with."""

    what: str
    value: str
    ratio: str = ""


def print_table(rows: Iterable[Row]) -> None:
    """Print each row as soon as it is there."""
    print(f"{'what':<66} {'value':>16}  ratio")
    for row in rows:
        print(f"{row.what:<66} {row.value:>16}  {row.ratio}", flush=True)
