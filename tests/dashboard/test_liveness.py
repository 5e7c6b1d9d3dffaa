"""Who is silent, whatever clocks do."""

from __future__ import annotations

import pytest

from dashboard.jobs.liveness import HeartbeatMonitor
from dashboard.times import MAX_STEP_S


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_who_says_the_same_word_is_silent_for_as_long(clock: Clock) -> None:
    monitor: HeartbeatMonitor[str] = HeartbeatMonitor(clock)
    heard = []
    for word in (1, 1, 1, 2, 2):
        clock.now += 2
        heard.append(monitor.silent_s({"a": word})["a"])
    assert heard == [0, 2, 4, 0, 2]


def test_each_is_counted_for_itself_and_forgotten_when_not_asked_for(clock: Clock) -> None:
    monitor: HeartbeatMonitor[str] = HeartbeatMonitor(clock)
    monitor.silent_s({"a": 1})
    clock.now += 2
    assert monitor.silent_s({"a": 1, "b": 1}) == {"a": 2, "b": 0}
    clock.now += 2
    assert monitor.silent_s({"b": 1}) == {"b": 2}
    assert monitor.silent_s({"a": 1, "b": 1}) == {"a": 0, "b": 2}


def test_a_listener_that_was_frozen_has_heard_no_silence(clock: Clock) -> None:
    monitor: HeartbeatMonitor[str] = HeartbeatMonitor(clock)
    monitor.silent_s({"a": 1})
    clock.now += 3600
    assert monitor.silent_s({"a": 1}) == {"a": MAX_STEP_S}
