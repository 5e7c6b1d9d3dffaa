"""Who comes in, and who stays in.

| module | |
|---|---|
| `sessions` | who is behind a request or a socket; a browser's sign-in begins and ends |
| `roles` | what they may |
| `pages` | sign-in by password or link, sign-out, one's own account; CSRF |
| `passwords` | which are taken, and how they are kept and checked; `off_loop` is where |
| `attempts` | how many wrong ones are taken |
| `links` | sign-in links |
| `targets` | where a sign-in leads to |
| `admitted` | the sockets that were let in, until what let them in has ended |
| `commands` | `flask users …` and `flask tokens …` |

What people are called is in `dashboard.db.names`; the tables are in `dashboard.db.models`: whatever
lets somebody in is a `Credential`, and ends with its row. So another way to come in (OpenID
Connect) belongs beside `pages` and ends in `sessions.begin`. Teams would be a table beside User
that `dashboard.jobs.permissions` asks, and an audit log a table that `sessions`, `links` and
`commands` write to.
"""

from __future__ import annotations

from flask import Flask

from dashboard.accounts import attempts, commands, pages, sessions
from dashboard.accounts.links import development_sign_in_link, sign_in_link
from dashboard.accounts.roles import needs_role
from dashboard.accounts.sessions import signed_in_user

__all__ = [
    "development_sign_in_link",
    "init_app",
    "needs_role",
    "sign_in_link",
    "signed_in_user",
]


def init_app(app: Flask) -> None:
    sessions.init_app()
    attempts.init_app(app)
    app.register_blueprint(pages.blueprint)
    app.cli.add_command(commands.users)
    app.cli.add_command(commands.tokens)
