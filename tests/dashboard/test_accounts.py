"""Coming in: password, link, token; CSRF; and the commands that make accounts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.accounts import development_sign_in_link
from dashboard.db.extensions import db
from dashboard.db.models import User
from tests.dashboard.browsing import add_user, csrf_token, try_password


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser in which a person has signed in by a link."""
    client = app.test_client()
    with app.app_context():
        link = development_sign_in_link("")
    assert client.get(link).headers["Location"] == "/"
    return client


def sign_in(client: FlaskClient, name: str, password: str, then: str = "") -> tuple[int, str]:
    answer = try_password(client, name, password, then)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_name_and_its_password_sign_in(app: Flask, anyone: FlaskClient) -> None:
    add_user(app, "olga", "a long password")
    assert sign_in(anyone, "olga", "another password") == (401, "")
    assert sign_in(anyone, "nobody", "a long password") == (401, "")
    assert sign_in(anyone, "olga", "a long password") == (302, "/")
    assert anyone.get("/api/v1/me").json == {"name": "olga", "role": "operator"}


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/jobs/1?view=sankey", "/jobs/1?view=sankey"),
        ("/jobs?search=太阳%2520roof", "/jobs?search=太阳%20roof"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/\\x", "/"),
        ("/%09/evil.example", "/"),
        ("/%2509/evil.example", "/"),
        ("/%0d%0aLocation:%20//evil.example", "/"),
        ("/%00", "/"),
        ("//[", "/"),
        ("/" + "x" * 5000, "/"),
    ],
)
def test_signing_in_leads_on_but_never_away(
    app: Flask, anyone: FlaskClient, wanted: str, got: str
) -> None:
    add_user(app, "olga", "a long password")
    code, location = sign_in(anyone, "olga", "a long password", f"?next={wanted}")
    assert (code, unquote(location)) == (302, unquote(got))


def test_a_page_asks_to_sign_in_and_comes_back(anyone: FlaskClient) -> None:
    answer = anyone.get("/new")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/new")


def test_a_broken_sign_in_link_says_so(anyone: FlaskClient) -> None:
    answer = anyone.get("/sign-in/MQ.broken")
    assert answer.status_code == 401
    assert "sign-in link" in answer.text


def test_signing_out_ends_the_session(browser: FlaskClient) -> None:
    token = csrf_token(browser)
    browser.post("/sign-out", data={"csrf_token": token})
    assert browser.get("/api/v1/me").status_code == 401


def test_a_session_needs_the_csrf_token(browser: FlaskClient) -> None:
    path, body = "/api/v1/jobs", {"sample": "tiny"}
    assert browser.post(path, json=body).status_code == 400
    wrong = browser.post(path, json=body, headers={"X-CSRFToken": "wrong"})
    assert (wrong.status_code, "CSRF" in wrong.json["message"]) == (400, True)
    token = {"X-CSRFToken": csrf_token(browser)}
    assert browser.post(path, json=body, headers=token).status_code == 202


def test_the_sign_in_form_needs_the_csrf_token_too(app: Flask, anyone: FlaskClient) -> None:
    add_user(app, "olga", "a long password")
    form = {"username": "olga", "password": "a long password"}
    assert anyone.post("/sign-in", data=form).status_code == 400


def test_the_older_route_takes_our_own_pages_word_instead_of_a_token(browser: FlaskClient) -> None:
    path = "/get_graph_data"
    assert browser.post(path, headers={"Origin": "http://localhost"}).status_code == 202
    assert browser.post(path, headers={"Origin": "http://evil.example"}).status_code == 400
    assert browser.post(path).status_code == 400
    token = {"Origin": "http://localhost", "X-CSRFToken": "wrong"}
    assert browser.post(path, headers=token).status_code == 400


def test_users_add_refuses_what_it_cannot_use(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    add_user(app, "olga", "a long password")
    for args, password, says in [
        (["olga"], "a long password\n", "already"),
        (["otto"], "", "standard input"),
        (["otto", "--role", "king"], "a long password\n", "king"),
        (["x" * 81], "a long password\n", "80"),
    ]:
        result = run(args=["users", "add", *args], input=password)
        assert (result.exit_code, says in result.output) == (2, True), result.output
    with app.app_context():
        assert [user.name for user in db.session.scalars(db.select(User))] == ["olga"]


def test_a_token_is_shown_once_and_works(app: Flask, anyone: FlaskClient) -> None:
    add_user(app, "olga", "a long password")
    run = app.test_cli_runner().invoke
    token = run(args=["tokens", "create", "olga"]).output.strip()
    headers = {"Authorization": f"Bearer {token}"}
    assert anyone.get("/api/v1/me", headers=headers).json["name"] == "olga"
    assert run(args=["tokens", "create", "otto"]).exit_code == 2


def test_passwords_and_tokens_are_not_kept_in_the_clear(app: Flask) -> None:
    add_user(app, "olga", "a long password")
    token = app.test_cli_runner().invoke(args=["tokens", "create", "olga"]).output.strip()
    kept = app.extensions["settings"].database_url.removeprefix("sqlite:///")
    for path in [kept, f"{kept}-wal"]:
        content = Path(path).read_bytes()
        assert b"a long password" not in content
        assert token.encode() not in content


def test_a_role_that_there_is_not_may_nothing(app: Flask, browser: FlaskClient) -> None:
    token = {"X-CSRFToken": csrf_token(browser)}
    with app.app_context():
        db.session.execute(db.update(User).values(role="king"))
        db.session.commit()
    assert browser.get("/api/v1/jobs").status_code == 403
    answer = browser.post("/api/v1/jobs", json={"sample": "tiny"}, headers=token)
    assert (answer.status_code, "king" in answer.json["message"]) == (403, True)
