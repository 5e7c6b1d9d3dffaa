"""Permissions: which jobs a person sees, and what they may do. All of it is in `RULES`.

Everything that reads jobs for a person (pages, API, sockets) asks `visible_jobs`, everything that a
person does asks `may`; each route names its action (`dashboard.accounts.needs`). docs/roles.md is
printed from the table (`flask --app wsgi roles`).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Integer, Select, bindparam, false, select, true

from dashboard.db.extensions import db
from dashboard.db.models import ROLES, Job, Membership, Role, User

Action = Literal[
    "view",
    "export",
    "list",
    "submit",
    "cancel",
    "share",
    "delete",
    "account",
    "administer",
    "metrics",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

Reach = Literal["no", "yes", "own", "visible", "every"]
"""Whether a role may do something or, of what is done with a search, with which."""


@dataclass(frozen=True)
class Guest:
    """Somebody without an account who opened a share link: they watch this one search."""

    job_id: str
    name: str = "Guest"
    role: str = "guest"
    scopes: frozenset[str] = frozenset({"read"})
    id: None = None
    # What Flask-Login asks.
    is_authenticated: bool = False
    is_active: bool = True
    is_anonymous: bool = True

    def get_id(self) -> None:
        return None


@dataclass(frozen=True)
class Member:
    """A user, as one of their credentials signs them in."""

    id: int
    name: str
    role: str
    scopes: frozenset[str]


Person = User | Member | Guest


@dataclass(frozen=True)
class Rule:
    """Who may do something. scope: which an API token needs for it; `account` is of browsers alone.

    what: in words, for docs/roles.md.
    """

    what: str
    scope: str
    guest: Reach
    viewer: Reach
    operator: Reach
    admin: Reach


RULES: dict[Action, Rule] = {
    "view": Rule("watch a search and its result", "read", "visible", "visible", "visible", "every"),
    "export": Rule(
        "fetch its tables, its workbook, and what was submitted",
        "read",
        "no",
        "visible",
        "visible",
        "every",
    ),
    "list": Rule(
        "see the lists, the wall screen, the workers, the catalogue; check a requirement",
        "read",
        "no",
        "yes",
        "yes",
        "yes",
    ),
    "submit": Rule("start a search, also one like another", "submit", "no", "no", "yes", "yes"),
    "cancel": Rule("cancel a search", "submit", "no", "no", "own", "every"),
    "share": Rule(
        "choose who sees a search, make and revoke its share links",
        "submit",
        "no",
        "no",
        "own",
        "every",
    ),
    "delete": Rule("delete a search that has ended", "submit", "no", "no", "own", "every"),
    "account": Rule(
        "change the own password, make and revoke own tokens", "account", "no", "yes", "yes", "yes"
    ),
    "administer": Rule(
        "change people, teams and tokens; read the audit log", "admin", "no", "no", "no", "yes"
    ),
    "metrics": Rule("read `/metrics`", "admin", "no", "no", "no", "yes"),
}


def reach(person: Person, action: Action) -> Reach:
    """How far the person's role reaches, and the credential that they signed in with."""
    rule = RULES[action]
    if rule.scope not in person.scopes:
        return "no"
    if isinstance(person, Guest):
        return rule.guest
    if person.role not in ROLES:  # set by hand
        return "no"
    # Without its scope, the token of an admin is that of an operator.
    is_limited = person.role == "admin" and "admin" not in person.scopes
    found: Reach = getattr(rule, "operator" if is_limited else person.role)
    return found


def may(person: Person, action: Action, job: Job | None = None) -> bool:
    """Whether `person` may do this; with this job, or with any at all if it is left out."""
    found = reach(person, action)
    if job is None or found in ("no", "yes", "every"):
        return found != "no"
    if found == "own":
        return job.owner_id == person.id
    return visible_job(person, job.id) is not None


def visible_jobs(person: Person) -> Select[Job]:
    """The query of the jobs that `person` may see, in no order."""
    return select(Job).where(_seen_by(person))


def visible_job(person: Person, job_id: str) -> Job | None:
    """One of them; None where there is none of this id."""
    if "\0" in job_id:  # which Postgres doesn't take
        return None
    wanted = _visible_job(reach(person, "view"), isinstance(person, Guest))
    of_guest = person.job_id if isinstance(person, Guest) else None
    return db.session.scalar(wanted, {"job": job_id, "person": person.id, "of_guest": of_guest})


@functools.cache
def _visible_job(found: Reach, is_guest: bool) -> Select[Job]:
    """The query of one job, built once: each request of a socket needs it."""
    seen = _seen(found, is_guest, bindparam("person", type_=Integer), bindparam("of_guest"))
    return select(Job).where(Job.id == bindparam("job"), seen)


def visible_ids(person: Person, job_ids: Collection[str]) -> set[str]:
    """Which of these jobs they see."""
    of_these = visible_jobs(person).where(Job.id.in_(job_ids))
    return set(db.session.scalars(of_these.with_only_columns(Job.id)))


def open_ids(job_ids: Collection[str]) -> set[str]:
    """Those of these jobs that everybody with an account sees."""
    of_these = select(Job.id).where(Job.id.in_(job_ids), Job.visibility == "all")
    return set(db.session.scalars(of_these))


def least_role(action: Action) -> Role:
    """The least role that may do this."""
    return next(role for role in ROLES if getattr(RULES[action], role) != "no")


def _seen_by(person: Person) -> ColumnElement[bool]:
    """The condition on jobs that this person sees."""
    of_guest = person.job_id if isinstance(person, Guest) else None
    return _seen(reach(person, "view"), isinstance(person, Guest), person.id, of_guest)


def _seen(found: Reach, is_guest: bool, person_id: Any, of_guest: Any) -> ColumnElement[bool]:
    """The same for a reach; person_id, of_guest (a guest's job): values or parameters."""
    if found == "no":
        return false()
    if found == "every":
        return true()
    if is_guest:
        return cast("ColumnElement[bool]", Job.id == of_guest)
    teams = select(Membership.team_id).where(Membership.user_id == person_id)
    of_team = (Job.visibility == "team") & Job.team_id.in_(teams)
    is_own: ColumnElement[bool] = Job.owner_id == person_id
    return (Job.visibility == "all") | is_own | of_team


def as_markdown() -> Iterable[str]:
    """The table of roles, a line each."""
    roles = ("guest", *ROLES)
    yield f"| | scope | {' | '.join(roles)} |"
    yield "|---" * (2 + len(roles)) + "|"
    for rule in RULES.values():
        reaches = [getattr(rule, role) for role in roles]
        words = ["" if found == "no" else found for found in reaches]
        yield f"| {rule.what} | `{rule.scope}` | {' | '.join(words)} |"
