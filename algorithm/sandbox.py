"""Resource limits of a process that handles one request outside the web process.

Input may be hostile: a small file may unpack to gigabytes. A process that exceeds its limits is
killed without output, and others are not affected.
"""

import os
import resource
import signal

MEMORY = 2 * 1024**3
"""Bytes of address space."""

STRETCH = 4
"""Wall-clock limit as a multiple of the CPU limit: the process shares its core with others."""

NICENESS = 10
"""Solvers and checks yield the CPU to the processes that renew leases and serve viewers."""


def bound_this_process(seconds: int) -> None:
    """Limit this process to `seconds` of CPU time, STRETCH times that by the clock, and MEMORY."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    signal.alarm(STRETCH * seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    os.nice(NICENESS)
