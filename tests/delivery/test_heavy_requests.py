"""What one person sends that is large, hostile or slow to read: others are served meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import psutil
import pytest
import requests

from tests.dashboard.test_drafts import bomb
from tests.stack import Stack, Web

PROMPT = 5.0
"""Seconds; the product promises 1 on an idle machine."""

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def web(stack: Stack) -> Web:
    return stack.add_web()


class Asking:
    """Requests of one person, all at once."""

    def __init__(self, web: Web, token: str, path: str, data: bytes, count: int = 1) -> None:
        self.answers: list[requests.Response] = []
        self._threads = [
            threading.Thread(target=self._ask, args=(web.url + path, token, data))
            for _ in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, url: str, token: str, data: bytes) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.answers.append(requests.post(url, data=data, headers=headers, timeout=240))

    @property
    def goes_on(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def codes(self) -> set[int]:
        for thread in self._threads:
            thread.join()
        return {answer.status_code for answer in self.answers}


def longest_silence(web: Web, asking: Asking) -> float:
    """Seconds that `/healthz` took at most while something is asked."""
    longest = 0.0
    while asking.goes_on:
        began = time.monotonic()
        assert requests.get(f"{web.url}/healthz", timeout=60).ok
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.02)
    return longest


def wrong_demands() -> bytes:
    demands = {f"d{number}": "what?" for number in range(300_000)}
    return json.dumps({"requirement": {"demands": demands}}).encode()


def unknown_fields() -> bytes:
    return json.dumps({f"x{number}": 1 for number in range(300_000)}).encode()


def many_texts() -> bytes:
    return json.dumps({"requirement": {"demands": {"heat": ["x"] * 1_000_000}}}).encode()


@pytest.mark.parametrize("body", [wrong_demands, unknown_fields, many_texts])
def test_who_checks_a_monster_keeps_nobody_waiting(
    stack: Stack, web: Web, body: Callable[[], bytes]
) -> None:
    asking = Asking(web, stack.token("vera", "viewer"), "/api/v1/check", body())
    assert longest_silence(web, asking) < PROMPT
    assert asking.codes() == {422}
    assert len(asking.answers[0].json()["errors"]) <= 50


def test_bodies_that_are_too_large_are_refused_and_cost_no_memory(stack: Stack, web: Web) -> None:
    assert web.pid
    before = psutil.Process(web.pid).memory_info().rss
    token = stack.token("vera", "viewer")
    asking = Asking(web, token, "/api/v1/check", b"1" * 31 * MEGABYTE, count=20)
    assert asking.codes() == {413}
    assert psutil.Process(web.pid).memory_info().rss - before < 200 * MEGABYTE


def test_who_uploads_bombs_waits_alone(stack: Stack, web: Web) -> None:
    path = "/api/v1/columns?file=a.xlsx"
    bombs = Asking(web, stack.token("vera", "viewer"), path, bomb(), count=2)
    time.sleep(2)
    table = b"heat,sun\n1,2\n3,4\n"
    good = Asking(web, stack.token("wei"), "/api/v1/columns?file=a.csv", table)
    assert good.codes() == {200}
    assert bombs.goes_on
    assert bombs.codes() <= {422, 429}
