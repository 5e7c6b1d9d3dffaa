"""What fails inside: the solver, memory, a check, or whatever nobody has foreseen.

The failures are put where the solver or a check would raise them; all else is as in any search.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from algorithm import Failed, check, run_search
from algorithm.plan.dispatch import Unbalanced
from algorithm.search import stages as stages_module
from algorithm.search.failure import NOTHING, error_message, outcome_after_failure
from algorithm.search.stage_solver import Solving
from algorithm.search.stages import run_part
from algorithm.series import Floats
from algorithm.solve.branch_and_cut import BranchAndCut
from algorithm.solve.highs import End, Solver
from algorithm.solve.interior_point import InteriorPoint
from tests.algorithm.test_stages import requirement

LOST = Failed("The solver came to no result.")
QUICK: dict[str, Any] = {"typical_days": 3}

Fails = Callable[..., None]


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Fails:
    """Have each run of a kind of solver fail for which `when` holds, and the others go on."""

    def fails(
        kind: type[Solver], error: Exception = LOST, when: Callable[[Any], bool] = lambda run: True
    ) -> None:
        solve: Callable[[Any], End] = kind.solve

        def failing(run: Any) -> End:
            if when(run):
                raise error
            return solve(run)

        monkeypatch.setattr(kind, "solve", failing)

    return fails


def proves(run: InteriorPoint) -> bool:
    """Whether a run leaves every decision open, as the part `bound` does."""
    return run._settled.offset == run._model.program.offset


def texts(outcome: Any) -> list[str]:
    return [warning["text"] for warning in outcome["warnings"]]


@pytest.mark.parametrize("error", [LOST, MemoryError(), KeyError("wanted")], ids=repr)
def test_a_proof_that_fails_costs_the_proof_and_not_the_plan(
    fails: Fails, error: Exception
) -> None:
    fails(InteriorPoint, error, proves)
    (plan,) = run_search(requirement(), options=QUICK | {"gap": 0.01})["plans"]
    assert (plan["basis"], plan["gap"]) == ("whole horizon", None)


def test_a_part_that_fails_says_so_in_a_warning(fails: Fails) -> None:
    fails(InteriorPoint, when=proves)
    outcome = run_part("bound", *check(requirement(), (), QUICK), {"plan": NOTHING})
    (warning,) = outcome["warnings"]
    assert warning == {
        "id": "part_failed",
        "values": {"part": "bound", "reason": "The solver came to no result."},
        "text": "How much cheaper a plan could be is not known, as the proof failed. "
        "The solver came to no result.",
    }
    assert (outcome["plan"], outcome["bound"], outcome["stopped"]) == (None, None, False)


def test_a_part_that_goes_well_warns_of_nothing() -> None:
    assert run_part("structure", *check(requirement(), (), QUICK), {})["warnings"] == []


def test_a_plan_that_can_not_be_sized_on_the_whole_horizon_is_the_one_for_typical_days(
    fails: Fails,
) -> None:
    fails(InteriorPoint)
    (plan,) = run_search(requirement(), options=QUICK)["plans"]
    assert (plan["basis"], plan["gap"]) == ("typical days", None)


def test_without_any_plan_a_failure_is_told_and_not_taken_for_a_verdict(fails: Fails) -> None:
    fails(BranchAndCut)
    with pytest.raises(Failed, match="no result"):
        run_search(requirement(), options=QUICK)


def test_the_best_plan_stands_where_looking_for_a_better_one_fails(
    monkeypatch: pytest.MonkeyPatch, site: dict[str, Any]
) -> None:
    def failing(solver: BranchAndCut, *known: object) -> End:
        raise LOST

    monkeypatch.setattr(BranchAndCut, "_prove", failing)
    asked = check(site, (), {"gap": 0.0})
    outcome = run_part("structure", *asked, {})
    assert outcome["plan"]["cost_per_year"] >= outcome["bound"] > 0
    assert not outcome["stopped"]
    assert texts(outcome)[0].startswith("There may be a cheaper plan")


def test_closing_the_gap_that_fails_leaves_the_plan_and_its_proof(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_: Any) -> dict[str, Any]:
        raise LOST

    monkeypatch.setattr(stages_module, "close_gap", failing)
    (plan,) = run_search(requirement(), options=QUICK | {"gap": 1e-6})["plans"]
    assert plan["gap"] > 1e-6


@pytest.mark.parametrize("goal", ["alternatives", "front"])
def test_plans_that_fail_leave_the_others(fails: Fails, goal: str) -> None:
    runs: list[object] = []
    # The first is the cheapest plan's.
    fails(BranchAndCut, when=lambda run: bool(runs.append(run)) or len(runs) > 1)
    options = {"goal": goal, "plans": 3, "detail": "typical days", "typical_days": 3}
    assert len(run_search(requirement(), options=options)["plans"]) == 1


def test_what_is_known_of_a_failed_part_has_all_that_an_outcome_has() -> None:
    work = Solving(*check(requirement()), None, None, None)
    assert NOTHING.keys() == work.nothing().keys()


@pytest.mark.parametrize("part", ["plan", "bound", "improve", "structure-2", "cleanest", "point-1"])
def test_a_search_goes_on_without_any_part_but_the_first(part: str) -> None:
    outcome = outcome_after_failure(part, "It failed.", NOTHING)
    assert outcome is not None
    assert texts(outcome)[0].endswith(" It failed.")
    assert outcome_after_failure("structure", "It failed.", NOTHING) is None


# -- plans that don't balance


def spoilt(monkeypatch: pytest.MonkeyPatch, when: Callable[[int], bool]) -> None:
    """Have a solver's solutions, counted from 0, be a percent wrong in what is bought."""
    note, count = BranchAndCut.note_solution, iter(range(1000))

    def noting(solver: BranchAndCut, solution: Floats) -> None:
        note(solver, solution * 1.01 if when(next(count)) else solution)

    monkeypatch.setattr(BranchAndCut, "note_solution", noting)


