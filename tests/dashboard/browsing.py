"""What a person does in a browser to come in, and an operator in a terminal to let them."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from dashboard.accounts import people, sign_in_link

PASSWORD = "a long password"


def csrf_token(client: FlaskClient, path: str = "/new") -> str:
    page = client.get(path).text
    found = re.search(r'(?:name="csrf-token" content|name="csrf_token"[^>]* value)="([^"]+)"', page)
    assert found, page
    return found[1]


def command(app: Flask, *args: str, says: str | None = None) -> Any:
    """Run `flask …`; `says`: what goes to its standard input."""
    return app.test_cli_runner().invoke(args=args, input=says)


def done(app: Flask, *args: str, says: str | None = None) -> str:
    """What a command says that must succeed."""
    result = command(app, *args, says=says)
    assert result.exit_code == 0, result.output
    output: str = result.output
    return output


def add_user(app: Flask, name: str, password: str = PASSWORD, role: str = "operator") -> None:
    done(app, "users", "add", name, "--role", role, says=f"{password}\n")


def link_for(app: Flask, name: str) -> str:
    with app.app_context():
        user = people.named(name)
        assert user
        return sign_in_link(user, "")


def post(client: FlaskClient, path: str, see: str = "/sign-in", **form: str) -> Any:
    """Send a form with the CSRF token of the page `see`."""
    return client.post(path, data={"csrf_token": csrf_token(client, see), **form})


def try_password(client: FlaskClient, name: str, password: str, then: str = "") -> Any:
    return post(client, f"/sign-in{then}", username=name, password=password)


def sign_in(app: Flask, name: str = "olga", password: str = PASSWORD) -> FlaskClient:
    """A browser of its own, in which a person has signed in."""
    client = app.test_client()
    assert try_password(client, name, password).status_code == 302
    assert who(client) == name
    return client


def who(client: FlaskClient) -> str | None:
    """Who is signed in there."""
    answer = client.get("/api/v1/me")
    assert answer.status_code in (200, 401)
    name: str | None = (answer.json or {}).get("name")
    return name


def copy_of(client: FlaskClient) -> FlaskClient:
    """Another browser with the same session cookie."""
    copy = client.application.test_client()
    cookie = client.get_cookie("session")
    assert cookie
    copy.set_cookie("session", cookie.value)
    return copy
