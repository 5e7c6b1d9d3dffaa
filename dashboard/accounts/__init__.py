"""Authentication: sign-ins, tokens, passwords, and the sockets that they authorise.

| module | |
|---|---|
| `sessions` | the user or guest of a request or a socket; browser sessions |
| `roles` | what each route needs |
| `pages` | sign-in by password or link, sign-out, one's own account; CSRF |
| `admin` | the pages of admins |
| `people`, `teams`, `api_tokens` | operations on each |
| `passwords` | policy, hashing and checking; in a native thread (`off_loop`) |
| `attempts` | rate limit of wrong passwords |
| `links`, `shares` | sign-in and password links; links to watch one search |
| `forms` | what fields of forms say |
| `targets` | where a sign-in redirects to |
| `socket_authenticator` | signed-in sockets, until their credential has ended |
| `commands` | `flask users …`, `tokens …`, `teams …`, `audit`, `roles` |

Who may do what is in `dashboard.jobs.permissions`, the audit log in `dashboard.db.audit`, names of
users in `dashboard.db.names`. The tables are in `dashboard.db.models`: each session, token and link
is a `Credential`, and is revoked by deleting its row. So another way to sign in belongs beside
`pages` and ends in `sessions.begin`.
"""

from __future__ import annotations

from flask import Flask

from dashboard.accounts import admin, attempts, commands, pages, roles, sessions
from dashboard.accounts.links import development_sign_in_link, sign_in_link
from dashboard.accounts.roles import needs, public
from dashboard.accounts.sessions import signed_in_person, signed_in_user

__all__ = [
    "development_sign_in_link",
    "init_app",
    "needs",
    "public",
    "sign_in_link",
    "signed_in_person",
    "signed_in_user",
]


def init_app(app: Flask) -> None:
    sessions.init_app()
    attempts.init_app(app)
    app.before_request(roles.refuse_undeclared)
    app.jinja_env.globals["may"] = roles.may_here
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(admin.blueprint)
    for command in (
        commands.users,
        commands.tokens,
        commands.teams,
        commands.audit,
        commands.roles,
    ):
        app.cli.add_command(command)
