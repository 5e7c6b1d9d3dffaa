"""The sockets of this process that were let in, each with the credential that let it in.

A socket outlives the request that opened it, so whether it may stay has to be asked again: when it
asks for something, and every second (`server.serve`), so that one which only listens ends, too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from dashboard.accounts.sessions import counts, credential_of_socket
from dashboard.db.extensions import db
from dashboard.db.models import Credential, User

Admission = tuple[type[Credential], int]


class Admitted:
    """Sockets by their Socket.IO id: the relay's `Authenticator`."""

    def __init__(self) -> None:
        self._by: dict[str, Admission] = {}

    def admit(self, sid: str, token: object) -> str | None:
        """Let in the socket of this request; its user's name, or None where it may not come in."""
        credential = credential_of_socket(token)
        if credential is None:
            return None
        self._by[sid] = (type(credential), credential.id)
        return credential.user.name

    def forget(self, sid: str) -> None:
        self._by.pop(sid, None)

    def user_of(self, sid: str) -> User | None:
        """Who is behind the socket; None once its credential counts no more."""
        if sid not in self._by:
            return None
        kind, identity = self._by[sid]
        user = db.select(User).join(kind, kind.user_id == User.id)
        return cast("User | None", db.session.scalar(user.where(kind.id == identity, counts(kind))))

    def take_ended(self) -> list[str]:
        """Forget those who may not stay, and return them."""
        sids = dict(self._by)
        standing = _standing(list(sids.values()))
        ended = [sid for sid, admission in sids.items() if admission not in standing]
        for sid in ended:
            self.forget(sid)
        return ended


def _standing(admissions: list[Admission]) -> set[Admission]:
    """Those whose credential is still valid."""
    ids: defaultdict[type[Credential], set[int]] = defaultdict(set)
    for kind, identity in admissions:
        ids[kind].add(identity)
    return {
        (kind, identity)
        for kind, wanted in ids.items()
        for identity in db.session.scalars(
            db.select(kind.id).join(User).where(kind.id.in_(wanted), counts(kind))
        )
    }
