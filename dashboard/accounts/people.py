"""Operations on user accounts; each function commits."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from dashboard.accounts import passwords, sessions, shares
from dashboard.db import audit
from dashboard.db.extensions import db
from dashboard.db.models import ApiToken, Membership, Role, Standing, User
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
    audit.record("user added", user.name, role=role)
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
    audit.record("user password", user.name)
    sessions.end_all(user)
    db.session.commit()


def change_role(user: User, role: Role) -> None:
    """Their links to share searches that they may not share any more end."""
    audit.record("user role", user.name, role=role, before=user.role)
    user.role = role
    if role == "viewer":
        shares.end_all(user)
    elif role == "operator":
        shares.end_of_others(user)
    db.session.commit()


def sign_out_everywhere(user: User) -> None:
    audit.record("sign-out everywhere", user.name)
    sessions.end_all(user)
    db.session.commit()


def disable(user: User) -> None:
    """Disable the account: its sessions, links and tokens end."""
    audit.record("user disabled", user.name)
    _shut_out(user, "disabled")
    db.session.commit()


def enable(user: User) -> None:
    user.standing = "active"
    audit.record("user enabled", user.name)
    db.session.commit()


def remove(user: User) -> None:
    """Disable `user` for good. Their searches stay theirs, and their name is free."""
    audit.record("user removed", user.name)
    user.likeness = user.password_hash = None
    db.session.execute(db.delete(Membership).filter_by(user_id=user.id))
    _shut_out(user, "removed")
    db.session.commit()


def _shut_out(user: User, standing: Standing) -> None:
    user.standing = standing
    db.session.execute(db.delete(ApiToken).filter_by(user_id=user.id))
    shares.end_all(user)
    sessions.end_all(user)
