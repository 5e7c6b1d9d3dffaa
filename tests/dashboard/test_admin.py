"""The pages of admins, one's own tokens, the page of who sees a search, and the audit log."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.accounts import people, sessions, teams
from dashboard.db.extensions import db
from dashboard.db.models import ApiToken, Team, User, now
from tests.dashboard.browsing import (
    add_user,
    command,
    done,
    post,
    sign_in,
    try_password,
    who,
)
from tests.dashboard.conftest import Api

NEW = "another longish phrase"


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser in which an admin has signed in."""
    add_user(app, "ada", role="admin")
    return sign_in(app, "ada")


def identity(app: Flask, name: str) -> int:
    with app.app_context():
        user = people.named(name)
        assert user
        return user.id


def log(app: Flask, *args: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done(app, "audit", *args).splitlines()]


def test_an_admin_adds_a_person_who_chooses_a_password(app: Flask, ada: FlaskClient) -> None:
    page = post(ada, "/admin/people", see="/admin", name="olga", role="operator").text
    link = re.search(r"<code>http://localhost(/password/[^<]+)</code>", page)
    assert link
    olga = app.test_client()
    assert "easy to guess" in post(olga, link[1], see=link[1], new="password123").text
    assert post(olga, link[1], see=link[1], new=NEW).status_code == 302
    assert who(olga) == "olga"
    assert olga.get(link[1]).status_code == 401
    assert who(sign_in(app, "olga", NEW)) == "olga"
    refused = post(ada, "/admin/people", see="/admin", name="OLGA", role="viewer")
    assert (refused.status_code, "looks like it" in refused.text) == (422, True)


def test_an_admin_changes_others_and_not_themselves(app: Flask, ada: FlaskClient) -> None:
    add_user(app, "olga")
    olga, path = sign_in(app), f"/admin/people/{identity(app, 'olga')}"
    assert post(ada, f"{path}/role", see="/admin", role="viewer").status_code == 302
    assert olga.get("/api/v1/me").json["role"] == "viewer"
    assert post(ada, f"{path}/disable", see="/admin").status_code == 302
    assert who(olga) is None
    assert post(ada, f"{path}/password-link", see="/admin").status_code == 422
    assert post(ada, f"{path}/enable", see="/admin").status_code == 302
    assert who(sign_in(app)) == "olga"
    assert post(ada, f"{path}/remove", see="/admin").status_code == 302
    assert post(ada, f"{path}/enable", see="/admin").status_code == 404
    own = f"/admin/people/{identity(app, 'ada')}"
    for change in ("role", "disable", "remove"):
        answer = post(ada, f"{own}/{change}", see="/admin", role="viewer")
        assert (answer.status_code, "Another admin" in answer.text) == (422, True)
    assert post(ada, f"{path}/role", see="/admin", role="king").status_code in (404, 422)
    for number in ("0", "x", "9" * 30, "-1"):
        assert post(ada, f"/admin/people/{number}/disable", see="/admin").status_code == 404


def test_an_admin_s_forms_need_the_csrf_token(app: Flask, ada: FlaskClient) -> None:
    assert ada.post("/admin/people", data={"name": "eve", "role": "admin"}).status_code == 400
    assert ada.post("/admin/teams", data={"name": "North"}).status_code == 400
    large = post(ada, "/admin/people", see="/admin", name="x" * 900_000, role="viewer")
    assert large.status_code == 413
    with app.app_context():
        assert [user.name for user in db.session.scalars(db.select(User))] == ["ada"]


def test_an_admin_makes_teams(app: Flask, ada: FlaskClient) -> None:
    add_user(app, "olga")
    assert post(ada, "/admin/teams", see="/admin", name="North").status_code == 302
    assert post(ada, "/admin/teams", see="/admin", name="north").status_code == 422
    with app.app_context():
        [team] = db.session.scalars(db.select(Team.id))
    olga = str(identity(app, "olga"))
    path = f"/admin/teams/{team}"
    assert post(ada, f"{path}/members", see="/admin", user=olga).status_code == 302
    assert done(app, "teams", "list") == "North\tolga\n"
    api = Api(app, "olga")
    job = api.submit(visibility="team", team="North")
    assert post(ada, f"{path}/members/{olga}/remove", see="/admin").status_code == 302
    assert done(app, "teams", "list") == "North\n"
    assert post(ada, f"{path}/remove", see="/admin").status_code == 302
    found = api.get(f"/api/v1/jobs/{job}").json
    assert (found["visibility"], found["team"]) == ("owner", None)


def test_teams_are_made_in_a_terminal_too(app: Flask) -> None:
    add_user(app, "olga")
    done(app, "teams", "add", "North")
    done(app, "teams", "join", "North", "olga")
    assert done(app, "teams", "list") == "North\tolga\n"
    for wrong in (
        ["teams", "add", "NORTH"],
        ["teams", "join", "South", "olga"],
        ["teams", "join", "North", "otto"],
        ["users", "role", "olga", "king"],
        ["tokens", "create", "olga", "--scope", "everything"],
        ["tokens", "create", "olga", "--label", "x" * 81],
    ):
        assert command(app, *wrong).exit_code == 2, wrong
    done(app, "teams", "leave", "North", "olga")
    done(app, "teams", "remove", "North")
    assert done(app, "teams", "list") == ""
    done(app, "users", "role", "olga", "viewer")
    assert done(app, "users", "list").startswith("olga\tviewer\t")


