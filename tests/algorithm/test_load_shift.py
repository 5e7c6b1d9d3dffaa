"""A load shift: part of a demand used earlier or later, against another program and by hand."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from algorithm.errors import RequirementError
from algorithm.island.assumptions import assumptions
from algorithm.island.coarsening import coarser
from algorithm.island.resolve import island_of
from algorithm.island.typical_days import typical_days
from algorithm.model.build import build_model
from algorithm.plan.plan import plan_of
from algorithm.requirement.validation import check
from algorithm.search.search import run_search
from tests.algorithm.islands import best_plan, island, solved

HOURS_A_YEAR = 8760
SHIFT = {"kind": "load_shift", "demand": "electricity", "share": 0.5, "later_hours": 1}


def site(shift: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Return a requirement for 10 kW of electricity, dearest at first."""
    return {
        "demands": {"electricity": [10.0, 10.0, 10.0, 10.0]},
        "supplies": {"electricity": {"price": [0.4, 0.2, 0.3, 0.1]}},
        "devices": {"cars": {**SHIFT, **shift}},
        "interest_rate": 0.0,
        **others,
    }


def bought(plan: dict[str, Any]) -> list[float]:
    (flow,) = [f for f in plan["dispatch"]["flows"] if f["source"] == "supply:electricity"]
    power: list[float] = flow["kw"]
    return power


