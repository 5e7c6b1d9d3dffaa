"""Behind nginx, as deploy/ has it: TLS, and two web processes that no session sticks to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.nginx import Nginx
from tests.stack import LONG, Client, Stack, Viewer, Web, connect, wait_for


@pytest.fixture(scope="module")
def front(running: Stack) -> Iterator[Nginx]:
    ports = [running.webs[0].port, running.add_web().port]
    with Nginx(running.folder / "front", ports) as front:
        yield front


@pytest.fixture
def behind(front: Nginx, running: Stack, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An operator who knows the authority of nginx's certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(front.authority))
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", str(front.authority))
    return Client(front, running.token())


@contextlib.contextmanager
def watching(front: Nginx, token: str, job: str) -> Iterator[Viewer]:
    viewer = Viewer(front, token, job)
    try:
        yield viewer
    finally:
        viewer.close()


def watched(web: Web) -> int:
    """How many sockets a web process has that watch something."""
    [line] = [
        line
        for line in Client(web, "").get("/metrics").text.splitlines()
        if line.startswith("energy_island_viewers ")
    ]
    return int(float(line.split()[1]))


def test_viewers_come_to_either_web_process_and_see_the_job_to_its_end(
    front: Nginx, running: Stack, behind: Client
) -> None:
    job = behind.submit(**LONG)
    with contextlib.ExitStack() as stack:
        viewers = []

        def both_are_taken() -> bool:
            viewer = stack.enter_context(watching(front, running.token(), job)).connect()
            viewers.append(viewer)
            wait_for("its snapshot", lambda: viewer.state)
            return all(watched(web) for web in running.webs)

        wait_for("viewers of both web processes", both_are_taken)
        wait_for("a plan", lambda: all(viewer.state.get("incumbent") for viewer in viewers))
        behind.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        wait_for("the end", lambda: all(viewer.ended for viewer in viewers))
        assert {viewer.state["state"] for viewer in viewers} == {"SUCCESS"}
        for viewer in viewers:
            assert viewer.seqs == list(range(viewer.seqs[0], viewer.seqs[-1] + 1))
    assert behind.get(f"/api/v1/jobs/{job}/graph").json()["nodes"]


def test_one_who_polls_sees_the_end_where_an_address_sticks_to_one_process(
    front: Nginx, running: Stack, behind: Client
) -> None:
    front.allow(sticky=True)
    try:
        job = behind.submit()
        with watching(front, running.token(), job) as viewer:
            connect(
                viewer.socket, front.url, auth={"token": running.token()}, transports=["polling"]
            )
            wait_for("the end", lambda: viewer.ended)
            assert viewer.state["outcome"] == "finished"
    finally:
        front.allow()


def test_without_a_socket_any_process_tells_what_is_missed(
    front: Nginx, running: Stack, behind: Client
) -> None:
    job = behind.submit()
    told = behind.get(f"/api/v1/jobs/{job}/events").json()["snapshot"]

    def end() -> bool:
        """Each question goes to the process whose turn it is."""
        query = f"epoch={told['epoch']}&since={told['seq']}"
        answer = behind.get(f"/api/v1/jobs/{job}/events?{query}").json()
        assert answer["snapshot"] is None, "nothing is to be missed"
        for event in answer["events"]:
            assert event["seq"] == told["seq"] + 1
            told.update(event)
        return "outcome" in told

    wait_for("the end", end)
    assert told["state"] == "SUCCESS"
