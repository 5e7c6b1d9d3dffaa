"""Who sees a search: its page for owner and admins, and what a share link opens."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from algorithm import RequirementError
from dashboard.accounts import needs, public, shares, signed_in_user, teams
from dashboard.accounts.forms import days_of, number_of
from dashboard.accounts.roles import this_person
from dashboard.accounts.sessions import found
from dashboard.db.models import Job, ShareLink
from dashboard.jobs.permissions import Guest, may, reach, visible_job
from dashboard.web.api import Sharing, find_job, parse, share

blueprint = Blueprint("sharing", __name__)

View = str | Response | tuple[str, int]


@blueprint.get("/shared/<key>")
@public
def watch(key: str) -> View | tuple[Response, int]:
    """What a share link opens: this browser may watch its search from then on."""
    link = found(ShareLink, shares.key_of(key))
    if link is None:
        message = _("This link has expired, was revoked or is incomplete. Ask for a new one.")
        return render_template("error.html", code=404, message=message), 404
    person = this_person()
    if person is None or isinstance(person, Guest):
        session[shares.COOKIE] = key
    elif visible_job(person, link.job_id) is None:
        message = _(
            "You are signed in as %(name)s, who doesn't see this search. Open the link in a private"
            " window.",
            name=person.name,
        )
        return render_template("error.html", code=403, message=message), 403
    return redirect(url_for("pages.job", job_id=link.job_id))


@blueprint.get("/jobs/<job_id>/sharing")
@needs("share")
def page(job_id: str) -> View:
    return _page(_job(job_id))


@blueprint.post("/jobs/<job_id>/sharing")
@needs("share")
def change(job_id: str) -> View:
    """`audience`: all, owner, or a team's name after `team:`."""
    job = _job(job_id)
    kind, _colon, team = request.form.get("audience", "").partition(":")
    try:
        share(job, parse(Sharing, {"visibility": kind, "team": team or None}))
    except RequirementError as wrong:
        return _page(job, error=wrong.errors[0]["message"]), 422
    return redirect(url_for("sharing.page", job_id=job_id))


@blueprint.post("/jobs/<job_id>/sharing/links")
@needs("share")
def make_link(job_id: str) -> View:
    """The page shows the new link, once."""
    job = _job(job_id)
    days = days_of(request.form.get("days"), shares.LONGEST_DAYS) or 7
    try:
        key = shares.make(job, signed_in_user(), days)
    except shares.TooMany:
        message = _("This search has %(most)s links; revoke one first.", most=shares.MOST)
        return _page(job, error=message), 422
    return _page(job, link=url_for("sharing.watch", key=key, _external=True))


@blueprint.post("/jobs/<job_id>/sharing/links/<number>/revoke")
@needs("share")
def revoke_link(job_id: str, number: str) -> Response:
    if not shares.revoke(_job(job_id), number_of(number)):
        abort(404)
    return redirect(url_for("sharing.page", job_id=job_id))


def _job(job_id: str) -> Job:
    """A search that this person may share; 403 or 404 otherwise."""
    job = find_job(job_id)
    if not may(signed_in_user(), "share", job):
        abort(403, _("Only %(owner)s or an admin may share this search.", owner=job.owner.name))
    return job


def _page(job: Job, error: str | None = None, link: str | None = None) -> str:
    user = signed_in_user()
    return render_template(
        "sharing.html",
        job=job,
        teams=teams.choices(user, is_admin=reach(user, "share") == "every"),
        links=shares.of_job(job),
        longest=shares.LONGEST_DAYS,
        error=error,
        link=link,
    )