def wrong(requirement: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(RequirementError) as refused:
        check(requirement)
    return {error["field"]: error["message"] for error in refused.value.errors}


class TestByHand:
    def test_a_share_waits_an_hour_for_a_lower_price(self) -> None:
        plan = best_plan(site({}))
        assert bought(plan) == pytest.approx([5.0, 15.0, 5.0, 15.0])
        assert plan["cost_of_horizon"] == pytest.approx(5 * 0.4 + 15 * 0.2 + 5 * 0.3 + 15 * 0.1)

    def test_or_comes_an_hour_early(self) -> None:
        plan = best_plan(site({"later_hours": 0, "earlier_hours": 1}))
        assert bought(plan) == pytest.approx([5.0, 15.0, 5.0, 15.0])
        assert plan["cost_per_year"] < best_plan(site({"size": 0.0}))["cost_per_year"]

    def test_what_is_wanted_at_the_end_may_wait_for_the_beginning(self) -> None:
        prices = {"electricity": {"price": [0.1, 0.2, 0.3, 0.4]}}
        assert bought(best_plan(site({}, supplies=prices))) == pytest.approx([15, 10, 10, 5])

    def test_moving_is_paid_for_by_the_kwh(self) -> None:
        """What waits from the first step takes the place of what waits in those between."""
        plan = best_plan(site({"operation": 0.15}))
        assert bought(plan) == pytest.approx([5.0, 10.0, 10.0, 15.0])
        (device,) = plan["devices"]
        assert device["operation"] == pytest.approx(0.15 * 5 * HOURS_A_YEAR / 4)
        assert bought(best_plan(site({"operation": 0.31}))) == pytest.approx([10.0] * 4)

    def test_its_size_is_worth_what_it_saves(self) -> None:
        saved = (0.2 + 0.2) * HOURS_A_YEAR / 4  # of a kW a year
        worth = {"investment": saved * 0.99, "life": 1.0}
        (device,) = best_plan(site(worth))["devices"]
        assert device["size"] == pytest.approx(5.0)
        assert device["unit"] == "kW"
        assert device["kwh_per_year"] == pytest.approx(10 * HOURS_A_YEAR / 4)
        assert best_plan(site({**worth, "investment": saved * 1.01}))["devices"] == []

    def test_a_peak_is_spread_over_the_window(self) -> None:
        plan = best_plan(
            {
                "demands": {"electricity": [0.0, 12.0, 0.0, 0.0]},
                "supplies": {"electricity": {"price": 0.1, "peak_price": 50.0}},
                "devices": {"cars": {**SHIFT, "share": 1.0, "later_hours": 2}},
                "interest_rate": 0.0,
            }
        )
        assert bought(plan) == pytest.approx([0.0, 4.0, 4.0, 4.0])

    def test_what_moves_nothing_is_left_out(self) -> None:
        assert best_plan(site({"operation": 0.31}))["devices"] == []

    def test_the_graph_shows_what_is_used_more_and_less(self) -> None:
        plan = best_plan(site({}))
        (node,) = [node for node in plan["graph"]["nodes"] if node["id"] == "device:cars"]
        assert (node["kind"], node["carrier"]) == ("device", "electricity")
        ends = {(link["source"], link["target"]) for link in plan["graph"]["links"]}
        assert ends >= {
            ("device:cars", "carrier:electricity"),
            ("carrier:electricity", "device:cars"),
        }


def transported(
    demand: list[float], price: list[float], share: float, earlier: int, later: int
) -> float:
    """Return the least cost where each kWh that can be moved is sent to a step in its window."""
    steps = len(demand)
    routes = [(t, d) for t in range(steps) for d in range(-earlier, later + 1)]
    costs = [price[(t + d) % steps] for t, d in routes]
    wanted = np.array([[float(t == step) for t, _ in routes] for step in range(steps)])
    movable = share * np.array(demand)
    found = linprog(costs, A_eq=wanted, b_eq=movable)
    return float(found.fun) + float((1 - share) * np.array(demand) @ price)


@pytest.mark.parametrize("seed", range(20))
def test_any_window_costs_as_much_as_where_each_kwh_is_moved_by_itself(seed: int) -> None:
    rng = random.Random(seed)
    steps = rng.randint(5, 12)
    demand = [float(rng.randint(0, 20)) for _ in range(steps)]
    price = [rng.randint(5, 50) / 100 for _ in range(steps)]
    earlier, later = rng.randint(0, 2), rng.randint(1, 2)
    share = rng.choice([0.2, 0.5, 1.0])
    shift = {"share": share, "earlier_hours": earlier * 0.5, "later_hours": later * 0.5}
    plan = best_plan(
        site(
            shift,
            demands={"electricity": demand},
            supplies={"electricity": {"price": price}},
            step_hours=0.5,
        )
    )
    expected = transported(demand, price, share, earlier, later) * 0.5
    assert plan["cost_of_horizon"] == pytest.approx(expected)


def days(count: int) -> dict[str, Any]:
    """Return a requirement for so many days of 24 h, no two alike."""
    rng = random.Random(count)
    demand = [float(rng.randint(5, 20)) for _ in range(24 * count)]
    price = [rng.randint(5, 50) / 100 for _ in range(24 * count)]
    return site(
        {"later_hours": 5, "earlier_hours": 2, "investment": 3.0, "operation": 0.01},
        demands={"electricity": demand},
        supplies={"electricity": {"price": price}},
    )


def least(model: Any) -> float:
    values = solved(model)
    assert values is not None
    return float(model.objective(values))


class TestOtherSteps:
    def test_longer_steps_are_never_dearer(self) -> None:
        whole = island(days(3))
        assert least(build_model(coarser(whole))) <= least(build_model(whole)) * (1 + 1e-9)

    def test_typical_days_move_within_the_day(self) -> None:
        whole = island(days(20))
        model = build_model(whole.at(typical_days(whole, 4)))
        values = solved(model)
        assert values is not None
        plan = plan_of(model, values)
        powers = {
            flow["source"]: np.array(flow["kw"]).reshape(-1, 24).sum(axis=1)
            for flow in plan["dispatch"]["flows"]
            if "device:cars" in (flow["source"], flow["target"])
        }
        assert powers["device:cars"].any()
        assert powers["device:cars"] == pytest.approx(powers["carrier:electricity"], abs=0.01)

    def test_a_search_in_stages_finds_a_plan_with_it(self) -> None:
        result = run_search(days(15))
        (device,) = result["plans"][0]["devices"]
        assert device["kind"] == "load_shift"
        assert result["plans"][0]["gap"] < 0.02


class TestBadInput:
    def test_its_demand_and_share_are_required(self) -> None:
        requirement = site({})
        requirement["devices"] = {"cars": {"kind": "load_shift", "later_hours": 1}}
        assert wrong(requirement) == {
            "devices.cars.demand": "is required",
            "devices.cars.share": "is required",
        }

    def test_a_demand_that_is_none_is_named_with_the_nearest(self) -> None:
        message = wrong(site({"demand": "electricty"}))["devices.cars.demand"]
        assert "'electricty' is not one of `demands`; did you mean 'electricity'?" in message

    def test_a_demand_that_may_go_unmet_is_not_moved(self) -> None:
        demands = {"electricity": {"power": [10.0] * 4, "unserved_price": 5.0}}
        message = wrong(site({}, demands=demands))["devices.cars.demand"]
        assert message.startswith("should be a demand that must be met")

    def test_a_window_is_a_step_at_least(self) -> None:
        message = wrong(site({"later_hours": 0.5}))["devices.cars.later_hours"]
        assert "should be at least a step of 1 h" in message

    def test_a_share_is_above_0_and_at_most_1(self) -> None:
        assert "devices.cars.share" in wrong(site({"share": 0}))
        assert "devices.cars.share" in wrong(site({"share": 20}))

    def test_a_size_beyond_the_share_is_refused(self) -> None:
        message = wrong(site({"size": 6}))["devices.cars.size"]
        assert message == "should be at most 5, the share of the peak of demands.electricity, not 6"

    def test_several_move_no_more_than_the_whole_demand(self) -> None:
        requirement = site({"share": 0.6})
        other = {**requirement["devices"]["cars"], "share": 0.4}
        check(site({}) | {"devices": {**requirement["devices"], "pumps": other}})
        other["share"] = 0.7
        message = wrong(site({}) | {"devices": {**requirement["devices"], "pumps": other}})
        assert "together move 1.3 of it" in message["devices.cars.share"]
        assert "together move 1.3 of it" in message["devices.pumps.share"]

    def test_costs_are_not_negative(self) -> None:
        assert (
            "not be negative" in wrong(site({"operation": [-1, 0, 0, 0]}))["devices.cars.operation"]
        )


def test_a_result_says_where_its_largest_size_is_from() -> None:
    requirement, off, _ = check(site({}))
    (found,) = [
        one
        for one in assumptions(requirement, island_of(requirement, off))
        if one["field"] == "devices.cars.max_size"
    ]
    assert found["value"] == 5.0
    assert found["origin"] == "derived from the demand's peak and the share of it"


def test_too_little_power_is_met_by_a_larger_share() -> None:
    """10 kW in each of two steps, and 4 kW can be had in the first."""
    requirement = site(
        {"share": 0.2},
        demands={"electricity": [10.0, 0.0]},
        supplies={"electricity": {"price": 0.1, "limit": 6.0}},
    )
    with pytest.raises(Exception, match=r"raising devices\.cars\.share"):
        run_search(requirement)


def test_pypsa_finds_the_same_cost() -> None:
    pypsa = pytest.importorskip("pypsa")
    assert pypsa
    from algorithm.export.network import network_of

    requirement = site({"operation": 0.02, "investment": 100.0, "life": 10.0, "earlier_hours": 1})
    plan = best_plan(requirement)
    network = network_of(island(requirement), plan, on_off=False)
    network.optimize(solver_name="highs", log_to_console=False)
    assert network.objective == pytest.approx(plan["cost_per_year"], rel=1e-3)
