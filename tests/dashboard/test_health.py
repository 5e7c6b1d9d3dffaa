"""What the platform asks: alive, ready, figures; and what every answer carries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.config import Profile, Settings
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


@pytest.mark.parametrize("profile", ["production", "testing"])
def test_metrics_are_for_their_token_and_for_admins(
    app: Flask, settings: Settings, api: Api, profile: Profile
) -> None:
    token = "t" * 32
    admin, reader = Api(app, "ada", "admin"), Api(app, "vera", "viewer")
    client = create_app(replace(settings, profile=profile, metrics_token=token)).test_client()

    def code(sent: str | None) -> int:
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        return client.get("/metrics", headers=headers).status_code

    assert [code(sent) for sent in (token, admin.token, reader.token, "x", "é", None)] == [
        200,
        200,
        403,
        401,
        401,
        401,
    ]
    without = create_app(replace(settings, profile=profile)).test_client().get("/metrics")
    assert without.status_code == (401 if profile == "production" else 200)


def test_a_request_for_another_host_is_refused(settings: Settings) -> None:
    app = create_app(replace(settings, trusted_hosts=("island.example", ".example.org")))
    client = app.test_client()
    for host, code in [
        ("island.example", 200),
        ("island.example:8000", 200),
        ("a.example.org", 200),
        ("evil.example", 400),
        ("island.example.evil", 400),
    ]:
        answer = client.get("/healthz", headers={"Host": host})
        assert (host, answer.status_code) == (host, code)


def test_private_answers_are_not_kept_and_production_is_by_tls_alone(
    app: Flask, settings: Settings, api: Api, anyone: FlaskClient
) -> None:
    job = api.submit()
    for path in ("/", f"/jobs/{job}", "/api/v1/jobs", f"/api/v1/jobs/{job}", f"/status/{job}"):
        headers = api.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers
    assert "no-store" not in anyone.get("/static/theme.js").headers["Cache-Control"]
    production = create_app(replace(settings, profile="production"))
    headers = production.test_client().get("/healthz").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_every_answer_forbids_foreign_and_inline_code(anyone: FlaskClient) -> None:
    for path in ("/healthz", "/sign-in", "/static/nothing.js"):
        policy = anyone.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "connect-src 'self';" in policy
        assert "unsafe" not in policy
