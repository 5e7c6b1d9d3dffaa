"""Passwords: which are taken, how they are kept, and how one is checked.

Argon2id hashes them, off the loop, a few at a time: each takes 19 MB. Hashes by scrypt, as they
were made before, are still checked, and made anew at the next sign-in.
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
LOOKED_AT = 72
"""Characters by which it's told whether a password can be guessed: the time grows by their cube."""
SAFE = 3
"""Of zxcvbn's scores, 0 to 4: more than a hundred million guesses."""

# What OWASP asks for at least.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("nobody's")
_at_a_time = threading.BoundedSemaphore(4)


def refusal(password: str, name: str) -> str | None:
    """Why a person of this name can't have this password, in a sentence; None where they can."""
    if len(password) < SHORTEST:
        return str(
            _("A password needs at least %(least)s characters; use several words.", least=SHORTEST)
        )
    if len(password) > LONGEST:
        return str(_("A password may have at most %(most)s characters.", most=LONGEST))
    looked_at = password[:LOOKED_AT]
    found = off_loop(zxcvbn, looked_at, user_inputs=[name, *name.split()], max_length=LOOKED_AT)
    if found["score"] < SAFE:
        return str(_("This password is common or easy to guess; use unrelated words."))
    return None


def hashed(password: str) -> str:
    with _at_a_time:
        return off_loop(_HASHER.hash, password)


def is_right(user: User | None, password: str) -> bool:
    """Whether `user` has this password. It takes as long for nobody, or one without a password."""
    kept = (user and user.password_hash) or _NOBODYS
    with _at_a_time:
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
