"""The relay: from the message queue and the journal to the browsers.

Each web process relays what workers emit to the rooms of its own browsers (Flask-SocketIO does
that by itself), answers `watch` from the journal, and runs one heartbeat (`server.serve`), which

- sends each watched job's position if it has changed, so that a browser notices lost events;
- publishes what the database knows and the journal doesn't (Redis lost its data, or a worker
  couldn't publish the end);
- checks this process's own subscription and the database, and tells its browsers when one fails;
- sends who is watching, across processes;
- tells slow clients to catch up once they read again (`backpressure`).

A socket joins the room before its journal is read: an event in between is then received twice, and
dropped by its number, instead of being missed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from flask import current_app, request, session
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis import RedisError
from sqlalchemy import bindparam

from algorithm.messages import Message, with_message
from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.db.probe import try_to_write
from dashboard.jobs.permissions import (
    Guest,
    Person,
    may,
    open_ids,
    visible_ids,
    visible_job,
    visible_jobs,
)
from dashboard.jobs.summaries import summaries
from dashboard.journal.journal import Position
from dashboard.journal.publish import journal, publish_missing, room
from dashboard.sockets.backpressure import Backpressure
from dashboard.sockets.overview import Overview
from dashboard.sockets.presence import Audience, Presence
from dashboard.transport import database
from dashboard.transport.message_queue import MessageQueue

socketio = SocketIO()

MAX_WATCHED = 200  # jobs for one socket
OVERVIEW_LENGTH = 100  # newest jobs
REPEAT_S = 30.0  # between two repeats of a position that hasn't changed
AUDIENCE_INTERVAL_S = 1.0  # between two `viewers` events of a job
WATCH_ALL_COST = 10.0  # messages that one `watch_all` counts for
TOO_MUCH = Message("Too many requests on this socket; wait a few seconds.")
SIGNED_OUT = Message("Your session has ended; sign in again.")
NOT_ALLOWED = Message("You may not list the searches.")
AWAY = Message("Live updates are unavailable at the moment; try again later.")
STORE_AWAY = Message("The database is unavailable at the moment; try again later.")
NEVER_SENT = (None, float("-inf"))
_NAME = "viewer"

Answer = dict[str, Any]


class WatchRequest(BaseModel):
    """What a browser sends with `watch`: the job, and how far it has come already."""

    model_config = ConfigDict(extra="forbid", strict=True)

    job: str = Field(max_length=36, pattern="^[ -~]*$")
    epoch: str | None = Field(None, max_length=36)
    since: int | None = Field(None, ge=0, le=2**53)


class Authenticator(Protocol):
    """Signs sockets in, each for as long as its credential is valid."""

    def admit(self, sid: str, token: object) -> str | None:
        """Sign in the socket that connects with the current request.

        token: what it sent as `auth: {token}`. Returns its user's name; None if it's refused.
        """

    def forget(self, sid: str) -> None:
        """Forget a socket that has disconnected."""

    def user_of(self, sid: str) -> Person | None:
        """The socket's user or guest; None once its credential has ended."""

    def people(self, sids: Iterable[str]) -> dict[str, Person]:
        """The user or guest of each of these sockets whose credential is valid."""

    def pop_expired(self) -> list[str]:
        """Forget the sockets whose credential has ended, and return them."""


