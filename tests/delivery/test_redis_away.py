"""Redis goes away: submits are refused at once, running jobs end all the same, viewers are told."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.delivery.test_live import assert_whole
from tests.stack import LONG, Client, Stack, Viewer, Web, limited, viewing, wait_for

PROMISED = 3.0
"""Seconds that whoever submits waits for an answer; a client gives up after them."""


@pytest.fixture(autouse=True)
def redis_is_back(running: Stack) -> Iterator[None]:
    yield
    wait_for("the web process to be ready again", running.webs[0].is_ready)


def test_a_submit_is_refused_at_once_and_no_job_is_half_made(
    running: Stack, client: Client
) -> None:
    before = client.get("/api/v1/jobs").json()["total"]
    running.valkey.kill()
    answer = client.post("/api/v1/jobs", json={"sample": "tiny"}, timeout=PROMISED)
    assert (answer.status_code, "message queue" in answer.json()["message"]) == (503, True)
    assert client.get("/api/v1/jobs").json()["total"] == before
    running.valkey.start()


def test_a_submit_to_a_frozen_redis_is_refused_within_the_same_bound(
    running: Stack, client: Client
) -> None:
    before = client.get("/api/v1/jobs").json()["total"]
    os.kill(running.valkey.pid, signal.SIGSTOP)
    answer = client.post("/api/v1/jobs", json={"sample": "tiny"}, timeout=PROMISED)
    os.kill(running.valkey.pid, signal.SIGCONT)
    assert answer.status_code == 503
    assert client.get("/api/v1/jobs").json()["total"] == before


def test_a_job_ends_with_its_graph_although_redis_was_away(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**limited(30))
    with viewing(web, running.token(), job, 2) as viewers:
        wait_for("a plan", lambda: all(v.state.get("incumbent") for v in viewers))
        running.valkey.kill()
        wait_for("viewers to be told", lambda: all(v.relay == [False] for v in viewers))
        assert not web.is_ready()
        # The search ends while Redis is away, and its end is stored all the same.
        assert client.wait_for_end(job)["state"] == "SUCCESS"
        assert not any(viewer.ended for viewer in viewers)
        running.valkey.start()
        wait_for("the end", lambda: all(viewer.ended for viewer in viewers))
        wait_for("the relay", lambda: all(v.relay == [False, True] for v in viewers))
        for viewer in viewers:
            # Redis came back empty: another epoch, begun with a snapshot.
            assert len(epochs(viewer)) == 2
            assert_ends_as_stored(viewer.state, client.job(job))
    assert client.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]


def epochs(viewer: Viewer) -> list[str]:
    """The epochs that the viewer's snapshots were of, in their order."""
    return list(dict.fromkeys(told["epoch"] for told in viewer.snapshots))


def assert_ends_as_stored(state: dict[str, object], stored: dict[str, object]) -> None:
    for name in ("state", "status", "outcome", "result_url"):
        assert state[name] == stored[name]


def test_a_running_job_goes_on_in_a_redis_that_lost_everything(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("a plan", lambda: viewer.state.get("incumbent"))
        running.valkey.restart()
        wait_for("a new epoch", lambda: len(epochs(viewer)) == 2)
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: viewer.ended)
        _, epoch = epochs(viewer)
        viewer.snapshots = [told for told in viewer.snapshots if told["epoch"] == epoch]
        viewer.applied = [event for event in viewer.applied if event["epoch"] == epoch]
        assert_whole(viewer, client)


def test_a_viewer_who_comes_while_redis_is_away_is_told_and_sees_the_job_later(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit()
    client.wait_for_end(job)
    running.valkey.kill()
    wait_for("the web process to notice", lambda: not web.is_ready())
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("the viewer to be told", lambda: viewer.relay == [False])
        running.valkey.start()
        wait_for("the end", lambda: viewer.ended)
        assert_ends_as_stored(viewer.state, client.job(job))
