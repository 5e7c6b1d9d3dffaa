"""What `/api/v1` answers is what its description says, operation by operation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel, TypeAdapter

from algorithm import parts_of, run_search
from algorithm.requirement.validation import check
from algorithm.samples import load_sample
from dashboard.jobs import lifecycle, parts
from dashboard.journal.publish import journal, publish
from dashboard.sockets import fleet
from dashboard.web import answers
from dashboard.web.openapi import OPERATIONS, description
from tests.dashboard.conftest import Api

PROGRESS: dict[str, Any] = {
    "attempt": 1,
    "state": "PROGRESS",
    "current": 12.5,
    "total": 100,
    "status": "Found a better plan",
    "phase": "solve",
    "basis": "whole horizon",
    "currency": "EUR",
    "incumbent": 100.0,
    "bound": None,
    "gap": None,
    "milestone": True,
}


@pytest.fixture
def jobs(app: Flask, api: Api) -> dict[str, str]:
    """A job that waits, one that runs and has a plan, and one that ended with a result."""
    waiting, running, ended, gone = (api.submit() for _ in range(4))
    tiny = load_sample("tiny")
    result = run_search("tiny")
    with app.app_context():
        fleet.WorkerRegistry(journal().redis).register(fleet.Worker("one", slots=2, busy=1))
        assert lifecycle.end(gone, "FAILURE", "failed", "It ended.")
        lifecycle.begin(running)
        parts.create_parts(running, parts_of(*check(tiny)[::2]))
        name = parts.claim(running, "one")
        assert name is not None
        outcome: Any = {"plan": result["plans"][0], "stopped": True}
        assert parts.renew(running, name, "one", [], outcome)
        publish(running, PROGRESS)  # type: ignore[arg-type]
        lifecycle.begin(ended)
        assert lifecycle.end(ended, "SUCCESS", "finished", "It ended.", result)
    return {"waiting": waiting, "running": running, "ended": ended, "gone": gone}


def fits(answer: Any, of: Any) -> None:
    """Validate an answer, and that it says nothing that the type doesn't."""
    adapter = TypeAdapter(of)
    read = adapter.validate_python(answer)
    if not (isinstance(of, type) and issubclass(of, BaseModel)):
        assert adapter.dump_python(read, mode="json") == answer


ASKED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("api.me", "get", "/me", {}),
    ("api.submit", "post", "/jobs", {"json": {"sample": "tiny", "options": {"gap": 0.1}}}),
    ("api.list_jobs", "get", "/jobs", {}),
    ("api.show", "get", "/jobs/{waiting}", {}),
    ("api.show", "get", "/jobs/{running}", {}),
    ("api.show", "get", "/jobs/{ended}", {}),
    ("api.cancel", "post", "/jobs/{running}/cancel", {"json": {"keep_best": True}}),
    ("api.change_visibility", "post", "/jobs/{running}/visibility", {"json": {}}),
    ("api.delete", "delete", "/jobs/{gone}", {}),
    ("api.cancel_several", "post", "/jobs/cancel", {"json": {"jobs": ["no job"]}}),
    ("api.rerun", "post", "/jobs/{ended}/rerun", {"json": {}}),
    ("api.best", "get", "/jobs/{running}/best", {}),
    ("api.convergence", "get", "/jobs/{running}/convergence", {}),
    ("api.result", "get", "/jobs/{ended}/result", {}),
    ("api.dispatch", "get", "/jobs/{ended}/plans/0/dispatch", {}),
    ("api.graph", "get", "/jobs/{ended}/graph", {}),
    ("api.events", "get", "/jobs/{running}/events", {}),
    ("api.events", "get", "/jobs/{running}/events?since=1", {}),
    ("api.fleet_at_a_glance", "get", "/fleet", {}),
    ("api.devices", "get", "/devices", {}),
    ("api.samples", "get", "/samples", {}),
    ("api.requirement_schema", "get", "/requirement.schema.json", {}),
    ("drafts.sample", "get", "/samples/tiny", {}),
    ("drafts.submission", "get", "/jobs/{ended}/submission", {}),
    ("drafts.columns", "post", "/columns?file=a.csv", {"data": b"heat\n1\n2\n"}),
    ("drafts.check", "post", "/check", {"json": {"sample": "tiny"}}),
]


def test_every_answer_is_as_described(app: Flask, api: Api, jobs: dict[str, str]) -> None:
    for endpoint, method, path, options in ASKED:
        operation = OPERATIONS[endpoint]
        answer = getattr(api, method)(f"/api/v1{path.format(**jobs)}", **options)
        assert answer.status_code == operation.code, f"{endpoint}: {answer.text}"
        fits(answer.json, operation.answer)
    asked = {endpoint for endpoint, *_ in ASKED}
    files = {name for name, operation in OPERATIONS.items() if isinstance(operation.answer, str)}
    assert asked | files == OPERATIONS.keys(), "each operation is asked"


@pytest.mark.parametrize(
    ("method", "path", "options", "code"),
    [
        ("get", "/jobs/nothing", {}, 404),
        ("get", "/jobs/nothing/result", {}, 404),
        ("get", "/samples/nothing", {}, 404),
        ("get", "/jobs?page=0", {}, 422),
        ("post", "/jobs", {"json": {"sample": "nothing"}}, 422),
        ("post", "/jobs", {"json": {"requirement": {"demands": {"heat": "x"}}}}, 422),
        ("post", "/jobs", {"data": b"{"}, 400),
        ("post", "/columns?file=a.csv", {"data": b""}, 422),
    ],
)
def test_every_refusal_is_as_described(
    api: Api, method: str, path: str, options: dict[str, Any], code: int
) -> None:
    answer = getattr(api, method)(f"/api/v1{path}", **options)
    assert answer.status_code == code
    fits(answer.json, answers.Problem)


def test_every_route_is_described_with_a_schema_of_its_answer(app: Flask) -> None:
    with app.test_request_context():
        document = description()
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert OPERATIONS.keys() == {r for r in routes if r.startswith(("api.", "drafts."))}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for code, answer in operation["responses"].items():
                contents = answer["content"].items()
                assert contents, f"{method} {path} {code}"
                assert all(media != "application/json" or "schema" in c for media, c in contents)


def test_the_description_is_printed_without_a_server(app: Flask, api: Api) -> None:
    printed = app.test_cli_runner().invoke(args=["openapi"])
    assert json.loads(printed.output) == api.get("/api/v1/openapi.json").json
