"""The remaining time: it counts down, rises only with a reason, and gets narrower."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithm import Part
from algorithm.search.remaining_time import AGAIN, Remaining, RemainingTime

STAGED = (
    Part("structure", (), 20, leads=True),
    Part("plan", ("structure",), 40, leads=True),
    Part("bound", ("plan",), 100, leads=True),
)
POINTS = (
    Part("structure", (), 10),
    *(Part(f"point-{n}", ("structure",), 10) for n in range(1, 5)),
)


class Run:
    """A search in virtual time: each part progresses evenly and takes what `seconds` says."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.now = 0.0
        self.remaining = RemainingTime(parts, lambda: self.now)
        self.said: list[tuple[float, Remaining]] = []

    def part(self, name: str, seconds: int, *, stands: bool = False) -> None:
        for second in range(seconds):
            self.remaining.progressed(name, 0.05 if stands else second / seconds)
            self.said.append((self.now, self.remaining.say()))
            self.now += 1
        self.remaining.done(name)


def test_a_figure_comes_with_the_first_report_and_is_a_range() -> None:
    run = Run(STAGED)
    run.part("structure", 1)
    _, first = run.said[0]
    assert first.seconds == pytest.approx(160)
    assert first.low is not None
    assert first.high is not None
    assert first.low < 160 < first.high


@pytest.mark.parametrize("pace", [0.3, 0.5, 1, 2, 4])
def test_a_slow_or_fast_machine_is_noticed(pace: float) -> None:
    run = Run(STAGED)
    for part in STAGED:
        run.part(part.name, round(part.seconds * pace))
    end = run.now
    # The last part began at three eighths; from its middle, all looks must be near.
    late = [(at, said) for at, said in run.said if 0.7 * end < at < 0.95 * end]
    near = [abs(said.seconds - (end - at)) <= 0.3 * (end - at) for at, said in late]
    assert sum(near) >= 0.8 * len(near)


def test_it_counts_down_while_the_bar_stands_and_says_why_it_rises() -> None:
    run = Run(STAGED)
    run.part("structure", 120, stands=True)
    rises = 0
    for (_, before), (_, after) in zip(run.said, run.said[1:], strict=False):
        if after.seconds > before.seconds:
            rises += 1
            assert after.reason
        else:
            assert after.seconds <= before.seconds - 0.9
    assert rises > 0  # it took six times as long


def test_the_range_narrows_to_one_figure() -> None:
    run = Run(STAGED)
    for part in STAGED:
        run.part(part.name, int(part.seconds))
    assert run.said[0][1].high is not None
    assert run.said[-5][1].high is None


def test_equal_parts_teach_each_other_and_share_the_slots() -> None:
    run = Run(POINTS)
    run.part("structure", 10)
    run.remaining.progressed("point-1", 0.0)
    one = run.remaining.say().seconds
    run.remaining.progressed("point-2", 0.0)
    two = run.remaining.say().seconds
    assert (one, two) == (pytest.approx(40), pytest.approx(20))


def test_a_part_that_is_begun_again_is_the_reason() -> None:
    run = Run(STAGED)
    run.part("structure", 20)
    for second in range(39):
        run.remaining.progressed("plan", second / 40)
        run.remaining.say()
        run.now += 1
    run.remaining.begins_again("plan")
    assert run.remaining.say().reason == AGAIN


reports = st.tuples(
    st.sampled_from([part.name for part in STAGED]),
    st.floats(0, 1),
    st.floats(0, 50),
    st.booleans(),
)


@given(st.lists(reports, max_size=40))
def test_neither_the_figure_nor_its_range_rises_silently(
    told: list[tuple[str, float, float, bool]],
) -> None:
    run = Run(STAGED)
    before = run.remaining.say()
    for name, fraction, seconds, ends in told:
        run.remaining.progressed(name, fraction)
        if ends:
            run.remaining.done(name)
        run.now += seconds
        said = run.remaining.say()
        upper, known = said.high or said.seconds, before.high or before.seconds
        if said.seconds > before.seconds + 1e-9:
            assert said.reason
        elif said.reason == before.reason or said.reason is None:
            assert upper <= known + 1e-6
        before = said
