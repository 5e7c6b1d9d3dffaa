"""Nobody keeps others from their turn: time limits, the queue's order, many cancelled at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from queue import Empty
from typing import Any

import pytest
from flask import Flask

from algorithm import Options, load_sample, parts_of
from dashboard.config import ConfigurationError, Settings
from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.jobs import lifecycle, parts
from dashboard.jobs.preemption import WAIT_S, Preemption
from tests.dashboard.conftest import Api


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, time_limit=600, longest_time_limit=1000, waiting_per_person=12)


@pytest.fixture
def other(app: Flask) -> Api:
    return Api(app, "wei")


def submit(api: Api, count: int) -> list[str]:
    return [api.submit() for _ in range(count)]


def taken(app: Flask, most: int = 100) -> list[str]:
    """The jobs whose messages a worker would take now, in that order."""
    found: list[str] = []
    with app.extensions["celery"].connection_for_read() as connection:
        queue = connection.SimpleQueue("celery")
        while len(found) < most:
            try:
                message = queue.get(timeout=0.5)
            except Empty:
                break
            message.ack()
            found.append(message.headers["id"])
        queue.close()
    return found


def begin(app: Flask, job_id: str) -> None:
    with app.app_context():
        assert lifecycle.begin(job_id)


def end(app: Flask, job_id: str) -> None:
    with app.app_context():
        assert lifecycle.end(job_id, "FAILURE", "failed", "Ended.")


class TestTimeLimit:
    def test_a_search_that_states_none_has_the_usual_one(self, api: Api) -> None:
        job = api.submit()
        assert api.get(f"/api/v1/jobs/{job}").json["options"] == {"time_limit_s": 600}
        assert api.get(f"/api/v1/jobs/{job}/submission").json["options"] == {}

    @pytest.mark.parametrize("way", ["jobs", "check"])
    def test_a_longer_one_than_allowed_is_refused(self, api: Api, way: str) -> None:
        for limit, code in ((1000, {"jobs": 202, "check": 200}[way]), (1000.5, 422)):
            wish = {"sample": "tiny", "options": {"time_limit_s": limit}}
            answer = api.post(f"/api/v1/{way}", json=wish)
            assert answer.status_code == code
        assert answer.json["errors"] == [
            {"field": "options.time_limit_s", "message": "should be at most 1000 here"}
        ]

    def test_the_usual_one_is_within_the_longest(self) -> None:
        environ = {"SEARCH_TIME_LIMIT_MOST": "60", "REDIS_URL": "redis://x"}
        assert Settings.from_environment(environ).time_limit == 60
        with pytest.raises(ConfigurationError, match="SEARCH_TIME_LIMIT"):
            Settings.from_environment(environ | {"SEARCH_TIME_LIMIT": "61"})


class TestOrder:
    def test_people_take_turns(self, app: Flask, api: Api, other: Api) -> None:
        many, few = submit(api, 5), submit(other, 2)
        assert taken(app) == [many[0], few[0], many[1], few[1], *many[2:]]

    def test_who_has_more_running_waits_for_who_has_less(
        self, app: Flask, api: Api, other: Api
    ) -> None:
        many = submit(api, 4)
        for job in taken(app, 2):
            begin(app, job)
        few = submit(other, 2)
        assert taken(app, 2) == few
        assert taken(app) == many[2:]

    def test_who_has_one_less_running_gets_ahead_again(
        self, app: Flask, api: Api, other: Api
    ) -> None:
        many = submit(api, 4)
        begin(app, taken(app, 1)[0])
        few = submit(other, 3)
        begin(app, taken(app, 1)[0])
        end(app, many[0])
        assert taken(app, 1) == [many[1]]
        assert few[1] in taken(app)

    def test_a_person_alone_has_nothing_sent_twice(self, app: Flask, api: Api) -> None:
        many = submit(api, 3)
        begin(app, taken(app, 1)[0])
        end(app, many[0])
        assert taken(app) == many[1:]

    def test_only_so_many_of_one_person_wait(self, api: Api, other: Api) -> None:
        submit(api, 12)
        answer = api.post("/api/v1/jobs", json={"sample": "tiny"})
        assert answer.status_code == 429
        assert "12 searches waiting" in answer.json["message"]
        other.submit()


class TestRoom:
    """`clock` is the time of who looks."""

    @pytest.fixture
    def wait(self, app: Flask) -> Callable[[float], None]:
        now = [0.0]
        room = Preemption(lambda: now[0])

        def wait(seconds: float) -> None:
            with app.app_context():
                for _ in range(int(seconds)):
                    room.look()
                    now[0] += 1
                room.look()

        return wait

    def states(self, api: Api, found: list[str]) -> list[str]:
        return [api.get(f"/api/v1/jobs/{job}").json["state"] for job in found]

    def test_who_holds_all_slots_makes_room_for_who_has_waited_long(
        self, app: Flask, api: Api, other: Api, wait: Callable[[float], None]
    ) -> None:
        many = submit(api, 4)
        for job in taken(app, 2):
            begin(app, job)
        few = submit(other, 1)
        wait(WAIT_S - 1)
        assert self.states(api, many[:2]) == ["STARTED", "STARTED"]
        wait(2)
        with app.app_context():
            lifecycle.send_requeued()
        assert self.states(api, many) == ["STARTED", "RETRY", "PENDING", "PENDING"]
        assert taken(app) == [few[0], many[1], *many[2:]]
        told = api.get(f"/api/v1/jobs/{many[1]}").json["status"]
        assert told == "It was preempted by another person's search; starting again."

    def test_nobody_makes_room_for_themselves_or_with_their_only_search(
        self, app: Flask, api: Api, other: Api, wait: Callable[[float], None]
    ) -> None:
        many, theirs = submit(api, 3), other.submit()
        for job in (many[0], theirs):
            begin(app, job)
        other.submit()
        Api(app, "ada").submit()
        wait(3 * WAIT_S)
        assert self.states(api, [many[0], theirs]) == ["STARTED", "STARTED"]
        end(app, theirs)

    def test_what_ran_of_it_counts_as_not_begun(self, app: Flask, api: Api) -> None:
        job = api.submit()
        begin(app, job)
        with app.app_context():
            parts.create_parts(job, parts_of(load_sample("tiny"), Options()))
            name = parts.claim(job, "holder")
            assert name
            assert lifecycle.preempt(job, 1)
            assert not lifecycle.preempt(job, 1)
            # Its worker notices, and is there.
            assert not parts.renew(job, name, "holder", [])
            parts.undo_try(job, name, "holder")
            lifecycle.undo_loss(job, 1)
            (part, *_) = parts.statuses(job)
            assert (part.state, part.tries) == ("waiting", 0)
            assert db.session.get_one(Job, job).lost == 0


class TestCancelSeveral:
    def cancel(self, api: Api, **wanted: Any) -> Any:
        return api.post("/api/v1/jobs/cancel", json=wanted)

    def test_all_of_ones_own_that_wait(self, app: Flask, api: Api, other: Api) -> None:
        mine, theirs = submit(api, 4), other.submit()
        begin(app, mine[0])
        told = self.cancel(api, waiting=True).json
        assert (set(told["cancelled"]), told["refused"]) == (set(mine[1:]), [])
        states = {job["job"]: job["state"] for job in api.get("/api/v1/jobs").json["jobs"]}
        assert states == {mine[0]: "STARTED", theirs: "PENDING"} | dict.fromkeys(
            mine[1:], "REVOKED"
        )

    def test_those_that_are_named_and_may_be(self, api: Api, other: Api) -> None:
        mine, theirs = submit(api, 3), other.submit()
        assert self.cancel(api, jobs=mine[:1]).json["cancelled"] == mine[:1]
        told = self.cancel(api, jobs=[*mine[:2], theirs, "nothing", "\0"]).json
        assert told["cancelled"] == [mine[1]]
        assert [refused["job"] for refused in told["refused"]] == [
            mine[0],
            theirs,
            "nothing",
            "\0",
        ]
        assert "Only wei or an admin" in told["refused"][1]["message"]

    @pytest.mark.parametrize(
        "wanted", [{}, {"waiting": True, "jobs": ["a"]}, {"jobs": []}, {"jobs": ["a"] * 1001}]
    )
    def test_what_is_unclear_is_refused(self, api: Api, wanted: dict[str, Any]) -> None:
        answer = self.cancel(api, **wanted)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "jobs")

    def test_a_viewer_may_not(self, app: Flask) -> None:
        assert self.cancel(Api(app, "vera", "viewer"), waiting=True).status_code == 403


def test_an_unknown_role_may_nothing(app: Flask) -> None:
    guest = Api(app, "gast", "guest")
    assert guest.post("/api/v1/jobs", json={"sample": "tiny"}).status_code == 403
    assert guest.get("/api/v1/jobs").status_code == 403


@pytest.mark.parametrize(
    "path", ["jobs/%00", "jobs?search=%00", "jobs?before=%00", "jobs/%00/graph"]
)
def test_a_null_character_is_refused_before_the_database_has_to(api: Api, path: str) -> None:
    assert api.get(f"/api/v1/{path}").status_code in (404, 422)
