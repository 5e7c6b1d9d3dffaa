"""The user of a request or a socket, by a credential that must have a row in the database.

A browser's session cookie holds the text of its Session. Deleting the row ends the session: the
cookie, and every copy of it, is invalid from then on.
"""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TypeVar, cast

from flask import Request, request, session
from flask_login import current_user, login_user, logout_user
from sqlalchemy import ColumnElement, Select, bindparam, or_
from sqlalchemy.orm import contains_eager

from dashboard.accounts import shares
from dashboard.accounts.roles import this_person
from dashboard.db import audit
from dashboard.db.extensions import db, login_manager
from dashboard.db.models import (
    ApiToken,
    Credential,
    PasswordLink,
    Session,
    ShareLink,
    SignInLink,
    User,
    now,
)
from dashboard.jobs.permissions import Guest, Person

C = TypeVar("C", bound=Credential)

USE_STORED_S = 60.0
"""Seconds after which it's stored that a token was used."""

_KEY = "key"
_used: dict[int, datetime] = {}
"""By token: when it was used, where that isn't stored yet."""


def init_app() -> None:
    login_manager.user_loader(_user_of_session)
    login_manager.request_loader(_person_of_request)


def signed_in_user() -> User:
    """The user behind this request; only inside views that need one who has an account."""
    return cast(User, current_user._get_current_object())


def signed_in_person() -> Person:
    """The user or the guest behind this request; only inside views that need one."""
    return cast(Person, this_person())


def person_of(credential: Credential) -> Person:
    """Whom this valid credential signs in, with what it may be used for."""
    if isinstance(credential, ShareLink):
        return Guest(credential.job_id)
    return credential.user.grant(credential.scopes)


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
    return cast(C | None, db.session.scalar(_by_digest(kind), {"digest": kind.digest_of(text)}))


@functools.cache
def _by_digest(kind: type[C]) -> Select[C]:
    """The valid credential of a digest, with its user; built once, as each request needs it."""
    wanted: Select[C] = db.select(kind).join(kind.user).options(contains_eager(kind.user))
    return wanted.where(kind.digest == bindparam("digest"), is_valid(kind))


def credential_of_socket(token: object) -> Credential | None:
    """A socket's credential: the token that it sent, its Bearer header, or its session cookie."""
    return _used_token(token) or _used_token(bearer_token(request)) or _of_cookie()


def begin(user: User, way: str) -> None:
    """Sign `user` in with this browser; whoever was signed in with it is signed out.

    way: how they proved who they are.
    """
    end()
    _forget_expired(user)
    opened, text = Session.issue(user)
    db.session.add(opened)
    audit.record("sign-in", user.name, actor=user, way=way)
    db.session.commit()
    session[_KEY] = text
    login_user(user.grant(opened.scopes))


def end() -> None:
    """Sign this browser out."""
    opened = found(Session, _key())
    if opened is not None:
        audit.record("sign-out", opened.user.name, actor=opened.user)
        db.session.delete(opened)
        db.session.commit()
    logout_user()
    session.clear()


def end_all(user: User) -> None:
    """End the sessions and unused links of `user`. The caller commits."""
    for kind in (Session, SignInLink, PasswordLink):
        db.session.execute(db.delete(kind).filter_by(user_id=user.id))


def store_uses() -> None:
    """Store when tokens were used last: not in their requests, which a locked database would hold
    up."""
    for identity, at in list(_used.items()):
        newer = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < at)
        used = db.update(ApiToken).where(ApiToken.id == identity, newer)
        db.session.execute(used.values(last_used_at=at))
        db.session.commit()
        if _used.get(identity) == at:
            del _used[identity]


def _used_token(text: object) -> ApiToken | None:
    token = found(ApiToken, text)
    if token is not None:
        _used[token.id] = now()
    return token


def _of_cookie() -> Session | ShareLink | None:
    return found(Session, _key()) or found(ShareLink, shares.key_of(session.get(shares.COOKIE)))


def _user_of_session(user_id: str) -> User | None:
    opened = found(Session, _key())
    if opened is None:
        session.pop(_KEY, None)
        return None
    return cast(User, person_of(opened))


def _person_of_request(incoming: Request) -> Person | None:
    """Who sends a token, or has opened a share link."""
    credential = _used_token(bearer_token(incoming)) or found(
        ShareLink, shares.key_of(session.get(shares.COOKIE))
    )
    return person_of(credential) if credential else None


def _key() -> str | None:
    key: str | None = session.get(_KEY)
    return key


def _forget_expired(user: User) -> None:
    for kind in (Session, SignInLink, PasswordLink, ShareLink):
        db.session.execute(db.delete(kind).where(kind.user_id == user.id, ~kind.in_time()))
