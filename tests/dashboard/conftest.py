"""An application in this process, on a real Valkey, without a worker: what is queued stays so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server

from dashboard.app import create_app
from dashboard.config import Settings
from dashboard.db.extensions import db
from dashboard.development.valkey import EmbeddedValkey
from dashboard.jobs.rescue import Rescue
from dashboard.server.serve import disconnect_expired
from dashboard.sockets.relay import Relay
from dashboard.times import LEASE_S
from tests.stack import WAIT_TIMEOUT_S, Viewer, make_token


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), appendonly=False) as valkey:
        yield valkey


def settings_for(valkey: EmbeddedValkey, folder: Path) -> Settings:
    environ = {
        "FLASK_CONFIG": "testing",
        "SECRET_KEY": "a key for tests alone",
        "DATABASE_URL": f"sqlite:///{folder / 'test.db'}",
        "REDIS_URL": valkey.url,
        "SOCKETIO_ASYNC_MODE": "threading",
    }
    return Settings.from_environment(environ)


@pytest.fixture
def settings(valkey: EmbeddedValkey, tmp_path: Path) -> Settings:
    return replace(settings_for(valkey, tmp_path), max_body=100_000, max_upload=1_000_000)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        db.create_all()
    yield app
    app.extensions["journal"].redis.flushdb()


@pytest.fixture
def anyone(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


class Api:
    """Asks as a user with a token."""

    def __init__(self, app: Flask, name: str = "olga", role: str = "operator") -> None:
        with app.app_context():
            self.token = make_token(name, role)
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self._client = app.test_client()

    def get(self, path: str, **options: Any) -> Any:
        return self._client.get(path, headers=self.headers | options.pop("headers", {}), **options)

    def post(self, path: str, **options: Any) -> Any:
        return self._client.post(path, headers=self.headers | options.pop("headers", {}), **options)

    def delete(self, path: str, **options: Any) -> Any:
        return self._client.delete(path, headers=self.headers, **options)

    def submit(self, **more: Any) -> str:
        answer = self.post("/api/v1/jobs", json={"sample": "tiny"} | more)
        assert answer.status_code == 202, answer.text
        identity: str = answer.json["id"]
        return identity


@pytest.fixture
def api(app: Flask) -> Api:
    return Api(app)


class Listener:
    """A rescue that listens by a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rescue = Rescue(lambda: self.now)

    def listen(self, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Look every second for so long; `meanwhile` is done between the looks."""
        self.rescue.look()
        for _ in range(int(seconds)):
            meanwhile()
            self.now += 1
            self.rescue.look()

    def for_a_lease(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.listen(LEASE_S, meanwhile)


@pytest.fixture
def listener() -> Listener:
    return Listener()


class Listening:
    """A socket to an application that serves, with what it hears."""

    def __init__(self, url: str, **sign_in: object) -> None:
        self.socket = socketio.Client(reconnection=False)
        self.ended = threading.Event()
        self.socket.on("disconnect", lambda *_: self.ended.set())
        self.heard: list[tuple[str, Any]] = []
        self.socket.on("*", lambda event, payload: self.heard.append((event, payload)))
        self.socket.connect(url, transports=["websocket"], wait_timeout=WAIT_TIMEOUT_S, **sign_in)

    def asks(self, event: str, payload: object = None) -> dict[str, object]:
        answer: dict[str, object] = self.socket.call(event, payload, timeout=30)
        return answer


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


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
def serving(app: Flask, api: Api, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    monkeypatch.setattr("dashboard.sockets.relay.AUDIENCE_INTERVAL_S", 0.2)
    token = api.headers["Authorization"].removeprefix("Bearer ")
    serving = Serving(app, url, token)
    yield serving
    # All at once: each waits for some seconds.
    with ThreadPoolExecutor() as pool:
        list(pool.map(Viewer.close, serving.viewers))


def turn_out(app: Flask) -> None:
    """What each web process does every second."""
    relay: Relay = app.extensions["relay"]
    with app.app_context():
        disconnect_expired(relay)
