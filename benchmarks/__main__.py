"""Run every benchmark and print one table."""

from __future__ import annotations

from benchmarks import delivery
from benchmarks.table import print_table


def main() -> None:
    print_table(delivery.rows())


if __name__ == "__main__":
    main()
