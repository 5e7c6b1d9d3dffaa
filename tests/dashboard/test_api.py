"""The HTTP interface: what it accepts, and what it says to what it doesn't."""

from __future__ import annotations

import csv
import gzip
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from algorithm import Options, Part
from dashboard.config import Settings
from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.jobs import lifecycle, parts
from dashboard.journal.journal import Journal
from dashboard.journal.publish import journal, publish
from dashboard.sockets import fleet
from tests.dashboard.conftest import Api

# Named so by people, or by somebody who is after whoever opens the table.
FORMULA = '=HYPERLINK("http://evil.example")'

DAY: dict[str, Any] = {
    "step_hours": 12.0,
    "start": "2023-01-01",
    "days": None,
    "flows": [
        {"source": "supply:gas", "target": "carrier:gas", "carrier": "gas", "kw": [7.5, 0.0]},
        {"source": FORMULA, "target": "carrier:heat", "carrier": "heat", "kw": [-1.0, 2.0]},
    ],
    "levels": [{"storage": "-tank", "carrier": "heat", "kwh": [3.0, 4.0]}],
}
TYPICAL_DAYS: dict[str, Any] = {
    "step_hours": 12.0,
    "start": "2023-01-01",
    "days": [
        {"day": 0, "date": "2023-01-01", "days_per_year": 300.0},
        {"day": 40, "date": "2023-02-10", "days_per_year": 65.0},
    ],
    "flows": [{"source": "a", "target": "b", "carrier": "heat", "kw": [1.0, 2.0, 3.0, 4.0]}],
    "levels": [],
}


def end(app: Flask, identity: str, state: Any = "SUCCESS", outcome: Any = "finished") -> None:
    """End a job as a worker would, with a result of two small plans."""
    graph = {"nodes": [{"id": "carrier:heat", "kind": "carrier", "label": "Heat"}], "links": []}
    plan = {"cost_per_year": 1000.0, "graph": graph}
    plans = [{**plan, "dispatch": DAY}, {**plan, "dispatch": TYPICAL_DAYS}]
    with app.app_context():
        result = {"plans": plans} if state == "SUCCESS" else None
        assert lifecycle.end(identity, state, outcome, "It ended.", result)


def queued(app: Flask) -> int:
    """How many messages wait for a worker."""
    messages: int = app.extensions["celery"].queued()
    return messages


def test_a_submitted_job_is_queued_and_says_where_it_is(app: Flask, api: Api) -> None:
    answer = api.post("/api/v1/jobs", json={"sample": "tiny", "disabled_devices": ["battery"]})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
    assert queued(app) == 1
    job = api.get(answer.headers["Location"]).json
    assert (job["state"], job["current"], job["status"]) == ("PENDING", 0, "Pending...")
    assert (job["sample"], job["disabled_devices"]) == ("tiny", ["battery"])
    assert (job["owner"], job["epoch"] != "", job["seq"]) == ("olga", True, 1)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"sample": "tinny"}, "sample", "tinny"),
        ({}, "sample", "requirement or the name of a sample"),
        ({"sample": "tiny", "requirement": {}}, "sample", "requirement or the name of a sample"),
        ({"sample": "tiny", "disabled_devices": ["x"]}, "disabled_devices.0", "x"),
        ({"sample": "tiny", "disabled_devices": "battery"}, "disabled_devices", "list"),
        ({"sample": "tiny", "colour": "red"}, "colour", "disabled_devices"),
        ({"sample": "tiny", "options": {"gap": -1}}, "options.gap", "0"),
        ({"requirement": {"demands": {"heat": -5}}}, "demands.heat", "negative"),
        ({"sample": "tiny", "options": {"goal": "best"}}, "options.goal", "front"),
        ({"requirement": {"demands": {"cold": [1, 2], "heat": [1]}}}, "demands.heat", "2"),
        ({"requirement": {"demands": {"heat": "NaN"}}}, "demands.heat", "NaN"),
        ({"requirement": {"name": "", "demands": {"heat": 5}}}, "requirement.name", "1 character"),
        ({"requirement": {"name": "a\0", "demands": {"heat": 5}}}, "requirement.name", "null"),
        ({"requirement": {"demands": {"a\0": 5}}}, "demands.'a\\x00'", "letters, digits"),
        ({"sample": "tiny", "name": ""}, "name", "1 to 200 characters"),
        ({"sample": "tiny", "name": " \n "}, "name", "1 to 200 characters"),
        ({"sample": "tiny", "name": "x" * 201}, "name", "1 to 200 characters"),
        ({"sample": "tiny", "name": "two\nlines"}, "name", "control characters"),
        ({"sample": "tiny", "name": "\x1b[31m"}, "name", "control characters"),
        ({"sample": "tiny", "name": "half \ud800"}, "name", "control characters"),
        ({"sample": "tiny", "name": 5}, "name", "string"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_queued(
    app: Flask, api: Api, body: dict[str, Any], field: str, says: str
) -> None:
    answer = api.post("/api/v1/jobs", json=body)
    assert answer.status_code == 422, answer.text
    assert says in {error["field"]: error["message"] for error in answer.json["errors"]}[field]
    assert answer.json["message"].startswith(f"{field}: ")
    assert queued(app) == 0
    assert api.get("/api/v1/jobs").json["total"] == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "JSON list"),
        ('"tiny"', "JSON str"),
        ("\x00\xff", "not JSON"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: str, says: str) -> None:
    answer = api.post("/api/v1/jobs", data=body, content_type="application/json")
    assert (answer.status_code, says in answer.json["message"]) == (400, True), answer.text


