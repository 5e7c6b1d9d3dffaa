"""The promise holds whichever parts are chosen: each installation here is of other ones.

Every database, broker, result store, serializer, pool, socket mode, message queue and form of
REDIS_URL is in one of them; what an installation doesn't name is as in every `Stack`.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from dashboard.transport.redis_address import RedisAddress
from tests.backends.servers import RabbitMQ
from tests.delivery.test_live import assert_whole, in_progress
from tests.stack import LONG, Client, Stack, Viewer, viewing, wait_for

REDIS, BROKER, STORE = "REDIS_URL", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"
QUEUE, DATABASE = "SOCKETIO_MESSAGE_QUEUE", "DATABASE_URL"


@dataclass(frozen=True)
class Choice:
    """servers: by the name of their fixture, the settings that are their address."""

    mode: str
    pool: str
    servers: dict[str, list[str]]
    settings: dict[str, str] = field(default_factory=dict)


CHOICES = {
    "Postgres, RabbitMQ alone, rpc, prefork, threading": Choice(
        "threading",
        "prefork",
        {"rabbitmq": [BROKER, QUEUE], "postgres": [DATABASE]},
        {STORE: "rpc://"},
    ),
    "Postgres, RabbitMQ and Valkey, MongoDB, yaml, gevent": Choice(
        "gevent",
        "gevent",
        {"rabbitmq": [BROKER], "mongo": [STORE], "postgres": [DATABASE]},
        {"CELERY_SERIALIZER": "yaml"},
    ),
    "Redis over TLS, pickle, threads, eventlet": Choice(
        "eventlet",
        "threads",
        {"redis_tls": [REDIS]},
        # The last is Celery's own, for workers that run as root.
        {"CELERY_SERIALIZER": "pickle", "CELERY_ALLOW_PICKLE": "1", "C_FORCE_ROOT": "1"},
    ),
    "Postgres, Redis behind Sentinel, eventlet": Choice(
        "eventlet", "eventlet", {"sentinel": [REDIS], "postgres": [DATABASE]}
    ),
    "Redis at a unix socket, rpc, solo, threading": Choice(
        "threading", "solo", {"redis_socket": [REDIS]}, {STORE: "rpc://"}
    ),
}


class Frozen(Protocol):
    """A server that may be frozen for a while."""

    def freeze(self) -> None: ...

    def thaw(self) -> None: ...


class StacksOwn:
    """The Valkey of a stack, as such a server."""

    def __init__(self, stack: Stack) -> None:
        self._pid = stack.valkey.pid

    def freeze(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._pid, signal.SIGCONT)


@dataclass
class Installation:
    """A running one, of two web processes and a worker."""

    stack: Stack
    message_queue: Frozen
    clients: list[Client]


@pytest.fixture(scope="module", params=CHOICES.values(), ids=CHOICES.keys())
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    choice: Choice = request.param
    servers = {
        setting: request.getfixturevalue(name)
        for name, settings in choice.servers.items()
        for setting in settings
    }
    addresses = {setting: server.url for setting, server in servers.items()}
    folder = tmp_path_factory.mktemp("stack")
    stack = Stack(folder, choice.mode, choice.pool, settings=addresses | choice.settings)
    stack.worker.start()
    clients = [Client(stack.add_web(), stack.token()) for _ in range(2)]
    queue = servers.get(QUEUE) or servers.get(REDIS) or StacksOwn(stack)
    yield Installation(stack, queue, clients)
    stack.stop()


def assert_whole_at_last(viewer: Viewer, client: Client) -> None:
    """As `assert_whole`, of the viewer's last epoch: a failover begins another one.

    It may do so after the end, which is then told again.
    """

    def is_level() -> bool:
        stored = client.job(viewer.job)
        return all(viewer.state[name] == stored[name] for name in ("epoch", "seq"))

    wait_for("what is told and what is stored to be level", is_level)
    viewer.snapshots = [told for told in viewer.snapshots if told["epoch"] == viewer.epoch]
    viewer.applied = [event for event in viewer.applied if event["epoch"] == viewer.epoch]
    assert_whole(viewer, client)


def test_a_job_is_watched_live_to_its_graph(installation: Installation) -> None:
    one, two = installation.clients
    token = installation.stack.token()
    job = one.submit()
    with viewing(one.web, token, job) as (here,), viewing(two.web, token, job) as (there,):
        wait_for("the end", lambda: here.ended and there.ended)
        with viewing(two.web, token, job) as (late,):
            wait_for("the end", lambda: late.ended)
            for viewer in (here, there, late):
                assert_whole(viewer, one)
                assert viewer.state["outcome"] == "finished"
        assert here.applied or here.snapshots[0]["seq"] > 1
    for client in (one, two):
        assert client.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]
        told = client.get(f"/status/{job}").json()
        assert (told["state"], told["current"], told["total"]) == ("SUCCESS", 1, 1)
        assert json.loads(told["result"])["links"]


def test_a_viewer_who_was_cut_off_and_one_whose_events_were_held_up_miss_nothing(
    installation: Installation,
) -> None:
    one, two = installation.clients
    token = installation.stack.token()
    job = one.submit(**LONG)
    with viewing(one.web, token, job) as (held_up,), viewing(two.web, token, job) as (cut,):
        wait_for("a plan", lambda: held_up.state.get("incumbent") and cut.state.get("incumbent"))
        two.web.kill()
        installation.message_queue.freeze()
        wait_for("the viewer to be told", lambda: False in held_up.relay)
        installation.message_queue.thaw()
        two.web.start()
        wait_for("the relay", lambda: held_up.relay[-1])
        assert one.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True}).status_code == 202
        wait_for("the end", lambda: held_up.ended and cut.ended)
        for viewer in (held_up, cut):
            assert_whole_at_last(viewer, one)
            assert viewer.state["outcome"] == "stopped"
    assert two.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]


def test_a_cancel_that_discards_ends_a_running_job(installation: Installation) -> None:
    one, two = installation.clients
    job = one.submit(**LONG)
    with viewing(two.web, installation.stack.token(), job) as (viewer,):
        wait_for("the start", lambda: in_progress(viewer))
        two.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, one)
        assert viewer.state["outcome"] == "cancelled"
    wait_for("no process to be left", lambda: not installation.stack.worker.searches())


def test_nothing_is_left_that_waits_for_nobody(installation: Installation) -> None:
    """Such as replies to a web process, which rpc:// would keep."""
    settings = installation.stack.environ
    server = installation.message_queue
    if isinstance(server, RabbitMQ):
        queues = server.queues()
        assert not any(queues.values())
        ours = ("celery", "flask-socketio.")
        assert [name for name in queues if not name.startswith(ours) and "pidbox" not in name] == []
    redis = RedisAddress.parse(settings[REDIS]).client()
    assert list(redis.scan_iter(_type="list")) == []
