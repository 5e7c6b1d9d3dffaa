"""What a running search publishes, and what waits while Redis is away."""

from __future__ import annotations

from typing import Any

import pytest
from redis import ConnectionError as RedisAway

from algorithm import Progress
from workers.reporter import Reporter


class Line:
    """Where the reporter publishes: keeps what came, unless it's cut."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.cut_after: int | None = None

    def __call__(self, meta: dict[str, Any]) -> None:
        if self.cut_after is not None and len(self.said) >= self.cut_after:
            raise RedisAway
        self.said.append(meta)

    @property
    def statuses(self) -> list[str]:
        return [meta["status"] for meta in self.said]


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def reporter(line: Line) -> Reporter:
    reporter = Reporter(line)
    reporter.INTERVAL_S = reporter.REDIS_RETRY_S = 0.0  # type: ignore[misc]
    return reporter


def progress(status: str, fraction: float = 0.5, milestone: bool = False) -> Progress:
    return Progress("solve", fraction, status, milestone=milestone)


def test_of_many_reports_the_newest_is_published(line: Line, reporter: Reporter) -> None:
    for status in "abc":
        reporter.note(progress(status))
    reporter.flush()
    assert line.statuses == ["c"]


def test_nothing_is_published_twice(line: Line, reporter: Reporter) -> None:
    reporter.note(progress("a"))
    reporter.flush()
    reporter.flush()
    assert line.statuses == ["a"]


def test_milestones_are_never_merged_away(line: Line, reporter: Reporter) -> None:
    for status, milestone in [("a", True), ("b", False), ("c", True), ("d", False), ("e", False)]:
        reporter.note(progress(status, milestone=milestone))
    reporter.flush()
    assert line.statuses == ["a", "c", "e"]


def test_reports_wait_for_the_interval(line: Line) -> None:
    reporter = Reporter(line)
    reporter.INTERVAL_S = 3600.0  # type: ignore[misc]
    for status in "ab":
        reporter.note(progress(status))
        reporter.flush()
    assert line.statuses == ["a"]


def test_the_last_call_waits_for_nothing(line: Line) -> None:
    reporter = Reporter(line)
    reporter.INTERVAL_S = 3600.0  # type: ignore[misc]
    reporter.note(progress("a"))
    reporter.flush()
    reporter.note(progress("b", milestone=True))
    reporter.note(progress("c"))
    reporter.flush(last=True)
    assert line.statuses == ["a", "b", "c"]


def test_while_redis_is_away_milestones_and_the_newest_wait(line: Line, reporter: Reporter) -> None:
    line.cut_after = 1
    for status in "abc":
        reporter.note(progress(status, milestone=True))
    reporter.note(progress("d"))
    reporter.flush()
    assert line.statuses == ["a"]
    line.cut_after = None
    reporter.note(progress("e"))
    reporter.flush()
    assert line.statuses == ["a", "b", "c", "e"]


def test_the_bar_never_goes_back_nor_reaches_its_end_before_the_end(
    line: Line, reporter: Reporter
) -> None:
    for fraction in (0.2, 0.1, 0.5, 1.0, 0.3):
        reporter.note(progress("", fraction, milestone=True))
    reporter.flush()
    assert [meta["current"] for meta in line.said] == [20.0, 20.0, 50.0, 99.9, 99.9]
    assert {meta["total"] for meta in line.said} == {100}


def test_figures_that_are_unknown_are_said_to_be(line: Line, reporter: Reporter) -> None:
    reporter.note(Progress("solve", 0.5, "", "typical days", incumbent=8.0, bound=6.0, gap=0.25))
    reporter.flush()
    reporter.note(Progress("year", 0.6, "", "whole horizon", incumbent=9.0))
    reporter.flush()
    figures = [(meta["incumbent"], meta["bound"], meta["gap"]) for meta in line.said]
    assert figures == [(8.0, 6.0, 0.25), (9.0, None, None)]
    assert [meta["basis"] for meta in line.said] == ["typical days", "whole horizon"]
