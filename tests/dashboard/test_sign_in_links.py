"""A sign-in link signs its reader in once, by a button, and takes nobody's place unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.accounts import development_sign_in_link
from dashboard.db.extensions import db
from dashboard.db.models import SignInLink, now
from tests.dashboard.browsing import add_user, done, link_for, post, sign_in, who


@pytest.fixture
def link(app: Flask) -> str:
    add_user(app, "olga")
    return link_for(app, "olga")


def press(client: FlaskClient, link: str) -> int:
    """Open a link, and press its button."""
    code: int = post(client, link, see=link).status_code
    return code


def age(app: Flask, **older: float) -> None:
    """Make every link older than it is."""
    with app.app_context():
        created_at = now() - timedelta(**older)
        db.session.execute(db.update(SignInLink).values(created_at=created_at))
        db.session.commit()


def test_looking_at_a_link_signs_nobody_in_and_the_button_does(
    link: str, anyone: FlaskClient
) -> None:
    assert anyone.head(link).status_code == 200
    page = anyone.get(link)
    assert ("Sign in as" in page.text, page.headers["Cache-Control"]) == (True, "no-store")
    assert who(anyone) is None
    assert press(anyone, link) == 302
    assert who(anyone) == "olga"


def test_a_link_works_once(app: Flask, link: str, anyone: FlaskClient) -> None:
    assert press(anyone, link) == 302
    later = app.test_client()
    assert later.get(link).status_code == 401
    assert post(later, link).status_code == 401
    assert who(later) is None


def test_a_link_works_for_a_quarter_of_an_hour(app: Flask, link: str, anyone: FlaskClient) -> None:
    age(app, minutes=14)
    assert anyone.get(link).status_code == 200
    age(app, minutes=15)
    assert anyone.get(link).status_code == 401


def test_the_button_needs_the_csrf_token(link: str, anyone: FlaskClient) -> None:
    assert anyone.post(link).status_code == 400
    assert who(anyone) is None


def test_a_link_says_whose_place_it_takes(app: Flask, link: str) -> None:
    add_user(app, "petra")
    browser = sign_in(app, "petra")
    page = browser.get(link).text
    assert ("petra" in page, "olga" in page, who(browser)) == (True, True, "petra")
    assert press(browser, link) == 302
    assert who(browser) == "olga"


@pytest.mark.parametrize(
    "command",
    [("users", "disable", "olga"), ("users", "remove", "olga"), ("users", "password", "olga")],
)
def test_a_link_ends_with_what_it_opens(
    app: Flask, link: str, anyone: FlaskClient, command: tuple[str, ...]
) -> None:
    done(app, *command, says="another longish phrase\n")
    assert anyone.get(link).status_code == 401


def test_a_command_prints_a_link(app: Flask, anyone: FlaskClient) -> None:
    add_user(app, "olga")
    link = done(app, "users", "link", "olga", "--base-url", "https://island.example/").strip()
    assert link.startswith("https://island.example/sign-in/")
    assert press(anyone, link.removeprefix("https://island.example")) == 302
    assert who(anyone) == "olga"


def test_development_s_own_link_opens_by_itself_again_and_again(
    app: Flask, anyone: FlaskClient
) -> None:
    with app.app_context():
        link = development_sign_in_link("")
    age(app, days=20)
    assert anyone.head(link).status_code == 200
    assert who(anyone) is None
    for browser in (anyone, app.test_client()):
        assert browser.get(link).headers["Location"] == "/"
        assert who(browser) == "operator"


def test_development_s_own_link_asks_before_it_takes_somebody_s_place(app: Flask) -> None:
    add_user(app, "olga")
    browser = sign_in(app)
    with app.app_context():
        link = development_sign_in_link("")
    assert browser.get(link).status_code == 200
    assert who(browser) == "olga"


def test_development_s_own_link_ends_with_the_next_one_and_is_none_in_production(
    app: Flask, anyone: FlaskClient
) -> None:
    with app.app_context():
        links = [development_sign_in_link("") for _ in range(2)]
    assert [anyone.get(link).status_code for link in links] == [401, 302]
    app.extensions["settings"] = replace(app.extensions["settings"], profile="production")
    assert anyone.get(links[1]).status_code == 401
    with app.app_context():
        assert app.test_client().get(development_sign_in_link("")).status_code == 200
