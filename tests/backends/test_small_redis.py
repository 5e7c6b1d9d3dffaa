"""A Redis that is full, has few connections, or allows its user little."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.backends.servers import HOST, RedisServer
from tests.delivery.test_live import assert_whole
from tests.delivery.test_redis_away import PROMISED, assert_ends_as_stored
from tests.stack import LONG, Client, Stack, Web, limited, viewing, wait_for

PLAN = 20
"""Connections that a small plan has."""

RIGHTS = (
    "resetkeys ~job:* ~workers:* ~attempts:* ~celery* ~_kombu.* ~unacked* ~*.celery.pidbox* "
    "resetchannels &flask-socketio &celery-task-meta-* &/0.celery.pidbox "
    "nocommands +@all -@admin -@dangerous +info"
)
"""What the user of REDIS_URL needs, if it's used for everything; docs/deployment.md says so."""

SUFFICES = f"on >secret {RIGHTS}"


class SmallRedis(RedisServer):
    """A Redis with a user `island` of few rights; `admin` is who runs it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("user default off", "user admin on >secret allkeys allchannels +@all")

    @property
    def url(self) -> str:
        return f"redis://island:secret@{HOST}:{self.port}/0"

    def start(self) -> None:
        super().start()
        self.allow(SUFFICES)

    @property
    def admin(self) -> Any:
        return redis.Redis(
            HOST, self.port, username="admin", password="secret", decode_responses=True
        )

    def connect(self) -> redis.Redis:
        """A connection of `admin` that stays open."""
        user = {"username": "admin", "password": "secret"}
        return redis.Redis(HOST, self.port, single_connection_client=True, **user)

    def allow(self, rules: str) -> None:
        """What `island` may do from now on."""
        with self.admin as admin:
            admin.execute_command("ACL", "SETUSER", "island", *rules.split())

    def cut(self) -> None:
        """Close each connection of `island`."""
        with self.admin as admin:
            admin.execute_command("CLIENT", "KILL", "USER", "island")

    def connections(self) -> int:
        with self.admin as admin:
            return sum(each["user"] == "island" for each in admin.client_list())

    def configure(self, name: str, value: object) -> None:
        with self.admin as admin:
            admin.config_set(name, str(value))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmallRedis]:
    with SmallRedis(tmp_path / "redis") as server:
        yield server


Start = Callable[..., Stack]


@pytest.fixture
def start(server: SmallRedis, tmp_path: Path) -> Iterator[Start]:
    """Start an installation whose every part uses the small Redis."""
    stacks: list[Stack] = []

    def _start(mode: str = "eventlet", pool: str = "eventlet") -> Stack:
        stack = Stack(tmp_path, mode=mode, pool=pool, settings={"REDIS_URL": server.url})
        stacks.append(stack)
        stack.worker.start()
        stack.add_web()
        return stack

    yield _start
    for stack in stacks:
        stack.stop()


def client_of(stack: Stack) -> Client:
    return Client(stack.webs[0], stack.token())


def assert_refused(client: Client) -> None:
    before = client.get("/api/v1/jobs").json()["total"]
    answer = client.post("/api/v1/jobs", json={"sample": "tiny"}, timeout=PROMISED)
    assert (answer.status_code, list(answer.json())) == (503, ["message"])
    assert client.get("/api/v1/jobs").json()["total"] == before


def assert_goes_on(stack: Stack) -> None:
    """Without a restart."""
    client = client_of(stack)
    wait_for("the web process to be ready", stack.webs[0].is_ready)
    assert client.wait_for_end(client.submit())["outcome"] == "finished"
    assert stack.worker.is_running


@pytest.mark.parametrize("pool", ["eventlet", "prefork"])
def test_a_search_outlasts_a_redis_that_is_full(
    server: SmallRedis, start: Start, pool: str
) -> None:
    stack = start(pool=pool)
    client = client_of(stack)
    job = client.submit(**limited(30))
    with viewing(client.web, stack.token(), job) as (viewer,):
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        server.configure("maxmemory", 1)
        wait_for("the viewer to be told", lambda: viewer.relay[-1:] == [False])
        assert_refused(client)
        # What waits is read, and so is who is there.
        assert client.get("/api/v1/fleet").json()["workers"]
        assert client.wait_for_end(job)["outcome"] == "stopped"
        assert client.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]
        server.configure("maxmemory", 0)
        wait_for("the end", lambda: viewer.ended)
        assert_ends_as_stored(viewer.state, client.job(job))
    assert_goes_on(stack)


@pytest.mark.parametrize("pool", ["eventlet", "prefork"])
def test_a_worker_starts_at_a_redis_that_is_full_and_takes_what_waits_when_there_is_room(
    server: SmallRedis, start: Start, pool: str
) -> None:
    stack = start(pool=pool)
    client = client_of(stack)
    stack.worker.kill()
    jobs = [client.submit() for _ in range(3)]
    server.configure("maxmemory", 1)
    stack.worker.start()
    wait_for("word of it", lambda: "Redis is full" in stack.worker.log.read_text())
    server.configure("maxmemory", 0)
    for job in jobs:
        assert client.wait_for_end(job)["outcome"] == "finished"
    assert_goes_on(stack)


@contextlib.contextmanager
def asking(web: Web, token: str, job: str) -> Iterator[set[int]]:
    """Eight clients that ask without a pause; with which status codes they were answered."""
    codes: set[int] = set()
    over = threading.Event()

    def ask() -> None:
        client = Client(web, token)
        while not over.is_set():
            for path in (f"jobs/{job}", f"jobs/{job}/events?since=0", "jobs", "fleet"):
                codes.add(client.get(f"/api/v1/{path}").status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        yield codes
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("mode", "pool"), [("eventlet", "eventlet"), ("gevent", "gevent"), ("threading", "prefork")]
)
def test_a_plan_with_20_connections_has_room_for_a_web_process_and_a_worker(
    server: SmallRedis, start: Start, mode: str, pool: str
) -> None:
    server.configure("maxclients", PLAN)
    stack = start(mode, pool)
    client = client_of(stack)
    jobs = [client.submit(**LONG), client.submit(**LONG)]
    taken = []
    token = stack.token()
    with asking(client.web, token, jobs[0]) as codes, viewing(client.web, token, jobs[0], 5) as all:
        for viewer in all:
            wait_for("a plan", lambda viewer=viewer: viewer.state.get("incumbent"))
            taken.append(server.connections())
        for job in jobs:
            client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        for viewer in all:
            wait_for("the end", lambda viewer=viewer: viewer.ended)
            taken.append(server.connections())
            assert_whole(viewer, client)
    assert codes == {200}
    assert max(taken) <= PLAN * 3 / 4
    assert_goes_on(stack)


def test_others_who_took_all_connections_count_as_a_redis_that_is_away(
    server: SmallRedis, start: Start
) -> None:
    stack = start()
    client = client_of(stack)
    server.configure("maxclients", 10)
    others = [server.connect()]

    def take_all() -> bool:
        """Take what is free, and what is ours."""
        with contextlib.suppress(redis.RedisError):
            others[0].execute_command("CLIENT", "KILL", "USER", "island")
            while True:
                others.append(server.connect())
        return not stack.webs[0].is_ready()

    wait_for("no connection to be left", take_all)
    assert_refused(client)
    for other in others:
        other.close()
    assert_goes_on(stack)
    assert "Redis has no connection left" in stack.worker.log.read_text()


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("-zadd", SUFFICES, "Redis refuses its user a right"),
        ("resetkeys ~job:*", SUFFICES, "Redis refuses its user a right"),
        ("resetpass >other", SUFFICES, "Redis takes no such user and password"),
    ],
)
def test_what_a_user_may_not_is_said_in_one_sentence_and_tried_again(
    server: SmallRedis, start: Start, wrong: str, right: str, told: str
) -> None:
    stack = start()
    assert_goes_on(stack)
    length = len(stack.worker.log.read_text())
    server.allow(wrong)
    server.cut()

    def word() -> str:
        return stack.worker.log.read_text()[length:]

    wait_for("word of it", lambda: told in word())
    # A breath later it was tried again, and more than once.
    wait_for("another try", lambda: "Connected" in word() or "Trying again" in word())
    server.allow(right)
    assert_goes_on(stack)
    assert "Traceback" not in word()
    assert sum(told in line for line in word().splitlines()) <= 5, "one for each that notices it"


def test_a_replica_that_takes_no_writes_is_told_apart_from_one_that_is_away(
    server: SmallRedis, start: Start
) -> None:
    stack = start()
    client = client_of(stack)
    with server.admin as admin:
        admin.replicaof(HOST, str(server.port))  # of itself: it never gets its data
        wait_for("word of it", lambda: "read-only replica" in stack.worker.log.read_text())
        assert_refused(client)
        admin.replicaof("NO", "ONE")
    assert_goes_on(stack)
