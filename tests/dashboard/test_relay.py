"""Who is told of whom, where answers of Redis cross: every viewer knows all of them in the end.

The application serves real sockets from this process, and its heartbeat beats when a test says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from dashboard.sockets.relay import Relay
from tests.dashboard.conftest import Api
from tests.stack import Viewer, wait_for

Step = Callable[[], object]


@dataclass
class Serving:
    """The relay of an application that serves. `url`: where; `token`: a user's."""

    app: Flask
    url: str
    token: str
    viewers: list[Viewer] = field(default_factory=list)

    @property
    def relay(self) -> Relay:
        found: Relay = self.app.extensions["relay"]
        return found

    def beat(self) -> None:
        with self.app.app_context():
            self.relay.beat()

    def viewer(self, job: str) -> Viewer:
        self.viewers.append(Viewer(self, self.token, job))
        return self.viewers[-1]


@pytest.fixture
def serving(app: Flask, api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    monkeypatch.setattr("dashboard.sockets.relay.AUDIENCE_INTERVAL_S", 0.2)
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    token = api.headers["Authorization"].removeprefix("Bearer ")
    serving = Serving(app, f"http://127.0.0.1:{server.port}", token)
    yield serving
    # All at once: each waits for some seconds.
    with ThreadPoolExecutor() as pool:
        list(pool.map(Viewer.close, serving.viewers))
    server.shutdown()
    thread.join()


@pytest.fixture
def meanwhile(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Step], None]:
    """Lets something happen after Redis has answered the next such step, before that is heard."""

    def hold_up(step: str, what: Step) -> None:
        take = getattr(serving.relay.presence, step)

        def late(*args: object) -> object:
            answer = take(*args)
            monkeypatch.setattr(serving.relay.presence, step, take)
            what()
            return answer

        monkeypatch.setattr(serving.relay.presence, step, late)

    return hold_up


def test_an_answer_that_was_overtaken_is_put_right(
    serving: Serving, api: Api, meanwhile: Callable[[str, Step], None]
) -> None:
    job = api.submit()
    one, two = serving.viewer(job), serving.viewer(job)

    def come() -> None:
        two.connect()
        wait_for("the second to be told", lambda: two.viewers == 2)

    meanwhile("renew", come)
    one.connect()
    wait_for("the older answer", lambda: one.viewers == 1)

    def is_put_right() -> bool:
        serving.beat()
        return one.viewers == two.viewers == 2

    wait_for("both to know of both", is_put_right, 10)


def test_who_asks_again_is_told_again_who_watches(serving: Serving, api: Api) -> None:
    viewer = serving.viewer(api.submit()).connect()
    wait_for("it to be told", lambda: viewer.viewers == 1)
    viewer.viewers = 0  # as one who didn't read for a while, for whom that was dropped
    viewer.socket.emit("watch", {"job": viewer.job})
    wait_for("it to be told again", lambda: viewer.viewers == 1)


def test_a_socket_that_asks_while_it_is_counted_out_is_not_counted_for_ever(
    serving: Serving, api: Api, meanwhile: Callable[[str, Step], None]
) -> None:
    relay, other_job = serving.relay, api.submit()
    viewer = serving.viewer(api.submit()).connect()
    wait_for("it to be told", lambda: viewer.viewers == 1)
    (sid,) = relay.watchers[viewer.job]
    meanwhile("leave", lambda: relay.enter(other_job, sid, "olga"))
    viewer.socket.disconnect()
    wait_for("it to have asked", lambda: other_job in relay.watchers)
    wait_for("it to be counted out", lambda: serving.beat() or not relay.viewers())
