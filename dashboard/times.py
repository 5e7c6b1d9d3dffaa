"""Intervals and timeouts of leases and heartbeats, each derived from the others.

All in seconds, each measured by the monotonic clock of the process that waits. docs/delivery.md has
them as a table. A stall shorter than LEASE_S costs nothing; a longer one costs an attempt.
"""

from __future__ import annotations

RENEW_S = 1.0
"""How often a job's own task renews its lease."""

CLAIM_S = RENEW_S / 2
"""How often a part's holder renews its claim, and reads what other workers did."""

POLL_S = 0.1
"""How often the holder of a part reads what its solver process reports."""

LEASE_S = 8 * RENEW_S
"""Time without a heartbeat after which a job's own task, or a part's holder, counts as lost."""

RESCUE_S = 1.0
"""How often a web process looks for expired leases."""

MAX_STEP_S = LEASE_S / 2
"""The most that one check adds to a silence: the monitor may have been frozen itself."""

STATEMENT_TIMEOUT_S = LEASE_S / 4
"""How long one statement waits for a locked database: several fit into a lease."""

DATABASE_RETRY_S = 0.5
"""Pause between two attempts while the database is away."""

KEEPALIVE_S = RENEW_S
"""How often a solver process gets a keep-alive from its supervisor."""

SUPERVISOR_TIMEOUT_S = LEASE_S + MAX_STEP_S
"""Time without a keep-alive after which a solver process ends: another holder may have its part."""

STOP_GRACE_S = 2.0
"""How long a solver process may take to stop when asked to; then it is killed."""

HAND_IN_S = 2.0
"""Time beside STOP_GRACE_S in which other workers notice a stop and hand in their parts."""
