"""Who guesses passwords is soon told to wait, by name and by address, and finds out no names."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from dashboard.accounts.attempts import PER_ADDRESS, PER_NAME, WINDOW
from dashboard.app import create_app
from dashboard.db.extensions import db
from dashboard.development.valkey import EmbeddedValkey
from tests.dashboard.browsing import PASSWORD, add_user, post, sign_in, try_password, who
from tests.dashboard.conftest import settings_for


def codes(app: Flask, name: str, tries: int, address: str = "192.0.2.1") -> list[int]:
    """What so many wrong passwords are answered with."""
    return [guess(app, name, "wrong", address).status_code for _ in range(tries)]


def guess(app: Flask, name: str, password: str, address: str):  # type: ignore[no-untyped-def]
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return try_password(client, name, password)


def test_after_some_wrong_passwords_the_right_one_has_to_wait(app: Flask) -> None:
    add_user(app, "olga")
    assert codes(app, "olga", PER_NAME) == [401] * PER_NAME
    answer = guess(app, "olga", PASSWORD, "198.51.100.7")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW
    assert "Too many wrong passwords; try again in 15 minutes." in answer.text


def test_a_name_in_other_letters_is_the_same_name(app: Flask) -> None:
    add_user(app, "olga")
    for name in ("OLGA", "olga ", "\N{GREEK SMALL LETTER OMICRON}lga", "olga", "0lga") * 2:
        assert codes(app, name, 1) == [401]
    assert codes(app, "olga", 1) == [429]


def test_an_address_that_tries_many_names_has_to_wait_and_others_do_not(app: Flask) -> None:
    add_user(app, "olga")
    tries = [codes(app, f"name {number}", 1)[0] for number in range(PER_ADDRESS + 1)]
    assert tries == [401] * PER_ADDRESS + [429]
    assert guess(app, "olga", PASSWORD, "192.0.2.1").status_code == 429
    assert guess(app, "olga", PASSWORD, "192.0.2.2").status_code == 302


def test_neighbours_of_one_ipv6_network_are_one_address(app: Flask) -> None:
    for number in range(PER_ADDRESS):
        codes(app, f"name {number}", 1, f"2001:db8::{number + 1:x}")
    assert codes(app, "another", 1, "2001:db8::ffff:1") == [429]
    assert codes(app, "another", 1, "2001:db8:0:1::1") == [401]


def test_right_passwords_do_not_count(app: Flask) -> None:
    add_user(app, "olga")
    for _ in range(PER_NAME + 2):
        assert who(sign_in(app)) == "olga"


def test_of_a_crowd_of_guesses_no_more_are_looked_at(app: Flask) -> None:
    add_user(app, "olga")
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: codes(app, "olga", 1)[0], range(3 * PER_NAME)))
    assert sorted(tried) == [401] * PER_NAME + [429] * 2 * PER_NAME


def test_the_old_password_can_not_be_guessed_in_one_s_account_either(app: Flask) -> None:
    add_user(app, "olga")
    browser = sign_in(app)
    form = {"see": "/account", "old": "wrong", "new": "another longish phrase"}
    tried = [post(browser, "/account/password", **form).status_code for _ in range(PER_NAME + 1)]
    assert tried == [422] * PER_NAME + [429]


def test_who_is_signed_in_guesses_others_passwords_no_more_often(app: Flask) -> None:
    for name in ("olga", "otto"):
        add_user(app, name)
    browser = sign_in(app, "otto")
    tried = [try_password(browser, "olga", "wrong").status_code for _ in range(PER_NAME + 1)]
    assert tried == [401] * PER_NAME + [429]


def test_without_redis_people_come_in_and_guesses_are_counted(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "valkey", appendonly=False) as valkey:
        app = create_app(settings_for(valkey, tmp_path))
        with app.app_context():
            db.create_all()
        add_user(app, "olga")
        valkey.kill()
        assert guess(app, "olga", PASSWORD, "192.0.2.9").status_code == 302
        assert codes(app, "olga", PER_NAME + 1, "192.0.2.9")[-1] == 429


def test_a_name_that_nobody_has_takes_as_long_as_one_that_somebody_has(app: Flask) -> None:
    add_user(app, "olga")

    def seconds(name: str) -> float:
        took = []
        for _ in range(PER_NAME):
            client = app.test_client()
            client.get("/sign-in")
            begun = time.perf_counter()
            try_password(client, name, "wrong")
            took.append(time.perf_counter() - begun)
        return statistics.median(took)

    # It was thirty times as long.
    assert 1 / 3 < seconds("olga") / seconds("nobody") < 3


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000, "\ud800"])
def test_a_name_that_nobody_can_have_is_only_wrong(app: Flask, name: str) -> None:
    assert codes(app, name.encode(errors="surrogatepass").decode(errors="replace"), 1) == [401]