def test_one_makes_and_revokes_one_s_own_tokens(app: Flask, ada: FlaskClient) -> None:
    add_user(app, "olga")
    olga = sign_in(app)
    assert post(olga, "/account/tokens", see="/account", label="no scope").status_code == 422
    page = post(olga, "/account/tokens", see="/account", label="ci", scopes="read", days="9").text
    text = re.search(r"<code>([^<]+)</code>", page)
    assert text
    bearer = {"Authorization": f"Bearer {text[1]}"}
    assert app.test_client().get("/api/v1/jobs", headers=bearer).status_code == 200
    with app.app_context():
        sessions.store_uses()
        [token] = db.session.scalars(db.select(ApiToken))
        assert token.last_used_at
        assert (token.expires_at - token.created_at).days in (8, 9)
        number = token.id
    [line] = done(app, "tokens", "list", "olga").splitlines()
    assert re.search(r"\tread\texpires 2\d{3}-.*\tused 2\d{3}-.*\tci$", line)
    assert post(ada, f"/account/tokens/{number}/revoke", see="/account").status_code == 404
    assert post(olga, f"/account/tokens/{number}/revoke", see="/account").status_code == 302
    assert app.test_client().get("/api/v1/jobs", headers=bearer).status_code == 401


def test_a_token_that_has_expired_or_was_revoked_by_an_admin_is_none(
    app: Flask, ada: FlaskClient
) -> None:
    expired, revoked = Api(app), Api(app)
    with app.app_context():
        first, second = db.session.scalars(db.select(ApiToken).order_by(ApiToken.id))
        first.expires_at, number = now(), second.id
        db.session.commit()
    assert expired.get("/api/v1/me").status_code == 401
    assert post(ada, f"/admin/tokens/{number}/revoke", see="/admin").status_code == 302
    assert revoked.get("/api/v1/me").status_code == 401


def test_its_owner_chooses_who_sees_a_search(app: Flask) -> None:
    add_user(app, "olga")
    olga, otto, job = sign_in(app), Api(app, "otto"), Api(app, "olga").submit()
    page = f"/jobs/{job}/sharing"
    assert post(olga, page, see=page, audience="owner").status_code == 302
    assert otto.get(f"/jobs/{job}").status_code == 404
    with app.app_context():
        teams.join(teams.add("North"), people.named("otto"))  # type: ignore[arg-type]
    assert post(olga, page, see=page, audience="team:North").status_code == 422
    assert post(olga, page, see=page, audience="nobody").status_code == 422
    made = post(olga, f"{page}/links", see=page, days="3").text
    link = re.search(r"<code>http://localhost(/shared/[^<]+)</code>", made)
    assert link
    assert app.test_client().get(link[1]).status_code == 302
    [number] = set(re.findall(r"/links/(\d+)/revoke", olga.get(page).text))
    assert post(olga, f"{page}/links/{number}/revoke", see=page).status_code == 302
    assert app.test_client().get(link[1]).status_code == 404
    assert post(olga, f"{page}/links", see=page, days="91").status_code == 422
    assert otto.get(page).status_code == 404


def test_the_log_says_who_did_what(app: Flask) -> None:
    add_user(app, "olga")
    add_user(app, "ada", role="admin")
    assert try_password(app.test_client(), "olga", "not this one").status_code == 401
    assert try_password(app.test_client(), "a password by mistake", "olga").status_code == 401
    olga, ada = sign_in(app), sign_in(app, "ada")
    api = Api(app, "olga")
    job = api.submit(name="Roof")
    api.post(f"/api/v1/jobs/{job}/visibility", json={"visibility": "owner"})
    api.post(f"/api/v1/jobs/{job}/cancel", json={})
    api.delete(f"/api/v1/jobs/{job}")
    post(olga, "/sign-out", see="/account")
    post(ada, f"/admin/people/{identity(app, 'olga')}/disable", see="/admin")
    entries = log(app)
    assert [(entry["actor"], entry["action"], entry["target"]) for entry in entries] == [
        (None, "user added", "olga"),
        (None, "user added", "ada"),
        (None, "sign-in refused", "olga"),
        ("olga", "sign-in", "olga"),
        ("ada", "sign-in", "ada"),
        ("olga", "submit", job),
        ("olga", "visibility", job),
        ("olga", "cancel", job),
        ("olga", "delete", job),
        ("olga", "sign-out", "olga"),
        ("ada", "user disabled", "olga"),
    ]
    assert entries[3]["address"] == "127.0.0.1"
    assert entries[8]["details"] == {"title": "Roof", "owner": "olga"}
    assert [entry["action"] for entry in log(app, "--user", "ada")] == ["sign-in", "user disabled"]
    assert len(log(app, "--action", "cancel")) == 1
    assert log(app, "--since", "2999-01-01") == []
    page = ada.get("/admin/audit?who=olga&action=cancel").text
    assert job in page
    assert "user disabled</td>" not in page


def test_the_log_s_page_shows_older_entries_too(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        from dashboard.db import audit

        for number in range(120):
            audit.record("team added", f"team {number}")
        db.session.commit()
    newest = ada.get("/admin/audit").text
    older = re.search(r"before=(\d+)", newest)
    assert older
    assert "team 119<" in newest
    assert "team 0<" not in newest
    assert "team 0<" in ada.get(f"/admin/audit?before={older[1]}").text
    assert ada.get("/admin/audit?before=x").status_code == 404
    assert ada.get("/admin/audit?who=%00").status_code == 200


def test_nothing_is_logged_of_what_was_refused(app: Flask) -> None:
    api, other = Api(app, "olga"), Api(app, "otto")
    job = api.submit()
    before = len(log(app))
    assert api.delete(f"/api/v1/jobs/{job}").status_code == 409
    assert other.delete(f"/api/v1/jobs/{job}").status_code == 403
    assert other.post(f"/api/v1/jobs/{job}/cancel", json={}).status_code == 403
    assert len(log(app)) == before
