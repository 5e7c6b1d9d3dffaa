"""What a search may take of memory. Called where a process begins that searches."""

import resource

LIMIT = 8 * 1024**3  # bytes of address space


def limit_memory() -> None:
    """Make whatever needs more than LIMIT a MemoryError."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = LIMIT if most == resource.RLIM_INFINITY else min(LIMIT, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
