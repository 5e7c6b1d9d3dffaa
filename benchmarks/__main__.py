"""Run the benchmarks that are named, or all of them, and print one table."""

from __future__ import annotations

import sys

from benchmarks import delivery, fanout, pages, queue, search
from benchmarks.table import print_table

BENCHMARKS = {
    "delivery": delivery,
    "fanout": fanout,
    "queue": queue,
    "search": search,
    "pages": pages,
}


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        print_table(BENCHMARKS[name].rows())


if __name__ == "__main__":
    main()