def test_a_key_that_is_written_twice_is_named_and_nothing_is_queued(app: Flask, api: Api) -> None:
    body = '{"requirement": {"demands": {"heat": 5}, "demands": {"cold": 5}}}'
    for path in ("/api/v1/jobs", "/api/v1/check", "/get_graph_data"):
        answer = api.post(path, data=body, content_type="application/json")
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json["errors"]] == ["requirement.demands"]
        assert "more than once" in answer.json["message"]
    assert queued(app) == 0


def test_what_is_nested_too_deeply_is_refused(api: Api) -> None:
    deep = "[" * 10_000 + "]" * 10_000
    for answer in (
        api.post("/api/v1/jobs", data=f'{{"requirement": {deep}}}'),
        api.post("/get_graph_data", data=f'{{"requirement": {deep}}}'),
        api.post("/get_graph_data", data={"requirement": deep}),
    ):
        assert answer.status_code == 422
        assert answer.json == {"message": "The JSON is nested too deeply."}


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    answer = api.post("/api/v1/jobs", json={"sample": "x" * 200_000})
    assert answer.status_code == 413
    assert answer.json == {"message": "The upload is too large: at most 0.09 MB."}


def test_a_form_over_the_limit_is_refused(api: Api) -> None:
    answer = api.post("/get_graph_data", data={"requirement": "x" * 200_000})
    assert answer.status_code == 413
    assert answer.json == {"message": "The upload is too large: at most 0.09 MB."}


def test_without_a_session_or_a_token_there_is_nothing(anyone: FlaskClient) -> None:
    assert anyone.post("/api/v1/jobs", json={"sample": "tiny"}).status_code == 401
    assert anyone.get("/api/v1/jobs").status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert anyone.get("/api/v1/jobs", headers=wrong).status_code == 401


def test_a_viewer_may_look_but_not_submit(app: Flask) -> None:
    viewer = Api(app, "vera", "viewer")
    assert viewer.get("/api/v1/jobs").status_code == 200
    answer = viewer.post("/api/v1/jobs", json={"sample": "tiny"})
    assert answer.status_code == 403
    assert "operator" in answer.json["message"]


def test_an_idempotency_key_makes_a_repeat_the_same_job(app: Flask, api: Api) -> None:
    key = {"Idempotency-Key": "click-1"}
    first, second = (
        api.post("/api/v1/jobs", json={"sample": "tiny"}, headers=key) for _ in range(2)
    )
    assert first.json["id"] == second.json["id"]
    assert (first.status_code, second.status_code, queued(app)) == (202, 202, 1)
    other = Api(app, "otto")
    theirs = other.post("/api/v1/jobs", json={"sample": "tiny"}, headers=key)
    assert theirs.json["id"] != first.json["id"]


