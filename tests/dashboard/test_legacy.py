"""The two older routes, as a client that polls every 2 seconds needs them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.jobs import lifecycle
from dashboard.journal.publish import publish
from tests.dashboard.conftest import Api
from tests.dashboard.test_api import end


def status_of(api: Api, location: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(location).json
    return answer


def test_an_empty_post_searches_the_campus(api: Api) -> None:
    answer = api.post("/get_graph_data")
    assert (answer.status_code, answer.json) == (202, {})
    location = answer.headers["Location"]
    assert location.startswith("/status/")
    assert api.get(f"/api/v1/jobs/{location.removeprefix('/status/')}").json["sample"] == "campus"


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"disabled_devices": ["battery"]}},
        {"data": {"disabled_devices": "battery"}},
        {"data": {"disabled_devices": "battery", "requirement": '{"demands": {"heat": 5}}'}},
        {"json": {"requirement": {"demands": {"heat": 5}}, "disabled_devices": ["battery"]}},
    ],
)
def test_json_and_form_fields_are_understood(api: Api, body: dict[str, Any]) -> None:
    location = api.post("/get_graph_data", **body).headers["Location"]
    job = api.get(f"/api/v1/jobs/{location.removeprefix('/status/')}").json
    assert job["disabled_devices"] == ["battery"]
    assert (job["sample"] is None) == ("requirement" in str(body))


def test_a_wrong_requirement_is_refused(api: Api) -> None:
    answer = api.post("/get_graph_data", data={"requirement": "{"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "requirement")


def test_a_key_that_is_written_twice_in_a_form_is_named(api: Api) -> None:
    twice = '{"demands": {"heat": 5}, "demands": {"cold": 5}}'
    answer = api.post("/get_graph_data", data={"requirement": twice})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "demands")


def test_every_state_on_the_way_is_pending_or_progress(app: Flask, api: Api) -> None:
    location = api.post("/get_graph_data").headers["Location"]
    identity = location.removeprefix("/status/")
    assert status_of(api, location) == {
        "state": "PENDING",
        "current": 0,
        "total": 1,
        "status": "Pending...",
    }
    with app.app_context():
        lifecycle.begin(identity)
        assert status_of(api, location)["state"] == "PROGRESS"
        for state in ("PROGRESS", "RETRY", "STARTED"):
            publish(identity, {"state": state, "attempt": 1, "current": 12.5, "total": 100})
            told = status_of(api, location)
            assert (told["state"], told["current"], told["total"]) == ("PROGRESS", 12.5, 100)


def test_success_brings_the_graph_as_a_json_string(app: Flask, api: Api) -> None:
    location = api.post("/get_graph_data").headers["Location"]
    end(app, location.removeprefix("/status/"))
    told = status_of(api, location)
    assert (told["state"], told["current"], told["total"]) == ("SUCCESS", 1, 1)
    assert set(json.loads(told["result"])) == {"nodes", "links"}


@pytest.mark.parametrize(("state", "outcome"), [("FAILURE", "failed"), ("REVOKED", "cancelled")])
def test_other_ends_say_why(app: Flask, api: Api, state: str, outcome: str) -> None:
    location = api.post("/get_graph_data").headers["Location"]
    end(app, location.removeprefix("/status/"), state, outcome)
    assert status_of(api, location) == {
        "state": state,
        "current": 1,
        "total": 1,
        "status": "It ended.",
    }


def test_an_unknown_task_is_not_found(api: Api) -> None:
    assert api.get("/status/unknown").status_code == 404


def test_login_is_required(anyone: FlaskClient) -> None:
    assert anyone.post("/get_graph_data").status_code == 401
    assert anyone.get("/status/unknown").status_code == 401
