"""The tables: users, teams, credentials, the audit log, jobs, a running job's parts, results."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from flask_login import UserMixin
from pydantic import Field, WithJsonSchema
from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Double,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    or_,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import DateTime, TypeDecorator

from algorithm import Options
from algorithm.economics.record import Economics
from algorithm.messages import MessageJson
from algorithm.plan import record as plans
from algorithm.search.progress import ProgressRecord
from algorithm.search.result import ResultFigures
from dashboard.db import names
from dashboard.db.extensions import Model

Role = Literal["viewer", "operator", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")

Standing = Literal["active", "disabled", "removed"]

Scope = Literal["read", "submit", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "submit", "admin")
"""What an API token may be used for."""

BROWSER_SCOPES = frozenset({*SCOPES, "account"})
"""What a browser's session may be used for: also the person's own password and tokens."""

Visibility = Literal["all", "team", "owner"]
VISIBILITIES: tuple[Visibility, ...] = ("all", "team", "owner")
"""Who sees a search, beside its owner and admins: everybody, its team, nobody."""

State = Literal["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]
WAITING: frozenset[str] = frozenset({"PENDING", "RETRY"})
"""States in which a job waits for a worker: for its first one, or after it lost one."""
ENDED: frozenset[str] = frozenset({"SUCCESS", "FAILURE", "REVOKED"})

JobOutcome = Literal["finished", "stopped", "failed", "cancelled"]

PartState = Literal["waiting", "running", "done", "stopped", "failed"]

StatedOptions = Annotated[dict[str, Any], WithJsonSchema(Options.model_json_schema())]
"""The options that a search was given, without those that were left out."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite drops the time zone, so it's added again on reading.

    Postgres returns it in the connection's zone, which `dashboard.transport.postgres` sets to UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    return datetime.now(UTC)


def _likeness(context: DefaultExecutionContext) -> str:
    parameters: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return names.likeness(parameters["name"])


class User(UserMixin, Model):
    """A user. Without a password hash they can only sign in by a link or a token.

    A removed user stays as the owner of their searches; their name is free for somebody else.

    Attributes:
        likeness: what their name looks like, which is unique; None once they are removed.
        standing: "active", "disabled" or "removed"; only active users can sign in.
    """

    __tablename__ = "user"
    # Ids must never be reused.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(names.LONGEST))
    likeness: Mapped[str | None] = mapped_column(
        String(500), unique=True, index=True, default=_likeness
    )
    role: Mapped[str] = mapped_column(String(20), default="viewer")
    standing: Mapped[str] = mapped_column(String(10), default="active", server_default="active")
    password_hash: Mapped[str | None] = mapped_column(String(255))

    _scopes: ClassVar[frozenset[str]] = frozenset()

    @property
    def is_active(self) -> bool:
        return self.standing == "active"

    @property
    def scopes(self) -> frozenset[str]:
        """What the credential that they signed in with may be used for; nothing without one."""
        return self._scopes

    def grant(self, scopes: frozenset[str]) -> User:
        """This user, signed in by a credential with these scopes."""
        self.__dict__["_scopes"] = scopes
        return self


class Team(Model):
    """People who see each other's searches of this team.

    Attributes:
        likeness: what its name looks like, which is unique.
    """

    __tablename__ = "team"
    # Ids must never be reused.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(names.LONGEST))
    likeness: Mapped[str] = mapped_column(String(500), unique=True, default=_likeness)
    members: Mapped[list[User]] = relationship(
        secondary="membership", order_by=User.name, viewonly=True
    )


class Membership(Model):
    """A user is in a team."""

    __tablename__ = "membership"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def _moment(ago: timedelta = timedelta()) -> BindParameter[datetime]:
    """The time when a statement is executed, less `ago`: some statements are built once."""
    return bindparam(None, callable_=lambda: now() - ago, type_=UtcDateTime)


