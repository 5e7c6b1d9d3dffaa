"""`flask users` and `flask tokens`: accounts are made, looked at and ended in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config import Settings
from tests.dashboard.browsing import PASSWORD, add_user, command, done, sign_in, try_password, who

NEW = "another longish phrase"


def listed(app: Flask, what: str) -> list[list[str]]:
    return [line.split("\t") for line in done(app, what, "list").splitlines()]


def test_people_are_listed_with_what_lets_them_in(app: Flask) -> None:
    add_user(app, "王小明", role="admin")
    add_user(app, "olga")
    sign_in(app)
    done(app, "tokens", "create", "olga")
    done(app, "users", "disable", "王小明")
    assert listed(app, "users") == [
        ["olga", "operator", "active", "1 sign-ins", "1 tokens"],
        ["王小明", "admin", "disabled", "0 sign-ins", "0 tokens"],
    ]


def test_a_new_password_replaces_the_old_one(app: Flask) -> None:
    add_user(app, "olga")
    assert "signed out everywhere" in done(app, "users", "password", "olga", says=f"{NEW}\n")
    assert try_password(app.test_client(), "olga", PASSWORD).status_code == 401
    assert who(sign_in(app, password=NEW)) == "olga"


def test_who_is_removed_is_gone_and_the_name_is_free(app: Flask) -> None:
    add_user(app, "olga")
    assert "their searches stay" in done(app, "users", "remove", "olga")
    assert listed(app, "users") == []
    assert try_password(app.test_client(), "olga", PASSWORD).status_code == 401
    add_user(app, "Olga", NEW)
    assert who(sign_in(app, "Olga", NEW)) == "Olga"


def test_tokens_are_listed_by_number_and_revoked_by_it(app: Flask) -> None:
    for name in ("olga", "otto"):
        add_user(app, name)
        done(app, "tokens", "create", name)
    assert [line[:2] for line in listed(app, "tokens")] == [["1", "olga"], ["2", "otto"]]
    assert done(app, "tokens", "list", "otto").startswith("2\totto\t")
    assert done(app, "tokens", "revoke", "1") == "Token 1 of olga is revoked.\n"
    assert [line[:2] for line in listed(app, "tokens")] == [["2", "otto"]]


@pytest.mark.parametrize(
    ("args", "password", "says"),
    [
        (["users", "password", "olga"], "", "standard input"),
        (["users", "password", "olga"], "a\n", "at least 10 characters"),
        (["users", "password", "otto"], f"{NEW}\n", "no user 'otto'"),
        (["users", "disable", "otto"], "", "no user 'otto'"),
        (["users", "enable", "otto"], "", "no user 'otto'"),
        (["users", "remove", "otto"], "", "no user 'otto'"),
        (["users", "link", "otto"], "", "no user 'otto'"),
        (["tokens", "list", "otto"], "", "no user 'otto'"),
        (["tokens", "revoke", "7"], "", "no API token 7"),
        (["tokens", "revoke", "9" * 30], "", "no API token 999"),
        (["tokens", "revoke", "seven"], "", "not a valid integer"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line_with_status_2(
    app: Flask, args: list[str], password: str, says: str
) -> None:
    add_user(app, "olga")
    result = command(app, *args, says=password)
    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert who(sign_in(app)) == "olga"


def test_a_database_without_tables_is_said_in_one_line(settings: Settings, tmp_path: Path) -> None:
    result = command(create_app(settings), "users", "list")
    assert result.exit_code == 1
    assert "was `flask db upgrade` run?" in result.output
    assert len(result.output.splitlines()) == 1
