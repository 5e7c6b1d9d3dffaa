"""Drafts of searches: requirements to start from, uploads, and checks before a submit.

Routes of `/api/v1`, for the form of a new search and for scripts. Nothing is stored or queued here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from pydantic import BaseModel, ConfigDict, Field

from algorithm import SAMPLES, load_sample
from algorithm.messages import encoded
from dashboard.accounts import needs, signed_in_user
from dashboard.db.extensions import current_settings
from dashboard.web.api import checked_submission, find_job, parse, submission_of
from dashboard.web.request_process import one_per_person, person_locks
from dashboard.web.uploads import read_columns

blueprint = Blueprint("drafts", __name__, url_prefix="/api/v1")


class Table(BaseModel):
    """An uploaded table. Its name tells what it is."""

    model_config = ConfigDict(extra="forbid")

    file: str = Field(min_length=1, max_length=200, description="its name, with .csv or .xlsx")


@blueprint.get("/samples/<sample>")
@needs("list")
def sample(sample: str) -> Response:
    """The requirement of a sample, to look at or to change."""
    if sample not in SAMPLES:
        abort(404, f"There is no sample {sample!r}; these are: {', '.join(SAMPLES)}.")
    answer = _as_written(load_sample(sample).model_dump(mode="json", exclude_unset=True))
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer.make_conditional(request)
    return answer


@blueprint.get("/jobs/<job_id>/submission")
@needs("export")
def submission(job_id: str) -> Response:
    """What was submitted: it can be submitted again, as it is or changed."""
    return _as_written(submission_of(find_job(job_id)))


@blueprint.post("/columns")
@needs("list")
def columns() -> Response:
    """Read a table (the body is the file): its columns by name, and what its times tell."""
    name = parse(Table, request.args.to_dict()).file
    request.max_content_length = current_settings().max_upload
    with person_locks.hold(signed_in_user().id):
        return Response(read_columns(name, request.stream), mimetype="application/json")


@blueprint.post("/check")
@needs("list")
@one_per_person
def check() -> Response:
    """Check a submission without queueing it: what was understood, to be looked over."""
    _, checked = checked_submission(digest=True)
    return _as_written(encoded(checked["digest"]))


def _as_written(value: Mapping[str, Any]) -> Response:
    """JSON that keeps the order of keys: supplies and devices stay in the user's order."""
    return Response(json.dumps(value), mimetype="application/json")
