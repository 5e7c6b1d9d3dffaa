"""Authentication: sign-ins, tokens, passwords, and the sockets that they authorise.

| module | |
|---|---|
| `sessions` | the user of a request or a socket; browser sessions |
| `roles` | views that need a role |
| `pages` | sign-in by password or link, sign-out, one's own account; CSRF |
| `passwords` | policy, hashing and checking; in a native thread (`off_loop`) |
| `attempts` | rate limit of wrong passwords |
| `links` | sign-in links |
| `targets` | where a sign-in redirects to |
| `socket_authenticator` | signed-in sockets, until their credential has ended |
| `commands` | `flask users …` and `flask tokens …` |

Names of users are in `dashboard.db.names`; the tables are in `dashboard.db.models`: each session,
token and link is a `Credential`, and is revoked by deleting its row. So another way to sign in
(OpenID Connect) belongs beside `pages` and ends in `sessions.begin`. Teams would be a table beside
User that `dashboard.jobs.permissions` reads, and an audit log a table that `sessions`, `links` and
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
