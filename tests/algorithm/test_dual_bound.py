"""A lower bound from a dual point: none is above the optimum, however far off the duals are."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.linear_program import Program
from algorithm.series import Floats
from algorithm.solve.dual_bound import dual_bound

some = settings(max_examples=300, deadline=None)
# Of the sum of all amounts that meet in an objective: what simplex leaves inexact.
INEXACT = 1e-7


@dataclass(frozen=True)
class Solved:
    """How simplex ended, with the least cost and its duals."""

    status: highspy.HighsModelStatus
    cost: float
    duals: Floats


def solved(program: Program) -> Solved:
    highs = highspy.Highs()
    for option, value in {
        "output_flag": False,
        "solver": "simplex",
        "presolve": "off",
        "primal_feasibility_tolerance": 1e-10,
        "dual_feasibility_tolerance": 1e-10,
    }.items():
        highs.setOptionValue(option, value)
    highs.passModel(program.to_highs())
    highs.run()
    cost = float(highs.getInfo().objective_function_value)
    return Solved(highs.getModelStatus(), cost, np.array(highs.getSolution().row_dual))


numbers = st.integers(-6, 6).map(float)
limits = st.tuples(
    st.one_of(st.just(-np.inf), st.just(0.0), numbers),
    st.one_of(st.just(np.inf), numbers),
).map(lambda ends: (min(ends), max(ends)))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program of a few variables and rows, each with limits on both sides, one or none."""
    program = Program()
    program.offset = draw(numbers)
    columns = []
    for _ in range(draw(st.integers(1, 5))):
        lower, upper = draw(limits)
        columns.append(program.columns(1, lower=lower, upper=upper, cost=draw(numbers)))
    for _ in range(draw(st.integers(1, 4))):
        lower, upper = draw(limits)
        terms = [(column, draw(numbers)) for column in columns]
        program.rows(1, terms, lower=lower, upper=upper)
    return program


def duals_of(program: Program) -> st.SearchStrategy[Floats]:
    anything = st.floats(-1e3, 1e3)
    one = st.one_of(numbers, anything)
    return st.lists(one, min_size=program.row_count, max_size=program.row_count).map(np.array)


@some
@given(st.data())
def test_no_duals_bound_a_program_from_above(data: st.DataObject) -> None:
    program = data.draw(programs())
    duals = data.draw(duals_of(program))
    best = solved(program)
    bound = dual_bound(program.to_highs(), duals)
    if best.status == highspy.HighsModelStatus.kOptimal:
        assert bound <= best.cost + INEXACT * max(1.0, abs(best.cost))
    if best.status == highspy.HighsModelStatus.kUnbounded:
        assert bound == -np.inf


@some
@given(programs())
def test_the_best_duals_bound_a_program_by_its_optimum(program: Program) -> None:
    best = solved(program)
    if best.status == highspy.HighsModelStatus.kOptimal:
        bound = dual_bound(program.to_highs(), best.duals)
        assert bound == pytest.approx(best.cost, abs=INEXACT * max(1.0, abs(best.cost)))


@some
@given(programs(), st.floats(1e-12, 1e-2), st.integers(0, 2**16))
def test_duals_a_little_off_bound_a_program_from_below(
    program: Program, noise: float, seed: int
) -> None:
    best = solved(program)
    if best.status == highspy.HighsModelStatus.kOptimal:
        off = noise * np.random.default_rng(seed).normal(size=len(best.duals))
        bound = dual_bound(program.to_highs(), best.duals + off)
        assert bound <= best.cost + INEXACT * max(1.0, abs(best.cost))


def activity_of_a_device() -> Program:
    """10 are wanted of an activity within a size that costs 2: 20 at least. No end to either."""
    program = Program()
    size, activity = program.columns(1, cost=2.0), program.columns(1, cost=1e-3)
    program.rows(1, [(activity, 1.0), (size, -1.0)], upper=0.0)
    program.rows(1, [(activity, 1.0)], lower=10.0, upper=10.0)
    return program


@pytest.mark.parametrize("off", [1e-9, 1e-6, 1e-3])
def test_what_unlimited_columns_are_off_by_costs_no_more_than_that(off: float) -> None:
    """Without a repair of the duals, a column without an end would leave no bound at all."""
    program = activity_of_a_device()
    for signs in ((1, 1), (1, -1), (-1, 1)):
        duals = np.array([-2.0, 2.001]) + off * np.array(signs)
        bound = dual_bound(program.to_highs(), duals)
        assert 20.01 - 20 * off <= bound <= 20.01 * (1 + 1e-12)


def test_duals_that_tell_of_nothing_bound_nothing() -> None:
    program = Program()
    column = program.columns(1, lower=-np.inf, cost=1.0)
    program.rows(1, [(column, 1.0)], upper=5.0)
    for dual in (-1e9, -1.0, 0.0, 1.0, 1e9):
        assert dual_bound(program.to_highs(), np.array([dual])) == -np.inf


def test_the_offset_is_part_of_the_bound_and_nothing_is_changed_in_place() -> None:
    program = activity_of_a_device()
    program.offset = 7.0
    duals = np.array([-1.9, 1.9])
    before = duals.copy()
    assert dual_bound(program.to_highs(), duals) == pytest.approx(7 + 19)
    assert (duals == before).all()