class Credential(Model):
    """A random text by which a user signs in, valid while its row exists. Only its hash is stored.

    LIFETIME: after which it has expired; None if it never does.
    """

    __abstract__ = True
    # Ids must never be reused: `SocketAuthenticator` keeps them.
    __table_args__ = ({"sqlite_autoincrement": True},)
    LIFETIME: ClassVar[timedelta | None] = None

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @declared_attr
    def user(cls) -> Mapped[User]:
        return relationship()

    @classmethod
    def in_time(cls) -> ColumnElement[bool]:
        """The condition on rows that haven't expired."""
        return true() if cls.LIFETIME is None else cls.created_at > _moment(cls.LIFETIME)

    @classmethod
    def issue(cls, user: User, **more: Any) -> tuple[Self, str]:
        """A new one for `user`, and its text, which isn't stored."""
        text = secrets.token_urlsafe(32)
        return cls(user_id=user.id, digest=cls.digest_of(text), **more), text

    @property
    def scopes(self) -> frozenset[str]:
        """What it may be used for."""
        return BROWSER_SCOPES

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()


class ApiToken(Credential):
    """A token that scripts send as `Authorization: Bearer …`.

    Attributes:
        label: what its owner calls it.
        allowed: its scopes; the role of its user limits them further.
        expires_at: None if it never does.
        last_used_at: to a minute; None before its first use.
    """

    __tablename__ = "api_token"

    label: Mapped[str] = mapped_column(String(names.LONGEST), default="", server_default="")
    allowed: Mapped[list[Scope]] = mapped_column(
        "scopes", JSON, default=lambda: list(SCOPES), server_default=json.dumps(SCOPES)
    )
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def in_time(cls) -> ColumnElement[bool]:
        return or_(cls.expires_at.is_(None), cls.expires_at > _moment())

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.allowed)


class Session(Credential):
    """One browser's sign-in; its text is in the browser's session cookie."""

    __tablename__ = "session"
    LIFETIME = timedelta(days=31)


class SignInLink(Credential):
    """A link that signs its reader in once. `lasting`: development's own, which can be reused."""

    __tablename__ = "sign_in_link"
    LIFETIME = timedelta(minutes=15)

    lasting: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def in_time(cls) -> ColumnElement[bool]:
        return super().in_time() | cls.lasting


class PasswordLink(Credential):
    """A link by which its reader chooses a password, once."""

    __tablename__ = "password_link"
    LIFETIME = timedelta(days=1)


class ShareLink(Credential):
    """A link by which somebody without an account watches one search, and nothing else.

    It ends with the account of the user who made it.
    """

    __tablename__ = "share_link"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def in_time(cls) -> ColumnElement[bool]:
        return cls.expires_at > _moment()


class AuditEntry(Model):
    """Something that somebody did. Entries are only ever added.

    Attributes:
        actor: their name at that time; None for a command at the server's terminal.
        actor_id: their id; without a foreign key, because entries outlast everything.
        action: one of `dashboard.db.audit.AuditAction`.
        target: the user, team or token's number that it was done to, or the search's id.
        details: what else is worth knowing.
        address: the client's IP address.
    """

    __tablename__ = "audit_entry"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    actor: Mapped[str | None] = mapped_column(String(names.LONGEST))
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(200), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str | None] = mapped_column(String(45))


