"""Nobody stays in who was let go: cookies, copies of cookies, tokens and sockets end at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import socketio
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from dashboard.db.extensions import db
from tests.dashboard.browsing import (
    PASSWORD,
    add_user,
    command,
    copy_of,
    done,
    post,
    sign_in,
    try_password,
    who,
)
from tests.dashboard.conftest import Api, Listening, turn_out
from tests.stack import wait_for

NEW = "another longish phrase"


@pytest.fixture
def olga(app: Flask) -> FlaskClient:
    """A browser in which olga has signed in."""
    add_user(app, "olga")
    return sign_in(app)


def sign_out(client: FlaskClient) -> None:
    post(client, "/sign-out", see="/account")


def change_password(client: FlaskClient) -> None:
    answer = post(client, "/account/password", see="/account", old=PASSWORD, new=NEW)
    assert answer.status_code == 302
    assert "was changed" in client.get(answer.headers["Location"]).text


def sign_out_everywhere(client: FlaskClient) -> None:
    assert post(client, "/sign-out-everywhere", see="/account").status_code == 302


def by_command(*args: str, says: str | None = None) -> Callable[[FlaskClient], None]:
    def act(client: FlaskClient) -> None:
        done(client.application, "users", *args, says=says)

    return act


ENDS = {
    "sign-out": sign_out,
    "everywhere": sign_out_everywhere,
    "password": change_password,
    "password by command": by_command("password", "olga", says=f"{NEW}\n"),
    "disable": by_command("disable", "olga"),
    "remove": by_command("remove", "olga"),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_old_cookie_is_worth_nothing(olga: FlaskClient, end: Callable[..., None]) -> None:
    copy = copy_of(olga)
    assert who(copy) == "olga"
    end(olga)
    assert who(copy) is None
    assert copy.get("/new").headers["Location"] == "/sign-in?next=/new"


def test_signing_out_of_one_browser_leaves_the_others(app: Flask, olga: FlaskClient) -> None:
    other = sign_in(app)
    sign_out(olga)
    assert who(other) == "olga"


def test_signing_out_everywhere_ends_the_other_browsers(app: Flask, olga: FlaskClient) -> None:
    other = sign_in(app)
    sign_out_everywhere(olga)
    assert who(other) is None
    assert who(olga) is None


def test_who_changes_the_password_stays_and_the_other_browsers_do_not(
    app: Flask, olga: FlaskClient
) -> None:
    other = sign_in(app)
    change_password(olga)
    assert who(olga) == "olga"
    assert who(other) is None
    assert try_password(app.test_client(), "olga", PASSWORD).status_code == 401
    assert who(sign_in(app, password=NEW)) == "olga"


def test_a_new_password_needs_the_old_one_and_keeps_the_rules(olga: FlaskClient) -> None:
    for old, new, says in [
        ("not this one at all", NEW, "old password is wrong"),
        (PASSWORD, "short", "at least 10 characters"),
        (PASSWORD, "password123", "easy to guess"),
    ]:
        answer = post(olga, "/account/password", see="/account", old=old, new=new)
        assert (answer.status_code, says in answer.text) == (422, True), answer.text
    assert who(sign_in(olga.application)) == "olga"


def test_who_is_disabled_comes_in_by_nothing_until_enabled(app: Flask, olga: FlaskClient) -> None:
    token = done(app, "tokens", "create", "olga").strip()
    done(app, "users", "disable", "olga")
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/me", headers=bearer).status_code == 401
    assert try_password(app.test_client(), "olga", PASSWORD).status_code == 401
    assert command(app, "tokens", "create", "olga").exit_code == 2
    assert command(app, "users", "link", "olga").exit_code == 2
    done(app, "users", "enable", "olga")
    assert app.test_client().get("/api/v1/me", headers=bearer).status_code == 401
    assert who(sign_in(app)) == "olga"
    assert who(olga) is None


def test_a_cookie_of_somebody_deleted_is_nobody_else_s(app: Flask, olga: FlaskClient) -> None:
    # By hand, without regard for what refers to it, as people did before there was `remove`.
    with app.app_context(), db.engine.connect() as connection:
        for statement in ("PRAGMA foreign_keys=OFF", 'DELETE FROM "user"'):
            connection.execute(text(statement))
        connection.commit()
        connection.execute(text("PRAGMA foreign_keys=ON"))
    add_user(app, "boss", role="admin")
    assert who(olga) is None


def test_a_removed_person_s_searches_stay_and_are_not_their_namesake_s(app: Flask) -> None:
    job = Api(app, "olga").submit()
    done(app, "users", "remove", "olga")
    add_user(app, "olga")
    namesake = sign_in(app)
    found = namesake.get(f"/api/v1/jobs/{job}").json
    assert (found["owner"], found["state"]) == ("olga", "PENDING")
    assert namesake.get("/api/v1/jobs?mine=1").json["jobs"] == []
    token = done(app, "tokens", "create", "olga").strip()
    answer = namesake.post(
        f"/api/v1/jobs/{job}/cancel",
        json={"keep_best": False},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_the_sockets_of_a_session_end_with_it(
    app: Flask, olga: FlaskClient, url: str, end: Callable[..., None]
) -> None:
    cookie = olga.get_cookie("session")
    assert cookie
    hers = Listening(url, headers={"Cookie": f"session={cookie.value}"})
    other = Listening(url, auth={"token": Api(app, "otto").token})
    job = Api(app, "otto").submit()
    assert hers.asks("watch", {"job": job})["ok"]
    turn_out(app)
    end(olga)
    answer = hers.asks("watch", {"job": job})
    assert (answer["ok"], "session has ended" in str(answer["error"])) == (False, True)
    assert not hers.asks("watch_all")["ok"]
    turn_out(app)
    assert hers.ended.wait(30)
    assert other.asks("watch", {"job": job})["ok"]
    with pytest.raises(socketio.exceptions.ConnectionError):
        Listening(url, headers={"Cookie": f"session={cookie.value}"})
    other.socket.disconnect()


def test_the_sockets_of_a_token_end_when_it_is_revoked(app: Flask, url: str, api: Api) -> None:
    kept, revoked = Listening(url, auth={"token": api.token}), Api(app)
    cut = Listening(url, auth={"token": revoked.token})
    [_, number] = [line.split("\t")[0] for line in done(app, "tokens", "list").splitlines()]
    done(app, "tokens", "revoke", number)
    turn_out(app)
    assert cut.ended.wait(30)
    wait_for("the other to answer", lambda: kept.asks("watch_all")["ok"])
    assert revoked.get("/api/v1/me").status_code == 401
    kept.socket.disconnect()
