"""`/api/v1/openapi.json`: the interface described from the routes, bodies and answers themselves.

`flask --app wsgi openapi` prints the same document, for which no server has to run: the front end's
types are made from it.
"""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from pydantic import BaseModel, TypeAdapter

from algorithm import Requirement
from algorithm.plan.record import Dispatch, Graph
from algorithm.requirement.preview import Preview
from dashboard.accounts import public
from dashboard.db.models import StoredResult
from dashboard.jobs.interim import InterimPlan
from dashboard.jobs.summaries import JobDetails, Summary
from dashboard.journal.envelope import Position
from dashboard.sockets.fleet import Glance
from dashboard.sockets.presence import Audience
from dashboard.web import answers, api, drafts

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1", cli_group=None)

JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """What one of the routes takes and answers.

    answer: the type of its JSON, or the media type of a file. code: of success. body, query: their
    models. errors: codes beside those that every operation of its method may answer.
    """

    answer: Any
    code: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    takes_file: bool = False
    errors: tuple[int, ...] = field(default=())


OPERATIONS = {
    "api.me": Operation(answers.Me),
    "api.submit": Operation(answers.Accepted, 202, body=api.Submission, errors=(429, 503)),
    "api.list_jobs": Operation(answers.JobPage, query=api.Listing, errors=(404,)),
    "api.show": Operation(JobDetails),
    "api.cancel": Operation(Summary, 202, body=api.Cancellation, errors=(409,)),
    "api.cancel_several": Operation(answers.Cancellations, body=api.SeveralCancellations),
    "api.change_visibility": Operation(Summary, body=api.Sharing),
    "api.delete": Operation(answers.Deleted, errors=(409,)),
    "api.rerun": Operation(answers.Accepted, 202, body=api.Submission, errors=(429, 503)),
    "api.best": Operation(InterimPlan),
    "api.convergence": Operation(answers.Convergence, errors=(503,)),
    "api.result": Operation(StoredResult),
    "api.dispatch": Operation(Dispatch),
    "api.graph": Operation(Graph),
    "api.dispatch_table": Operation("text/csv", query=api.PlanChoice),
    "api.workbook": Operation(api.EXCEL, query=api.PlanChoice),
    "api.events": Operation(answers.Missed, query=api.Since, errors=(503,)),
    "api.fleet_at_a_glance": Operation(Glance),
    "api.devices": Operation(answers.Devices),
    "api.samples": Operation(answers.Samples),
    "api.requirement_schema": Operation(dict[str, Any]),
    "drafts.sample": Operation(Requirement),
    "drafts.submission": Operation(api.Submission),
    "drafts.columns": Operation(
        answers.Columns, query=drafts.Table, takes_file=True, errors=(429,)
    ),
    "drafts.check": Operation(Preview, body=api.Submission, errors=(429,)),
}
SOCKET = {"position": Position, "viewers": Audience}
"""What only the socket sends, for those who read it: no path answers it."""
PLACES = {
    "job_id": {"type": "string"},
    "plan": {"type": "integer", "minimum": 0},
    "sample": {"type": "string"},
}
MEANINGS = {
    200: "The answer.",
    202: "Accepted; `Location` names it.",
    400: "Not JSON, or a wrong CSRF token.",
    401: "Nobody is signed in.",
    403: "The role or the token's scope does not reach.",
    404: "There is no such thing.",
    409: "The job has ended already, or not yet.",
    413: "The body is too large.",
    422: "Fields are wrong; `errors` names each.",
    429: "Too many of this person's requests or searches wait.",
    503: "The message queue is away.",
}
PROBLEM = "problem"


@blueprint.get("/openapi.json")
@public
def document() -> Response:
    """This description."""
    return jsonify(description())


@blueprint.cli.command("openapi")
def print_document() -> None:
    """Print the description of the HTTP interface (OpenAPI, JSON)."""
    print(json.dumps(description(), indent=2, sort_keys=True))


def description() -> dict[str, Any]:
    """The document, as JSON."""
    schemas, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(("api.", "drafts.")):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                described = _operation(rule.endpoint, path, method, schemas)
                paths.setdefault(path, {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Energy Island", "version": "1"},
        "security": [{"token": []}, {"session": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each endpoint's answer and of a problem, and those that they refer to."""
    of_json = {
        endpoint: operation.answer
        for endpoint, operation in OPERATIONS.items()
        if not isinstance(operation.answer, str)
    }
    described = {**of_json, **SOCKET, PROBLEM: answers.Problem}
    adapters = {name: TypeAdapter(of) for name, of in described.items()}
    schemas, definitions = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in adapters.items()],
        ref_template="#/components/schemas/{model}",
    )
    return {name: schema for (name, _), schema in schemas.items()}, definitions["$defs"]


def _operation(endpoint: str, path: str, method: str, schemas: dict[str, Any]) -> dict[str, Any]:
    view, operation = current_app.view_functions[endpoint], OPERATIONS[endpoint]
    errors = {401, 403, *operation.errors}
    if method != "GET":
        errors |= {400, 413, 422}
    if "{" in path:
        errors.add(404)
    if operation.query:
        errors.add(422)
    responses = {operation.code: _content(operation, schemas.get(endpoint))}
    responses |= {code: {JSON: {"schema": schemas[PROBLEM]}} for code in errors}
    described: dict[str, Any] = {
        "operationId": endpoint.partition(".")[2],
        "summary": (inspect.getdoc(view) or "").partition("\n")[0],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": PLACES[name]}
            for name in re.findall(r"{(\w+)}", path)
        ],
        "responses": {
            str(code): {"description": MEANINGS[code], "content": content}
            for code, content in sorted(responses.items())
        },
    }
    if operation.query:
        described["parameters"] += [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in operation.query.model_json_schema()["properties"].items()
        ]
    if operation.body:
        described["requestBody"] = {
            "content": {JSON: {"schema": operation.body.model_json_schema()}}
        }
    if operation.takes_file:
        described["requestBody"] = {"content": {"application/octet-stream": {}}}
    return described


def _content(operation: Operation, schema: Any) -> dict[str, Any]:
    return (
        {operation.answer: {}} if isinstance(operation.answer, str) else {JSON: {"schema": schema}}
    )
