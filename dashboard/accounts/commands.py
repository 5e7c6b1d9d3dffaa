"""`flask --app wsgi users …` and `flask --app wsgi tokens …`: accounts are made and ended here."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError

from dashboard.accounts import passwords, people
from dashboard.accounts.links import sign_in_link
from dashboard.db import names
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import ROLES, ApiToken, Role, Session, User


class Refused(click.ClickException):
    """A command can't be done; the message, one line, says why."""

    exit_code = 2


class Commands(AppGroup):
    """Commands on the database, which may be away or not set up yet."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            message = f"The database can't be used ({reason}); was `flask db upgrade` run?"
            raise click.ClickException(message) from error


users = Commands("users", help="People who may sign in.")
tokens = Commands("tokens", help="API tokens for scripts.")


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
def create_token(name: str) -> None:
    """Print a new API token of user NAME. It is shown this once."""
    user = _active_user(name)
    token, text = ApiToken.issue(user)
    db.session.add(token)
    db.session.commit()
    click.echo(text)


@tokens.command("list")
@click.argument("name", required=False)
def list_tokens(name: str | None) -> None:
    """One line for each API token, of NAME or of all: number, user, when it was made."""
    wanted = db.select(ApiToken).order_by(ApiToken.id)
    if name is not None:
        wanted = wanted.filter_by(user_id=_user(name).id)
    for token in db.session.scalars(wanted):
        made = token.created_at.strftime("%Y-%m-%d %H:%M UTC")
        click.echo("\t".join([str(token.id), token.user.name, made]))


@tokens.command("revoke")
@click.argument("number", type=int)
def revoke_token(number: int) -> None:
    """End the API token NUMBER, as `tokens list` counts them, and the sockets that it opened."""
    token = db.session.get(ApiToken, number) if abs(number) < 2**31 else None
    if token is None:
        raise Refused(f"There is no API token {number}; `tokens list` shows those that there are.")
    name = token.user.name
    db.session.delete(token)
    db.session.commit()
    click.echo(f"Token {number} of {name} is revoked.")


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
