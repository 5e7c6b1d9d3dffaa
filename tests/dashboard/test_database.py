"""A SQLite that is locked, full, read-only or empty: one sentence, in seconds, and nobody waits."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.config import Settings
from dashboard.db.extensions import db
from tests.dashboard.browsing import add_user, sign_in
from tests.dashboard.conftest import Api


@pytest.fixture
def file(app: Flask) -> str:
    address: str = app.config["SQLALCHEMY_DATABASE_URI"]
    return address.removeprefix("sqlite:///")


@pytest.fixture(autouse=True)
def relay_is_live(app: Flask) -> None:
    """Nothing is served here, so no heartbeat finds out."""
    app.extensions["relay"].live = True


@contextlib.contextmanager
def locked(file: str) -> Iterator[None]:
    """Somebody else writes, and doesn't come to an end."""
    with contextlib.closing(sqlite3.connect(file)) as store:
        store.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def pragma(app: Flask, name: str, value: str, before: str) -> Iterator[None]:
    """Of every connection of the application."""
    with app.app_context():
        db.engine.dispose()
        db.session.execute(db.text(f"PRAGMA {name} = {value}"))
    yield
    with app.app_context():
        db.session.execute(db.text(f"PRAGMA {name} = {before}"))


def assert_away(answer: Any) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.text
    assert "database is unavailable, locked or full" in answer.json["message"]


def test_who_submits_to_a_locked_database_is_asked_to_come_again(
    api: Api, anyone: FlaskClient, file: str
) -> None:
    before = api.get("/api/v1/jobs").json["total"]
    with locked(file):
        assert_away(api.post("/api/v1/jobs", json={"sample": "tiny"}))
        assert not anyone.get("/readyz").json["database"]
        assert anyone.get("/healthz").json == {"alive": True}
        assert api.get("/api/v1/jobs").json["total"] == before
    assert anyone.get("/readyz").json["database"]
    assert api.submit()


def test_a_lock_of_a_moment_is_waited_for(api: Api, file: str) -> None:
    with ThreadPoolExecutor() as pool:
        with locked(file):
            submitted = pool.submit(api.submit)
            with pytest.raises(TimeoutError):
                submitted.result(timeout=0.3)
        assert submitted.result()


def test_a_full_disk_is_said_and_the_process_is_not_ready(
    app: Flask, api: Api, anyone: FlaskClient
) -> None:
    with pragma(app, "max_page_count", "1", before="1000000"):
        # What is free within the file is taken first.
        filler = {"sample": "tiny", "name": "x" * 200}
        answers = [api.post("/api/v1/jobs", json=filler) for _ in range(60)]
        assert_away(answers[-1])
        assert {answer.status_code for answer in answers} <= {202, 503}
        ready = anyone.get("/readyz")
        assert (ready.status_code, ready.json["database"]) == (503, False)
        # What is stored can be read.
        assert api.get("/api/v1/jobs").status_code == 200
    assert api.submit()
    assert anyone.get("/readyz").json["database"]


def test_a_database_that_is_read_only_is_said_and_the_process_is_not_ready(
    app: Flask, api: Api, anyone: FlaskClient
) -> None:
    with pragma(app, "query_only", "ON", before="OFF"):
        assert_away(api.post("/api/v1/jobs", json={"sample": "tiny"}))
        assert not anyone.get("/readyz").json["database"]
    assert anyone.get("/readyz").json["database"]


def test_a_browser_whose_person_can_not_be_looked_up_gets_a_page(
    app: Flask,
) -> None:
    add_user(app, "nora")
    browser = sign_in(app, "nora")
    with app.app_context():
        db.drop_all()
    answer = browser.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "The database is unavailable, locked or full. Try again in a moment." in answer.text


def test_more_requests_than_connections_wait_for_their_turn(
    settings: Settings, app: Flask, api: Api
) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: api.get("/api/v1/jobs").status_code, range(60)))
    assert set(answers) == {200}
    with app.app_context():
        assert db.engine.pool.size() == settings.database_connections  # type: ignore[attr-defined]


def test_a_number_that_is_too_large_is_refused(api: Api) -> None:
    answer = api.get(f"/api/v1/jobs/{api.submit()}/plans/{10**30}/dispatch")
    assert (answer.status_code, bool(answer.json["message"])) == (422, True)


def test_a_probe_leaves_nothing_behind(app: Flask, anyone: FlaskClient) -> None:
    assert anyone.get("/readyz").json["ready"]
    with app.app_context():
        assert db.session.execute(db.text("SELECT count(*) FROM probe")).scalar() == 0