def test_a_plan_that_does_not_balance_is_left_out_and_an_earlier_one_kept(
    monkeypatch: pytest.MonkeyPatch, site: dict[str, Any]
) -> None:
    asked = check(site)
    sound = run_part("structure", *asked, {})["plan"]["cost_per_year"]
    spoilt(monkeypatch, lambda number: number > 0)
    outcome = run_part("structure", *asked, {})
    assert outcome["plan"]["cost_per_year"] > sound
    assert outcome["gap"] > 0
    (text,) = texts(outcome)
    assert text.startswith("A plan was left out, which may have been cheaper. ")
    assert "out of balance" in text


def test_a_plan_that_does_not_balance_is_no_news_once_there_is_a_better_one(
    monkeypatch: pytest.MonkeyPatch, site: dict[str, Any]
) -> None:
    asked = check(site)
    sound = run_part("structure", *asked, {})["plan"]["cost_per_year"]
    spoilt(monkeypatch, lambda number: number == 0)
    outcome = run_part("structure", *asked, {})
    assert (outcome["plan"]["cost_per_year"], outcome["warnings"]) == (sound, [])


def test_if_no_plan_balances_that_is_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt(monkeypatch, lambda number: True)
    with pytest.raises(Unbalanced, match="out of balance"):
        run_search(requirement(), options=QUICK)


# -- in words


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LOST, "The solver came to no result."),
        (
            KeyError("wanted"),
            "Something inside failed: 'wanted' (KeyError); please report it with the requirement.",
        ),
        (
            AssertionError(),
            "Something inside failed: AssertionError; please report it with the requirement.",
        ),
        (
            ValueError("two\nlines " + "x" * 1000),
            f"Something inside failed: two lines {'x' * 290} (ValueError); please report it with "
            "the requirement.",
        ),
    ],
)
def test_an_error_is_one_sentence(error: Exception, sentence: str) -> None:
    assert error_message(error) == sentence


def test_memory_that_ran_out_is_told_with_the_limit() -> None:
    assert error_message(MemoryError()).startswith("The search needed more than ")