class Job(Model):
    """One search that somebody asked for. Its id is also its Celery task's id.

    Attributes:
        sample: the name of the sample that is searched; None if `requirement` is given.
        cancel: None, "keep" (end with the best plan so far) or "discard".
        outcome, status: how it ended, in one word and in one sentence; None and "" until then.
        status_i18n: `status` as a message; None in rows of older versions.
        attempt: the number of the current or next attempt; requeueing increments it.
        begun: when each attempt began, UTC ms.
        lost: how many attempts ended because their worker was lost.
        heartbeat: incremented when its task renews its lease, and while the job waits, when its
            message is sent: 0 until then.
        spent_s: how long its tasks have run, each by its own monotonic clock.
        visibility: who sees it beside its owner and admins: "all", "team" or "owner" (nobody).
        team: whose it is, where its visibility is "team".
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("owner_id", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(200))
    disabled_devices: Mapped[list[str]] = mapped_column(JSON)
    options: Mapped[StatedOptions] = mapped_column(JSON)
    sample: Mapped[str | None] = mapped_column(String(80))
    # Deferred: a year of hourly columns isn't needed to list jobs.
    requirement: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="PENDING", index=True)
    status: Mapped[str] = mapped_column(String(1000), default="")
    status_i18n: Mapped[MessageJson | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[str | None] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(default=1)
    begun: Mapped[list[int]] = mapped_column(JSON, default=list)
    lost: Mapped[int] = mapped_column(default=0)
    heartbeat: Mapped[int] = mapped_column("heard", default=0)
    spent_s: Mapped[float] = mapped_column(Double, default=0.0)
    cancel: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visibility: Mapped[Visibility] = mapped_column(String(10), default="all", server_default="all")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    owner: Mapped[User] = relationship()
    team: Mapped[Team | None] = relationship()

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def running(self) -> bool:
        """Whether a worker has it; only that worker knows its progress."""
        return self.state == "STARTED"

    @property
    def has_result(self) -> bool:
        return self.state == "SUCCESS"

    @property
    def seconds_left(self) -> float | None:
        """What is left of the search's time limit; None without a limit.

        Time without a worker, or while the database was away, doesn't count.
        """
        limit: float | None = self.options.get("time_limit_s")
        return None if limit is None else limit - self.spent_s


class LinkedPlan(plans.PlanFigures):
    """A plan of a stored result, whose dispatch is a link away."""

    gap: float | None
    economics: Economics | None
    dispatch_url: str


class StoredResult(ResultFigures):
    """A result as it is stored and fetched."""

    plans: Annotated[list[LinkedPlan], Field(min_length=1)]


class PackedJson(Model):
    """JSON in the form in which it's sent: gzipped, with a digest for its ETag."""

    __abstract__ = True

    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))

    @classmethod
    def of(cls, value: Mapping[str, Any], **key: Any) -> Self:
        """`value` packed, in a row with the key `key`."""
        body = packed(value)
        return cls(body=body, digest=hashlib.sha256(body).hexdigest(), **key)

    @property
    def text(self) -> bytes:
        """The JSON as it was stored, UTF-8."""
        return gzip.decompress(self.body)


class Result(PackedJson):
    """The result of a job that ended with one; its plans' dispatch is kept apart."""

    __tablename__ = "result"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)

    @property
    def value(self) -> StoredResult:
        return cast(StoredResult, unpacked(self.body))


class Dispatch(PackedJson):
    """The dispatch of a result's plan: megabytes for a year. `plan`: its position, from 0."""

    __tablename__ = "dispatch"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    plan: Mapped[int] = mapped_column(primary_key=True)

    @property
    def value(self) -> plans.Dispatch:
        return cast(plans.Dispatch, unpacked(self.body))


def packed(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, separators=(",", ":")).encode()
    # The fastest level: the worker has other tasks while it packs a year's dispatch.
    return gzip.compress(text, compresslevel=1, mtime=0)


def unpacked(body: bytes) -> Any:
    return json.loads(gzip.decompress(body))


class Part(Model):
    """A part of a running job's search; `dashboard.jobs.parts` has its life cycle.

    Attributes:
        position: its position among the job's parts.
        after: names of the parts whose outcomes it needs.
        holder: the id of the `PartExecutor` that runs it, or ran it last.
        heartbeat: incremented when the holder renews its claim.
        tries: how often it was begun.
        progress_log: every milestone of its holders, then the newest progress.
        outcome: gzipped JSON: of a finished part, or the best so far.
        error: why it failed, or why it's begun again.
    """

    __tablename__ = "part"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    after: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    holder: Mapped[str | None] = mapped_column(String(100))
    heartbeat: Mapped[int] = mapped_column("heard", default=0)
    tries: Mapped[int] = mapped_column(default=0)
    progress_log: Mapped[list[ProgressRecord]] = mapped_column("told", JSON, default=list)
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    error: Mapped[str | None] = mapped_column(String(1000))
    error_i18n: Mapped[MessageJson | None] = mapped_column(JSON(none_as_null=True))


class Probe(Model):
    """A row that is written and deleted again, to check that the database accepts writes."""

    __tablename__ = "probe"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
