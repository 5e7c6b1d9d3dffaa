"""The HTTP interface, `/api/v1`: submit, list, cancel and rerun jobs, fetch what they brought."""

from __future__ import annotations

import csv
import io
import time
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, NoReturn, TypeVar, get_args

from flask import Blueprint, Response, abort, jsonify, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails
from redis import RedisError
from sqlalchemy import tuple_

from algorithm import (
    CATALOGUE,
    SAMPLES,
    FieldError,
    Requirement,
    RequirementError,
    load_sample,
)
from algorithm.checking_process import Checked, Wrong
from algorithm.checking_process import checked as check_wish
from algorithm.export.tables import Row, dispatch_rows
from algorithm.export.workbook import write_workbook
from algorithm.files.json_text import NoJson, TooDeep, TooManyParts, parse_json
from algorithm.requirement.validation import MOST_ERRORS
from dashboard.accounts import needs, signed_in_person, signed_in_user, teams
from dashboard.db import audit
from dashboard.db.extensions import current_settings, db
from dashboard.db.models import (
    ENDED,
    WAITING,
    Dispatch,
    Job,
    PackedJson,
    Result,
    State,
    StatedOptions,
    Team,
    User,
    Visibility,
)
from dashboard.i18n.languages import titles_with, translate
from dashboard.jobs import interim, lifecycle, parts
from dashboard.jobs.permissions import may, reach, visible_job, visible_jobs
from dashboard.jobs.summaries import summaries
from dashboard.journal.publish import journal, publish_missing
from dashboard.sockets import fleet
from dashboard.web.answers import DeviceEntry, SampleEntry
from dashboard.web.errors import problem
from dashboard.web.request_process import is_small, one_per_person
from dashboard.web.submission_check import check_in_process

M = TypeVar("M", bound=BaseModel)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


LONGEST_NAME = 200
"""As long as a title may be."""


def _proper_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(_("should have 1 to %(most)s characters", most=LONGEST_NAME))
    # Lone surrogates (Cs) can't be stored or shown either.
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise ValueError(_("should have no control characters, such as tabs and line breaks"))
    return name


Name = Annotated[
    str,
    AfterValidator(_proper_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}),
]


class Sharing(BaseModel):
    """Who sees a search, beside its owner and admins."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility | None = Field(
        None, description="who sees it: all (if left out), a team, or its owner alone"
    )
    team: str | None = Field(None, max_length=80, description="the team that sees it")


class Submission(Sharing):
    """What to search: a requirement, or the name of a sample."""

    # `algorithm.check` validates the content of these two, with its own messages.
    requirement: dict[str, Any] | None = Field(
        None, description="as /api/v1/requirement.schema.json describes it"
    )
    sample: str | None = None
    name: Name | None = Field(
        None, description="what people call the search; its site's name if left out"
    )
    disabled_devices: list[str] = Field(default_factory=list, max_length=200)
    options: StatedOptions = Field(default_factory=dict)


SETTINGS = ("disabled_devices", "options", "visibility", "team")
"""Fields of a submission that are independent of the site; the name isn't."""


class Cancellation(BaseModel):
    """Whether the best plan so far becomes the result."""

    model_config = ConfigDict(extra="forbid", strict=True)

    keep_best: bool = False


class SeveralCancellations(Cancellation):
    """Which searches to end: these, or all of one's own that wait."""

    jobs: list[str] | None = Field(None, min_length=1, max_length=1000, description="their ids")
    waiting: bool = Field(False, description="all of one's own that wait, in place of `jobs`")


ENDED_ALREADY = lazy_gettext("This search has ended already.")

STATES: dict[str, Collection[str]] = {
    "waiting": WAITING,
    "running": {"STARTED"},
    "finished": {"SUCCESS"},
    "failed": {"FAILURE"},
    "cancelled": {"REVOKED"},
    "ended": ENDED,
    **{state.lower(): {state} for state in get_args(State)},
}
"""Filters for the list of jobs: people's names of states, and Celery's."""


def _known_state(state: str) -> str:
    if state.lower() not in STATES:
        known = ", ".join(STATES)
        raise ValueError(
            _("Unknown state %(state)s; the states are: %(known)s.", state=repr(state), known=known)
        )
    return state.lower()


