"""The one bar: whatever the parts tell, and in whatever order, it only ever gets better."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from algorithm import Overall, Part, Progress

PARTS = (
    Part("structure", (), 10, leads=True),
    Part("plan", ("structure",), 40, leads=True),
    Part("bound", (), 50, leads=True),
    Part("point-1", ("plan",), 30),
)
costs = st.none() | st.floats(-1e6, 1e6)
told = st.tuples(
    st.sampled_from([part.name for part in PARTS]),
    st.builds(
        Progress,
        phase=st.just("solve"),
        fraction=st.floats(0, 1),
        status=st.text(max_size=5),
        basis=st.sampled_from(["typical days", "whole horizon"]),
        incumbent=costs,
        bound=costs,
    ),
)


@given(st.lists(told, max_size=40))
def test_the_bar_never_falls_and_is_full_once_at_the_end(parts: list[tuple[str, Progress]]) -> None:
    heard: list[Progress] = []
    overall = Overall(PARTS, heard.append)
    for name, progress in parts:
        overall.take(name, progress)
        if progress.fraction == 1.0:
            overall.done(name)
    overall.finish("Done")
    for before, after in pairwise(heard):
        assert after.fraction >= before.fraction
    assert [progress.fraction for progress in heard].count(1.0) == 1
    assert heard[-1].fraction == 1.0


@given(st.lists(told, max_size=40))
def test_figures_get_better_on_one_basis_and_begin_anew_on_the_other_once(
    parts: list[tuple[str, Progress]],
) -> None:
    heard: list[Progress] = []
    overall = Overall(PARTS, heard.append)
    for name, progress in parts:
        overall.take(name, progress)
    for progress in heard:
        if progress.incumbent is not None and progress.bound is not None:
            assert progress.bound <= progress.incumbent
    for before, after in pairwise(heard):
        if before.basis == after.basis:
            if before.bound is not None and after.incumbent == before.incumbent:
                assert after.bound is not None
                assert after.bound >= before.bound
            if before.incumbent is not None:
                assert after.incumbent is not None
                assert after.incumbent <= before.incumbent
        elif after.basis == "typical days":
            assert before.incumbent is None


def test_parts_that_do_not_lead_move_the_bar_and_nothing_else() -> None:
    heard: list[Progress] = []
    overall = Overall(PARTS, heard.append)
    overall.take("point-1", Progress("solve", 1.0, "", incumbent=5.0, bound=4.0))
    assert heard[-1].incumbent is None
    assert heard[-1].bound is None
    assert heard[-1].fraction == 30 / 130
