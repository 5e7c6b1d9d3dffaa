"""`flask --app wsgi users …`, `tokens …`, `teams …`, `audit`, `roles`: accounts in a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError

from dashboard.accounts import api_tokens, passwords, people
from dashboard.accounts import teams as teams_
from dashboard.accounts.links import sign_in_link
from dashboard.db import audit as audit_
from dashboard.db import names
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import (
    ROLES,
    SCOPES,
    ApiToken,
    AuditEntry,
    Role,
    Scope,
    Session,
    Team,
    User,
)
from dashboard.jobs.permissions import as_markdown


class Refused(click.ClickException):
    """A command can't be done; the message, one line, says why."""

    exit_code = 2


class Commands(AppGroup):
    """Commands on the database, which may be away or not set up yet."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            raise _unusable(error) from error


def _unusable(error: DBAPIError) -> click.ClickException:
    reason = str(error.orig).partition("\n")[0]
    return click.ClickException(
        f"The database can't be used ({reason}); was `flask db upgrade` run?"
    )


users = Commands("users", help="People who may sign in.")
tokens = Commands("tokens", help="API tokens for scripts.")
teams = Commands("teams", help="Teams, who see each other's searches.")


@users.command("list")
def list_users() -> None:
    """One line for each: name, role, standing, sign-ins, API tokens."""
    there = db.select(User).where(User.standing != "removed").order_by(User.name)
    for user in db.session.scalars(there):
        sign_ins, api_tokens = (
            db.session.scalar(
                db.select(func.count()).where(kind.user_id == user.id, kind.in_time())
            )
            for kind in (Session, ApiToken)
        )
        columns = [user.name, user.role, user.standing]
        click.echo("\t".join([*columns, f"{sign_ins} sign-ins", f"{api_tokens} tokens"]))


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True)
def add_user(name: str, role: Role) -> None:
    """Add NAME; the password is read from standard input, one line."""
    if refusal := names.refusal(name):
        raise Refused(f"NAME: {refusal}")
    if other := people.lookalike(name):
        raise _taken(other.name)
    try:
        user = people.add(name, role, _password_from_standard_input(names.normalised(name)))
    except people.Taken as taken:
        raise _taken(taken.name) from taken
    click.echo(f"Added {user.name} with the role {role}.")


@users.command("password")
@click.argument("name")
def change_password(name: str) -> None:
    """Give NAME another password, from standard input; their sign-ins end, their tokens stay."""
    user = _user(name)
    people.change_password(user, _password_from_standard_input(user.name))
    click.echo(f"{user.name} has another password, and is signed out everywhere.")


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def change_role(name: str, role: Role) -> None:
    """Give NAME the role ROLE, at once."""
    user = _user(name)
    people.change_role(user, role)
    click.echo(f"{user.name} has the role {role}.")


@users.command("disable")
@click.argument("name")
def disable_user(name: str) -> None:
    """Let NAME in no more: sign-ins, links, API tokens and open pages end."""
    user = _user(name)
    people.disable(user)
    click.echo(f"{user.name} is disabled; their sign-ins and API tokens have ended.")


@users.command("enable")
@click.argument("name")
def enable_user(name: str) -> None:
    """Let NAME in again, by the password they had; API tokens have to be made anew."""
    user = _user(name)
    people.enable(user)
    click.echo(f"{user.name} may sign in.")


@users.command("remove")
@click.argument("name")
def remove_user(name: str) -> None:
    """Remove NAME for good. Their searches stay; somebody else may be called so."""
    user = _user(name)
    people.remove(user)
    click.echo(f"{user.name} is removed; their searches stay.")


@users.command("link")
@click.argument("name")
@click.option("--base-url", help="The address of the site.  [default: this machine's PORT]")
def print_link(name: str, base_url: str | None) -> None:
    """Print a link that signs NAME in once, within 15 minutes."""
    settings = current_settings()
    user = _active_user(name)
    click.echo(sign_in_link(user, (base_url or f"http://127.0.0.1:{settings.port}").rstrip("/")))


@tokens.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    help="What it may be used for, within the role; repeatable.  [default: all]",
)
@click.option("--days", type=click.IntRange(1, 3660), help="It expires then.  [default: never]")
@click.option("--label", default="", help="What it's called in lists.")
def create_token(name: str, scopes: Sequence[Scope], days: int | None, label: str) -> None:
    """Print a new API token of user NAME. It is shown this once."""
    user = _active_user(name)
    try:
        click.echo(api_tokens.make(user, label=label, scopes=scopes or SCOPES, days=days))
    except api_tokens.WrongLabel as wrong:
        raise Refused(f"--label: {wrong}") from None


@tokens.command("list")
@click.argument("name", required=False)
def list_tokens(name: str | None) -> None:
    """One line for each API token, of NAME or of all.

    Number, user, when it was made, scopes, when it expires, when it was last used, label.
    """
    for token in api_tokens.of(_user(name) if name is not None else None):
        columns = [str(token.id), token.user.name, _minute(token.created_at)]
        columns += [",".join(token.allowed), f"expires {_minute(token.expires_at)}"]
        columns += [f"used {_minute(token.last_used_at)}", token.label]
        click.echo("\t".join(columns).rstrip())


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


@tokens.command("revoke")
@click.argument("number", type=int)
def revoke_token(number: int) -> None:
    """End the API token NUMBER, as `tokens list` counts them, and the sockets that it opened."""
    token: ApiToken | None = api_tokens.numbered(number)
    if token is None:
        raise Refused(f"There is no API token {number}; `tokens list` shows those that there are.")
    name = token.user.name
    api_tokens.revoke(token)
    click.echo(f"Token {number} of {name} is revoked.")


@teams.command("list")
def list_teams() -> None:
    """One line for each: name, members."""
    for team in teams_.every():
        click.echo("\t".join([team.name, *(user.name for user in team.members)]))


@teams.command("add")
@click.argument("team")
def add_team(team: str) -> None:
    """Add the team TEAM."""
    if refusal := names.refusal(team):
        raise Refused(f"TEAM: {refusal}")
    try:
        click.echo(f"Added the team {teams_.add(team).name}.")
    except teams_.Taken:
        raise Refused(f"There is a team {team!r}, or one whose name looks like it.") from None


@teams.command("remove")
@click.argument("team")
def remove_team(team: str) -> None:
    """Remove the team TEAM; its searches are seen by their owners alone."""
    found = _team(team)
    teams_.remove(found)
    click.echo(f"{team} is removed; its searches are their owners' alone.")


@teams.command("join")
@click.argument("team")
@click.argument("name")
def join_team(team: str, name: str) -> None:
    """Put NAME into TEAM."""
    found, user = _team(team), _user(name)
    teams_.join(found, user)
    click.echo(f"{user.name} is in {found.name}.")


@teams.command("leave")
@click.argument("team")
@click.argument("name")
def leave_team(team: str, name: str) -> None:
    """Take NAME out of TEAM; open pages of its searches end."""
    found, user = _team(team), _user(name)
    teams_.leave(found, user)
    click.echo(f"{user.name} is not in {found.name}.")


@click.command("audit")
@click.option("--since", type=click.DateTime(), help="UTC; older entries are left out.")
@click.option("--user", "name", help="Only what this user did.")
@click.option("--action", type=click.Choice(audit_.ACTIONS), help="Only this.")
@with_appcontext
def audit(since: datetime | None, name: str | None, action: str | None) -> None:
    """Print the audit log, the oldest entry first: JSON lines."""
    wanted = db.select(AuditEntry).order_by(AuditEntry.id)
    if since is not None:
        wanted = wanted.where(AuditEntry.at >= since.replace(tzinfo=UTC))
    if name is not None:
        wanted = wanted.where(AuditEntry.actor == name)
    if action is not None:
        wanted = wanted.where(AuditEntry.action == action)
    try:
        for entry in db.session.scalars(wanted.execution_options(yield_per=1000)):
            click.echo(json.dumps(audit_.as_json(entry), ensure_ascii=False))
    except DBAPIError as error:
        raise _unusable(error) from error


@click.command("roles")
def roles() -> None:
    """Print the table of roles, as docs/roles.md has it."""
    for line in as_markdown():
        click.echo(line)


def _team(name: str) -> Team:
    team = teams_.named(name)
    if team is None:
        raise Refused(f"There is no team {name!r}; `teams list` shows those that there are.")
    return team


def _user(name: str) -> User:
    user = people.named(name)
    if user is None:
        raise Refused(f"There is no user {name!r}; `users list` shows those that there are.")
    return user


def _active_user(name: str) -> User:
    user = _user(name)
    if not user.is_active:
        raise Refused(f"{user.name} is disabled; `users enable` lets them in again.")
    return user


def _taken(name: str) -> Refused:
    return Refused(f"There is a user {name!r} already, whose name is this one or looks like it.")


def _password_from_standard_input(name: str) -> str:
    """A password that a person of this name may have; raises Refused."""
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        try:
            password = sys.stdin.readline().rstrip("\r\n")
            password.encode()
        except UnicodeError as error:
            raise Refused("The password on standard input is not UTF-8.") from error
    if not password:
        raise Refused("Give the password on standard input, one line.")
    if refusal := passwords.refusal(password, name):
        raise Refused(refusal)
    return str(password)
