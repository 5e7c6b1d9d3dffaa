"""What outlasts every process: people, their tokens, jobs, and finished results."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import DateTime, TypeDecorator
from werkzeug.security import check_password_hash, generate_password_hash

from dashboard.extensions import Model

Role = Literal["viewer", "operator", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")

State = Literal["PENDING", "STARTED", "SUCCESS", "FAILURE", "REVOKED"]
ENDED: frozenset[str] = frozenset({"SUCCESS", "FAILURE", "REVOKED"})

Outcome = Literal["finished", "stopped", "failed", "cancelled"]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone, so it's put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    return datetime.now(UTC)


class User(UserMixin, Model):
    """A person. Without a password hash they can only come in by a sign-in link or a token."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[str] = mapped_column(String(20), default="viewer")
    password_hash: Mapped[str | None] = mapped_column(String(255))

    def set_password(self, password: str) -> None:
        self.password_hash = generate_password_hash(password)

    def has_password(self, password: str) -> bool:
        return self.password_hash is not None and check_password_hash(self.password_hash, password)

    def may(self, role: Role) -> bool:
        """Whether this person's role reaches `role`: admins may all, operators may view."""
        return ROLES.index(self.role) >= ROLES.index(role)


class ApiToken(Model):
    """A token that scripts send as `Authorization: Bearer …`. Only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user: Mapped[User] = relationship()

    @classmethod
    def issue(cls, user: User) -> tuple[ApiToken, str]:
        """A new token for `user`, and its text, which can't be had again."""
        text = secrets.token_urlsafe(32)
        return cls(user_id=user.id, digest=cls.digest_of(text)), text

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()


class Job(Model):
    """One search that somebody asked for. Its id is also its Celery task's id.

    Attributes:
        sample: the name of the sample that is searched; None where `requirement` holds one's own.
        cancel: None, "keep" (end with the best plan so far) or "discard".
        outcome, status: how it ended, in one word and in one sentence; None and "" until then.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("owner_id", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(200))
    disabled_devices: Mapped[list[str]] = mapped_column(JSON)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    sample: Mapped[str | None] = mapped_column(String(80))
    # Deferred: a year of hourly columns isn't wanted where jobs are only listed.
    requirement: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="PENDING", index=True)
    status: Mapped[str] = mapped_column(String(1000), default="")
    outcome: Mapped[str | None] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(default=1)
    cancel: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[User] = relationship()

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def has_result(self) -> bool:
        return self.state == "SUCCESS"


class Result(Model):
    """The whole result of a job that ended with one, as gzipped JSON."""

    __tablename__ = "result"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))

    @classmethod
    def of(cls, job_id: str, result: dict[str, Any]) -> Result:
        text = json.dumps(result, separators=(",", ":")).encode()
        body, digest = gzip.compress(text, mtime=0), hashlib.sha256(text).hexdigest()
        return cls(job_id=job_id, body=body, digest=digest)

    @property
    def text(self) -> bytes:
        """The result's JSON as it was stored, UTF-8."""
        return gzip.decompress(self.body)

    @property
    def value(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.text)
        return value
