"""Sites from a lamp to a country: the solver's tolerances are absolute, and no plan shows it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from algorithm import CATALOGUE, Infeasible, check, run_search
from algorithm.export.quantities import three
from algorithm.island.resolve import island_of
from algorithm.model.build import build_model
from algorithm.plan.dispatch import operation_of
from algorithm.solve.branch_and_cut import BranchAndCut

HOURS = range(24)
SIZES = (1e-5, 1e-2, 1e4, 1e6)


def sized(site: dict[str, Any], by: float) -> dict[str, Any]:
    """Return a site of so many times the powers, areas and minimum sizes, for as much money."""
    devices = ("rooftop-pv", "gas-boiler", "gas-engine-chp", "air-heat-pump", "battery")
    figures = {name: CATALOGUE[name].figures for name in (*devices, "compression-chiller")}
    return site | {
        "demands": {
            name: [by * kw for kw in power] if isinstance(power, list) else by * power
            for name, power in site["demands"].items()
        },
        "areas": {name: by * area for name, area in site["areas"].items()},
        "devices": {
            name: {"min_size": by * f.min_size, "investment_fixed": by * f.investment_fixed}
            for name, f in figures.items()
        },
    }


@pytest.mark.parametrize("by", SIZES)
def test_a_site_costs_as_many_times_as_much_as_it_is_larger(
    site: dict[str, Any], by: float
) -> None:
    options = {"gap": 1e-6}
    (plan,) = run_search(sized(site, 1.0), options=options)["plans"]
    (other,) = run_search(sized(site, by), options=options)["plans"]
    assert other["cost_per_year"] / by == pytest.approx(plan["cost_per_year"], rel=2e-6)
    assert other["gap"] <= 1e-6
    assert [d["name"] for d in other["devices"]] == [d["name"] for d in plan["devices"]]


@pytest.mark.parametrize("by", SIZES)
def test_every_plan_on_the_way_balances_too(site: dict[str, Any], by: float) -> None:
    """With decisions in each step, most are found by branch and cut, and told while it goes on."""
    model = build_model(island_of(check(sized(site, by))[0]), on_off=True)
    solver = BranchAndCut(model, gap=0.0)
    solver.start()
    assert solver.wait(120)
    news = solver.news()
    costs = [operation_of(model, solution).objective for solution in news.solutions]
    assert len(costs) > 1
    assert news.bound == pytest.approx(min(costs), rel=1e-6)


def test_little_of_one_carrier_beside_more_of_another_balances() -> None:
    """0.0001 kW of hydrogen beside 0.01 kW of electricity: megawatts, most likely, were meant."""
    power = [0.01 * (1 + math.sin(hour / 24 * 2 * math.pi) / 2) for hour in HOURS for _ in range(7)]
    free = {"min_size": 0, "investment_fixed": 0}
    names = ("rooftop-pv", "electrolyser", "hydrogen-tank", "battery")
    asked = {
        "profiles": {
            "sun": [max(0.0, math.sin((hour - 6) / 12 * math.pi)) / 10 for hour in HOURS] * 7
        },
        "demands": {"electricity": power, "hydrogen": [kw / 100 for kw in power]},
        "supplies": {"electricity": {"price": 0.15, "peak_price": 50}},
        "exports": {"electricity": {"price": 0.05}},
        "devices": dict.fromkeys(names, free)
        | {"electrolyser": free | {"outputs": {"hydrogen": 0.6}}},
    }
    (plan,) = run_search(asked)["plans"]
    assert plan["cost_per_year"] > 0
    sizes = {device["name"]: device["size"] for device in plan["devices"]}
    mean, peak = (share * 0.01 / 100 / 0.6 for share in (1.0, 1.5))
    assert mean <= sizes["electrolyser"] <= peak


@pytest.mark.parametrize("by", SIZES)
def test_what_falls_short_is_told_of_any_site(by: float) -> None:
    asked = {"demands": {"heat": [by, 3 * by]}, "supplies": {"heat": {"price": 1, "limit": 2 * by}}}
    with pytest.raises(Infeasible, match=r"heat falls short by up to .* in 1 of 2 steps"):
        run_search(asked | {"devices": {}})


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2227.463, "2,227"), (0.5, "0.50"), (0.01234, "0.01"), (0.001234, "0.00123"), (1e-12, "0.00")],
)
def test_an_amount_is_never_shown_as_nothing_that_is_something(value: float, shown: str) -> None:
    assert three(value) == shown
