"""`python -m dashboard`: searches on a server, from a terminal. Makes no application of its own."""

import signal

from dashboard.terminal import main

# A reader of our output that has seen enough (`| head`) ends us without a word.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

raise SystemExit(main())