NO_NULL = r"^[^\x00]*$"
"""Postgres rejects null characters, even in a search."""


class Listing(BaseModel):
    """Which jobs to list, and which page of how many."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[str, AfterValidator(_known_state)] | None = None
    search: str | None = Field(
        None, max_length=200, pattern=NO_NULL, description="words of the title"
    )
    mine: bool = Field(False, description="only those of who asks")
    before: str | None = Field(None, max_length=36, description="only older ones than this job")
    page: int = Field(1, ge=1, le=10_000)
    per_page: int = Field(50, ge=1, le=200)


class Since(BaseModel):
    """The position a reader of events stands at."""

    model_config = ConfigDict(extra="forbid")

    since: int | None = Field(None, ge=0, le=2**53)
    epoch: str | None = Field(None, max_length=36)


class PlanChoice(BaseModel):
    """Which of a result's plans: its place, from 0."""

    model_config = ConfigDict(extra="forbid")

    plan: int = Field(0, ge=0, le=1000)


@blueprint.get("/me")
@needs("view")
def me() -> Response:
    """Who I am, and my role."""
    person = signed_in_person()
    return jsonify(name=person.name, role=person.role)


@blueprint.post("/jobs")
@needs("submit")
@one_per_person
def submit() -> Response:
    """Queue a search."""
    return accepted(submit_checked(*checked_submission()))


@blueprint.get("/jobs")
@needs("list")
def list_jobs() -> Response:
    """The jobs, newest first."""
    wanted = parse(Listing, request.args.to_dict())
    query = visible_jobs(signed_in_user()).order_by(Job.created_at.desc(), Job.id.desc())
    if wanted.state:
        query = query.where(Job.state.in_(STATES[wanted.state]))
    if wanted.search:
        named = Job.title.icontains(wanted.search, autoescape=True)
        query = query.where(named | Job.title.in_(titles_with(wanted.search)))
    if wanted.mine:
        query = query.where(Job.owner_id == signed_in_user().id)
    if wanted.before:
        newer = find_job(wanted.before)
        query = query.where(tuple_(Job.created_at, Job.id) < (newer.created_at, newer.id))
    page = db.paginate(query, page=wanted.page, per_page=wanted.per_page, error_out=False)
    return jsonify(jobs=summaries(page.items), total=page.total, page=page.page, pages=page.pages)


@blueprint.get("/jobs/<job_id>")
@needs("view")
def show(job_id: str) -> Response:
    """One job: its record, its state now, and while it runs its parts."""
    summary = summaries([find_job(job_id)])[0]
    running = [{"name": part.name, "state": part.state} for part in parts.statuses(job_id)]
    return jsonify({**summary, "parts": running})


@blueprint.post("/jobs/<job_id>/cancel")
@needs("cancel")
def cancel(job_id: str) -> Response:
    """End a search: keep the best plan so far as its result, or discard."""
    job = find_job(job_id)
    if not may(signed_in_user(), "cancel", job):
        abort(403, _not_yours(job))
    keep_best = parse(Cancellation, json_body()).keep_best
    if not _cancel(job, keep_best=keep_best):
        abort(409, ENDED_ALREADY)
    audit.record("cancel", job_id, keep_best=keep_best)
    db.session.commit()
    lifecycle.send_next(job.owner_id)
    answer = jsonify(summaries([find_job(job_id)])[0])
    answer.status_code = 202
    return answer


@blueprint.post("/jobs/cancel")
@needs("cancel")
def cancel_several() -> Response:
    """End several searches, or all of one's own that wait: tells of each whether it was done.

    `{"cancelled": [ids], "refused": [{"job", "message"}]}`.
    """
    wanted = parse(SeveralCancellations, json_body())
    user = signed_in_user()
    if (wanted.jobs is None) == (not wanted.waiting):
        message = _("Give either a list of jobs, or waiting: true for all your waiting jobs.")
        raise RequirementError([FieldError(field="jobs", message=message)])
    cancelled, refused, owners = [], [], set()
    for job_id, job in _to_cancel(user, wanted.jobs).items():
        if job is None:
            refused.append({"job": job_id, "message": _no_job(job_id)})
        elif not may(user, "cancel", job):
            refused.append({"job": job_id, "message": _not_yours(job)})
        elif _cancel(job, keep_best=wanted.keep_best):
            cancelled.append(job_id)
            owners.add(job.owner_id)
        else:
            refused.append({"job": job_id, "message": str(ENDED_ALREADY)})
    for job_id in cancelled:
        audit.record("cancel", job_id, keep_best=wanted.keep_best)
    db.session.commit()
    for owner_id in owners:
        lifecycle.send_next(owner_id)
    return jsonify(cancelled=cancelled, refused=refused)


