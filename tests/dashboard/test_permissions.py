"""Who may do what: each role and action on each kind of search, by real requests and sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from algorithm.messages import Message
from dashboard.accounts import people, roles, shares, teams
from dashboard.config import ROOT
from dashboard.db.extensions import db
from dashboard.db.models import Job, User
from dashboard.jobs import lifecycle
from dashboard.jobs.permissions import as_markdown
from dashboard.journal.publish import publish
from tests.dashboard.conftest import Api, Listening, turn_out
from tests.stack import wait_for

PUBLIC = {
    "static",
    "languages.texts",
    "accounts.sign_in",
    "accounts.sign_in_by_link",
    "accounts.choose_password",
    "accounts.sign_out",
    "health.healthz",
    "health.readyz",
    "health.metrics",
    "openapi.document",
    "sharing.watch",
}
"""Routes that answer everybody, or ask by themselves."""

PEOPLE = {
    "vera": "viewer",
    "otto": "operator",
    "tina": "operator",  # in the team
    "olga": "operator",  # in the team; the searches are hers
    "ada": "admin",
}
VISIBILITIES = {
    "all": {"visibility": "all"},
    "team": {"visibility": "team", "team": "North"},
    "owner": {"visibility": "owner"},
}
SEEN_BY = {
    "all": {"vera", "otto", "tina", "olga", "ada"},
    "team": {"tina", "olga", "ada"},
    "owner": {"olga", "ada"},
}
MAY_CHANGE = {"olga", "ada"}


@pytest.fixture
def team(app: Flask) -> dict[str, Api]:
    """A team with tina and olga in it, and everybody."""
    apis = {name: Api(app, name, role) for name, role in PEOPLE.items()}
    with app.app_context():
        north = teams.add("North")
        for name in ("tina", "olga"):
            teams.join(north, person(name))
    return apis


def person(name: str) -> User:
    user = people.named(name)
    assert user
    return user


def expected(name: str, visibility: str, *, changes: bool, success: int) -> int:
    if changes and PEOPLE[name] == "viewer":
        return 403
    if name not in SEEN_BY[visibility]:
        return 404
    return 403 if changes and name not in MAY_CHANGE else success


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_each_role_does_what_the_table_says(team: dict[str, Api], visibility: str) -> None:
    for name, api in team.items():
        job = team["olga"].submit(**VISIBILITIES[visibility])
        path = f"/api/v1/jobs/{job}"
        reads = ["", "/submission", "/events", "/convergence"]
        found = {read: api.get(path + read).status_code for read in reads}
        found["page"] = api.get(f"/jobs/{job}").status_code
        found["status"] = api.get(f"/status/{job}").status_code
        found["wall"] = 404 if api.get(f"/wall?jobs={job}").status_code == 422 else 200
        code = expected(name, visibility, changes=False, success=200)
        assert found == dict.fromkeys(found, code), name
        listed = [each["job"] for each in api.get("/api/v1/jobs").json["jobs"]]
        assert (job in listed, job in api.get("/api/v1/fleet").json["order"]) == (
            (code == 200),
            (code == 200),
        )
        changes = {
            "share": api.post(f"{path}/visibility", json=VISIBILITIES[visibility]).status_code,
            "sharing": api.get(f"/jobs/{job}/sharing").status_code,
        }
        code = expected(name, visibility, changes=True, success=200)
        assert changes == dict.fromkeys(changes, code), name
        cancelled = api.post(f"{path}/cancel", json={}).status_code
        assert cancelled == expected(name, visibility, changes=True, success=202)
        assert team["olga"].post(f"{path}/cancel", json={}).status_code in (202, 409)
        assert api.delete(path).status_code == code
        assert team["ada"].get(path).status_code == (404 if code == 200 else 200)


def test_only_who_starts_searches_starts_them_again(team: dict[str, Api]) -> None:
    job = team["olga"].submit(**VISIBILITIES["team"])
    codes = {
        name: api.post(f"/api/v1/jobs/{job}/rerun", json={}).status_code
        for name, api in team.items()
    }
    assert codes == {"vera": 403, "otto": 404, "tina": 202, "olga": 202, "ada": 202}
    # It's the team's again.
    assert len(team["tina"].get("/api/v1/jobs").json["jobs"]) == 4
    assert team["otto"].get("/api/v1/jobs").json["jobs"] == []


def test_nobody_gives_a_search_to_a_team_that_is_not_theirs(team: dict[str, Api]) -> None:
    wish = {"sample": "tiny", **VISIBILITIES["team"]}
    answer = team["otto"].post("/api/v1/jobs", json=wish)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "team")
    for wrong in ({"visibility": "team"}, {"visibility": "owner", "team": "North"}):
        answer = team["olga"].post("/api/v1/jobs", json={"sample": "tiny", **wrong})
        assert answer.status_code == 422


def test_admin_pages_are_for_admins(team: dict[str, Api]) -> None:
    for path in ("/admin", "/admin/audit"):
        codes = {name: api.get(path).status_code for name, api in team.items()}
        assert codes == {"vera": 403, "otto": 403, "tina": 403, "olga": 403, "ada": 200}


@pytest.mark.parametrize(
    ("scopes", "codes"),
    [
        (["read"], {"list": 200, "submit": 403, "hidden": 200, "cancel": 403, "admin": 403}),
        (["submit"], {"list": 403, "submit": 202, "hidden": 403, "cancel": 404, "admin": 403}),
        (
            ["read", "submit"],
            {"list": 200, "submit": 202, "hidden": 404, "cancel": 404, "admin": 403},
        ),
        (["admin"], {"list": 403, "submit": 403, "hidden": 403, "cancel": 403, "admin": 200}),
    ],
)
def test_a_token_reaches_as_far_as_its_scopes(
    app: Flask, team: dict[str, Api], scopes: list[str], codes: dict[str, int]
) -> None:
    hidden = team["olga"].submit(**VISIBILITIES["owner"])
    args = [word for scope in scopes for word in ("--scope", scope)]
    made = app.test_cli_runner().invoke(args=["tokens", "create", "ada", *args])
    headers = {"Authorization": f"Bearer {made.output.strip()}"}
    client = app.test_client()
    found = {
        "list": client.get("/api/v1/jobs", headers=headers),
        "submit": client.post("/api/v1/jobs", headers=headers, json={"sample": "tiny"}),
        "hidden": client.get(f"/api/v1/jobs/{hidden}", headers=headers),
        "cancel": client.post(f"/api/v1/jobs/{hidden}/cancel", headers=headers, json={}),
        "admin": client.get("/admin", headers=headers),
    }
    # Without its scope, the token of an admin is that of an operator.
    expected = codes | ({"hidden": 404} if scopes == ["read"] else {})
    assert {what: answer.status_code for what, answer in found.items()} == expected
    assert client.get("/account", headers=headers).status_code == 403


def test_each_route_says_what_it_needs(app: Flask) -> None:
    with app.app_context():
        endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
        assert {name for name in endpoints if roles.action_of(name) is None} == PUBLIC


def test_each_route_asks_whether_one_may(
    app: Flask, monkeypatch: pytest.MonkeyPatch, anyone: FlaskClient
) -> None:
    admin = Api(app, "ada", "admin")
    monkeypatch.setattr(roles, "may", lambda *_: False)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        path = app.url_map.bind("localhost").build(
            rule.endpoint, dict.fromkeys(rule.arguments, 1), force_external=False
        )
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = anyone.open(path, method=method, headers=admin.headers)
            assert answer.status_code == 403, f"{method} {path}"
            assert anyone.open(path, method=method).status_code in (302, 401), f"{method} {path}"


def test_a_route_that_does_not_say_answers_nobody(app: Flask, anyone: FlaskClient) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "secret")
    assert anyone.get("/forgotten").status_code == 403


def test_the_documented_table_is_the_one_in_force(app: Flask) -> None:
    table = "\n".join(as_markdown())
    assert table in (ROOT / "docs" / "roles.md").read_text(), "run `flask --app wsgi roles`"
    assert app.test_cli_runner().invoke(args=["roles"]).output == table + "\n"


def progress(app: Flask, *jobs: str) -> None:
    """Let each of these searches go on by an event."""
    with app.app_context():
        for job in jobs:
            event: Any = {
                "attempt": 1,
                "state": "PENDING",
                "current": 0,
                "total": 100,
                "status": Message("Pending..."),
            }
            publish(job, event)


class TestSockets:
    @pytest.fixture
    def listen(
        self, app: Flask, team: dict[str, Api], url: str
    ) -> Iterator[Callable[[str], Listening]]:
        app.extensions["relay"].live = True  # as a heartbeat finds out
        opened = []

        def listen(name: str) -> Listening:
            opened.append(Listening(url, auth={"token": team[name].token}))
            return opened[-1]

        yield listen
        # All at once: each waits for some seconds.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda listening: listening.socket.disconnect(), opened))

    def jobs_of(self, listening: Listening, last: str) -> set[str]:
        """The searches of which it heard an event since, the one of `last` included."""

        def heard() -> set[str]:
            return {said["job"] for event, said in list(listening.heard) if event == "progress"}

        wait_for("an event", lambda: last in heard())
        return heard()

    def test_the_overview_has_the_events_of_what_one_sees(
        self, app: Flask, team: dict[str, Api], listen: Callable[[str], Listening]
    ) -> None:
        jobs = {kind: team["olga"].submit(**wish) for kind, wish in VISIBILITIES.items()}
        sockets = {name: listen(name) for name in PEOPLE}
        for name, socket in sockets.items():
            listed = socket.asks("watch_all")["jobs"]
            seen = {jobs[kind] for kind, names in SEEN_BY.items() if name in names}
            assert {each["job"] for each in listed} == seen  # type: ignore[attr-defined]
        progress(app, jobs["team"], jobs["owner"], jobs["all"])
        for name, socket in sockets.items():
            seen = {jobs[kind] for kind, names in SEEN_BY.items() if name in names}
            assert self.jobs_of(socket, jobs["all"]) == seen, name
        # It changes hands.
        assert team["olga"].post(
            f"/api/v1/jobs/{jobs['team']}/visibility", json=VISIBILITIES["owner"]
        ).status_code == (200)
        turn_out(app)
        for socket in sockets.values():
            socket.heard.clear()
        progress(app, jobs["team"], jobs["all"])
        for name in ("otto", "tina"):
            assert self.jobs_of(sockets[name], jobs["all"]) == {jobs["all"]}
        assert self.jobs_of(sockets["ada"], jobs["all"]) == {jobs["team"], jobs["all"]}

    @pytest.mark.parametrize("way", ["leave", "visibility", "delete", "role"])
    def test_who_loses_access_hears_no_more_of_it(
        self,
        app: Flask,
        team: dict[str, Api],
        listen: Callable[[str], Listening],
        way: str,
    ) -> None:
        hidden, open_ = (team["olga"].submit(**VISIBILITIES[kind]) for kind in ("team", "all"))
        name = "ada" if way == "role" else "tina"
        hers, other = listen(name), listen("olga")
        for socket in (hers, other):
            assert socket.asks("watch", {"job": hidden})["ok"]
            assert socket.asks("watch", {"job": open_})["ok"]
        turn_out(app)
        assert "relay" not in [event for event, _ in hers.heard]
        with app.app_context():
            if way == "leave":
                north = teams.named("North")
                assert north
                teams.leave(north, person("tina"))
            elif way == "visibility":
                db.session.get_one(Job, hidden).visibility = "owner"
                db.session.commit()
            elif way == "role":
                people.change_role(person("ada"), "operator")
            else:
                lifecycle.end(hidden, "REVOKED", "cancelled", "Ended.")
                assert lifecycle.delete_ended(db.session.get_one(Job, hidden))
        turn_out(app)
        wait_for("its page to ask again", lambda: "relay" in [event for event, _ in hers.heard])
        hers.heard.clear()
        if way != "delete":
            progress(app, hidden)
        progress(app, open_)
        assert self.jobs_of(hers, open_) == {open_}
        assert not hers.asks("watch", {"job": hidden})["ok"]
        if way != "delete":
            assert self.jobs_of(other, open_) == {hidden, open_}
        assert team[name].get(f"/api/v1/jobs/{hidden}").status_code == 404


class TestShareLinks:
    @pytest.fixture
    def job(self, team: dict[str, Api]) -> str:
        return team["olga"].submit(**VISIBILITIES["owner"])

    def key(self, app: Flask, job: str, name: str = "olga") -> str:
        with app.app_context():
            return shares.make(db.session.get_one(Job, job), person(name), days=1)

    def test_it_lets_one_search_be_watched_and_nothing_else(
        self,
        app: Flask,
        team: dict[str, Api],
        job: str,
        anyone: FlaskClient,
        url: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("dashboard.sockets.relay.AUDIENCE_INTERVAL_S", 0.0)
        other = team["olga"].submit()
        assert anyone.get(f"/api/v1/jobs/{job}").status_code == 401
        opened = anyone.get(f"/shared/{self.key(app, job)}")
        assert opened.headers["Location"] == f"/jobs/{job}"
        page = anyone.get(f"/jobs/{job}").text
        assert "data-guest" in page
        assert 'data-action="cancel"' not in page
        for path in ("", "/events", "/convergence"):
            assert anyone.get(f"/api/v1/jobs/{job}{path}").status_code == 200
            assert anyone.get(f"/api/v1/jobs/{other}{path}").status_code == 404
        for path in ("/api/v1/jobs", "/api/v1/fleet", f"/api/v1/jobs/{job}/submission"):
            assert anyone.get(path).status_code == 401, path
        for path in ("/", "/new", "/account", "/admin", f"/jobs/{job}/sharing"):
            assert anyone.get(path).headers["Location"].startswith("/sign-in"), path
        assert anyone.post(f"/api/v1/jobs/{job}/cancel", json={}).status_code == 401
        assert anyone.post("/api/v1/jobs", json={"sample": "tiny"}).status_code == 401
        cookie = anyone.get_cookie("session")
        assert cookie
        guest = Listening(url, headers={"Cookie": f"session={cookie.value}"})
        assert guest.asks("watch", {"job": job})["ok"]
        assert not guest.asks("watch", {"job": other})["ok"]
        hers = Listening(url, auth={"token": team["olga"].token})
        assert hers.asks("watch", {"job": job})["ok"]
        self.beat(app)
        names = [said["names"] for event, said in [*guest.heard] if event == "viewers"]
        assert names == [[]] * len(names) != []
        wait_for(
            "both",
            lambda: (
                ("Guest", "olga")
                in [tuple(said["names"]) for event, said in [*hers.heard] if event == "viewers"]
            ),
        )
        assert not guest.asks("watch_all")["ok"]
        progress(app, other, job)
        wait_for("its event", lambda: "progress" in [event for event, _ in guest.heard])
        assert {said["job"] for _, said in guest.heard if "job" in said} == {job}
        [number] = self.numbers(app, job)
        with app.app_context():
            assert shares.revoke(db.session.get_one(Job, job), number)
        turn_out(app)
        assert guest.ended.wait(30)
        hers.socket.disconnect()
        assert anyone.get(f"/api/v1/jobs/{job}").status_code == 401

    def beat(self, app: Flask) -> None:
        with app.app_context():
            app.extensions["relay"].beat()

    def numbers(self, app: Flask, job: str) -> list[int]:
        with app.app_context():
            return [link.id for link in shares.of_job(db.session.get_one(Job, job))]

    @pytest.mark.parametrize(
        ("name", "ends"),
        [
            ("olga", lambda app: people.disable(person("olga"))),
            ("olga", lambda app: people.change_role(person("olga"), "viewer")),
            ("ada", lambda app: people.change_role(person("ada"), "operator")),
        ],
        ids=["disabled", "demoted to viewer", "an admin no more"],
    )
    def test_it_ends_with_the_right_of_who_made_it(
        self,
        app: Flask,
        job: str,
        anyone: FlaskClient,
        name: str,
        ends: Callable[[Flask], None],
    ) -> None:
        key = self.key(app, job, name)
        assert anyone.get(f"/shared/{key}").status_code == 302
        with app.app_context():
            ends(app)
        assert anyone.get(f"/api/v1/jobs/{job}").status_code == 401
        assert anyone.get(f"/shared/{key}").status_code == 404

    def test_a_wrong_or_expired_key_opens_nothing(
        self, app: Flask, job: str, anyone: FlaskClient
    ) -> None:
        key = self.key(app, job)
        text, _, signature = key.rpartition(".")
        for wrong in (text, f"{text}x.{signature}", f"{text}.{signature[:-2]}", "x" * 3000):
            assert anyone.get(f"/shared/{wrong}").status_code == 404
        with app.app_context():
            [link] = shares.of_job(db.session.get_one(Job, job))
            link.expires_at = link.created_at
            db.session.commit()
        assert anyone.get(f"/shared/{key}").status_code == 404

    def test_who_is_signed_in_stays_who_they_are(
        self, app: Flask, team: dict[str, Api], job: str
    ) -> None:
        path = f"/shared/{self.key(app, job)}"
        assert team["ada"].get(path).headers["Location"] == f"/jobs/{job}"
        assert team["otto"].get(path).status_code == 403
        assert team["otto"].get(f"/jobs/{job}").status_code == 404
