"""What holds for any island: the best of all structures is found, and more freedom never costs.

Islands are drawn at random, small enough that every set of devices can be tried one by one.
"""

from __future__ import annotations

import copy
import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.model.build import build_model
from algorithm.model.decisions import Decided
from tests.algorithm.islands import best_plan, island, solved

Requirement = dict[str, Any]

STEPS = 4
# Of a cost: what two proven optima may differ by.
SAME = 1e-7
some = settings(max_examples=25, deadline=None)


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Draw round figures: what fails is then easily reckoned by hand."""
    return st.integers(0, 20).map(lambda part: round(least + (most - least) * part / 20, 6))


def series(least: float, most: float) -> st.SearchStrategy[list[float]]:
    return st.lists(numbers(least, most), min_size=STEPS, max_size=STEPS)


@st.composite
def devices(draw: st.DrawFn) -> dict[str, Any]:
    """Draw some of six devices, each with a hole between 0 and its minimum size, or a fixed cost,
    or neither."""

    def figures(largest: float, investment: float, **others: Any) -> dict[str, Any]:
        return {
            "min_size": draw(numbers(0, largest / 2)),
            "max_size": largest,
            "investment": draw(numbers(0.2 * investment, 2 * investment)),
            "investment_fixed": draw(numbers(0, 20 * investment)),
            **others,
        }

    makers = {
        "gas boiler": lambda: figures(
            120, 80, kind="converter", inputs={"gas": 1.1}, outputs={"heat": 1.0}
        ),
        "engine": lambda: figures(
            80,
            900,
            kind="converter",
            inputs={"gas": 2.5},
            outputs={"electricity": 1.0, "heat": 1.2},
            operation=0.01,
        ),
        "pump": lambda: figures(
            90, 800, kind="converter", inputs={"electricity": 0.3}, outputs={"heat": 1.0}
        ),
        "panels": lambda: figures(
            200,
            600,
            kind="converter",
            outputs={"electricity": 1.0},
            availability=draw(series(0, 0.9)),
            area={"roof": 5.0},
        ),
        "cells": lambda: figures(
            300,
            150,
            kind="store",
            carrier="electricity",
            charge_efficiency=0.9,
            hours=draw(numbers(1, 6)),
            charging=draw(st.sampled_from(["shared", "separate"])),
        ),
        "tank": lambda: figures(600, 15, kind="store", carrier="heat", loss=0.01, hours=3.0),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(makers)), min_size=1, max_size=5))
    return {name: makers[name]() for name in sorted(chosen)}


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    """Draw an island that can always buy what it needs, if dearly."""
    return {
        "step_hours": 6.0,
        "demands": {"electricity": [50.0, *draw(series(0, 100))[1:]], "heat": draw(series(0, 120))},
        "supplies": {
            "grid": {
                "carrier": "electricity",
                "price": draw(series(0.1, 0.5)),
                "co2": 0.4,
                "peak_price": draw(numbers(0, 100)),
            },
            "district heat": {"carrier": "heat", "price": draw(numbers(0.1, 0.4)), "co2": 0.25},
            "gas": {
                "price": draw(numbers(0.02, 0.15)),
                "co2": 0.2,
                "limit": draw(numbers(50, 400)),
            },
        },
        "exports": {
            "feed": {"carrier": "electricity", "price": draw(numbers(0, 0.09)), "limit": 60.0}
        },
        "devices": draw(devices()),
        "areas": {"roof": draw(numbers(0, 1500))},
        "co2_price": draw(numbers(0, 200)),
    }


def cost(requirement: Requirement, *disabled: str) -> float:
    found: float = best_plan(requirement, *disabled)["cost_per_year"]
    return found


def at_most(low: float, high: float) -> bool:
    return low <= high + SAME * abs(high) + 1e-6


@some
@given(requirements())
def test_the_best_plan_is_the_best_of_all_structures(requirement: Requirement) -> None:
    model = build_model(island(requirement))
    costs = []
    for choice in product((False, True), repeat=len(model.choices)):
        built = dict(zip(model.choices, choice, strict=True))
        values = solved(model, Decided(built))
        if values is not None:
            costs.append(model.objective(values))
    assert cost(requirement) == pytest.approx(min(costs), rel=SAME)


@some
@given(requirements())
def test_a_disabled_device_never_appears_and_never_makes_a_plan_cheaper(
    requirement: Requirement,
) -> None:
    cheapest = cost(requirement)
    for name in requirement["devices"]:
        without = best_plan(requirement, name)
        assert f'"{name}"' not in json.dumps(without)
        assert at_most(cheapest, without["cost_per_year"])


@some
@given(requirements(), st.sampled_from(["gas", "roof", "feed", "budget"]), numbers(1, 3))
def test_a_higher_limit_never_costs_more(
    requirement: Requirement, limit: str, factor: float
) -> None:
    requirement["budget"] = 30_000.0
    more = copy.deepcopy(requirement)
    match limit:
        case "gas":
            more["supplies"]["gas"]["limit"] *= factor
        case "feed":
            more["exports"]["feed"]["limit"] *= factor
        case "roof":
            more["areas"]["roof"] *= factor
        case "budget":
            more["budget"] *= factor
    assert at_most(cost(more), cost(requirement))


@some
@given(requirements(), numbers(0, 1))
def test_less_co2_never_costs_less_and_the_limit_is_kept(
    requirement: Requirement, share: float
) -> None:
    free, clean = best_plan(requirement), best_plan(requirement, minimise="co2")
    least, most = clean["co2_kg_per_year"], free["co2_kg_per_year"]
    assert at_most(least, most)
    limit = least + share * (most - least) + 1e-3
    limited = best_plan({**requirement, "co2_limit": limit / 1000})
    assert limited["co2_kg_per_year"] <= limit * (1 + 1e-6)
    assert at_most(free["cost_per_year"], limited["cost_per_year"])
    assert at_most(limited["cost_per_year"], clean["cost_per_year"])


@some
@given(requirements(), st.sampled_from([0.01, 7.8, 1200.0]))
def test_another_currency_scales_the_cost_and_nothing_else(
    requirement: Requirement, rate: float
) -> None:
    other = copy.deepcopy(requirement)
    other["currency"] = "CNY"
    other["co2_price"] *= rate
    for trade in (*other["supplies"].values(), *other["exports"].values()):
        price = trade["price"]
        trade["price"] = [rate * p for p in price] if isinstance(price, list) else rate * price
    other["supplies"]["grid"]["peak_price"] *= rate
    for figures in other["devices"].values():
        for money in ("investment", "investment_fixed", "operation"):
            figures[money] = rate * figures.get(money, 0.0)
    assert cost(other) == pytest.approx(rate * cost(requirement), rel=SAME)


@some
@given(requirements())
def test_an_alternative_is_without_a_device_and_never_cheaper(requirement: Requirement) -> None:
    first = best_plan(requirement)
    chosen = [device["name"] for device in first["devices"]]
    model = build_model(island(requirement), without_one_of=[chosen])
    decided = [name for name in chosen if name in model.choices]
    values = solved(model)
    if not decided:
        assert values is None
        return
    assert values is not None
    assert not model.installed(values) >= set(decided)
    assert at_most(first["cost_per_year"], model.objective(values))
