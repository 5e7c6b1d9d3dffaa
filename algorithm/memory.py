"""What a search may take of memory. Called where a process begins that searches."""

import ctypes
import resource
import sys

from algorithm.phrase import phrase

LIMIT = 8 * 1024**3  # bytes of address space
# glibc's number for the size from which a block is given back to the system once it is freed, and
# that size. Left to itself glibc raises it as it goes, and a year's search takes a tenth more.
M_MMAP_THRESHOLD, GIVEN_BACK_FROM = -3, 256 * 1024


def limit_memory() -> None:
    """Make whatever needs more than LIMIT a MemoryError, and have freed blocks given back."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = LIMIT if most == resource.RLIM_INFINITY else min(LIMIT, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(M_MMAP_THRESHOLD, GIVEN_BACK_FROM)


def ran_out() -> str:
    """Say that the search needed more than it may take."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    most = (LIMIT if limit == resource.RLIM_INFINITY else limit) / 1024**3
    return phrase("The search needed more than %(most)s GiB of memory.", most=f"{most:.3g}")
