"""The audit log: who signed in, submitted, cancelled, shared, deleted, and changed users.

`record` adds an entry to the transaction of what it tells of, so that neither is stored alone.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict, get_args

from flask import has_request_context, request
from flask_login import current_user

from dashboard.db.extensions import db
from dashboard.db.models import AuditEntry, User

AuditAction = Literal[
    "sign-in",
    "sign-in refused",
    "sign-out",
    "sign-out everywhere",
    "submit",
    "submit withdrawn",
    "cancel",
    "delete",
    "visibility",
    "share link made",
    "share link revoked",
    "user added",
    "user role",
    "user password",
    "user disabled",
    "user enabled",
    "user removed",
    "sign-in link made",
    "password link made",
    "token made",
    "token revoked",
    "team added",
    "team removed",
    "team joined",
    "team left",
]
ACTIONS: tuple[AuditAction, ...] = get_args(AuditAction)


class Entry(TypedDict):
    """An entry as JSON; at: ISO 8601, UTC."""

    id: int
    at: str
    actor: str | None
    action: str
    target: str
    details: dict[str, Any]
    address: str | None


def record(
    action: AuditAction, target: object = "", *, actor: User | None = None, **details: Any
) -> None:
    """Add an entry to the current transaction; the caller commits.

    actor: the user of this request if left out; without a request, a command did it.
    """
    who = actor or _current()
    db.session.add(
        AuditEntry(
            actor=who.name if who else None,
            actor_id=who.id if who else None,
            action=action,
            target=str(target)[:200],
            details=details,
            address=request.remote_addr if has_request_context() else None,
        )
    )


def as_json(entry: AuditEntry) -> Entry:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "details": entry.details,
        "address": entry.address,
    }


def _current() -> User | None:
    if not has_request_context():
        return None
    user = current_user._get_current_object()
    return user if isinstance(user, User) else None
