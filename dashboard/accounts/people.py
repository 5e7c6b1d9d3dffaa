"""Operations on user accounts; each function commits."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from dashboard.accounts import passwords, sessions
from dashboard.db.extensions import db
from dashboard.db.models import ApiToken, Role, User
from dashboard.db.names import likeness, normalised


class Taken(Exception):
    """Somebody has a name that looks like this one; `name` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def named(name: str) -> User | None:
    """The user of this name; None for a removed one."""
    there = db.select(User).where(User.standing != "removed")
    if "\0" in name:  # which Postgres doesn't take
        return None
    # Older names may not be normalised.
    for form in dict.fromkeys([name, normalised(name)]):
        user: User | None = db.session.scalar(there.filter_by(name=form))
        if user is not None:
            return user
    return None


def add(name: str, role: Role, password: str | None = None) -> User:
    """Create a user; `name` and `password` are checked already. Raises Taken."""
    user = User(name=normalised(name), role=role)
    user.password_hash = passwords.hashed(password) if password else None
    if other := lookalike(name):
        raise Taken(other.name)
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Taken(user.name) from error
    return user


def lookalike(name: str) -> User | None:
    """The user whose name looks like this one, or is this one."""
    other: User | None = db.session.scalar(db.select(User).filter_by(likeness=likeness(name)))
    # Of older names that look alike, only one has the likeness.
    return other or named(name)


def change_password(user: User, password: str) -> None:
    """Give `user` this password, which is checked already, and sign them out everywhere."""
    user.password_hash = passwords.hashed(password)
    sign_out_everywhere(user)


def sign_out_everywhere(user: User) -> None:
    sessions.end_all(user)
    db.session.commit()


def disable(user: User) -> None:
    """Disable the account: its sessions, links and tokens end."""
    user.standing = "disabled"
    db.session.execute(db.delete(ApiToken).filter_by(user_id=user.id))
    sign_out_everywhere(user)


def enable(user: User) -> None:
    user.standing = "active"
    db.session.commit()


def remove(user: User) -> None:
    """Disable `user` for good. Their searches stay theirs, and their name is free."""
    user.likeness = user.password_hash = None
    disable(user)
    user.standing = "removed"
    db.session.commit()
