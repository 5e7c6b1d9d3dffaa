"""The relay: from the message queue and the journal to the browsers.

Each web process relays what workers emit to the rooms of its own browsers (Flask-SocketIO does
that by itself), answers `watch` from the journal, and runs one heartbeat (`server.serve`), which

- repeats each watched job's position, so that a browser notices what was lost on the way;
- publishes what the durable store knows and the journal doesn't (a Redis that lost its data, a
  worker that could not tell the end);
- hears whether this process's own subscription works, and whether the durable store answers, and
  tells its browsers when one doesn't;
- tells who is watching, across processes;
- has those catch up who didn't read for a while (`backpressure`).

Joining a room comes before reading the journal, always: an event between the two is then seen
twice, which its number tells, instead of never.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import asdict
from typing import Any, Protocol

from flask import current_app, request, session
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis import RedisError

from algorithm.messages import Message, with_message
from dashboard.db.extensions import db
from dashboard.db.models import Job, User
from dashboard.db.probe import try_to_write
from dashboard.jobs.permissions import visible_job, visible_jobs
from dashboard.jobs.summaries import summaries
from dashboard.journal.publish import OVERVIEW, journal, publish_missing, room
from dashboard.sockets.backpressure import Backpressure
from dashboard.sockets.presence import Audience, Presence
from dashboard.transport import database
from dashboard.transport.message_queue import MessageQueue

socketio = SocketIO()

WATCHED_MOST = 200  # jobs for one socket
OVERVIEW_LENGTH = 100  # newest jobs
AUDIENCE_RESTS = 1.0  # s in which a job's viewers are told of each other once
ALL_COSTS = 10.0  # messages that one `watch_all` counts for
TOO_MUCH = Message("Too many requests on this socket; wait a few seconds.")
SIGNED_OUT = Message("Your session has ended; sign in again.")
AWAY = Message("Live updates are unavailable at the moment; try again later.")
STORE_AWAY = Message("The database is unavailable at the moment; try again later.")
NOBODY_TOLD = (None, float("-inf"))
_NAME = "viewer"

Answer = dict[str, Any]


class WatchRequest(BaseModel):
    """What a browser sends with `watch`: the job, and how far it has come already."""

    model_config = ConfigDict(extra="forbid", strict=True)

    job: str = Field(max_length=36, pattern="^[ -~]*$")
    epoch: str | None = Field(None, max_length=36)
    since: int | None = Field(None, ge=0, le=2**53)


class Authenticator(Protocol):
    """Lets sockets in, each for as long as what it signed in with is valid."""

    def admit(self, sid: str, token: object) -> str | None:
        """Let the socket in whose connection is the current request, if it may.

        token: what it sent as `auth: {token}`. Returns its user's name; None where it may not.
        """

    def forget(self, sid: str) -> None:
        """The socket is gone."""

    def user_of(self, sid: str) -> User | None:
        """Who was let in with it; None once they may not ask any more."""

    def take_ended(self) -> list[str]:
        """Forget those who may not stay, and return them."""


class Relay:
    """What one web process knows of its sockets: who watches what, and how current that is.

    live: whether the message queue is heard; stored: whether the durable store answers.
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
        self.authenticator = authenticator
        self.heartbeat = heartbeat
        self.live = False  # until the first pulse came back
        self.stored = True  # until it doesn't
        # By job, then by socket: the name of who watches.
        self.watchers: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._watched: defaultdict[str, set[str]] = defaultdict(set)
        # By job: the audience that all its viewers here were told last, None where one of them may
        # have been told another; and when (monotonic s).
        self._told: dict[str, tuple[Audience | None, float]] = {}

    def enter(self, job: str, sid: str, name: str) -> None:
        """Count a socket in, or tell it again who watches: it may have missed that."""
        self.watchers[job][sid] = name
        self._watched[sid].add(job)
        audience = self.presence.renew({job: {sid: name}})[job]
        if not self._announce(job, audience):
            _tell_audience(job, audience, sid)
            # Redis's answer may have been overtaken by what all were told: a heartbeat repeats it.
            _, at = self._told.get(job, NOBODY_TOLD)
            self._told[job] = (None, at)

    def leave(self, job: str, sid: str) -> None:
        name = self.watchers[job].pop(sid, None)
        if name is None:
            return
        self._watched[sid].discard(job)
        if not self._watched[sid]:
            del self._watched[sid]
        if not self.watchers[job]:
            del self.watchers[job]
            self._told.pop(job, None)
        audience = self.presence.leave(job, sid, name)
        if job in self.watchers:
            self._announce(job, audience)

    def viewers(self) -> int:
        return sum(map(len, self.watchers.values()))

    def watched_by(self, sid: str) -> list[str]:
        return list(self._watched.get(sid, ()))

    def _announce(self, job: str, audience: Audience) -> bool:
        """Tell this process's viewers who they all are; other processes tell theirs.

        Not if that was told already, and not a moment after the last time: of a crowd that comes
        at once, each would be told of each. A heartbeat tells it then. Whether it was told.
        """
        told, at = self._told.get(job, NOBODY_TOLD)
        now = time.monotonic()
        if told == audience or now < at + AUDIENCE_RESTS:
            return False
        self._told[job] = (audience, now)
        _tell_audience(job, audience, room(job))
        return True

    def beat(self) -> None:
        """One heartbeat; raises redis.RedisError while Redis is away.

        Without the durable store it goes on: how far a search has come is in the journal.
        """
        self._let_go()
        watched = {job: dict(viewers) for job, viewers in self.watchers.items()}
        positions = journal().positions(watched)
        for job_id, position in positions.items():
            _tell_own(
                "position",
                {"job": job_id, "epoch": position.epoch, "seq": position.seq},
                room(job_id),
            )
        for job_id, audience in self.presence.renew(watched).items():
            self._announce(job_id, audience)
        told = {job for job, position in positions.items() if position.final}
        try:
            for job in _stored(watched.keys() - told):
                publish_missing(job, positions.get(job.id))
            if watched.keys() - told:
                # Or else their ends couldn't be stored, which is what they wait for.
                try_to_write()
        except database.AWAY as error:
            current_app.logger.info("Heartbeat without database: %s", database.first_line(error))
            self.become(stored=False)
        else:
            self.become(stored=True)

    def _let_go(self) -> None:
        """Count out who asked for one more job while it was being counted out of the others."""
        for sid in list(self._watched):
            if not socketio.server.manager.is_connected(sid, "/"):
                for job in self.watched_by(sid):
                    self.leave(job, sid)

    def hear(self, sent_at: float) -> bool:
        """Whether a pulse that was sent at `sent_at` (monotonic s) has come back."""
        return self.queue.heard_at >= sent_at

    @property
    def is_current(self) -> bool:
        """Whether this process's browsers are told whatever happens."""
        return self.live and self.stored

    def become(self, *, live: bool | None = None, stored: bool | None = None) -> None:
        """Tell this process's browsers if what they see may be stale from now on, or isn't more."""
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
        """Tell a socket, or with None all of this process, whether what they see is current."""
        _tell_own("relay", {"live": self.is_current}, sid)


