"""The signed-in sockets of this process, each with its credential.

A socket outlives the request that opened it, so its credential is checked again: at each of its
requests, and every second (`server.serve`), so that a socket which only listens ends too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from dashboard.accounts.sessions import credential_of_socket, is_valid
from dashboard.db.extensions import db
from dashboard.db.models import Credential, User

CredentialKey = tuple[type[Credential], int]


class SocketAuthenticator:
    """Sockets by their Socket.IO id: the relay's `Authenticator`."""

    def __init__(self) -> None:
        self._credentials: dict[str, CredentialKey] = {}

    def admit(self, sid: str, token: object) -> str | None:
        """Sign in the socket of this request; its user's name, or None if it has no credential."""
        credential = credential_of_socket(token)
        if credential is None:
            return None
        self._credentials[sid] = (type(credential), credential.id)
        return credential.user.name

    def forget(self, sid: str) -> None:
        self._credentials.pop(sid, None)

    def user_of(self, sid: str) -> User | None:
        """The socket's user; None once its credential has ended."""
        if sid not in self._credentials:
            return None
        kind, identity = self._credentials[sid]
        user = db.select(User).join(kind, kind.user_id == User.id)
        return cast(
            "User | None", db.session.scalar(user.where(kind.id == identity, is_valid(kind)))
        )

    def pop_expired(self) -> list[str]:
        """Forget the sockets whose credential has ended, and return them."""
        sids = dict(self._credentials)
        valid = _valid(list(sids.values()))
        expired = [sid for sid, key in sids.items() if key not in valid]
        for sid in expired:
            self.forget(sid)
        return expired


def _valid(keys: list[CredentialKey]) -> set[CredentialKey]:
    """Those that are still valid."""
    ids: defaultdict[type[Credential], set[int]] = defaultdict(set)
    for kind, identity in keys:
        ids[kind].add(identity)
    return {
        (kind, identity)
        for kind, wanted in ids.items()
        for identity in db.session.scalars(
            db.select(kind.id).join(User).where(kind.id.in_(wanted), is_valid(kind))
        )
    }