class Relay:
    """The sockets of one web process: who watches which job, and whether they are up to date.

    live: whether the subscription to the message queue works; stored: whether the database does.
    """

    def __init__(
        self,
        queue: MessageQueue,
        presence: Presence,
        backpressure: Backpressure,
        authenticator: Authenticator,
        heartbeat: float,
    ) -> None:
        self.queue = queue
        self.presence = presence
        self.backpressure = backpressure
        self.overview = Overview(queue)
        self.authenticator = authenticator
        self.heartbeat = heartbeat
        self.live = False  # until the first pulse comes back
        self.stored = True
        # By job, then by socket: the viewer's name.
        self.watchers: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._watched: defaultdict[str, set[str]] = defaultdict(set)
        # By job: the audience last sent to all its viewers here, None if one of them may have got
        # another; and when (monotonic s).
        self._sent: dict[str, tuple[Audience | None, float]] = {}
        # Of the last heartbeat; and when (monotonic s) one last repeated them all.
        self._positions: dict[str, Position] = {}
        self._repeated_at = float("-inf")
        # Sockets of guests: they aren't told the names of who else watches.
        self.guests: set[str] = set()

    def enter(self, job: str, sid: str, name: str) -> None:
        """Add a viewer, or send the audience again to one who may have missed it."""
        self.watchers[job][sid] = name
        self._watched[sid].add(job)
        audience = self.presence.renew({job: {sid: name}})[job]
        if not self._announce(job, audience):
            self._emit_audience(job, audience, [sid])
            # A newer audience may have been sent to all meanwhile: the heartbeat sends it again.
            _, at = self._sent.get(job, NEVER_SENT)
            self._sent[job] = (None, at)

    def leave(self, job: str, sid: str) -> None:
        name = self.watchers[job].pop(sid, None)
        if name is None:
            return
        self._watched[sid].discard(job)
        if not self._watched[sid]:
            del self._watched[sid]
        if not self.watchers[job]:
            del self.watchers[job]
            self._sent.pop(job, None)
        audience = self.presence.leave(job, sid, name)
        if job in self.watchers:
            self._announce(job, audience)

    def end_lost_access(self) -> None:
        """Remove viewers from searches that they don't see any more, and tell their pages to ask
        again, which says so."""
        jobs = list(self.watchers)
        hidden = set(jobs) - open_ids(jobs) if jobs else set()
        watching: dict[str, set[str]] = {}
        for job in hidden:
            # Copied, and without a new entry: other threads add and remove viewers meanwhile.
            for sid in list(self.watchers.get(job, ())):
                watching.setdefault(sid, set()).add(job)
        people = self.authenticator.people({*watching, *self.overview.sids})
        seen: dict[Person, set[str]] = {}
        for sid in watching:
            if person := people.get(sid):
                seen.setdefault(person, set()).update(watching[sid])
        for person, watched in seen.items():
            seen[person] = visible_ids(person, watched)
        for sid, watched in watching.items():
            if (person := people.get(sid)) and (lost := watched - seen[person]):
                for job in lost:
                    socketio.server.leave_room(sid, room(job))
                    self.leave_or_expire(job, sid)
                self.tell_state(sid)
        self.overview.refresh(people)

    def leave_or_expire(self, job: str, sid: str) -> None:
        """`leave`, also while Redis is away."""
        try:
            self.leave(job, sid)
        except RedisError as error:
            current_app.logger.info("A viewer's entry is left to expire: %s", error)

    def viewers(self) -> int:
        return sum(map(len, self.watchers.values()))

    def watched_by(self, sid: str) -> list[str]:
        return list(self._watched.get(sid, ()))

    def _announce(self, job: str, audience: Audience) -> bool:
        """Send the audience to this process's viewers; other processes send it to theirs.

        Only if it has changed, and debounced: n viewers who join at once would cause n² messages.
        The next heartbeat sends it then. Returns whether it was sent.
        """
        sent, at = self._sent.get(job, NEVER_SENT)
        now = time.monotonic()
        if sent == audience or now < at + AUDIENCE_INTERVAL_S:
            return False
        self._sent[job] = (audience, now)
        self._emit_audience(job, audience, None)
        return True

    def _emit_audience(self, job: str, audience: Audience, sids: list[str] | None) -> None:
        """Send the audience to these sockets, or with None to all viewers of this process."""
        guests = self.guests & set(sids or list(self.watchers.get(job, {})))
        others = [sid for sid in sids if sid not in guests] if sids else [room(job)]
        told = {"job": job, **asdict(audience)}
        if others:
            socketio.emit("viewers", told, to=others, skip_sid=[*guests], ignore_queue=True)
        for sid in guests:
            _emit_locally("viewers", told | {"names": []}, sid)

    def beat(self) -> None:
        """One heartbeat; raises redis.RedisError while Redis is away.

        It goes on while the database is away: progress is in the journal.
        """
        self._remove_disconnected()
        watched = {job: dict(viewers) for job, viewers in self.watchers.items()}
        positions = journal().positions(watched)
        for job_id, position in self._changed(positions):
            _emit_locally(
                "position",
                {"job": job_id, "epoch": position.epoch, "seq": position.seq},
                room(job_id),
            )
        for job_id, audience in self.presence.renew(watched).items():
            self._announce(job_id, audience)
        complete = {job for job, position in positions.items() if position.final}
        try:
            for job in _stored(watched.keys() - complete):
                publish_missing(job, positions.get(job.id))
            if watched.keys() - complete:
                # Read-only isn't enough: the ends of these jobs have yet to be stored.
                try_to_write()
        except database.AWAY as error:
            current_app.logger.info("Heartbeat without database: %s", database.first_line(error))
            self.set_state(stored=False)
        else:
            self.set_state(stored=True)

    def _changed(self, positions: Mapping[str, Position]) -> list[tuple[str, Position]]:
        """The positions that differ from those of the last heartbeat, and now and then all of them.

        A viewer who has the newest event knows its position.
        """
        repeat = time.monotonic() > self._repeated_at + REPEAT_S
        if repeat:
            self._repeated_at = time.monotonic()
        before, self._positions = self._positions, dict(positions)
        return [
            (job, position)
            for job, position in positions.items()
            if repeat or before.get(job) != position
        ]

    def _remove_disconnected(self) -> None:
        """Remove sockets whose last `watch` was handled during or after their disconnect."""
        for sid in list(self._watched):
            if not socketio.server.manager.is_connected(sid, "/"):
                for job in self.watched_by(sid):
                    self.leave(job, sid)

    def heard_since(self, sent_at: float) -> bool:
        """Whether any message was received since `sent_at` (monotonic s), such as a pulse."""
        return self.queue.heard_at >= sent_at

    @property
    def is_current(self) -> bool:
        """Whether this process's browsers get all events."""
        return self.live and self.stored

    def set_state(self, *, live: bool | None = None, stored: bool | None = None) -> None:
        """Note what works; tell this process's browsers if `is_current` has changed."""
        before = self.is_current
        if live not in (None, self.live):
            self.live = bool(live)
            current_app.logger.warning("The message queue is %s.", "heard" if live else "not heard")
        if stored not in (None, self.stored):
            self.stored = bool(stored)
            current_app.logger.warning("The database is %s.", "there" if stored else "away")
        if self.is_current != before:
            self.tell_state(None)

    def tell_state(self, sid: str | None) -> None:
        """Tell one socket, or with None all of this process, whether its view is current."""
        _emit_locally("relay", {"live": self.is_current}, sid)


