"""The signed-in sockets of this process, each with its credential.

A socket outlives the request that opened it, so its credential is checked again: at each of its
requests, and every second (`server.serve`), so that a socket which only listens ends too.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, bindparam

from dashboard.accounts.sessions import credential_of_socket, is_valid, person_of
from dashboard.db.extensions import db
from dashboard.db.models import BROWSER_SCOPES, ApiToken, Credential, ShareLink, User
from dashboard.jobs.permissions import Guest, Member, Person

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
        return person_of(credential).name

    def forget(self, sid: str) -> None:
        self._credentials.pop(sid, None)

    def user_of(self, sid: str) -> Person | None:
        """The socket's user, or guest; None once its credential has ended."""
        if sid not in self._credentials:
            return None
        return _people({self._credentials[sid]}).get(self._credentials[sid])

    def people(self, sids: Iterable[str]) -> dict[str, Person]:
        """The user or guest of each of these sockets whose credential is valid."""
        keys = {sid: key for sid in sids if (key := self._credentials.get(sid))}
        found = _people(set(keys.values()))
        return {sid: found[key] for sid, key in keys.items() if key in found}

    def pop_expired(self) -> list[str]:
        """Forget the sockets whose credential has ended, and return them."""
        sids = dict(self._credentials)
        valid = _valid(set(sids.values()))
        expired = [sid for sid, key in sids.items() if key not in valid]
        for sid in expired:
            self.forget(sid)
        return expired


def _by_kind(keys: set[CredentialKey]) -> dict[type[Credential], set[int]]:
    ids: defaultdict[type[Credential], set[int]] = defaultdict(set)
    for kind, identity in keys:
        ids[kind].add(identity)
    return ids


def _people(keys: set[CredentialKey]) -> dict[CredentialKey, Person]:
    """Whom each of these signs in, of those that are still valid."""
    found: dict[CredentialKey, Person] = {}
    for kind, wanted in _by_kind(keys).items():
        for identity, user_id, name, role, extra in db.session.execute(
            _of_ids(kind), {"ids": list(wanted)}
        ):
            if kind is ShareLink:
                found[kind, identity] = Guest(extra)
            else:
                scopes = frozenset(extra) if kind is ApiToken else BROWSER_SCOPES
                found[kind, identity] = Member(user_id, name, role, scopes)
    return found


@functools.cache
def _of_ids(kind: type[Credential]) -> Select[int, int, str, str, Any]:
    """The valid ones of some credentials, with their users: columns alone, and built once, because
    this is asked every second for all sockets that watch all searches."""
    more = {ShareLink: ShareLink.job_id, ApiToken: ApiToken.allowed}.get(kind, kind.id)
    wanted: Select[int, int, str, str, Any]
    wanted = db.select(kind.id, User.id, User.name, User.role, more).join(User)
    return wanted.where(kind.id.in_(bindparam("ids", expanding=True)), is_valid(kind))


def _valid(keys: set[CredentialKey]) -> set[CredentialKey]:
    """Those that are still valid."""
    return {
        (kind, identity)
        for kind, wanted in _by_kind(keys).items()
        for identity, *_ in db.session.execute(_of_ids(kind), {"ids": list(wanted)})
    }
