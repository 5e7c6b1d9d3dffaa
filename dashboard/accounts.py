"""Who comes in: sign-in by password or link, API tokens, roles, and the commands that make them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import click
from flask import (
    Blueprint,
    Request,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from dashboard.extensions import csrf, db, login_manager
from dashboard.models import ROLES, ApiToken, Role, User

blueprint = Blueprint("accounts", __name__)

LINK_LIFETIME = 24 * 3600  # s

P = ParamSpec("P")
R = TypeVar("R")


@login_manager.user_loader
def _user_of_session(user_id: str) -> User | None:
    return db.session.get(User, int(user_id))


@login_manager.request_loader
def _user_of_bearer(incoming: Request) -> User | None:
    token = bearer_token(incoming)
    return user_of_token(token) if token else None


def bearer_token(incoming: Request) -> str | None:
    """The token of an `Authorization: Bearer …` header."""
    authorization = incoming.authorization
    if authorization is None or authorization.type != "bearer":
        return None
    return authorization.token


def user_of_token(token: str) -> User | None:
    found = db.session.scalar(db.select(ApiToken).filter_by(digest=ApiToken.digest_of(token)))
    return found.user if found else None


def signed_in_user() -> User:
    """The person behind this request; only inside views that need one."""
    return cast(User, current_user._get_current_object())


def needs_role(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse with 401 without a person, with 403 where their role doesn't reach `role`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                return cast(R, login_manager.unauthorized())
            if not current_user.may(role):
                own = current_user.role
                abort(403, _("This needs the role %(role)s; yours is %(own)s.", role=role, own=own))
            return view(*args, **kwargs)

        return guarded

    return decorate


@blueprint.before_app_request
def _check_csrf() -> None:
    """A browser sends its cookie by itself, so what it asks must carry our token too.

    A Bearer token is never sent by itself, so it needs no second proof.
    """
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE") or bearer_token(request):
        return
    if not current_user.is_authenticated and request.endpoint != "accounts.sign_in":
        return  # Nobody's cookie, so nothing to misuse: the view itself answers 401.
    if request.endpoint == "polling.get_graph_data" and _from_our_own_page(request):
        # The older page knows nothing of CSRF tokens. That the browser itself says that the
        # request comes from one of our own pages proves as much.
        return
    csrf.protect()


def _from_our_own_page(incoming: Request) -> bool:
    if incoming.headers.get("X-CSRFToken") or not incoming.origin:
        return False
    return urlsplit(incoming.origin).netloc == incoming.host


class SignInForm(FlaskForm):
    username = StringField(validators=[InputRequired()])
    password = PasswordField(validators=[InputRequired()])


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if request.method == "GET":
        return render_template("sign_in.html", form=form, error=None)
    user = db.session.scalar(db.select(User).filter_by(name=form.username.data or ""))
    if user is None or not user.has_password(form.password.data or ""):
        message = _("That name and password do not go together.")
        return render_template("sign_in.html", form=form, error=message), 401
    login_user(user)
    return redirect(_own_path(request.args.get("next")))


@blueprint.get("/sign-in/<token>")
def sign_in_by_link(token: str) -> str | Response | tuple[str, int]:
    try:
        user_id = _links().loads(token, max_age=LINK_LIFETIME)
    except BadSignature:
        message = _("This sign-in link has expired or is not whole. Ask for a new one.")
        return render_template("sign_in.html", form=SignInForm(), error=message), 401
    user = db.session.get(User, user_id)
    if user is None:
        abort(401, _("The account of this link does not exist any more."))
    login_user(user)
    return redirect(url_for("pages.overview"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    return redirect(url_for("accounts.sign_in"))


def _own_path(target: str | None) -> str:
    """`target` if it stays on this site: an open redirect would lend our name to a stranger."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("pages.overview")
    return target


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="sign-in-link")


def sign_in_link(user: User, base_url: str) -> str:
    """An address that signs `user` in, good for a day."""
    return f"{base_url}/sign-in/{_links().dumps(user.id)}"


def development_sign_in_link(base_url: str) -> str:
    """The link that `make run` prints: for the local operator, who is made if need be."""
    user = db.session.scalar(db.select(User).filter_by(name="operator"))
    if user is None:
        user = User(name="operator", role="operator")
        db.session.add(user)
        db.session.commit()
    return sign_in_link(user, base_url)


users = AppGroup("users", help="People who may sign in.")
tokens = AppGroup("tokens", help="API tokens for scripts.")


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True)
def add_user(name: str, role: Role) -> None:
    """Add NAME; the password is read from standard input, one line."""
    if not 1 <= len(name) <= 80:
        raise click.UsageError("NAME must have 1 to 80 characters.")
    if db.session.scalar(db.select(User).filter_by(name=name)):
        raise click.UsageError(f"There is a user {name!r} already.")
    password = _password_from_standard_input()
    user = User(name=name, role=role)
    user.set_password(password)
    db.session.add(user)
    db.session.commit()
    click.echo(f"Added {name} with the role {role}.")


def _password_from_standard_input() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.UsageError("Give the password on standard input, one line.")
    return password


@tokens.command("create")
@click.argument("name")
def create_token(name: str) -> None:
    """Print a new API token of user NAME. It is shown this once."""
    user = db.session.scalar(db.select(User).filter_by(name=name))
    if user is None:
        raise click.UsageError(f"There is no user {name!r}; add it with `users add`.")
    token, text = ApiToken.issue(user)
    db.session.add(token)
    db.session.commit()
    click.echo(text)
