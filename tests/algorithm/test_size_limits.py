"""Largest sizes: what the requirement states, whole units and areas leave; nothing else is one."""

from __future__ import annotations

import math
from typing import Any

import pytest

from algorithm import check, run_search
from algorithm.island.resolve import island_of
from tests.algorithm.islands import island

DAY = [1.0] * 23 + [10.0]
BOILER: dict[str, Any] = {"kind": "converter", "inputs": {"gas": 1.25}, "outputs": {"heat": 1}}


def sizes(devices: dict[str, Any], **requirement: Any) -> dict[str, float]:
    checked, _, _ = check(
        {
            "demands": {"heat": DAY},
            "supplies": {"gas": {"price": 0.1}, "electricity": {"price": 0.2}},
            "devices": {"boiler": BOILER} | devices,
        }
        | requirement
    )
    return {name: device.max_size for name, device in island_of(checked).devices.items()}


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"min_size": 50},
        {"unit_size": 15},
        {"investment": 0.0, "investment_fixed": 1e6},
        {"area": {"roof": 0}},
        {"min_load": 0.5},
        {"outputs": {"heat": 0.01}, "availability": 0.1},
    ],
)
def test_a_size_of_which_nothing_is_stated_has_no_limit(figures: dict[str, Any]) -> None:
    assert sizes({"other": BOILER | figures}, areas={"roof": 18})["other"] == math.inf


def test_stores_and_links_have_no_limit_either() -> None:
    devices = {
        "quick": {"kind": "store", "carrier": "heat", "hours": 3},
        "main": {"kind": "link", "source": "heat", "target": "heat@far", "loss": 0.2},
    }
    found = sizes(devices, demands={"heat": DAY, "heat@far": 4})
    assert (found["quick"], found["main"]) == (math.inf, math.inf)


def test_demands_and_exports_change_no_limit() -> None:
    asked = {"demands": {"heat": 1e6}, "exports": {"heat": {"price": 0.1}}}
    stated = {"other": BOILER | {"max_size": 7}}
    assert sizes(stated) == sizes(stated, **asked) == {"boiler": math.inf, "other": 7}


def test_a_stated_largest_size_holds_and_so_does_a_fixed_one() -> None:
    assert sizes({"boiler": BOILER | {"max_size": 500}})["boiler"] == 500
    assert sizes({"boiler": BOILER, "old": BOILER | {"size": 3}})["old"] == 3
    assert "old" not in sizes({"old": BOILER | {"size": 0}})


@pytest.mark.parametrize(
    ("figures", "largest"),
    [
        ({"unit_size": 15, "max_size": 29}, 15),
        ({"unit_size": 15, "area": {"roof": 1}}, 15),
        ({"unit_size": 0.1, "max_size": 0.3}, 0.3),
        ({"area": {"roof": 2}}, 9),
        ({"area": {"roof": 2, "ground": 1}}, 5),
        ({"area": {"roof": 2}, "max_size": 4}, 4),
        ({"area": {"elsewhere": 2}}, math.inf),
        ({"min_size": 50, "max_size": 50}, 50),
        ({"min_size": 9, "area": {"roof": 2}}, 9),
    ],
)
def test_sizes_are_whole_units_within_the_areas(figures: dict[str, Any], largest: float) -> None:
    found = sizes({"other": BOILER | figures}, areas={"roof": 18, "ground": 5})
    assert found["other"] == pytest.approx(largest)


@pytest.mark.parametrize(
    "figures",
    [
        {"min_size": 10, "area": {"roof": 2}},
        {"unit_size": 25, "area": {"roof": 1}},
        {"max_size": 0},
    ],
)
def test_what_does_not_fit_is_left_out(figures: dict[str, Any]) -> None:
    assert set(sizes({"other": BOILER | figures}, areas={"roof": 18})) == {"boiler"}


@pytest.mark.parametrize("figures", [{}, {"min_size": 2.0}, {"investment_fixed": 20.0}])
def test_a_device_may_be_as_large_as_pays_however_small_the_demand(figures: dict[str, Any]) -> None:
    """All that is made is sold, up to a limit a thousand times as large as the demand."""
    engine = {"kind": "converter", "inputs": {"gas": 2.0}, "outputs": {"electricity": 1.0}}
    result = run_search(
        {
            "demands": {"electricity": [1.0] * 24},
            "supplies": {"gas": {"price": 0.05}},
            "exports": {"electricity": {"price": 0.2, "limit": 1000.0}},
            "devices": {"engine": engine | {"investment": 100.0} | figures},
        }
    )
    (device,) = result["plans"][0]["devices"]
    assert device["size"] == pytest.approx(1001)
    assert not device["at_limit"]


def test_only_a_stated_limit_is_one_that_a_plan_is_at() -> None:
    asked: dict[str, Any] = {
        "demands": {"heat": DAY},
        "supplies": {"gas": {"price": 0.1}, "heat": {"price": 5.0}},
        "devices": {"boiler": BOILER | {"investment": 1.0}},
    }
    for limit, at_limit in (({}, False), ({"max_size": 10.0}, True), ({"max_size": 99.0}, False)):
        asked["devices"]["boiler"] = BOILER | {"investment": 1.0} | limit
        (device,) = run_search(asked)["plans"][0]["devices"]
        assert (device["size"], device["at_limit"]) == (pytest.approx(10.0), at_limit)


def test_a_device_that_an_area_leaves_less_than_its_smallest_size_is_none() -> None:
    asked = {
        "demands": {"heat": DAY},
        "supplies": {"gas": {"price": 0.1}, "heat": {"price": 5.0}},
        "devices": {"boiler": BOILER | {"min_size": 3.0, "area": {"hall": 2.0}}},
    }
    assert "boiler" in island({**asked, "areas": {"hall": 6.0}}).devices
    assert "boiler" not in island({**asked, "areas": {"hall": 5.9}}).devices
