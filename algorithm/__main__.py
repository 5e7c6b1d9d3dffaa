"""`python -m algorithm`: the search without any server."""

import os
import signal
import sys

from algorithm.memory import limit_memory
from algorithm.terminal import main

# When a pipe's reader closes early (`| head`), end silently, without a BrokenPipeError.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

# Python sets a closed stream (`2>&-`) to None; writing to it must not fail.
sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115

# Errors during clean-up (netCDF4 raises some when it closes files) only add noise.
sys.unraisablehook = lambda unraisable: None

limit_memory()
raise SystemExit(main())
