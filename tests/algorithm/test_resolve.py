"""From a requirement to its island: arrays, costs, and which devices are of any use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithm import Infeasible, check
from algorithm.island.island import Island
from algorithm.island.resolve import island_of

GAS = {"gas": {"price": 0.05, "co2": 0.2}}


def island(*disabled: str, **requirement: Any) -> Island:
    checked, off, _ = check({"demands": {"heat": 5}, "supplies": GAS} | requirement, disabled)
    return island_of(checked, off)


def why_not(*disabled: str, **requirement: Any) -> str:
    with pytest.raises(Infeasible) as infeasible:
        island(*disabled, **requirement)
    return str(infeasible.value)


def converter(**figures: Any) -> dict[str, Any]:
    return {"kind": "converter", "max_size": 10} | figures


BOILER = converter(inputs={"gas": 1.25}, outputs={"heat": 1})


class TestArrays:
    def test_numbers_lists_and_profiles_all_become_arrays_over_the_horizon(self) -> None:
        made = island(
            profiles={"load": [1.0, 2.0, 3.0]},
            demands={"heat": "load"},
            supplies={"gas": {"price": [0.1, 0.2, 0.3], "limit": 7}},
        )
        assert made.steps.horizon == 3
        assert made.demands["heat"].power.tolist() == [1, 2, 3]
        assert made.supplies["gas"].price.tolist() == [0.1, 0.2, 0.3]
        assert made.supplies["gas"].limit.tolist() == [7, 7, 7]
        assert made.supplies["gas"].co2.tolist() == [0, 0, 0]

    def test_no_limit_is_an_infinite_one(self) -> None:
        made = island()
        assert np.isinf(made.supplies["gas"].limit).all()
        assert np.isinf([made.co2_limit, made.budget]).all()

    def test_tonnes_become_kilograms(self) -> None:
        made = island(co2_price=50, co2_limit=3)
        assert made.co2_price == pytest.approx(0.05)
        assert made.co2_limit == 3000

    def test_demands_supplies_and_exports_may_share_a_carrier(self) -> None:
        made = island(
            demands={"school": {"carrier": "heat", "power": 1}, "heat": 2},
            exports={"neighbour": {"carrier": "heat", "price": 0.01, "co2": 0.1}},
        )
        assert [demand.carrier for demand in made.demands.values()] == ["heat", "heat"]
        assert made.exports["neighbour"].carrier == "heat"
        assert made.exports["neighbour"].co2[0] == 0.1
        assert made.carriers.count("heat") == 1

    def test_a_flow_in_and_out_of_one_carrier_is_their_difference(self) -> None:
        made = island(devices={"b": BOILER | {"inputs": {"gas": 1.25, "heat": 0.1}}})
        assert made.devices["b"].flows["heat"][0] == pytest.approx(0.9)

    def test_costs_of_flows_count_in_and_out(self) -> None:
        device = converter(
            inputs={"gas": 2.5},
            outputs={"electricity": 1, "heat": [1.2] * 24},
            operation=0.01,
            flow_costs={"gas": 0.002, "heat": [0.001] * 12 + [-0.001] * 12},
        )
        operation = island(devices={"chp": device}).devices["chp"].operation
        assert operation[0] == pytest.approx(0.01 + 2.5 * 0.002 + 1.2 * 0.001)
        assert operation[23] == pytest.approx(0.01 + 2.5 * 0.002 - 1.2 * 0.001)

    def test_a_link_brings_what_it_does_not_lose(self) -> None:
        link = {"kind": "link", "source": "heat@a", "target": "heat", "loss": 0.1, "max_size": 9}
        made = island(devices={"b": BOILER | {"place": "a", "inputs": {"gas@": 1}}, "main": link},
                      supplies={"gas": {"carrier": "gas@", "price": 1}})  # fmt: skip
        assert made.devices["main"].efficiency.tolist() == [0.9] * 24

    def test_devices_say_what_they_are_and_what_they_are_like(self) -> None:
        made = island(devices={"old": {"like": "gas-boiler"}, "own": BOILER})
        assert [(d.kind, d.label) for d in made.devices.values()] == [
            ("gas-boiler", "Gas boiler (old)"),
            ("own", "own"),
        ]


class TestWhatIsOfUse:
    def test_what_cannot_run_is_left_out(self) -> None:
        devices = {"b": BOILER, "o": converter(inputs={"oil": 1}, outputs={"heat": 1})}
        dark = converter(availability=0, outputs={"heat": 1})
        assert set(island(devices=devices | {"dark": dark}).devices) == {"b"}

    def test_but_never_what_has_a_fixed_size(self) -> None:
        oil = {"kind": "converter", "inputs": {"oil": 1}, "outputs": {"heat": 1}, "size": 3}
        made = island(devices={"b": BOILER, "o": oil})
        assert made.devices["o"].max_size == 3

    def test_an_export_of_certain_devices_names_only_those_that_are_there(self) -> None:
        export = {"heat": {"price": 0.01, "devices": ["a", "b"]}}
        made = island("a", devices={"a": BOILER, "b": BOILER}, exports=export)
        assert made.exports["heat"].devices == ("b",)

    def test_devices_are_disabled_by_name_kind_and_group(self) -> None:
        devices = {"one": {"like": "gas-boiler"}, "gas-boiler": {}, "b": BOILER}
        assert set(island("one", devices=devices).devices) == {"gas-boiler", "b"}
        assert set(island("gas-boiler", devices=devices).devices) == {"b"}
        assert set(island("heat", devices=devices).devices) == {"b"}

    def test_a_store_that_begins_full_is_a_source(self) -> None:
        tank = {"like": "heat-tank", "cyclic": False, "start_level": 1}
        assert set(island(devices={"tank": tank}).devices) == {"tank"}


class TestWhatIsMissing:
    def test_a_disabled_device_that_would_do_is_named(self) -> None:
        devices = {"b": BOILER, "o": converter(inputs={"oil": 1}, outputs={"heat": 1})}
        message = why_not("b", "o", devices=devices)
        assert "can make heat" in message
        assert "Enable b, or add supplies.heat." in message

    def test_one_of_several_disabled_devices_would_do(self) -> None:
        message = why_not("b", "c", devices={"b": BOILER, "c": BOILER})
        assert "Enable one of b, c," in message

    def test_disabled_devices_that_only_help_together_are_named_together(self) -> None:
        chain = {
            "maker": converter(inputs={"gas": 1}, outputs={"steam": 1}),
            "exchanger": converter(inputs={"steam": 1}, outputs={"heat": 1}),
        }
        assert "Enable maker, exchanger, or add" in why_not("maker", "exchanger", devices=chain)

    def test_a_device_that_has_no_room_is_named(self) -> None:
        devices = {"b": BOILER | {"min_size": 5, "area": {"roof": 1}}}
        message = why_not(devices=devices, areas={"roof": 4})
        assert message.endswith("There must be room for b: see min_size, max_size and areas.")

    def test_what_a_device_would_run_on_is_named_with_its_place(self) -> None:
        devices = {"b": BOILER | {"place": "north"}}
        message = why_not(devices=devices, demands={"heat@north": 5})
        assert "b could, but want something to run on: add supplies.gas@north." in message

    def test_a_disabled_link_would_do(self) -> None:
        main = {"kind": "link", "source": "heat", "target": "heat@south", "max_size": 9}
        devices = {"b": BOILER, "main": main}
        demands = {"heat@south": 5}
        assert set(island(devices=devices, demands=demands).devices) == {"b", "main"}
        assert "Enable main" in why_not("main", devices=devices, demands=demands)
        back = {"main": main | {"source": "heat@south", "target": "heat"}, "b": BOILER}
        assert "supplies.heat@south, a link from heat, or" in why_not(devices=back, demands=demands)
        both = {"main": back["main"] | {"two_way": True}, "b": BOILER}
        assert set(island(devices=both, demands=demands).devices) == {"b", "main"}

    def test_a_device_of_the_catalogue_is_proposed(self) -> None:
        message = why_not(devices={"b": BOILER}, demands={"cooling": 5})
        assert "Add supplies.cooling, or consider a device that makes it" in message
        assert "compression-chiller" in message
        message = why_not(devices={"b": BOILER}, demands={"ice cream": 5})
        assert message.endswith("or consider a device that makes it.")

    def test_a_demand_that_may_go_unmet_is_never_infeasible(self) -> None:
        demands = {"cooling": {"power": 5, "unserved_price": 1}}
        assert set(island(devices={"b": BOILER}, demands=demands).devices) == {"b"}

    def test_a_supply_without_power_is_none(self) -> None:
        assert "add supplies.gas." in why_not(
            devices={"b": BOILER}, supplies={"gas": {"price": 1, "limit": [0.0] * 24}}
        )
