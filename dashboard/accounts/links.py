"""Sign-in links: each signs its reader in once, by a button, within a quarter of an hour. Password
links: their reader chooses a password, once, within a day.

Development's own, which `make run` prints, does so again and again, and without the button.
"""

from __future__ import annotations

from dashboard.accounts import people
from dashboard.accounts.sessions import found
from dashboard.db import audit
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import PasswordLink, SignInLink, User


def link_of(text: str) -> SignInLink | None:
    """The link of this text, if it signs somebody in."""
    link = found(SignInLink, text)
    return None if link and link.lasting and _is_production() else link


def use(link: SignInLink) -> bool:
    """Use a link; False if it was used already: of two concurrent uses, one succeeds."""
    if link.lasting:
        return True
    of_it = db.delete(SignInLink).where(SignInLink.id == link.id)
    used = db.session.scalar(of_it.returning(SignInLink.id))
    db.session.commit()
    return used is not None


def sign_in_link(user: User, base_url: str) -> str:
    """An address that signs `user` in."""
    link, text = SignInLink.issue(user)
    db.session.add(link)
    audit.record("sign-in link made", user.name)
    db.session.commit()
    return f"{base_url}/sign-in/{text}"


def password_link(user: User, base_url: str) -> str:
    """An address at which `user` chooses a password; it replaces those that were made before."""
    link, text = PasswordLink.issue(user)
    db.session.execute(db.delete(PasswordLink).filter_by(user_id=user.id))
    db.session.add(link)
    audit.record("password link made", user.name)
    db.session.commit()
    return f"{base_url}/password/{text}"


def use_password_link(link: PasswordLink) -> bool:
    """Use a link; False if it was used already."""
    of_it = db.delete(PasswordLink).where(PasswordLink.id == link.id)
    used = db.session.scalar(of_it.returning(PasswordLink.id))
    db.session.commit()
    return used is not None


def development_sign_in_link(base_url: str) -> str:
    """The link that `make run` prints: for the local operator, who is made if need be."""
    user = people.named("operator") or people.add("operator", "operator")
    if _is_production():
        return sign_in_link(user, base_url)
    link, text = SignInLink.issue(user, lasting=True)
    # It is good until the next start.
    db.session.execute(db.delete(SignInLink).filter_by(lasting=True))
    db.session.add(link)
    db.session.commit()
    return f"{base_url}/sign-in/{text}"


def _is_production() -> bool:
    return current_settings().profile == "production"