def test_cancelling_a_waiting_job_ends_it_at_once(app: Flask, api: Api) -> None:
    identity = api.submit()
    answer = api.post(f"/api/v1/jobs/{identity}/cancel", json={"keep_best": True})
    assert (answer.status_code, answer.json["state"]) == (202, "REVOKED")
    assert answer.json["outcome"] == "cancelled"
    with app.app_context():
        assert lifecycle.begin(identity) is None, "a worker must not take it any more"
    again = api.post(f"/api/v1/jobs/{identity}/cancel", json={})
    assert (again.status_code, "ended already" in again.json["message"]) == (409, True)


def test_a_running_job_is_asked_to_stop(app: Flask, api: Api) -> None:
    identity = api.submit()
    with app.app_context():
        assert lifecycle.begin(identity)
    api.post(f"/api/v1/jobs/{identity}/cancel", json={"keep_best": True})
    with app.app_context():
        assert lifecycle.stop_reason(identity) == "keep"
    assert api.get(f"/api/v1/jobs/{identity}").json["state"] == "STARTED"


def test_only_its_owner_or_an_admin_cancels_a_job(app: Flask, api: Api) -> None:
    identity = api.submit()
    answer = Api(app, "otto").post(f"/api/v1/jobs/{identity}/cancel", json={})
    assert (answer.status_code, "olga" in answer.json["message"]) == (403, True)
    assert Api(app, "ada", "admin").post(f"/api/v1/jobs/{identity}/cancel").status_code == 202


