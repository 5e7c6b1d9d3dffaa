"""`python -m dashboard`: searches on a server, from a terminal. Makes no application of its own."""

import os
import signal
import sys

from dashboard.terminal import main

try:
    status = main()
    sys.stdout.flush()
except BrokenPipeError:
    # A reader of our output has seen enough (`| head`). Not left to the signal, which would also
    # end us where a connection to the server is lost.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    status = 128 + signal.SIGPIPE
raise SystemExit(status)