_JOBS = db.select(Job).where(Job.id.in_(bindparam("jobs", expanding=True)))


def _stored(jobs: set[str]) -> list[Job]:
    """These jobs in the database; queried even for none, to notice when it's away."""
    return list(db.session.scalars(_JOBS, {"jobs": list(jobs)}))


def _emit_locally(event: str, payload: Any, to: str | None) -> None:
    """Emit to the sockets of this process only: every process has its own heartbeat."""
    socketio.emit(event, payload, to=to, ignore_queue=True)


def _relay() -> Relay:
    found: Relay = current_app.extensions["relay"]
    return found


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid


def _over_rate_limit(messages: float = 0.0) -> bool:
    """Whether this socket exceeds its rate limit; counts `messages` more for this one."""
    eio_sid = socketio.server.manager.eio_sid_from_sid(_sid(), "/")
    return _relay().backpressure.charge(eio_sid, messages) < 0


@socketio.on("connect")
def _connect(auth: Any = None) -> bool:
    """Sign in by the session cookie, a Bearer header, or `auth: {token}`."""
    token = auth.get("token") if isinstance(auth, dict) else None
    name = _relay().authenticator.admit(_sid(), token)
    if name is None:
        return False
    # Flask-SocketIO gives each socket its own copy of the session.
    session[_NAME] = name
    if not _relay().is_current:
        _relay().tell_state(_sid())
    return True


