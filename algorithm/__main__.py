"""`python -m algorithm`: the search without any server."""

import signal

from algorithm.memory import limit_memory
from algorithm.terminal import main

# A reader of our output that has seen enough (`| head`) ends us without a word.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

limit_memory()
raise SystemExit(main())
