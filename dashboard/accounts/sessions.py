"""The user of a request or a socket, by a credential that must have a row in the database.

A browser's session cookie holds the text of its Session. Deleting the row ends the session: the
cookie, and every copy of it, is invalid from then on.
"""

from __future__ import annotations

from typing import TypeVar, cast

from flask import Request, request, session
from flask_login import current_user, login_user, logout_user
from sqlalchemy import ColumnElement

from dashboard.db.extensions import db, login_manager
from dashboard.db.models import ApiToken, Credential, Session, SignInLink, User

C = TypeVar("C", bound=Credential)

_KEY = "key"


def init_app() -> None:
    login_manager.user_loader(_user_of_session)
    login_manager.request_loader(_user_of_bearer)


def signed_in_user() -> User:
    """The person behind this request; only inside views that need one."""
    return cast(User, current_user._get_current_object())


def bearer_token(incoming: Request) -> str | None:
    """The token of an `Authorization: Bearer …` header."""
    authorization = incoming.authorization
    if authorization is None or authorization.type != "bearer":
        return None
    return authorization.token


def is_valid(kind: type[Credential]) -> ColumnElement[bool]:
    """The condition on rows of `kind`, joined with their users, for a valid credential."""
    return kind.in_time() & (User.standing == "active")


def found(kind: type[C], text: object) -> C | None:
    """The credential of this text, if it's valid."""
    if not isinstance(text, str):
        return None
    named = db.select(kind).where(kind.digest == kind.digest_of(text))
    return cast(C | None, db.session.scalar(named.join(User).where(is_valid(kind))))


def credential_of_socket(token: object) -> Credential | None:
    """A socket's credential: the token that it sent, its Bearer header, or its session cookie."""
    return (
        found(ApiToken, token) or found(ApiToken, bearer_token(request)) or found(Session, _key())
    )


def begin(user: User) -> None:
    """Sign `user` in with this browser; whoever was signed in with it is signed out."""
    end()
    _forget_expired(user)
    opened, text = Session.issue(user)
    db.session.add(opened)
    db.session.commit()
    session[_KEY] = text
    login_user(user)


def end() -> None:
    """Sign this browser out."""
    if key := _key():
        db.session.execute(db.delete(Session).filter_by(digest=Session.digest_of(key)))
        db.session.commit()
    logout_user()
    session.clear()


def end_all(user: User) -> None:
    """End the sessions and unused links of `user`. The caller commits."""
    for kind in (Session, SignInLink):
        db.session.execute(db.delete(kind).filter_by(user_id=user.id))


def _user_of_session(user_id: str) -> User | None:
    opened = found(Session, _key())
    if opened is None:
        session.clear()
    return opened.user if opened else None


def _user_of_bearer(incoming: Request) -> User | None:
    token = found(ApiToken, bearer_token(incoming))
    return token.user if token else None


def _key() -> str | None:
    key: str | None = session.get(_KEY)
    return key


def _forget_expired(user: User) -> None:
    for kind in (Session, SignInLink):
        db.session.execute(db.delete(kind).where(kind.user_id == user.id, ~kind.in_time()))