def _to_cancel(user: User, named: list[str] | None) -> dict[str, Job | None]:
    """The jobs `named`, or the waiting ones of `user`; None for an id that doesn't exist."""
    if named is not None:
        return {job_id: visible_job(user, job_id) for job_id in named}
    waiting = visible_jobs(user).where(Job.owner_id == user.id, Job.state.in_(WAITING))
    return {job.id: job for job in db.session.scalars(waiting.order_by(Job.created_at.desc()))}


def _cancel(job: Job, *, keep_best: bool) -> bool:
    """Cancel the job; False if it had ended before."""
    try:
        return lifecycle.ask_to_cancel(job, keep_best=keep_best)
    except RedisError:
        return True  # It's stored; it will be published when Redis is back.


def _not_yours(job: Job) -> str:
    owner = job.owner.name
    return str(_("Only %(owner)s or an admin may cancel this search.", owner=owner))


@blueprint.post("/jobs/<job_id>/visibility")
@needs("share")
def change_visibility(job_id: str) -> Response:
    """Choose who sees a search, beside its owner and admins."""
    share(find_job(job_id), parse(Sharing, json_body()))
    return jsonify(summaries([find_job(job_id)])[0])


def share(job: Job, wanted: Sharing) -> None:
    """Let others see a job, or no more; 403 or RequirementError if it's not this person's to do."""
    if not may(signed_in_user(), "share", job):
        abort(403, _only(job))
    job.visibility, job.team = audience_of(wanted)
    team = job.team.name if job.team else None
    audit.record("visibility", job.id, visibility=job.visibility, team=team)
    db.session.commit()


@blueprint.delete("/jobs/<job_id>")
@needs("delete")
def delete(job_id: str) -> Response:
    """Delete a search that has ended, with its result."""
    job = find_job(job_id)
    if not may(signed_in_user(), "delete", job):
        abort(403, _only(job))
    audit.record("delete", job_id, title=job.title, owner=job.owner.name)
    if not lifecycle.delete_ended(job):
        abort(409, _("This search has not ended yet; cancel it first."))
    return jsonify(job=job_id)


def _only(job: Job) -> str:
    owner = job.owner.name
    return str(_("Only %(owner)s or an admin may do this with the search.", owner=owner))


@blueprint.post("/jobs/<job_id>/rerun")
@needs("submit")
@one_per_person
def rerun(job_id: str) -> Response:
    """Search the same again, or with changes: any field of a submission replaces the old one.

    Another site takes its own name, if it is given no other.
    """
    job = find_job(job_id)
    return accepted(submit_checked(*checked_submission(submission_of(job))))


@blueprint.get("/jobs/<job_id>/best")
@needs("view")
def best(job_id: str) -> Response:
    """The best plan so far of a running search, with its graph: provisional, and soon outdated."""
    job = find_job(job_id)
    found = None if job.ended else interim.best_plan(job_id)
    if found is None:
        abort(404, _why_no_best(job))
    digest, plan = found
    answer = jsonify(plan)
    answer.set_etag(digest)
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer.make_conditional(request)
    return answer


def _why_no_best(job: Job) -> str:
    why: str = _("This search has found no plan yet.")
    if job.has_result:
        why = _("This search has ended; its plans are in its result.")
    elif job.ended:
        why = _(
            "This search ended without a plan: %(status)s",
            status=translate(job.status, job.status_i18n),
        )
    return why


