"""`python -m dashboard`: submit, watch, list and cancel searches of a server, without a browser.

`command` is the command line; it asks a `server` over HTTP. `watching` hears the server's events,
`following` makes the job's state of them, and `job_bar` shows that.
"""

from dashboard.terminal.command import main

__all__ = ["main"]
