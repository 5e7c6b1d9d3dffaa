"""The pages people see. Each is a template and the data its script starts from."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_login import login_required

from dashboard.accounts import signed_in_user
from dashboard.api import list_devices, list_samples, may_cancel
from dashboard.extensions import db
from dashboard.models import Job
from dashboard.summaries import summaries

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@login_required
def overview() -> str:
    user = signed_in_user()
    data = {"user": user.name, "can_submit": user.may("operator")}
    return render_template("overview.html", data=data)


@blueprint.get("/new")
@login_required
def new_search() -> str:
    data = {
        "samples": list_samples(),
        "devices": list_devices(),
        "can_submit": signed_in_user().may("operator"),
    }
    return render_template("new.html", data=data)


@blueprint.get("/compare")
@login_required
def compare() -> str:
    return render_template("compare.html")


@blueprint.get("/jobs/<job_id>")
@login_required
def job(job_id: str) -> str:
    found = db.session.get(Job, job_id)
    if found is None:
        abort(404, "There is no such search. It may have been on another installation.")
    user = signed_in_user()
    data = {
        "job": summaries([found])[0],
        "can_cancel": may_cancel(user, found),
        "can_submit": user.may("operator"),
    }
    return render_template("job.html", data=data)
