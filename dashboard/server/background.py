"""What a web process does again and again beside its requests, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from dashboard.transport.database import AWAY, first_line


def repeat(
    app: Flask, sleep: Callable[[float], object], every_s: float, what: str, act: Callable[[], None]
) -> None:
    """Call `act` in the application's context after each pause, for ever.

    what: names it in the log where it fails. A database that is away costs it a turn.
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
