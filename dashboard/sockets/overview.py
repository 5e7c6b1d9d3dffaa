"""Which sockets that watch all searches get the events of which search.

Workers emit each event to the room of its search and to OVERVIEW. Who may see the search is decided
here, where it arrives: sockets that watch all are in a room for each way to see a search, and its
events go to the rooms of its owner and its team instead, if not everybody sees it. `refresh` looks
again every second, because people change teams and searches change hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Flask, has_app_context
from sqlalchemy import Row

from dashboard.db.extensions import db
from dashboard.db.models import ENDED, Job, Membership
from dashboard.jobs.permissions import Person, reach
from dashboard.journal.publish import OVERVIEW, room
from dashboard.transport import database
from dashboard.transport.message_queue import MessageQueue

EVERY = f"{OVERVIEW}:every"
"""The room of those who see all searches of all people."""

_JOB = room("")
_COLUMNS = (Job.id, Job.visibility, Job.owner_id, Job.team_id, Job.state)


class Overview:
    """The sockets of this process that watch all searches."""

    def __init__(self, queue: MessageQueue) -> None:
        self._queue = queue
        self._app: Flask | None = None
        # By socket: its rooms.
        self._rooms: dict[str, frozenset[str]] = {}
        # By search, for those that haven't ended: the rooms of who sees it.
        self._rooms_of: dict[str, tuple[str, ...]] = {}
        self._participants = queue.get_participants
        queue.get_participants = self._get_participants

    def bind(self, app: Flask) -> None:
        """Look searches up in the database of this application."""
        self._app = app

    @property
    def sids(self) -> list[str]:
        return list(self._rooms)

    def enter(self, sid: str, person: Person) -> None:
        self._move(sid, _rooms_of_people({sid: person})[sid])

    def forget(self, sid: str) -> None:
        """Forget a socket that has disconnected."""
        self._rooms.pop(sid, None)

    def refresh(self, people: Mapping[str, Person]) -> None:
        """Let each socket hear what its person sees now; `people`: of `sids`."""
        watching = {sid: person for sid, person in people.items() if sid in self._rooms}
        if watching:
            for sid, rooms in _rooms_of_people(watching).items():
                self._move(sid, rooms)
        known = list(self._rooms_of)
        if known:
            found = {job.id: job for job in _look_up(known) if job.state not in ENDED}
            for job_id in known:
                if job_id in found:
                    self._rooms_of[job_id] = _rooms_of_job(found[job_id])
                else:
                    self._rooms_of.pop(job_id, None)

    def _move(self, sid: str, rooms: frozenset[str]) -> None:
        before = self._rooms.get(sid, frozenset())
        self._rooms[sid] = rooms
        for name in rooms - before:
            self._queue.enter_room(sid, "/", name)
        for name in before - rooms:
            self._queue.leave_room(sid, "/", name)

    def _get_participants(self, namespace: str, to: Any) -> Iterator[tuple[str, str]]:
        """python-socketio's hook: the sockets in a room, or in one of several."""
        if isinstance(to, list) and OVERVIEW in to:
            to = [name for name in to if name != OVERVIEW]
            if self._rooms:
                to += [name for job in to for name in self._who_sees(job.removeprefix(_JOB))]
        found: Iterator[tuple[str, str]] = self._participants(namespace, to)
        return found

    def _who_sees(self, job_id: str) -> tuple[str, ...]:
        if job_id not in self._rooms_of:
            try:
                self._rooms_of[job_id] = self._look_up_one(job_id)
            except database.AWAY as error:
                # Those who watch all ask again when it's back.
                assert self._app
                self._app.logger.info("Who sees %s? %s", job_id, database.first_line(error))
                return ()
        return self._rooms_of[job_id]

    def _look_up_one(self, job_id: str) -> tuple[str, ...]:
        assert self._app
        if has_app_context():
            found = _look_up([job_id])
        else:
            with self._app.app_context():
                found = _look_up([job_id])
        return _rooms_of_job(found[0]) if found else ()


def _look_up(job_ids: list[str]) -> list[Row[Any]]:
    return list(db.session.execute(db.select(*_COLUMNS).where(Job.id.in_(job_ids))).all())


def _rooms_of_job(job: Row[Any]) -> tuple[str, ...]:
    if job.visibility == "all":
        return (OVERVIEW,)
    team = (_of_team(job.team_id),) if job.visibility == "team" else ()
    return (EVERY, _of_owner(job.owner_id), *team)


def _rooms_of_people(people: Mapping[str, Person]) -> dict[str, frozenset[str]]:
    """The rooms of each socket, by whose it is."""
    teams = _teams_of(person.id for person in people.values() if person.id is not None)
    found = {}
    for sid, person in people.items():
        rooms = set()
        if reach(person, "list") != "no":
            rooms |= {OVERVIEW, _of_owner(person.id), *map(_of_team, teams.get(person.id, ()))}
            if reach(person, "view") == "every":
                rooms.add(EVERY)
        found[sid] = frozenset(rooms)
    return found


def _teams_of(user_ids: Iterable[int]) -> dict[int | None, list[int]]:
    wanted = db.select(Membership.user_id, Membership.team_id)
    found: dict[int | None, list[int]] = {}
    for user_id, team_id in db.session.execute(wanted.where(Membership.user_id.in_(set(user_ids)))):
        found.setdefault(user_id, []).append(team_id)
    return found


def _of_owner(user_id: int | None) -> str:
    return f"{OVERVIEW}:owner:{user_id}"


def _of_team(team_id: int) -> str:
    return f"{OVERVIEW}:team:{team_id}"
