"""Passwords: which are taken, and how they are kept and checked."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from dashboard.accounts import passwords, people
from dashboard.config import ROOT
from dashboard.db.extensions import db
from dashboard.db.models import User
from tests.dashboard.browsing import add_user, command, sign_in, who


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("a", "at least 10 characters"),
        ("jkw39vq!z", "at least 10 characters"),
        ("password123", "common or easy to guess"),
        ("1234567890", "common or easy to guess"),
        ("aaaaaaaaaaaa", "common or easy to guess"),
        ("P@ssw0rd2024", "common or easy to guess"),
        ("olga olga olga", "common or easy to guess"),
        ("petrova-olga", "common or easy to guess"),
        ("a long password" * 18, "at most 256 characters"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_a_reason(
    app: Flask, password: str, says: str
) -> None:
    result = command(app, "users", "add", "Olga Petrova", says=f"{password}\n")
    assert (result.exit_code, says in result.output) == (2, True), result.output
    with app.app_context():
        assert people.named("Olga Petrova") is None


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "窗前明月光疑是地上霜",
        "jkw39vq!zt",
        "slow amber kettle " * 14,
    ],
)
def test_a_long_phrase_is_taken_in_whatever_script(app: Flask, password: str) -> None:
    add_user(app, "olga", password)
    assert who(sign_in(app, password=password)) == "olga"


def test_a_hash_of_before_is_checked_and_made_anew_at_the_next_sign_in(app: Flask) -> None:
    with app.app_context():
        kept = generate_password_hash("a")
        db.session.add(User(name="olga", role="operator", password_hash=kept))
        db.session.commit()
        user = people.named("olga")
        assert not passwords.is_right(user, "b")
        assert user.password_hash == kept
    assert who(sign_in(app, password="a")) == "olga"
    with app.app_context():
        user = people.named("olga")
        assert user.password_hash.startswith("$argon2id$")
    assert who(sign_in(app, password="a")) == "olga"


def test_who_has_no_password_comes_in_by_none(app: Flask) -> None:
    with app.app_context():
        user = people.add("olga", "operator")
        assert not passwords.is_right(user, "")
        assert not passwords.is_right(user, "nobody's")
        assert not passwords.is_right(None, "nobody's")


LOOP = {
    "eventlet": """
import eventlet
eventlet.monkey_patch()
from eventlet import sleep, spawn
""",
    "gevent": """
from gevent import monkey
monkey.patch_all()
from gevent import sleep, spawn
""",
}

TICKS = """
import sys
from dashboard.app import create_app
from dashboard.config import Settings
from dashboard.accounts import passwords

environ = {"FLASK_CONFIG": "testing", "SECRET_KEY": "k", "DATABASE_URL": "sqlite:///unused.db"}
app = create_app(Settings.from_environment({**environ, "SOCKETIO_ASYNC_MODE": sys.argv[1]}))
ended = []

def check():
    with app.app_context():
        ended.append(passwords.is_right(None, "a password"))

checking = spawn(check)
ticks = 0
while not ended:
    sleep(0)
    ticks += 1
print(ticks)
"""


@pytest.mark.parametrize("mode", LOOP)
def test_others_are_served_while_a_password_is_checked(mode: str) -> None:
    ticks = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOP[mode] + TICKS, mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    # Two, if the loop stood still meanwhile.
    assert int(ticks.stdout) > 5
