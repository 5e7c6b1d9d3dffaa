"""The periodic tasks of a web process: an error ends one run, never the task."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from dashboard.transport.database import AWAY, first_line


def repeat(
    app: Flask, sleep: Callable[[float], object], every_s: float, what: str, act: Callable[[], None]
) -> None:
    """Call `act` in the application's context every `every_s` seconds, for ever.

    what: names the task in the log if it fails.
    """
    while True:
        sleep(every_s)
        with app.app_context():
            try:
                act()
            except AWAY as error:
                app.logger.info("%s: the database is away: %s", what, first_line(error))
            except Exception:
                app.logger.exception("%s failed", what)
