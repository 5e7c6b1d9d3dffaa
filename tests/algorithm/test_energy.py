"""How far a plan's site supplies itself, its peak, and its months."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from algorithm.island.typical_days import typical_days
from algorithm.model.build import build_model
from algorithm.plan.plan import plan_of
from tests.algorithm.islands import best_plan, island, solved

CELLS: dict[str, Any] = {
    "kind": "store",
    "carrier": "electricity@yard",
    "charge_efficiency": 0.8,
    "size": 5.0,
}


@pytest.fixture(scope="module")
def requirement() -> dict[str, Any]:
    """Panels of 30 kW and an engine; a quarter of what is bought is renewable."""
    return {
        "step_hours": 6.0,
        "demands": {"light": {"carrier": "electricity@yard", "power": [10.0, 10.0, 5.0, 20.0]}},
        "supplies": {
            "grid": {
                "carrier": "electricity@yard",
                "price": [0.1, 0.3, 0.3, 0.3],
                "renewable": 0.25,
            },
            "gas": {"price": 0.05, "renewable": 0.1},
        },
        "exports": {"feed": {"carrier": "electricity@yard", "price": 0.05}},
        "devices": {
            "panels": {
                "kind": "converter",
                "place": "yard",
                "resource": "sun",
                "outputs": {"electricity": 1.0},
                "availability": [0.0, 0.5, 0.8, 0.0],
                "size": 30.0,
                "investment": 500.0,
                "maintenance": 1.0,
            },
            "engine": {
                "kind": "converter",
                "inputs": {"gas": 2.5},
                "outputs": {"electricity@yard": 1.0},
                "size": 4.0,
            },
            "cells": CELLS,
        },
    }


def test_a_plan_says_how_far_the_site_supplies_itself(requirement: dict[str, Any]) -> None:
    plan = best_plan(requirement)
    trades = {trade["name"]: trade["kwh_per_year"] for trade in plan["supplies"] + plan["exports"]}
    made = {device["name"]: device["kwh_per_year"] for device in plan["devices"]}
    produced = made["panels"] + made["engine"]
    assert trades["grid"] > 0
    assert trades["feed"] > 0
    used = trades["grid"] + produced - trades["feed"]
    lost = made["cells"] * 0.25
    assert used == pytest.approx(8760 * 11.25 + lost)
    assert plan["self_sufficiency"] == pytest.approx(1 - trades["grid"] / used)
    assert plan["self_consumption"] == pytest.approx(1 - trades["feed"] / produced)
    entering = trades["grid"] + trades["gas"] + made["panels"]
    renewable = 0.25 * trades["grid"] + 0.1 * trades["gas"] + made["panels"]
    assert plan["renewable_share"] == pytest.approx(renewable / entering)
    assert plan["peak_kw"] == plan["supplies"][0]["peak_kw"]
    panels = plan["devices"][0]
    assert panels["lcoe"] == pytest.approx(panels["cost_per_year"] / panels["kwh_per_year"])
    assert [device["lcoe"] for device in plan["devices"][1:]] == [None, None]


def test_a_figure_that_does_not_exist_is_none() -> None:
    plan = best_plan(
        {
            "demands": {"heat": 10.0},
            "supplies": {"heat": {"price": 0.1}},
            "devices": {"panels": {"kind": "converter", "outputs": {"heat": 1}, "size": 0}},
        }
    )
    assert plan["peak_kw"] == 10.0  # of all that is bought, as there is no electricity
    for figure in ("self_sufficiency", "self_consumption", "monthly"):
        assert plan[figure] is None


@pytest.mark.parametrize("days", [None, 3])
def test_months_add_up_to_the_year(days: int | None) -> None:
    """Two years of days; a typical day's energy counts in the months of the days it stands for."""
    count = 730
    power = [
        level * (2 if n < 31 or 365 <= n < 396 else 1) for n in range(count) for level in (1, 3)
    ]
    site = island(
        {
            "step_hours": 12.0,
            "start": "2025-01-01",
            "demands": {"light": power},
            "supplies": {"light": {"price": 0.2}},
            "devices": {"heater": {"kind": "converter", "outputs": {"light": 1}, "size": 0}},
        }
    )
    if days is not None:
        site = site.at(typical_days(site, days))
    model = build_model(site)
    values = solved(model)
    assert values is not None
    plan = plan_of(model, values)
    assert [(f["source"], f["target"]) for f in plan["monthly"]] == [
        (link["source"], link["target"]) for link in plan["graph"]["links"]
    ]
    for flow, link in zip(plan["monthly"], plan["graph"]["links"], strict=True):
        assert sum(flow["kwh"]) == pytest.approx(link["kwh"], abs=0.05)
    starts = [date(2025, month, 1) for month in range(1, 13)] + [date(2026, 1, 1)]
    lengths = np.diff([start.toordinal() for start in starts])
    expected = 48.0 * lengths * np.array([2, *[1] * 11])
    assert plan["monthly"][0]["kwh"] == pytest.approx(expected, abs=0.05)
