"""Share links: somebody without an account watches one search, and nothing else.

The address holds a random key, signed with the server's secret, so that made-up ones don't reach
the database. Opening it keeps the key in the browser's session cookie. A link ends when it expires,
is revoked, or when the user who made it is disabled, or may share this search no more.
"""

from __future__ import annotations

from datetime import timedelta

from itsdangerous import BadSignature, Signer

from dashboard.db import audit
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import Job, ShareLink, User, now

COOKIE = "shared"
"""Its place in the session cookie: the signed key of the link that was opened last."""

LONGEST_DAYS = 90
MOST = 20
"""Links of one search at a time."""


class TooMany(Exception):
    """The search has the maximum number of links."""


def make(job: Job, user: User, days: int) -> str:
    """A new link to watch `job` for so many days; returns its signed key. Raises TooMany."""
    if len(of_job(job)) >= MOST:
        raise TooMany
    link, text = ShareLink.issue(user, job_id=job.id, expires_at=now() + timedelta(days=days))
    db.session.add(link)
    db.session.flush()
    audit.record("share link made", job.id, link=link.id, days=days)
    db.session.commit()
    return _signer().sign(text).decode()


def of_job(job: Job) -> list[ShareLink]:
    """The links of `job` that haven't expired, the newest first."""
    links = db.select(ShareLink).where(ShareLink.job_id == job.id, ShareLink.in_time())
    return list(db.session.scalars(links.order_by(ShareLink.id.desc())))


def revoke(job: Job, number: int) -> bool:
    """End a link of `job`, and what was opened by it; False if there is none of this number."""
    link = db.session.scalar(db.select(ShareLink).filter_by(job_id=job.id, id=number))
    if link is None:
        return False
    audit.record("share link revoked", job.id, link=number)
    db.session.delete(link)
    db.session.commit()
    return True


def end_of_others(user: User) -> None:
    """End the links that `user` made to searches of other people. The caller commits."""
    own = db.select(Job.id).where(Job.owner_id == user.id)
    others = db.delete(ShareLink).where(ShareLink.user_id == user.id, ShareLink.job_id.not_in(own))
    db.session.execute(others, execution_options={"synchronize_session": False})


def end_all(user: User) -> None:
    """End all links that `user` made. The caller commits."""
    db.session.execute(db.delete(ShareLink).filter_by(user_id=user.id))


def key_of(signed: object) -> str | None:
    """The key in a signed text, if the signature is this server's."""
    if not isinstance(signed, str) or len(signed) > 200:
        return None
    try:
        return _signer().unsign(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer() -> Signer:
    return Signer(current_settings().secret_key, salt="share link")
