"""`python -m tests.faults`, or `make soak`: faults by lot, for as long as asked.

Everything is drawn from one seed, which is printed first: SEED=… draws the same again. DATABASE=…
is `sqlite` or `postgres`, where that isn't to be drawn. Ends with exit status 1 at the first broken
promise, and says what had been tried until then.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from random import Random

from tests.backends.servers import Postgres
from tests.faults.campaign import CASTS, Campaign, Tally
from tests.faults.faults import FAULTS, LONG, OF_CLOCKS, OF_FORKS, OF_POSTGRES, OF_SQLITE, Fault
from tests.faults.installation import Clock, Installation
from tests.faults.moments import Moment

MODES = ("eventlet", "gevent", "threading")
DATABASES = ("sqlite", "postgres")
POOLS = ("eventlet", "gevent", "prefork", "threads")
TWICE = 0.3
"""How often two faults strike at once."""


def main() -> int:
    # What was started must end with this, whoever ends it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    seconds = float(os.environ.get("SECONDS") or 600)
    seed = os.environ.get("SEED") or str(Random().randrange(10**6))
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    random = Random(seed)
    pool, mode, lot = (random.choice(names) for names in (POOLS, MODES, DATABASES))
    database = os.environ.get("DATABASE") or lot
    clock = Clock(folder / "clock") if pool == "eventlet" else None
    if database not in DATABASES:
        sys.exit(f"DATABASE is {database!r}; it must be one of {', '.join(DATABASES)}.")
    drawn_as = f"SEED={seed} DATABASE={database}"
    print(f"{drawn_as} SECONDS={seconds:g}: web on {mode}, pool {pool}, in {folder}")
    tally = Tally()
    with Postgres() if database == "postgres" else nullcontext() as server:
        installation = Installation(folder, mode=mode, pool=pool, clock=clock, postgres=server)
        try:
            installation.start()
            with Campaign(installation, tally) as campaign:
                soak(campaign, random, faults_of(installation), time.monotonic() + seconds)
        except AssertionError:
            traceback.print_exc()
            print(f"Broken with {drawn_as}; logs are in {folder}.", file=sys.stderr)
            return 1
        finally:
            installation.stop()
            print(*tally.table(), sep="\n")
    return 0


def faults_of(installation: Installation) -> list[Fault]:
    """What can go wrong there."""
    forks = OF_FORKS if installation.pool == "prefork" else []
    clocks = OF_CLOCKS if installation.clock is not None else []
    of_database = OF_SQLITE if installation.postgres is None else OF_POSTGRES
    return [*FAULTS, *LONG, *forks, *clocks, *of_database]


def soak(campaign: Campaign, random: Random, faults: Sequence[Fault], until: float) -> None:
    """Run one scenario after another; each is told before it begins."""
    while time.monotonic() < until:
        struck, moments = draw(random, faults), random.choice(CASTS)
        print(f"{time.strftime('%H:%M:%S')} {told(struck, moments)}", flush=True)
        # A source of its own: how much a scenario draws must not change what comes after it.
        campaign.run(struck, moments, Random(random.random()))


def draw(random: Random, faults: Sequence[Fault]) -> list[Fault]:
    """One fault, or two of different targets."""
    first = random.choice(faults)
    second = random.choice([fault for fault in faults if fault.target != first.target])
    return [first, second] if random.random() < TWICE else [first]


def told(faults: Sequence[Fault], moments: Sequence[Moment]) -> str:
    names = " and ".join(fault.name for fault in faults)
    return f"{names}; jobs {', '.join(moments)}"


if __name__ == "__main__":
    sys.exit(main())