def _stored(jobs: set[str]) -> list[Job]:
    """These jobs as the durable store knows them; it's asked for none, too: it may be away."""
    return list(db.session.scalars(db.select(Job).where(Job.id.in_(jobs))))


def _tell_own(event: str, payload: Any, to: str | None) -> None:
    """Emit to the sockets of this process alone: every process has a heartbeat of its own."""
    socketio.emit(event, payload, to=to, ignore_queue=True)


def _tell_audience(job: str, audience: Audience, to: str) -> None:
    _tell_own("viewers", {"job": job, **asdict(audience)}, to)


def _relay() -> Relay:
    found: Relay = current_app.extensions["relay"]
    return found


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid


def _asks_too_much(messages: float = 0.0) -> bool:
    """Whether this socket has said more than it may, this counting as so many messages more."""
    eio_sid = socketio.server.manager.eio_sid_from_sid(_sid(), "/")
    return _relay().backpressure.charge(eio_sid, messages) < 0


@socketio.on("connect")
def _connect(auth: Any = None) -> bool:
    """Let in who is signed in: by the session cookie, a Bearer header, or `auth: {token}`."""
    token = auth.get("token") if isinstance(auth, dict) else None
    name = _relay().authenticator.admit(_sid(), token)
    if name is None:
        return False
    # This copy of the session is the socket's own, and goes with it.
    session[_NAME] = name
    if not _relay().is_current:
        _relay().tell_state(_sid())
    return True


@socketio.on("disconnect")
def _disconnect(reason: Any = None) -> None:
    _relay().authenticator.forget(_sid())
    for job in _relay().watched_by(_sid()):
        _leave(job)


@socketio.on("watch")
def _watch(payload: Any = None) -> Answer:
    if _asks_too_much():
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
    watched = relay.watched_by(sid)
    if job.id not in watched and len(watched) >= WATCHED_MOST:
        return _refusal(
            Message(
                "One socket may watch %(most)s jobs at a time; unwatch some.", most=WATCHED_MOST
            )
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
    if _asks_too_much(ALL_COSTS - 1):
        return _refusal(TOO_MUCH)
    user = _relay().authenticator.user_of(_sid())
    if user is None:
        return _refusal(SIGNED_OUT)
    join_room(OVERVIEW)
    newest = visible_jobs(user).order_by(Job.created_at.desc()).limit(OVERVIEW_LENGTH)
    return {"ok": True, "jobs": summaries(list(db.session.scalars(newest)))}


@socketio.on_error_default
def _fail(error: Exception) -> Answer:
    """The answer to what the durable store was needed for; other faults go into the log."""
    if not isinstance(error, database.AWAY):
        raise error
    current_app.logger.info("A question without database: %s", database.first_line(error))
    # Whoever is told now is told, too, when it's back, and asks again.
    _relay().become(stored=False)
    if request.event["message"] == "connect":  # type: ignore[attr-defined]
        # Any answer would let it in.
        raise ConnectionRefusedError(STORE_AWAY)
    return _refusal(STORE_AWAY)


def _leave(job: str) -> None:
    leave_room(room(job))
    try:
        _relay().leave(job, _sid())
    except RedisError as error:
        current_app.logger.info("A viewer's entry is left to expire: %s", error)


def _refusal(error: str) -> Answer:
    return {"ok": False, **with_message("error", error)}


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"]) or "watch"
    return f"{field}: {problem['msg']}"
