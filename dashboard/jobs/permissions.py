"""Permissions: which jobs a user sees, and what they may do with one.

Everything that reads jobs for a user (pages, API, sockets) asks here. At present everybody sees
every job, and cancels their own.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Select, select

from dashboard.db.extensions import db
from dashboard.db.models import Job, User

Action = Literal["cancel"]


def visible_jobs(user: User) -> Select[Job]:
    """The query of the jobs that `user` may see, in no order."""
    return select(Job)


def visible_job(user: User, job_id: str) -> Job | None:
    """One of them; None where there is none of this id."""
    if "\0" in job_id:  # which Postgres doesn't take
        return None
    return db.session.scalar(visible_jobs(user).where(Job.id == job_id))


def may(user: User, action: Action, job: Job) -> bool:
    """Whether `user` may do this with a job that they see."""
    return user.may("admin") or (user.may("operator") and user.id == job.owner_id)
