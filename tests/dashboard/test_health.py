"""What the platform asks: alive, ready, figures; and what every answer carries."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from dashboard.db.extensions import db
from dashboard.development.valkey import EmbeddedValkey
from tests.dashboard.conftest import Api


def test_alive_needs_nothing(anyone: FlaskClient) -> None:
    assert anyone.get("/healthz").json == {"alive": True}


def test_ready_names_what_is_missing(
    app: Flask, anyone: FlaskClient, valkey: EmbeddedValkey
) -> None:
    # Nothing is served here, so no heartbeat finds out.
    app.extensions["relay"].live = True
    ready = {"ready": True, "redis": True, "subscription": True, "database": True, "serving": True}
    assert anyone.get("/readyz").json == ready
    valkey.kill()
    answer = anyone.get("/readyz")
    valkey.start()
    assert (answer.status_code, answer.json) == (503, ready | {"ready": False, "redis": False})
    with app.app_context():
        db.drop_all()
    assert anyone.get("/readyz").json == ready | {"ready": False, "database": False}


def test_metrics_count_jobs_by_state(anyone: FlaskClient, api: Api) -> None:
    api.submit()
    answer = anyone.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert 'energy_island_jobs{state="PENDING"} 1.0' in answer.text


def test_every_answer_forbids_foreign_and_inline_code(anyone: FlaskClient) -> None:
    for path in ("/healthz", "/sign-in", "/static/nothing.js"):
        policy = anyone.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
