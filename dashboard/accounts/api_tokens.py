"""API tokens: made, looked up, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from dashboard.db import audit
from dashboard.db.extensions import db
from dashboard.db.models import SCOPES, ApiToken, Scope, User, now
from dashboard.db.names import LONGEST


class WrongLabel(Exception):
    """The label can't be stored; the message says why."""


def make(
    user: User, *, label: str = "", scopes: Sequence[Scope] = SCOPES, days: int | None = None
) -> str:
    """A new token of `user`; its text is shown once. days: until it expires; never if left out."""
    label = " ".join(label.split())
    if len(label) > LONGEST or not label.isprintable():
        raise WrongLabel(
            _("A token's name has at most %(most)s characters, all of them visible.", most=LONGEST)
        )
    expires_at = now() + timedelta(days=days) if days else None
    token, text = ApiToken.issue(user, label=label, allowed=list(scopes), expires_at=expires_at)
    db.session.add(token)
    db.session.flush()
    audit.record("token made", token.id, user=user.name, scopes=list(scopes), days=days)
    db.session.commit()
    return text


def of(user: User | None = None) -> list[ApiToken]:
    """The tokens of one user, or of all, also those that have expired."""
    wanted = db.select(ApiToken).order_by(ApiToken.id)
    return list(db.session.scalars(wanted.filter_by(user_id=user.id) if user else wanted))


def numbered(number: int) -> ApiToken | None:
    return db.session.get(ApiToken, number) if abs(number) < 2**31 else None


def revoke(token: ApiToken) -> None:
    """End a token, and the sockets that it opened."""
    audit.record("token revoked", token.id, user=token.user.name)
    db.session.delete(token)
    db.session.commit()
