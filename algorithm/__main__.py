"""`python -m algorithm`: the search without any server."""

import os
import signal
import sys

from algorithm.memory import limit_memory
from algorithm.terminal import main

# A reader of our output that has seen enough (`| head`) ends us without a word.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

# What is closed (`2>&-`) takes nothing, and is no reason to fail.
sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115

# What fails once more while it is cleaned up after (netCDF4's files do) is no news to anybody.
sys.unraisablehook = lambda unraisable: None

limit_memory()
raise SystemExit(main())