@socketio.on("disconnect")
def _disconnect(reason: Any = None) -> None:
    _relay().authenticator.forget(_sid())
    _relay().overview.forget(_sid())
    _relay().guests.discard(_sid())
    for job in _relay().watched_by(_sid()):
        _leave(job)


@socketio.on("watch")
def _watch(payload: Any = None) -> Answer:
    if _over_rate_limit():
        return _refusal(TOO_MUCH)
    user = _relay().authenticator.user_of(_sid())
    if user is None:
        return _refusal(SIGNED_OUT)
    try:
        wanted = WatchRequest.model_validate(payload)
    except ValidationError as error:
        return _refusal(_first_problem(error))
    job = visible_job(user, wanted.job)
    if job is None:
        return _refusal(Message("There is no job %(job)s.", job=repr(wanted.job)))
    relay, sid = _relay(), _sid()
    if isinstance(user, Guest):
        relay.guests.add(sid)
    watched = relay.watched_by(sid)
    if job.id not in watched and len(watched) >= MAX_WATCHED:
        return _refusal(
            Message("One socket may watch %(most)s jobs at a time; unwatch some.", most=MAX_WATCHED)
        )
    join_room(room(job.id))
    try:
        relay.enter(job.id, sid, session[_NAME])
        reading = journal().read(job.id, wanted.epoch, wanted.since)
        if reading is None:
            publish_missing(job, None)
            reading = journal().read(job.id)
    except RedisError as error:
        current_app.logger.warning("watch without Redis: %s", error)
        reading = None
    if reading is None:
        return _refusal(AWAY)
    answer: Answer = {"ok": True, "events": reading.events}
    return answer | {"snapshot": reading.snapshot} if reading.snapshot else answer


@socketio.on("unwatch")
def _unwatch(payload: Any = None) -> Answer:
    job = payload.get("job") if isinstance(payload, dict) else None
    if job not in _relay().watched_by(_sid()):
        return _refusal(Message("This socket does not watch that job."))
    _leave(job)
    return {"ok": True}


@socketio.on("watch_all")
def _watch_all(payload: Any = None) -> Answer:
    if _over_rate_limit(WATCH_ALL_COST - 1):
        return _refusal(TOO_MUCH)
    user = _relay().authenticator.user_of(_sid())
    if user is None:
        return _refusal(SIGNED_OUT)
    if not may(user, "list"):
        return _refusal(NOT_ALLOWED)
    _relay().overview.enter(_sid(), user)
    newest = visible_jobs(user).order_by(Job.created_at.desc()).limit(OVERVIEW_LENGTH)
    return {"ok": True, "jobs": summaries(list(db.session.scalars(newest)))}


@socketio.on_error_default
def _fail(error: Exception) -> Answer:
    """Answer an event that failed because the database is away; raise other errors."""
    if not isinstance(error, database.AWAY):
        raise error
    current_app.logger.info("A question without database: %s", database.first_line(error))
    # Clients that are told now are told again when it's back, and then retry.
    _relay().set_state(stored=False)
    if request.event["message"] == "connect":  # type: ignore[attr-defined]
        # Any return value would accept the connection.
        raise ConnectionRefusedError(STORE_AWAY)
    return _refusal(STORE_AWAY)


def _leave(job: str) -> None:
    leave_room(room(job))
    _relay().leave_or_expire(job, _sid())


def _refusal(error: str) -> Answer:
    return {"ok": False, **with_message("error", error)}


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"]) or "watch"
    return f"{field}: {problem['msg']}"