def test_cancel_says_which_field_is_wrong(api: Api) -> None:
    answer = api.post(f"/api/v1/jobs/{api.submit()}/cancel", json={"keep_best": "yes"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "keep_best")


def test_of_two_workers_one_gets_the_job(app: Flask, api: Api) -> None:
    identity = api.submit()
    with app.app_context():
        assert lifecycle.begin(identity) is not None
        assert lifecycle.begin(identity) is None


def test_the_first_end_of_a_job_counts(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity)
    with app.app_context():
        assert not lifecycle.end(identity, "FAILURE", "failed", "Too late.")
        assert db.session.get_one(Job, identity).state == "SUCCESS"


def test_the_result_is_sent_once_and_then_known_by_its_etag(app: Flask, api: Api) -> None:
    identity = api.submit()
    path = f"/api/v1/jobs/{identity}/result"
    missing = api.get(path)
    assert (missing.status_code, "not ended" in missing.json["message"]) == (404, True)
    end(app, identity)
    plain, packed = api.get(path), api.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.json["plans"][0]["cost_per_year"] == 1000.0
    known = api.get(path, headers={"If-None-Match": plain.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert api.get(f"/api/v1/jobs/{identity}/graph").json["links"] == []


def test_a_plans_dispatch_is_kept_apart_from_the_result_and_linked(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity)
    plans = api.get(f"/api/v1/jobs/{identity}/result").json["plans"]
    assert not any("dispatch" in plan for plan in plans)
    for plan, dispatch in zip(plans, [DAY, TYPICAL_DAYS], strict=True):
        path = plan["dispatch_url"]
        plain, packed = api.get(path), api.get(path, headers={"Accept-Encoding": "gzip"})
        assert (plain.json, packed.headers["Content-Encoding"]) == (dispatch, "gzip")
        assert json.loads(gzip.decompress(packed.data)) == dispatch
        known = api.get(path, headers={"If-None-Match": plain.headers["ETag"]})
        assert (known.status_code, known.data) == (304, b"")


@pytest.mark.parametrize("path", ["plans/2/dispatch", "dispatch.csv?plan=2"])
def test_the_dispatch_of_a_plan_that_is_not_there_is_not_found(
    app: Flask, api: Api, path: str
) -> None:
    identity = api.submit()
    before = api.get(f"/api/v1/jobs/{identity}/{path}")
    assert (before.status_code, "not ended" in before.json["message"]) == (404, True)
    end(app, identity)
    answer = api.get(f"/api/v1/jobs/{identity}/{path}")
    assert (answer.status_code, "0 to 1" in answer.json["message"]) == (404, True)


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(answer.data.decode("utf-8-sig").splitlines()))


def test_a_plans_dispatch_is_a_table_of_a_row_a_step(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity)
    path = f"/api/v1/jobs/{identity}/dispatch.csv"
    answer = api.get(path)
    assert answer.headers["Content-Disposition"].endswith(f'dispatch-{identity}-0.csv"')
    head, *rows = table(answer)
    assert head[:2] == ["time", "supply:gas → carrier:gas gas, kW"]
    assert rows == [
        ["2023-01-01T00:00", "7.5", "-1.0", "3.0"],
        ["2023-01-01T12:00", "0.0", "2.0", "4.0"],
    ]
    head, *rows = table(api.get(f"{path}?plan=1"))
    assert head == ["day", "date", "days_per_year", "hour", "a → b heat, kW"]
    assert rows[1:3] == [
        ["0", "2023-01-01", "300.0", "12.0", "2.0"],
        ["40", "2023-02-10", "65.0", "0.0", "3.0"],
    ]
    assert api.get(f"{path}?plan=-1").status_code == 422


def test_no_name_in_a_table_is_taken_for_a_formula(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity)
    head, *_ = table(api.get(f"/api/v1/jobs/{identity}/dispatch.csv"))
    assert head[2:] == [f"'{FORMULA} → carrier:heat heat, kW", "'-tank heat, kWh"]


def test_a_running_job_shows_its_parts(app: Flask, api: Api) -> None:
    identity = api.submit()
    assert api.get(f"/api/v1/jobs/{identity}").json["parts"] == []
    with app.app_context():
        lifecycle.begin(identity)
        parts.create_parts(
            identity, [Part("structure", (), 1.0), Part("plan", ("structure",), 2.0)]
        )
        parts.claim(identity, "somebody")
    shown = api.get(f"/api/v1/jobs/{identity}").json["parts"]
    assert shown == [
        {"name": "structure", "state": "running"},
        {"name": "plan", "state": "waiting"},
    ]
    end(app, identity)
    assert api.get(f"/api/v1/jobs/{identity}").json["parts"] == []


def stored_plan(cost: float, basis: str) -> dict[str, Any]:
    """An outcome as a part stores it."""
    graph = {"nodes": [{"id": f"of {cost:g}"}], "links": []}
    plan = {"basis": basis, "cost_per_year": cost, "co2_kg_per_year": 5.0, "investment": 7.0}
    return {"plan": {**plan, "graph": graph, "dispatch": DAY}}


def test_the_best_plan_so_far_is_the_cheapest_that_a_part_has_stored(app: Flask, api: Api) -> None:
    identity = api.submit()
    path = f"/api/v1/jobs/{identity}/best"
    missing = api.get(path)
    assert (missing.status_code, "no plan yet" in missing.json["message"]) == (404, True)
    with app.app_context():
        lifecycle.begin(identity)
        planned = [Part(name, (), 1.0) for name in ("structure", "structure-2", "bound", "plan")]
        parts.create_parts(identity, planned)
        for outcome in (
            stored_plan(300.0, "typical days"),
            stored_plan(200.0, "typical days"),
            {"plan": None},
        ):
            name = parts.claim(identity, "a")
            assert name
            parts.renew(identity, name, "a", [], outcome)
    best = api.get(path)
    assert (best.json["cost_per_year"], best.json["graph"]["nodes"][0]["id"]) == (200.0, "of 200")
    assert "dispatch" not in best.json
    known = api.get(path, headers={"If-None-Match": best.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    with app.app_context():
        parts.claim(identity, "a")
        parts.renew(identity, "plan", "a", [], stored_plan(400.0, "whole horizon"))
    proper = api.get(path, headers={"If-None-Match": best.headers["ETag"]})
    assert (proper.json["cost_per_year"], proper.json["basis"]) == (400.0, "whole horizon")
    end(app, identity)
    ended = api.get(path)
    assert (ended.status_code, "in its result" in ended.json["message"]) == (404, True)


def told(app: Flask, job: str, **figures: Any) -> None:
    """Publish progress as a worker would."""
    progress = {"attempt": 1, "state": "PROGRESS", "current": 1, "total": 100, "status": "…"}
    with app.app_context():
        publish(job, {**progress, **figures})


def test_the_figures_way_is_told_with_the_basis_of_each(app: Flask, api: Api) -> None:
    identity = api.submit()
    path = f"/api/v1/jobs/{identity}/convergence"
    assert api.get(path).json == {"points": []}
    typical, whole = ({"basis": f"{basis}"} for basis in ("typical days", "whole horizon"))
    for figures in (
        {**typical, "bound": 50.0},
        {**typical, "bound": 50.0},
        {**typical, "bound": 50.0, "incumbent": 90.0, "milestone": True},
        {**whole, "incumbent": 95.0, "milestone": True},
        {**whole, "incumbent": 95.0, "bound": 94.0},
    ):
        told(app, identity, **figures)
        time.sleep(0.01)  # events are dated in milliseconds
    points = api.get(path).json["points"]
    assert [(point["basis"], point["incumbent"], point["bound"]) for point in points] == [
        ("typical days", None, 50.0),
        ("typical days", 90.0, 50.0),
        ("whole horizon", 95.0, None),
        ("whole horizon", 95.0, 94.0),
    ]
    assert [point["at"] for point in points] == sorted(point["at"] for point in points)


def test_of_a_time_whose_events_are_gone_the_milestones_remain(
    settings: Settings, app: Flask, api: Api
) -> None:
    app.extensions["journal"] = Journal(journal_of(app).redis, ttl=60, length=2)
    app.extensions["settings"] = replace(settings, journal_length=2)
    identity = api.submit()
    for incumbent in (90.0, 80.0, 70.0, 60.0):
        told(app, identity, basis="typical days", incumbent=incumbent, milestone=True)
        time.sleep(0.01)
    points = api.get(f"/api/v1/jobs/{identity}/convergence").json["points"]
    assert [(point["basis"], point["incumbent"]) for point in points] == [
        (None, 90.0),
        (None, 80.0),
        ("typical days", 70.0),
        ("typical days", 60.0),
    ]


def journal_of(app: Flask) -> Journal:
    found: Journal = app.extensions["journal"]
    return found


def test_every_option_of_the_search_can_be_submitted(api: Api) -> None:
    options = {
        "goal": "front",
        "plans": 4,
        "detail": "typical days",
        "prove": False,
        "gap": 0.01,
        "on_off": True,
        "time_limit_s": 60.0,
        "typical_days": 6,
    }
    assert set(options) == set(Options.model_fields)
    assert api.get(f"/api/v1/jobs/{api.submit(options=options)}").json["options"] == options


def test_a_failed_job_says_why_it_has_no_result(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity, "FAILURE", "failed")
    answer = api.get(f"/api/v1/jobs/{identity}/result")
    assert (answer.status_code, "It ended." in answer.json["message"]) == (404, True)


def test_missed_events_are_fetched_over_http(app: Flask, api: Api) -> None:
    identity = api.submit()
    end(app, identity)
    path = f"/api/v1/jobs/{identity}/events"
    missed = api.get(f"{path}?since=1").json
    assert ([event["seq"] for event in missed["events"]], missed["snapshot"]) == ([2], None)
    assert api.get(f"{path}?since=2").json == {"events": [], "snapshot": None}
    assert api.get(path).json["snapshot"]["seq"] == 2
    assert api.get(f"{path}?since=99").json["snapshot"]["seq"] == 2
    assert api.get(f"{path}?since=-1").status_code == 422
    assert api.get("/api/v1/jobs/nothing/events").status_code == 404


def test_jobs_are_listed_filtered_and_paged(app: Flask, api: Api) -> None:
    identities = [api.submit() for _ in range(3)]
    end(app, identities[0])
    assert [job["job"] for job in api.get("/api/v1/jobs").json["jobs"]] == identities[::-1]
    ended = api.get("/api/v1/jobs?state=success").json
    assert ([job["job"] for job in ended["jobs"]], ended["total"]) == ([identities[0]], 1)
    page = api.get("/api/v1/jobs?page=2&per_page=2").json
    assert ([job["job"] for job in page["jobs"]], page["pages"]) == ([identities[0]], 2)
    assert api.get("/api/v1/jobs?search=nothing%25").json["total"] == 0
    assert api.get("/api/v1/jobs?page=0").status_code == 422


def test_jobs_are_listed_by_what_people_call_their_state(app: Flask, api: Api) -> None:
    waiting, running, finished = (api.submit() for _ in range(3))
    with app.app_context():
        lifecycle.begin(running)
    end(app, finished)
    for state, identity in [("waiting", waiting), ("running", running), ("finished", finished)]:
        listed = api.get(f"/api/v1/jobs?state={state}").json["jobs"]
        assert [job["job"] for job in listed] == [identity], state
    answer = api.get("/api/v1/jobs?state=asleep")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "state")
    assert "waiting, running, finished" in answer.json["message"]


def test_everybody_can_list_their_own_jobs_alone(app: Flask, api: Api) -> None:
    identity = api.submit()
    Api(app, "otto").submit()
    assert [job["job"] for job in api.get("/api/v1/jobs?mine=1").json["jobs"]] == [identity]
    assert api.get("/api/v1/jobs?mine=0").json["total"] == 2


def test_a_list_goes_on_before_a_job_whatever_is_submitted_meanwhile(api: Api) -> None:
    identities = [api.submit() for _ in range(4)]
    first = api.get("/api/v1/jobs?per_page=2").json["jobs"]
    api.submit()
    rest = api.get(f"/api/v1/jobs?per_page=2&before={first[-1]['job']}").json
    assert [job["job"] for job in [*first, *rest["jobs"]]] == identities[::-1]
    assert (rest["total"], rest["pages"]) == (2, 1)
    assert api.get("/api/v1/jobs?before=nothing").status_code == 404


def test_the_fleet_tells_what_waits_in_which_order_and_who_could_take_it(
    app: Flask, api: Api
) -> None:
    running, *waiting = (api.submit() for _ in range(3))
    with app.app_context():
        registry = fleet.WorkerRegistry(journal().redis)
        lifecycle.begin(running)
        parts.create_parts(running, [Part("structure", (), 1.0)])
        parts.claim(running, "somebody")
        for name in ("one", "two"):
            registry.register(fleet.Worker(name, slots=2, busy=1))
        registry.remove("two")
        app.extensions["relay"].presence.renew({running: {"s1": "olga", "s2": "wei"}})
    shown = api.get("/api/v1/fleet").json
    assert (shown["running"], shown["parts"]) == (1, 1)
    assert (shown["waiting"], shown["order"]) == (2, waiting)
    assert shown["waiting_since"] == api.get(f"/api/v1/jobs/{waiting[0]}").json["created_at"]
    assert shown["workers"] == [{"name": "one", "slots": 2, "busy": 1}]
    assert shown["viewers"] == {running: 2}
    assert shown["watching"] == {running: ["olga", "wei"]}


def test_the_place_in_the_queue_is_told_of_the_300th_too(app: Flask, api: Api) -> None:
    people = [api, Api(app, "wei")]
    waiting = [people[number % 2].submit() for number in range(300)]
    assert api.get("/api/v1/fleet").json["order"] == waiting
    for number, cancelled in enumerate(waiting[:100]):
        people[number % 2].post(f"/api/v1/jobs/{cancelled}/cancel", json={})
    shown = api.get("/api/v1/fleet").json
    assert (shown["waiting"], shown["order"]) == (200, waiting[100:])


def test_people_take_turns_in_the_queue_that_is_told(app: Flask, api: Api) -> None:
    running, second, third = (api.submit() for _ in range(3))
    with app.app_context():
        lifecycle.begin(running)
    wei = Api(app, "wei")
    hers = [wei.submit() for _ in range(3)]
    order = api.get("/api/v1/fleet").json["order"]
    assert order == [hers[0], second, hers[1], third, hers[2]]


def test_a_worker_that_says_nothing_any_more_is_not_counted_for_long(app: Flask) -> None:
    with app.app_context():
        redis = journal().redis
        registry = fleet.WorkerRegistry(redis)
        registry.register(fleet.Worker("killed", slots=2, busy=1))
        (key,) = redis.keys("workers:{fleet}:*")
        assert 0 < redis.ttl(key) <= fleet.LIFETIME_S
        redis.delete(key)  # as its expiry does
        assert registry.present() == []


def test_a_rerun_is_the_same_again_or_with_changes(app: Flask, api: Api) -> None:
    identity = api.submit(disabled_devices=["battery"], options={"gap": 0.1})
    same = api.post(f"/api/v1/jobs/{identity}/rerun").json
    assert same["disabled_devices"] == ["battery"]
    assert same["options"] == {"gap": 0.1, "time_limit_s": 4 * 3600}
    changed = api.post(f"/api/v1/jobs/{identity}/rerun", json={"disabled_devices": []}).json
    assert (changed["disabled_devices"], changed["sample"]) == ([], "tiny")


def test_a_search_is_called_as_people_name_it_or_as_its_site_is(api: Api) -> None:
    for named, title in [
        ({}, "One winter day"),
        ({"name": None}, "One winter day"),
        ({"name": f"  {'能' * 200}\n"}, "能" * 200),
        ({"name": "Without <CHP>"}, "Without <CHP>"),
    ]:
        assert api.get(f"/api/v1/jobs/{api.submit(**named)}").json["title"] == title
    assert api.get("/api/v1/jobs?search=chp").json["total"] == 1


def test_a_rerun_keeps_the_name_until_it_is_of_another_site(api: Api) -> None:
    path = f"/api/v1/jobs/{api.submit(name='Without CHP')}/rerun"
    for changes, title in [
        ({}, "Without CHP"),
        ({"options": {"gap": 0.1}}, "Without CHP"),
        ({"name": "With CHP"}, "With CHP"),
        ({"name": None}, "One winter day"),
        ({"sample": "campus"}, "University campus"),
    ]:
        assert api.post(path, json=changes).json["title"] == title


def test_the_api_describes_itself_whole(app: Flask, api: Api) -> None:
    document = api.get("/api/v1/openapi.json").json
    for path in ["/jobs", "/jobs/{job_id}/cancel", "/jobs/{job_id}/result", "/devices"]:
        assert f"/api/v1{path}" in document["paths"]
    submit = document["paths"]["/api/v1/jobs"]["post"]
    assert {"202", "422", "503"} <= set(submit["responses"])
    assert "disabled_devices" in json.dumps(submit["requestBody"])
    assert "typical_days" in json.dumps(submit["requestBody"])
    assert '"maxLength": 200' in json.dumps(submit["requestBody"])
    dispatch = document["paths"]["/api/v1/jobs/{job_id}/plans/{plan}/dispatch"]["get"]
    assert [where["schema"]["type"] for where in dispatch["parameters"]] == ["string", "integer"]
    table = document["paths"]["/api/v1/jobs/{job_id}/dispatch.csv"]["get"]
    assert {where["name"] for where in table["parameters"]} == {"job_id", "plan"}
    assert "422" in table["responses"]
    for path in ["/api/v1/samples", "/api/v1/devices", "/api/v1/requirement.schema.json"]:
        assert api.get(path).status_code == 200


def test_the_devices_are_listed_with_their_figures_and_where_these_are_from(api: Api) -> None:
    devices = {device["name"]: device for device in api.get("/api/v1/devices").json["devices"]}
    battery = devices["battery"]
    assert battery["figures"]["power_investment"] > 0
    assert (battery["kind"], battery["group_name"]) == ("store", "storage")
    assert battery["source"]
    assert (battery["year"] > 2000, battery["currency"]) == (True, "EUR")


def test_an_unknown_address_or_method_is_said_as_json(api: Api) -> None:
    assert api.get("/api/v1/nothing").json["message"]
    answer = api.get("/get_graph_data")
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
