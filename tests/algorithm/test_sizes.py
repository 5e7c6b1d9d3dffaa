"""Largest sizes: generous for what the site could need, within what the requirement says."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm import check
from algorithm.resolve import island_of

DAY = [1.0] * 23 + [10.0]  # a peak of 10, a mean of 1.375
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


def test_a_device_that_is_free_to_run_serves_twice_the_peak() -> None:
    assert sizes({})["boiler"] == pytest.approx(20)
    weak = {"boiler": BOILER | {"outputs": {"heat": 0.5}, "availability": 0.8}}
    assert sizes(weak)["boiler"] == pytest.approx(20 / 0.4)


def test_a_source_serves_the_years_need_or_twice_the_peak() -> None:
    sun = [0.0] * 18 + [0.5] * 6
    panel = {"kind": "converter", "outputs": {"heat": 1}, "availability": sun}
    assert sizes({"panel": panel})["panel"] == pytest.approx(max(1.375 / 0.125, 20 / 0.5))
    weak = panel | {"availability": [0.0] * 23 + [0.5]}
    assert sizes({"panel": weak})["panel"] == pytest.approx(1.375 * 24 / 0.5)


def test_what_makes_an_input_serves_those_who_take_it() -> None:
    chiller = {"kind": "converter", "inputs": {"heat": 1.5}, "outputs": {"cooling": 1}}
    demands = {"heat": DAY, "cooling": 4}
    assert sizes({"chiller": chiller}, demands=demands)["boiler"] == pytest.approx(2 * (10 + 6))


def test_a_store_holds_a_day_of_the_peak_or_twice_its_own_time() -> None:
    quick = {"kind": "store", "carrier": "heat", "hours": 3}
    slow = quick | {"hours": 100}
    found = sizes({"quick": quick, "slow": slow})
    assert (found["quick"], found["slow"]) == (240, 2000)


def test_a_link_carries_twice_the_peak_of_what_it_leads_to() -> None:
    main = {"kind": "link", "source": "heat", "target": "heat@far", "loss": 0.2}
    demands = {"heat": DAY, "heat@far": 4}
    found = sizes({"main": main}, demands=demands)
    assert found["main"] == pytest.approx(2 * 4 / 0.8)
    assert found["boiler"] == pytest.approx(2 * (10 + 4 / 0.8))
    both = sizes({"main": main | {"two_way": True}}, demands=demands)
    assert both["main"] == pytest.approx(2 * (4 + 10 / 0.8) / 0.8)


def test_needs_go_along_a_chain_of_links_and_end_in_a_ring() -> None:
    def link(source: str, target: str) -> dict[str, Any]:
        ends = {"source": f"heat@{source}", "target": f"heat@{target}"}
        return {"kind": "link", "loss": 0.5, "two_way": True} | ends

    ring = {"ab": link("a", "b"), "bc": link("b", "c"), "ca": link("c", "a")}
    found = sizes(ring | {"boiler": BOILER | {"outputs": {"heat@a": 1}}}, demands={"heat@c": DAY})
    assert found["boiler"] == pytest.approx(2 * 10 / 0.5)


def test_what_can_be_sold_at_a_price_counts_as_needed_up_to_its_limit() -> None:
    assert sizes({}, exports={"heat": {"price": 0.1, "limit": 3}})["boiler"] == pytest.approx(26)
    assert sizes({}, exports={"heat": {"price": 0.1}})["boiler"] == pytest.approx(40)
    assert sizes({}, exports={"heat": {"price": -0.1}})["boiler"] == pytest.approx(20)


def test_a_stated_largest_size_holds_and_so_does_a_fixed_one() -> None:
    assert sizes({"boiler": BOILER | {"max_size": 500}})["boiler"] == 500
    assert sizes({"boiler": BOILER, "old": BOILER | {"size": 3}})["old"] == 3
    assert "old" not in sizes({"old": BOILER | {"size": 0}})


@pytest.mark.parametrize(
    ("figures", "largest"),
    [
        ({"unit_size": 15}, 30),
        ({"unit_size": 10}, 20),
        ({"unit_size": 15, "max_size": 29}, 15),
        ({"unit_size": 15, "area": {"roof": 1}}, 15),
        ({"unit_size": 0.1, "max_size": 0.3}, 0.3),
        ({"area": {"roof": 2}}, 9),
        ({"min_size": 50}, 50),
    ],
)
def test_sizes_are_whole_units_within_the_area(figures: dict[str, Any], largest: float) -> None:
    found = sizes({"other": BOILER | figures}, areas={"roof": 18})
    assert found["other"] == pytest.approx(largest)


@pytest.mark.parametrize(
    "figures",
    [
        {"min_size": 10, "area": {"roof": 2}},
        {"unit_size": 25, "area": {"roof": 1}},
        {"max_size": 0},
        {"outputs": {"hydrogen": 1}},
    ],
)
def test_what_has_no_use_or_does_not_fit_is_left_out(figures: dict[str, Any]) -> None:
    assert set(sizes({"other": BOILER | figures}, areas={"roof": 18})) == {"boiler"}