@blueprint.get("/jobs/<job_id>/convergence")
@needs("view")
def convergence(job_id: str) -> Response:
    """How the cost of the best plan and its lower bound came to be, for as long as it's known."""
    job = find_job(job_id)
    try:
        return jsonify(points=interim.convergence(job.id))
    except RedisError:
        return _events_are_away()


def _events_are_away() -> Response:
    return problem(
        503, _("The message queue is unavailable, so events are too; try again in a moment.")
    )


@blueprint.get("/jobs/<job_id>/result")
@needs("view")
def result(job_id: str) -> Response:
    """The whole result, with a link to each plan's dispatch."""
    return _as_stored(find_result(job_id))


@blueprint.get("/jobs/<job_id>/plans/<int:plan>/dispatch")
@needs("view")
def dispatch(job_id: str, plan: int) -> Response:
    """How a plan of the result is run, step by step: kW of every flow, kWh of every store."""
    return _as_stored(find_dispatch(job_id, plan))


@blueprint.get("/jobs/<job_id>/graph")
@needs("view")
def graph(job_id: str) -> Response:
    """The graph of the best plan."""
    return jsonify(find_result(job_id).value["plans"][0]["graph"])


@blueprint.get("/jobs/<job_id>/dispatch.csv")
@needs("export")
def dispatch_table(job_id: str) -> Response:
    """A plan's dispatch as a table, a row for each modelled step."""
    plan = parse(PlanChoice, request.args.to_dict()).plan
    text = io.StringIO()
    csv.writer(text).writerows(dispatch_rows(find_dispatch(job_id, plan).value))
    name = f"dispatch-{job_id}-{plan}.csv"
    return Response(
        text.getvalue().encode("utf-8-sig"),  # the byte order mark tells Excel that it is UTF-8
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/jobs/<job_id>/result.xlsx")
@needs("export")
def workbook(job_id: str) -> Response:
    """The result as an Excel workbook, with the dispatch of one plan."""
    plan = parse(PlanChoice, request.args.to_dict()).plan
    rows = dispatch_rows(find_dispatch(job_id, plan).value)
    file = io.BytesIO()  # packed: a year takes about 1 MB
    write_workbook(find_result(job_id).value, _with_breaks(rows), file)
    file.seek(0)
    name = f"result-{job_id}-{plan}.xlsx"
    return send_file(file, mimetype=EXCEL, as_attachment=True, download_name=name)


def _with_breaks(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows, and let other green threads run: writing a year takes seconds."""
    for number, row in enumerate(rows):
        if number % 50 == 0:
            time.sleep(0)
        yield row


@blueprint.get("/jobs/<job_id>/events")
@needs("view")
def events(job_id: str) -> Response:
    """What a viewer at `since` missed, for clients without a socket: events, or a snapshot."""
    job = find_job(job_id)
    wanted = parse(Since, request.args.to_dict())
    # Without an epoch the reader means the current one.
    try:
        position = journal().positions([job.id]).get(job.id)
        publish_missing(job, position)
        epoch = wanted.epoch or (position.epoch if position else None)
        reading = journal().read(job.id, epoch, wanted.since)
    except RedisError:
        reading = None
    if reading is None:
        return _events_are_away()
    return jsonify(snapshot=reading.snapshot, events=reading.events)


@blueprint.get("/fleet")
@needs("list")
def fleet_at_a_glance() -> Response:
    """The workers, what runs, and what waits in which order."""
    return jsonify(fleet.glance(signed_in_user()))


@blueprint.get("/devices")
@needs("list")
def devices() -> Response:
    """The catalogue's devices, which a job may disable by name or group, with their figures."""
    figures = {
        name: device.figures.model_dump(exclude_defaults=True) for name, device in CATALOGUE.items()
    }
    return jsonify(
        devices=[{**device, "figures": figures[device["name"]]} for device in list_devices()]
    )


@blueprint.get("/samples")
@needs("list")
def samples() -> Response:
    """The requirements that come with the project."""
    return jsonify(samples=list_samples())


@blueprint.get("/requirement.schema.json")
@needs("list")
def requirement_schema() -> Response:
    """The JSON Schema of a requirement."""
    return jsonify(Requirement.model_json_schema())


def list_samples() -> list[SampleEntry]:
    return [
        {"name": name, "label": sample.label, "description": sample.description}
        for name, sample in SAMPLES.items()
    ]


def list_devices() -> list[DeviceEntry]:
    return [
        {
            "name": name,
            "label": device.label,
            "kind": device.kind,
            "group": device.group,
            "group_name": device.group_name,
            "source": device.source,
            "year": device.year,
            "currency": device.currency,
        }
        for name, device in CATALOGUE.items()
    ]


def find_job(job_id: str) -> Job:
    job = visible_job(signed_in_person(), job_id)
    if job is None:
        abort(404, _no_job(job_id))
    return job


def _no_job(job_id: str) -> str:
    return str(_("There is no job %(job)s.", job=repr(job_id)))


def find_result(job_id: str) -> Result:
    job = find_job(job_id)
    stored = db.session.get(Result, job_id)
    if stored is None:
        if job.state in ENDED:
            abort(
                404,
                _(
                    "This search ended without a result: %(status)s",
                    status=translate(job.status, job.status_i18n),
                ),
            )
        abort(404, _("This search has not ended yet"))
    return stored


def find_dispatch(job_id: str, plan: int) -> Dispatch:
    job = find_job(job_id)
    stored = db.session.get(Dispatch, (job.id, plan))
    if stored is None:
        last = len(find_result(job_id).value["plans"]) - 1
        abort(
            404,
            _(
                "This result has no plan %(plan)s; its plans are 0 to %(last)s.",
                plan=plan,
                last=last,
            ),
        )
    return stored


def json_body() -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty object. 400 for anything else.

    422 for a key that is written twice (RequirementError), and for what is nested too deeply.
    """
    text = request.get_data(cache=True)
    if not text:
        return {}
    try:
        body = parse_json(text)
    except NoJson as error:
        refuse_json(type(error).__name__)
    if not isinstance(body, dict):
        refuse_json(type(body).__name__)
    return body


def refuse_json(unreadable: str) -> NoReturn:
    """Abort with an explanation; `unreadable`: a reason that `algorithm.checking_process` has."""
    if unreadable == TooDeep.__name__:
        abort(422, _("The JSON is nested too deeply."))
    if unreadable == TooManyParts.__name__:
        abort(422, _("The JSON has too many objects and lists."))
    if unreadable == NoJson.__name__:
        abort(400, _("The body is not JSON. Send one JSON object."))
    abort(400, _("The body is a JSON %(kind)s. Send one JSON object.", kind=unreadable))


def parse(model: type[M], data: dict[str, Any]) -> M:
    """`data` as `model`; raises RequirementError (422) naming each wrong field."""
    # There are fewer known fields than this; of more unknown ones the first are enough.
    data = dict(islice(data.items(), MOST_ERRORS))
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors()[:MOST_ERRORS]
        raise RequirementError([_in_words(model, each) for each in found]) from None


def _in_words(model: type[BaseModel], found: ErrorDetails) -> FieldError:
    field = ".".join(str(part) for part in found["loc"])
    if found["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields)
        return FieldError(
            field=field, message=_("is not a known field; these are: %(known)s", known=known)
        )
    return FieldError(field=field, message=found["msg"].removeprefix("Value error, "))


def checked_submission(
    before: dict[str, Any] | None = None, *, digest: bool = False
) -> tuple[Submission, Checked]:
    """The submission in the body, and what `algorithm.checking_process.checked` says of it.

    before: defaults for fields that the body leaves out; the name only if the site is the same.
    Raises RequirementError naming every wrong field.
    """
    before = before or {}
    if is_small():
        submission = parse(Submission, _changed(before, json_body()))
        return submission, check_submission(submission, digest=digest)
    checked = check_in_process(request.get_data(), before, digest=digest)
    if "unreadable" in checked:
        refuse_json(checked["unreadable"])
    passed = _passed(checked)
    submission = parse(Submission, _changed(before, json_body()))
    _need_one_site(submission)
    return submission, passed


def _changed(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    if {"sample", "requirement"} & set(changes):
        before = {name: before[name] for name in SETTINGS if name in before}
    return before | changes


def submit_checked(submission: Submission, checked: Checked) -> Job:
    """Queue a submission that was checked, with a time limit; raises jobs.Unavailable.

    429 if too many searches of this person wait.
    """
    settings = current_settings()
    visibility, team = audience_of(submission)
    try:
        return lifecycle.submit(
            signed_in_user(),
            title=submission.name or checked["name"],
            sample=submission.sample,
            requirement=submission.requirement,
            disabled_devices=checked["disabled_devices"],
            options={"time_limit_s": float(settings.time_limit), **checked["options"]},
            visibility=visibility,
            team=team,
            idempotency_key=_idempotency_key(),
        )
    except lifecycle.TooManyWaiting:
        most = settings.waiting_per_person
        abort(
            429, _("You have %(most)s searches waiting; cancel some, or submit later.", most=most)
        )


def audience_of(wanted: Sharing) -> tuple[Visibility, Team | None]:
    """Who is to see a search; raises RequirementError for a team that isn't this person's."""
    visibility: Visibility = wanted.visibility or ("team" if wanted.team else "all")
    if (visibility == "team") != (wanted.team is not None):
        message = _("Name a team where the visibility is “team”, and nowhere else.")
        raise RequirementError([FieldError(field="team", message=message)])
    if wanted.team is None:
        return visibility, None
    user = signed_in_user()
    for team in teams.choices(user, is_admin=reach(user, "share") == "every"):
        if team.name == wanted.team:
            return visibility, team
    message = _("You are not in a team called %(team)s.", team=repr(wanted.team))
    raise RequirementError([FieldError(field="team", message=message)])


def check_submission(submission: Submission, *, digest: bool = False) -> Checked:
    """What `algorithm.checking_process.checked` returns; raises RequirementError for its errors."""
    _need_one_site(submission)
    return _passed(
        check_wish(
            submission.model_dump(exclude={"name", "visibility", "team"}), with_digest=digest
        )
    )


def _need_one_site(submission: Submission) -> None:
    if (submission.sample is None) == (submission.requirement is None):
        message = _("Give either a requirement or the name of a sample.")
        raise RequirementError([FieldError(field="sample", message=message)])


def _passed(checked: Checked | Wrong) -> Checked:
    if "errors" in checked:
        raise RequirementError([_qualified(error) for error in checked["errors"]])
    longest = current_settings().longest_time_limit
    if checked["options"].get("time_limit_s", 0) > longest:
        message = _("should be at most %(longest)s here", longest=longest)
        raise RequirementError([FieldError(field="options.time_limit_s", message=message)])
    return checked


def _qualified(error: FieldError) -> FieldError:
    """Distinguish the site's name from the search's name."""
    return {**error, "field": "requirement.name"} if error["field"] == "name" else error


def submission_of(job: Job) -> dict[str, Any]:
    """What a job was submitted with; the name is None if it's the site's name."""
    searched = {"sample": job.sample} if job.sample else {"requirement": job.requirement}
    options = dict(job.options)
    if options.get("time_limit_s") == current_settings().time_limit:
        del options["time_limit_s"]  # It's the default.
    return {
        **searched,
        "name": job.title if job.title != _site_name(job) else None,
        "disabled_devices": job.disabled_devices,
        "options": options,
        **({"visibility": job.visibility} if job.visibility != "all" else {}),
        **({"team": job.team.name} if job.team else {}),
    }


def _site_name(job: Job) -> str:
    if job.sample:
        return load_sample(job.sample).name
    unnamed = Requirement.model_fields["name"].default
    name: str = (job.requirement or {}).get("name", unnamed)
    return name


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 200:
        message = _("An Idempotency-Key has 1 to 200 characters.")
        raise RequirementError([FieldError(field="Idempotency-Key", message=message)])
    return key


def accepted(job: Job) -> Response:
    answer = jsonify({**summaries([job])[0], "id": job.id})
    answer.status_code = 202
    answer.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return answer


def _as_stored(stored: PackedJson) -> Response:
    """A response with stored JSON. It never changes, so it has an ETag."""
    answer = Response(mimetype="application/json")
    answer.set_etag(stored.digest)
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"] > 0:
        # It's stored gzipped.
        answer.set_data(stored.body)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer.set_data(stored.text)
    answer.make_conditional(request)
    return answer
