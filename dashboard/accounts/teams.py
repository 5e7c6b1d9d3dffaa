"""Teams: people who see each other's searches. Each function that changes something commits."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from dashboard.db import audit
from dashboard.db.extensions import db
from dashboard.db.models import Job, Membership, Team, User
from dashboard.db.names import likeness, normalised


class Taken(Exception):
    """There is a team whose name looks like this one."""


def every() -> list[Team]:
    return list(db.session.scalars(db.select(Team).order_by(Team.name)))


def of(user: User) -> list[Team]:
    """The teams that `user` is in."""
    mine = db.select(Team).join(Membership).where(Membership.user_id == user.id)
    return list(db.session.scalars(mine.order_by(Team.name)))


def choices(user: User, *, is_admin: bool) -> list[Team]:
    """The teams that `user` may give a search to."""
    return every() if is_admin else of(user)


def named(name: str) -> Team | None:
    if "\0" in name:  # which Postgres doesn't take
        return None
    team: Team | None = db.session.scalar(db.select(Team).filter_by(likeness=likeness(name)))
    return team


def add(name: str) -> Team:
    """Create a team; its name is checked already. Raises Taken."""
    if named(name):
        raise Taken
    team = Team(name=normalised(name))
    db.session.add(team)
    audit.record("team added", team.name)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Taken from error
    return team


def remove(team: Team) -> None:
    """Its searches are their owners' alone from then on."""
    audit.record("team removed", team.name)
    of_it = db.update(Job).where(Job.team_id == team.id)
    db.session.execute(
        of_it.values(team_id=None, visibility="owner"),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(db.delete(Membership).filter_by(team_id=team.id))
    db.session.delete(team)
    db.session.commit()


def join(team: Team, user: User) -> None:
    if db.session.get(Membership, (team.id, user.id)) is None:
        db.session.add(Membership(team_id=team.id, user_id=user.id))
        audit.record("team joined", team.name, user=user.name)
        try:
            db.session.commit()
        except IntegrityError:  # at the same time, by somebody else
            db.session.rollback()


def leave(team: Team, user: User) -> None:
    """They see the team's searches of others no more."""
    membership = db.session.get(Membership, (team.id, user.id))
    if membership is not None:
        db.session.delete(membership)
        audit.record("team left", team.name, user=user.name)
        db.session.commit()
