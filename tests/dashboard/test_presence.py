"""Who watches: counted by sockets, named by people, forgotten when nobody renews them."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from dashboard.journal.publish import journal
from dashboard.sockets.presence import NAMED, Audience, Presence
from tests.stack import wait_for


@pytest.fixture
def presence(app: Flask) -> Presence:
    with app.app_context():
        return Presence(journal().redis, lifetime=12)


def test_a_person_with_several_windows_is_named_once(presence: Presence) -> None:
    windows = {"s1": "olga", "s2": "wei", "s3": "olga"}
    audience = Audience(count=3, people=2, names=("olga", "wei"))
    assert presence.renew({"a": windows, "b": {}}) == {"a": audience, "b": Audience(0, 0, ())}
    assert presence.leave("a", "s1", "olga") == Audience(2, 2, ("olga", "wei"))
    assert presence.leave("a", "s3", "olga") == Audience(1, 1, ("wei",))


def test_viewers_of_several_web_processes_are_told_together(presence: Presence) -> None:
    presence.renew({"a": {"s1": "wei"}})
    assert presence.renew({"a": {"s2": "olga"}})["a"].names == ("olga", "wei")


def test_of_many_people_the_first_by_name_are_named_and_all_counted(presence: Presence) -> None:
    crowd = {f"s{place}": f"viewer {place:03}" for place in range(300)}
    audience = presence.renew({"a": crowd})["a"]
    assert (audience.count, audience.people) == (300, 300)
    assert audience.names == tuple(f"viewer {place:03}" for place in range(NAMED))


@pytest.mark.parametrize(
    "name", ["two words", " ", "line\nbreak", "张伟", "مريم", "<b>", "x" * 200]
)
def test_a_name_comes_back_as_it_is(presence: Presence, name: str) -> None:
    assert presence.renew({"a": {"s1": name}})["a"].names == (name,)


def test_who_is_not_renewed_is_forgotten(app: Flask) -> None:
    with app.app_context():
        brief = Presence(journal().redis, lifetime=1)
    brief.renew({"a": {"killed": "olga"}})
    wait_for("it to expire", lambda: brief.renew({"a": {"s2": "wei"}})["a"].names == ("wei",))


def test_a_redis_that_lost_everything_knows_them_again_at_the_next_heartbeat(
    app: Flask, presence: Presence
) -> None:
    before = presence.renew({"a": {"s1": "olga"}})
    with app.app_context():
        journal().redis.flushdb()
    assert presence.renew({"a": {"s1": "olga"}}) == before


def test_who_was_entered_before_the_clock_was_set_back_is_forgotten_as_soon_as_anybody(
    app: Flask, presence: Presence
) -> None:
    presence.renew({"a": {"s1": "olga"}})
    with app.app_context():
        (key,) = journal().redis.scan_iter("*viewers*")
        journal().redis.zadd(key, {"gone wei": time.time() + 3600})
    assert presence.renew({"a": {"s1": "olga"}})["a"].names == ("olga",)
