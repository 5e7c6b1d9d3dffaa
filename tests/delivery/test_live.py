"""A running search, watched: by several viewers, late ones, ones that were cut off.

Every part is real: Valkey, web processes, a worker with its solver, sockets.
"""

from __future__ import annotations

import pytest
import socketio

from tests.stack import LONG, WAIT_TIMEOUT_S, Client, Stack, Viewer, Web, limited, viewing, wait_for


def assert_whole(viewer: Viewer, client: Client) -> None:
    """The viewer has seen each event once and in order, and ended on the stored state."""
    first = viewer.snapshots[0]["seq"]
    assert viewer.seqs == list(range(first + 1, first + 1 + len(viewer.seqs)))
    stored = client.job(viewer.job)
    for name in ("state", "status", "outcome", "current", "total", "seq"):
        assert viewer.state[name] == stored[name]


def in_progress(viewer: Viewer) -> bool:
    return bool(viewer.state.get("state") == "PROGRESS")


def test_viewers_who_join_early_late_and_after_the_end_see_the_same(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit()
    with viewing(web, running.token(), job, 2) as early:
        wait_for("the end", lambda: all(viewer.ended for viewer in early))
        with viewing(web, running.token(), job) as late:
            wait_for("the end", lambda: late[0].ended)
            for viewer in [*early, *late]:
                assert_whole(viewer, client)
                assert viewer.state["state"] == "SUCCESS"
                assert viewer.state["result_url"] == f"/api/v1/jobs/{job}/result"
            # Its milestones too, however fast it was.
            phases = [event.get("phase") for event in early[0].applied]
            assert {"days", "model", "solve", "plan"} <= set(phases)
            assert client.job(job)["phase"] == "plan"
    assert client.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]


def test_progress_is_real_and_never_goes_back(running: Stack, web: Web, client: Client) -> None:
    job = client.submit(**limited(10))
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("the end", lambda: viewer.ended)
        events = [viewer.snapshots[0], *viewer.applied]
    currents = [event["current"] for event in events]
    assert currents == sorted(currents)
    assert (currents.count(100), currents[-1]) == (1, 100)
    costs = [event["incumbent"] for event in events if event.get("incumbent")]
    assert costs == sorted(costs, reverse=True)
    for event in events:
        assert (event.get("bound") or 0) <= (event.get("incumbent") or float("inf"))


def test_a_viewer_who_joins_in_the_middle_sees_the_same_at_once(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (first,):
        wait_for("a first plan", lambda: first.state.get("incumbent"))
        with viewing(web, running.token(), job) as (second,):
            wait_for("a snapshot", lambda: second.snapshots)
            assert second.state["incumbent"] >= first.state["incumbent"]
            assert second.snapshots[0]["milestones"]
            wait_for("both to be counted", lambda: first.viewers == second.viewers == 2)
            client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
            wait_for("the end", lambda: first.ended and second.ended)
            for viewer in (first, second):
                assert_whole(viewer, client)
            assert first.state["outcome"] == "stopped"


def test_viewers_survive_the_kill_of_their_web_process(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job, 3) as viewers:
        wait_for("progress", lambda: all(map(in_progress, viewers)))
        web.kill()
        web.start()
        wait_for("all to be back", lambda: all(viewer.socket.connected for viewer in viewers))
        wait_for("a plan", lambda: all(v.state.get("incumbent") for v in viewers))
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: all(viewer.ended for viewer in viewers))
        for viewer in viewers:
            assert_whole(viewer, client)
            assert len(viewer.snapshots) == 1, "it went on from where it was"


def test_viewers_of_two_web_processes_see_and_count_the_same(
    running: Stack, web: Web, client: Client
) -> None:
    other = running.add_web()
    job = client.submit(**LONG)
    with (
        viewing(web, running.token(), job) as (one,),
        viewing(other, running.token("wei"), job) as (two,),
    ):
        wait_for("both to be counted", lambda: one.viewers == two.viewers == 2)
        assert one.names == two.names == ["olga", "wei"]
        other.kill()
        wait_for("the killed process's viewer to be forgotten", lambda: one.viewers == 1)
        assert one.names == ["olga"]
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
        wait_for("the end", lambda: one.ended)
        other.start()
        wait_for("the other's end", lambda: two.ended)
        for viewer in (one, two):
            assert_whole(viewer, client)
            assert viewer.state["state"] == "REVOKED"
    other.kill()
    running.webs.remove(other)


@pytest.mark.parametrize("keep_best", [True, False])
def test_cancel_works_while_the_solver_is_silent(
    running: Stack, web: Web, client: Client, keep_best: bool
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("the start", lambda: in_progress(viewer))
        answer = client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": keep_best})
        assert answer.status_code == 202
        ended = client.wait_for_end(job)
        assert ended["outcome"] in ({"stopped", "cancelled"} if keep_best else {"cancelled"})
        wait_for("the end", lambda: viewer.ended)
        assert_whole(viewer, client)
    has_result = client.get(f"/api/v1/jobs/{job}/result").ok
    assert has_result == (ended["outcome"] == "stopped")


def test_the_best_plan_so_far_is_kept_with_its_graph(
    running: Stack, web: Web, client: Client
) -> None:
    job = client.submit(**LONG)
    with viewing(web, running.token(), job) as (viewer,):
        wait_for("a first plan", lambda: viewer.state.get("incumbent"))
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        assert client.wait_for_end(job)["state"] == "SUCCESS"
    result = client.get(f"/api/v1/jobs/{job}/result").json()
    assert result["stopped"] is True
    assert result["plans"][0]["graph"]["links"]


def test_an_infeasible_search_fails_with_its_reason(client: Client) -> None:
    requirement = {"demands": {"heat": 5.0}, "devices": {}}
    answer = client.post("/api/v1/jobs", json={"requirement": requirement})
    ended = client.wait_for_end(answer.json()["id"])
    assert (ended["state"], ended["outcome"]) == ("FAILURE", "failed")
    assert "heat" in ended["status"]


def test_watch_all_gives_each_job_and_then_its_changes(
    running: Stack, web: Web, client: Client
) -> None:
    heard: list[dict[str, object]] = []
    socket = socketio.Client()
    socket.on("progress", heard.append)
    socket.on("final", heard.append)
    socket.connect(
        web.url,
        headers={"Authorization": f"Bearer {running.token()}"},
        wait_timeout=WAIT_TIMEOUT_S,
    )
    before = socket.call("watch_all", {})
    assert before["ok"]
    job = client.submit()
    wait_for("its end", lambda: any(e["job"] == job and "outcome" in e for e in heard))
    seqs = [event["seq"] for event in heard if event["job"] == job]
    assert seqs == list(range(1, len(seqs) + 1))
    after = socket.call("watch_all", {})
    newest = after["jobs"][0]
    assert (newest["job"], newest["state"], newest["title"]) == (job, "SUCCESS", "One winter day")
    assert len(after["jobs"]) == len(before["jobs"]) + 1
    socket.disconnect()
