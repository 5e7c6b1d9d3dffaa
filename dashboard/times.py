"""The time limits of delivery, one derived from another: who waits how long for whom.

All in seconds, and measured by a steady clock of whoever waits. docs/delivery.md has them as a
table. Whatever stands still for less than LEASE costs nothing; for longer, an attempt.
"""

from __future__ import annotations

RENEW = 1.0
"""How often a job's own task renews its lease."""

ASK = RENEW / 2
"""How often a part's holder renews its claim, and asks what others did."""

LOOK = 0.1
"""How often a holder looks at what its solver said."""

LEASE = 8 * RENEW
"""Silence after which a job's own task, or a part's holder, counts as lost."""

RESCUE = 1.0
"""How often a web process looks who has fallen silent."""

LONGEST = LEASE / 2
"""What counts at most between two looks: a listener that was frozen itself has heard nothing."""

STATEMENT = LEASE / 4
"""How long one statement waits for a locked database: within a lease, several are tried."""

AGAIN = 0.5
"""Pause before what failed for want of the database is tried again."""

HERE = RENEW
"""How often a solver's process is told that its supervisor is there."""

ALONE = LEASE + LONGEST
"""Silence after which a solver's process ends: not before its part may be somebody else's."""

GRACE = 2.0
"""How long a solver may take to stop when it's asked to; then it's killed."""

HAND_IN = 2.0
"""Beside GRACE: in which others notice that they are to stop, and hand in."""
