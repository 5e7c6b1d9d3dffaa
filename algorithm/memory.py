"""The memory limit of a process that runs a search."""

import resource

from algorithm.messages import Figure, Message

LIMIT = 8 * 1024**3  # bytes of address space


def limit_memory() -> None:
    """Limit this process's address space to LIMIT; beyond it, allocations raise MemoryError."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = LIMIT if most == resource.RLIM_INFINITY else min(LIMIT, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def out_of_memory() -> str:
    """Return a message that the search exceeded its memory limit."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    most = (LIMIT if limit == resource.RLIM_INFINITY else limit) / 1024**3
    return Message("The search needed more than %(most)s GiB of memory.", most=Figure(most, ".3g"))
