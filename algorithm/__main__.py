"""`python -m algorithm`: the search without any server."""

import signal

from algorithm.terminal import main

# A reader of our output that has seen enough (`| head`) ends us without a word.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

raise SystemExit(main())
