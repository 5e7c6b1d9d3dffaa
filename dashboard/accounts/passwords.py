"""Passwords: which are accepted, and how they are hashed and checked.

Argon2id hashes them in native threads, a few at a time: each takes 19 MB. Older hashes, by scrypt,
are still accepted, and replaced at the next sign-in.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _
from werkzeug.security import check_password_hash
from zxcvbn import zxcvbn

from dashboard.accounts.off_loop import off_loop
from dashboard.db.extensions import db
from dashboard.db.models import User

SHORTEST = 10  # characters
LONGEST = 256  # characters
MAX_SCORED = 72
"""Characters that zxcvbn scores: its time grows with the cube of the length."""
MIN_SCORE = 3
"""The least zxcvbn score, of 0 to 4: more than a hundred million guesses."""

# The minimum that OWASP recommends.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY_HASH = _HASHER.hash("nobody's")
_hashing = threading.BoundedSemaphore(4)


def refusal(password: str, name: str) -> str | None:
    """Why a person of this name can't have this password, in a sentence; None where they can."""
    if len(password) < SHORTEST:
        return str(
            _("A password needs at least %(least)s characters; use several words.", least=SHORTEST)
        )
    if len(password) > LONGEST:
        return str(_("A password may have at most %(most)s characters.", most=LONGEST))
    scored = password[:MAX_SCORED]
    found = off_loop(zxcvbn, scored, user_inputs=[name, *name.split()], max_length=MAX_SCORED)
    if found["score"] < MIN_SCORE:
        return str(_("This password is common or easy to guess; use unrelated words."))
    return None


def hashed(password: str) -> str:
    with _hashing:
        return off_loop(_HASHER.hash, password)


def is_right(user: User | None, password: str) -> bool:
    """Whether `user` has this password. It takes as long where there is no user or no password."""
    kept = (user and user.password_hash) or _DUMMY_HASH
    with _hashing:
        right = off_loop(_verify, kept, password)
    if user is None or user.password_hash is None or not right:
        return False
    if _needs_rehash(user.password_hash):
        user.password_hash = hashed(password)
        db.session.commit()
    return True


def _verify(kept: str, password: str) -> bool:
    if not kept.startswith("$argon2"):
        return check_password_hash(kept, password)
    try:
        return _HASHER.verify(kept, password)
    except VerifyMismatchError:
        return False


def _needs_rehash(kept: str) -> bool:
    try:
        return _HASHER.check_needs_rehash(kept)
    except InvalidHashError:
        return True
