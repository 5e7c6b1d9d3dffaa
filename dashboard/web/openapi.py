"""`/api/v1/openapi.json`: the interface described from the routes and models themselves."""

from __future__ import annotations

import inspect
import re
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from pydantic import BaseModel

from dashboard.web import api, drafts

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")

BODIES: dict[str, type[BaseModel]] = {
    "api.submit": api.Submission,
    "api.rerun": api.Submission,
    "api.cancel": api.Cancellation,
    "api.cancel_several": api.SeveralCancellations,
    "drafts.check": api.Submission,
}
QUERIES: dict[str, type[BaseModel]] = {
    "api.list_jobs": api.Listing,
    "api.events": api.Since,
    "api.dispatch_table": api.PlanChoice,
    "api.workbook": api.PlanChoice,
    "drafts.columns": drafts.Table,
}
FILES = {"drafts.columns"}
"""Whose body is a file."""
ANSWERED_AT_ONCE = {"drafts.check", "drafts.columns", "api.cancel_several"}
"""Those that answer with what was done, though they take a body."""
TAKE_TURNS = {"drafts.check", "drafts.columns", "api.submit", "api.rerun"}
"""Of one person's requests with a large body one at a time is read."""
PLACES = {
    "job_id": {"type": "string"},
    "plan": {"type": "integer", "minimum": 0},
    "sample": {"type": "string"},
}
ANSWERS = {
    "200": "The answer.",
    "202": "Accepted; `Location` names it.",
    "400": "Not JSON, or a wrong CSRF token.",
    "401": "Nobody is signed in.",
    "403": "The role does not reach.",
    "404": "There is no such thing.",
    "409": "The job has ended already.",
    "413": "The body is too large.",
    "422": "Fields are wrong; `errors` names each.",
    "429": "Too many of this person's requests or searches wait.",
    "503": "The message queue is away.",
}


@blueprint.get("/openapi.json")
def document() -> Response:
    """This description."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(("api.", "drafts.")):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                paths.setdefault(path, {})[method.lower()] = _operation(rule.endpoint, path, method)
    return jsonify(
        openapi="3.1.0",
        info={"title": "Energy Island", "version": "1"},
        security=[{"token": []}, {"session": []}],
        paths=dict(sorted(paths.items())),
        components={
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            }
        },
    )


def _operation(endpoint: str, path: str, method: str) -> dict[str, Any]:
    view = current_app.view_functions[endpoint]
    codes = ["200", "401"] if method == "GET" else ["202", "400", "401", "403", "413", "422"]
    if endpoint in ANSWERED_AT_ONCE:
        codes = ["200", "400", "401", "413", "422"]
    if endpoint in TAKE_TURNS:
        codes.append("429")
    if "{" in path:
        codes.append("404")
    if endpoint in QUERIES:
        codes.append("422")
    if endpoint == "api.cancel":
        codes.append("409")
    if endpoint in ("api.submit", "api.rerun", "api.events", "api.convergence"):
        codes.append("503")
    operation: dict[str, Any] = {
        "operationId": endpoint.partition(".")[2],
        "summary": (inspect.getdoc(view) or "").partition("\n")[0],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": PLACES[name]}
            for name in re.findall(r"{(\w+)}", path)
        ],
        "responses": {code: {"description": ANSWERS[code]} for code in sorted(codes)},
    }
    if query := QUERIES.get(endpoint):
        operation["parameters"] += [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in query.model_json_schema()["properties"].items()
        ]
    if body := BODIES.get(endpoint):
        operation["requestBody"] = {
            "content": {"application/json": {"schema": body.model_json_schema()}}
        }
    if endpoint in FILES:
        operation["requestBody"] = {"content": {"application/octet-stream": {}}}
    return operation
