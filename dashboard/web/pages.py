"""The pages people see. Each is a template and the data its script starts from."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from algorithm.files.reading import MOST_BYTES
from algorithm.requirement.catalogue import CATALOGUE, GROUPS
from algorithm.requirement.options import MOST_PLANS, Options
from dashboard.accounts import needs, signed_in_person, signed_in_user, teams
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import Job
from dashboard.jobs.permissions import Guest, may, visible_job, visible_jobs
from dashboard.jobs.summaries import summaries
from dashboard.web.api import list_devices, list_samples

blueprint = Blueprint("pages", __name__)

EVERY = range(5, 601)
"""Seconds for which the wall screen may show a search."""
PINNED = 20
"""Searches that its address may name."""

LABELS = GROUPS | {name: device.label for name, device in CATALOGUE.items()}
"""What people call what a search may leave out: devices and groups of the catalogue."""


@blueprint.get("/")
@needs("list")
def overview() -> str:
    user = signed_in_user()
    data = {"user": user.name, "can_submit": may(user, "submit")}
    return render_template("overview.html", data=data)


@blueprint.get("/new")
@needs("list")
def new_search() -> str:
    user = signed_in_user()
    data = {
        "samples": list_samples(),
        "devices": list_devices(),
        "labels": LABELS,
        "can_submit": may(user, "submit"),
        "time_limit_s": current_settings().time_limit,
        "plans": MOST_PLANS,
        "typical_days": Options().typical_days,
        "max_table": MOST_BYTES,
        "max_body": current_settings().max_body,
    }
    return render_template("new.html", data=data, teams=[team.name for team in teams.of(user)])


@blueprint.get("/compare")
@needs("list")
def compare() -> str:
    return render_template("compare.html", data={"labels": LABELS})


@blueprint.get("/jobs/<job_id>")
@needs("view")
def job(job_id: str) -> str:
    user = signed_in_person()
    found = visible_job(user, job_id)
    if found is None:
        abort(404, _("There is no such search. It may have been on another installation."))
    data = {
        "job": summaries([found])[0],
        "labels": LABELS,
        "user": user.name,
        "can_cancel": may(user, "cancel", found),
        "can_submit": may(user, "submit"),
        "is_guest": isinstance(user, Guest),
    }
    left_out = [LABELS.get(name, name) for name in found.disabled_devices]
    can_share = may(user, "share", found)
    return render_template("job.html", data=data, left_out=left_out, can_share=can_share)


@blueprint.get("/wall")
@needs("list")
def wall() -> str:
    """For a screen on a wall: ?every=20, seconds for each search; ?jobs=…&jobs=…, these alone."""
    data = {"every": _every(), "pinned": summaries(_pinned())}
    return render_template("wall.html", data=data)


def _every() -> int:
    text = request.args.get("every", "20")
    if text.isascii() and text.isdigit() and len(text) < 5 and int(text) in EVERY:
        return int(text)
    bounds = {"least": EVERY[0], "most": EVERY[-1]}
    abort(422, _("every: whole seconds for each search, %(least)s to %(most)s.", **bounds))


def _pinned() -> list[Job]:
    wanted = list(dict.fromkeys(request.args.getlist("jobs")))
    if len(wanted) > PINNED:
        abort(422, _("jobs: %(most)s searches at most.", most=PINNED))
    pinned = visible_jobs(signed_in_user()).where(Job.id.in_(wanted))
    found = {job.id: job for job in db.session.scalars(pinned)}
    for job in wanted:
        if job not in found:
            abort(422, _("jobs: there is no search %(job)s.", job=job))
    return [found[job] for job in wanted]
