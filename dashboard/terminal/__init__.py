"""`python -m dashboard`: submit, watch, list and cancel searches of a server, without a browser.

`command` is the command line; it calls a `server` over HTTP. `watcher` receives the server's
events, `follower` reduces them to the job's state, and `job_bar` shows that.
"""

from dashboard.terminal.command import main

__all__ = ["main"]
