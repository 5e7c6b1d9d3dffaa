"""The two routes that are older than this project, for clients that poll every 2 seconds.

Such a client takes every state but PENDING and PROGRESS for the end, shows `current * 100 / total`,
and at the end parses `result`, the graph as a JSON string, or shows the state where there is none.
"""

from __future__ import annotations

import json
from typing import Any, NotRequired

from flask import Blueprint, Response, jsonify, request
from typing_extensions import TypedDict

from algorithm.files.json_text import NoJson, TooDeep, TooManyParts, parse_json
from dashboard.accounts import needs
from dashboard.db.models import Job
from dashboard.jobs.summaries import summaries
from dashboard.web.api import (
    Submission,
    check_submission,
    checked_submission,
    find_job,
    find_result,
    json_body,
    parse,
    refuse_json,
    submit_checked,
)
from dashboard.web.request_process import is_small, one_per_person

blueprint = Blueprint("polling", __name__)

DEFAULT_SAMPLE = "campus"


@blueprint.post("/get_graph_data")
@needs("submit")
@one_per_person
def get_graph_data() -> Response:
    """Queue a search; with no requirement in the request, one of the sample `campus`."""
    if request.form or is_small():
        wanted = _form() if request.form else json_body()
        if wanted.get("requirement") is None and wanted.get("sample") is None:
            wanted = {**wanted, "requirement": None, "sample": DEFAULT_SAMPLE}
        submission = parse(Submission, wanted)
        job = submit_checked(submission, check_submission(submission))
    else:
        job = submit_checked(*checked_submission())
    answer = jsonify({})
    answer.status_code = 202
    answer.headers["Location"] = f"/status/{job.id}"
    return answer


class Status(TypedDict):
    """Where a job is. result: at its end, the graph as a JSON string."""

    state: str
    current: float
    total: int
    status: str
    result: NotRequired[str]


def _form() -> dict[str, Any]:
    """An HTML form's fields: `requirement` as JSON text, `disabled_devices` as often as needed."""
    wanted: dict[str, Any] = {"disabled_devices": request.form.getlist("disabled_devices")}
    if text := request.form.get("requirement"):
        try:
            wanted["requirement"] = parse_json(text)
        except (TooDeep, TooManyParts) as error:
            refuse_json(type(error).__name__)
        except NoJson:
            wanted["requirement"] = text  # `parse` says what is wrong with it.
    return wanted


@blueprint.get("/status/<job_id>")
@needs("view")
def status(job_id: str) -> Response:
    """Where a job is, in the four fields that the older page knows."""
    job = find_job(job_id)
    if job.ended:
        return jsonify(_end(job))
    now = summaries([job])[0]
    if now["state"] == "PENDING":
        return jsonify(state="PENDING", current=0, total=1, status="Pending...")
    # Started, retried, rescued: it runs, or will.
    return jsonify(
        state="PROGRESS",
        current=now["current"],
        total=now["total"],
        status=now["status"],
    )


def _end(job: Job) -> Status:
    answer: Status = {"state": job.state, "current": 1, "total": 1, "status": job.status}
    if job.has_result:
        graph = find_result(job.id).value["plans"][0]["graph"]
        answer["result"] = json.dumps(graph)
    return answer
