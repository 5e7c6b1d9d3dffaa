"""What a process may use that does one thing for one request, apart from the web process.

Who asks for it may be hostile: a small file may unpack to more than any time or memory. A process
that goes beyond its limits ends without a word, and others go on.
"""

import os
import resource
import signal

MEMORY = 2 * 1024**3
"""Bytes of address space."""

STRETCH = 4
"""How much longer than its time on a core a process may take by the clock: others use it, too."""

NICENESS = 10
"""Solvers and checks yield the CPU to the processes that renew leases and serve viewers."""


def bound_this_process(seconds: int) -> None:
    """Give this process `seconds` of a core, `STRETCH` times as long by the clock, and MEMORY."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    signal.alarm(STRETCH * seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    os.nice(NICENESS)
