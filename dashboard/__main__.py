"""`python -m dashboard`: searches on a server, from a terminal. Makes no application of its own."""

import os
import signal
import sys

from dashboard.terminal import main

try:
    status = main()
    sys.stdout.flush()
except BrokenPipeError:
    # The reader of our output has closed it (`| head`). SIGPIPE stays ignored, because it would
    # also end us when a connection to the server is lost.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    status = 128 + signal.SIGPIPE
raise SystemExit(status)
