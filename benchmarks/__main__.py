"""Run the benchmarks that are named, or all but the longest, and print one table."""

from __future__ import annotations

import sys

from benchmarks import delivery, fanout, modelling, pages, queue, remaining, search
from benchmarks.peers import driver as peers
from benchmarks.scale import growth, hosts, processes
from benchmarks.table import print_table

BENCHMARKS = {
    "delivery": delivery,
    "fanout": fanout,
    "queue": queue,
    "search": search,
    "pages": pages,
}
LONGEST = {"modelling": modelling, "peers": peers, "remaining": remaining}
SCALE = {"growth": growth, "processes": processes, "hosts": hosts}


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        print_table((BENCHMARKS | LONGEST | SCALE)[name].rows())


if __name__ == "__main__":
    main()
