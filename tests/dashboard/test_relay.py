"""Who is told of whom, where answers of Redis cross: every viewer knows all of them in the end.

The application serves real sockets from this process, and its heartbeat beats when a test says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dashboard.conftest import Api, Serving
from tests.stack import wait_for

Step = Callable[[], object]


@pytest.fixture
def meanwhile(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Step], None]:
    """Lets something happen after Redis has answered the next such step, before that is heard."""

    def hold_up(step: str, what: Step) -> None:
        take = getattr(serving.relay.presence, step)

        def late(*args: object) -> object:
            answer = take(*args)
            monkeypatch.setattr(serving.relay.presence, step, take)
            what()
            return answer

        monkeypatch.setattr(serving.relay.presence, step, late)

    return hold_up


def test_an_answer_that_was_overtaken_is_put_right(
    serving: Serving, api: Api, meanwhile: Callable[[str, Step], None]
) -> None:
    job = api.submit()
    one, two = serving.viewer(job), serving.viewer(job)

    def come() -> None:
        two.connect()
        wait_for("the second to be told", lambda: two.viewers == 2)

    meanwhile("renew", come)
    one.connect()
    wait_for("the older answer", lambda: one.viewers == 1)

    def is_put_right() -> bool:
        serving.beat()
        return one.viewers == two.viewers == 2

    wait_for("both to know of both", is_put_right, 10)


def test_who_asks_again_is_told_again_who_watches(serving: Serving, api: Api) -> None:
    viewer = serving.viewer(api.submit()).connect()
    wait_for("it to be told", lambda: viewer.viewers == 1)
    viewer.viewers = 0  # as one who didn't read for a while, for whom that was dropped
    viewer.socket.emit("watch", {"job": viewer.job})
    wait_for("it to be told again", lambda: viewer.viewers == 1)


def test_a_socket_that_asks_while_it_is_counted_out_is_not_counted_for_ever(
    serving: Serving, api: Api, meanwhile: Callable[[str, Step], None]
) -> None:
    relay, other_job = serving.relay, api.submit()
    viewer = serving.viewer(api.submit()).connect()
    wait_for("it to be told", lambda: viewer.viewers == 1)
    (sid,) = relay.watchers[viewer.job]
    meanwhile("leave", lambda: relay.enter(other_job, sid, "olga"))
    viewer.socket.disconnect()
    wait_for("it to have asked", lambda: other_job in relay.watchers)
    wait_for("it to be counted out", lambda: serving.beat() or not relay.viewers())
