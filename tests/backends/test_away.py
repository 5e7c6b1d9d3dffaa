"""The other brokers go away, are frozen, or hand over: submits are answered soon, viewers catch up.

`tests/delivery/test_redis_away.py` has the same of the usual Valkey.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import TimeoutError as RedisTimeout

from dashboard.transport.redis_address import RedisAddress
from tests.backends.servers import RabbitMQ, RedisServer, Sentinel
from tests.backends.test_choices import assert_whole_at_last
from tests.delivery.test_live import assert_whole
from tests.delivery.test_redis_away import PROMISED
from tests.stack import LONG, Client, Stack, Viewer, limited, viewing, wait_for


@pytest.fixture(scope="module")
def stack(rabbitmq: RabbitMQ, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Tasks and events go through RabbitMQ; Redis has the journal alone."""
    settings = {"CELERY_BROKER_URL": rabbitmq.url, "SOCKETIO_MESSAGE_QUEUE": rabbitmq.url}
    stack = Stack(tmp_path_factory.mktemp("stack"), settings=settings)
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def other_redis(folder: Path) -> Iterator[RedisServer]:
    """A Redis that is the broker alone."""
    with RedisServer(folder / "other") as server:
        yield server


def assert_refused(client: Client) -> None:
    """A submit is answered within the bound, and leaves no job."""
    before = client.get("/api/v1/jobs").json()["total"]
    answer = client.post("/api/v1/jobs", json={"sample": "tiny"}, timeout=PROMISED)
    assert (answer.status_code, "message queue" in answer.json()["message"]) == (503, True)
    assert client.get("/api/v1/jobs").json()["total"] == before


def is_cut(viewer: Viewer) -> bool:
    return False in viewer.relay


def test_a_job_goes_on_while_rabbitmq_is_away_and_its_viewers_catch_up(
    rabbitmq: RabbitMQ, running: Stack, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(client.web, running.token(), job) as (viewer,):
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        rabbitmq.kill()
        wait_for("the viewer to be told", lambda: is_cut(viewer))
        assert_refused(client)
        rabbitmq.start()
        wait_for("the relay", lambda: viewer.relay[-1])
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert len(viewer.snapshots) == 1, "it went on from where it was"
    assert client.wait_for_end(client.submit())["outcome"] == "finished"


def test_a_submit_to_a_frozen_rabbitmq_is_refused_in_time(
    rabbitmq: RabbitMQ, running: Stack, client: Client
) -> None:
    rabbitmq.freeze()
    assert_refused(client)
    rabbitmq.thaw()
    # What it took in all the same is a message of no job.
    assert client.wait_for_end(client.submit())["outcome"] == "finished"


def test_a_search_may_outlast_rabbitmqs_patience_for_an_acknowledgement(
    rabbitmq: RabbitMQ, running: Stack, client: Client
) -> None:
    rabbitmq.close_channels_after(2)
    running.worker.kill()
    running.worker.start()
    job = client.submit(**limited(30))
    with viewing(client.web, running.token(), job) as (viewer,):
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
        assert viewer.state["attempt"] == 1
    rabbitmq.close_channels_after(1800)
    assert client.wait_for_end(client.submit())["outcome"] == "finished"
    assert "timed out" in running.worker.log.read_text(), "RabbitMQ did lose its patience"


def test_a_submit_is_refused_in_time_by_a_redis_that_is_the_broker_alone(
    stack: Stack, other_redis: RedisServer
) -> None:
    web = stack.add_web(CELERY_BROKER_URL=other_redis.url)
    client = Client(web, stack.token())
    other_redis.freeze()
    assert_refused(client)
    other_redis.thaw()
    other_redis.kill()
    assert_refused(client)
    other_redis.start()
    assert client.submit()
    web.kill()


def test_a_failover_by_sentinel_is_survived(folder: Path) -> None:
    with Sentinel(folder / "failover") as sentinel:
        stack = Stack(folder, settings={"REDIS_URL": sentinel.url})
        try:
            stack.worker.start()
            client = Client(stack.add_web(), stack.token())
            job = client.submit(**LONG)
            with viewing(client.web, stack.token(), job) as (viewer,):
                wait_for("a plan", lambda: viewer.state.get("incumbent"))
                before = viewer.epoch
                sentinel.master.kill()
                # Not for the notice: a failover may be over before anybody misses the master.
                wait_for("word of the new master", lambda: viewer.epoch not in (None, before))
                client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
                wait_for("the end", lambda: viewer.ended)
                assert_whole_at_last(viewer, client)
            # Celery, too, has found the new master.
            assert client.wait_for_end(client.submit())["outcome"] == "finished"
        finally:
            stack.stop()


def test_an_answer_that_comes_too_late_is_nobody_else_s(folder: Path) -> None:
    with Sentinel(folder / "late") as sentinel:
        redis = RedisAddress.parse(sentinel.url).client(connections=1, socket_timeout=0.2)
        assert redis.echo("first") == b"first"
        sentinel.master.freeze()
        with pytest.raises(RedisTimeout):
            redis.echo("late")
        sentinel.master.thaw()
        assert redis.echo("next") == b"next"


def test_a_former_master_that_answers_again_is_asked_no_more(folder: Path) -> None:
    """Sentinels let it go on for seconds, and what it's told then is lost."""
    with Sentinel(folder / "thawed") as sentinel:
        redis = RedisAddress.parse(sentinel.url).client()
        assert redis.info("server")["tcp_port"] == sentinel.master.port
        sentinel.master.freeze()
        wait_for("another master", sentinel.has_failed_over)
        sentinel.master.thaw()
        assert redis.info("server")["tcp_port"] == sentinel.replica.port
