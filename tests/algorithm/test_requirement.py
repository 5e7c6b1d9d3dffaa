"""What a requirement may leave out, change and promise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from algorithm import CATALOGUE, Options, Requirement, check
from algorithm.components.converter import Converter
from algorithm.components.link import Link
from algorithm.components.store import Store
from algorithm.requirement.schema import Demand

HEAT = {"demands": {"heat": 5}}


def considered(devices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    requirement, _, _ = check(HEAT | {"devices": devices} | fields)
    return requirement.considered()


def test_a_useful_requirement_is_short() -> None:
    requirement, _, _ = check(HEAT | {"supplies": {"gas": {"price": 0.05}}})
    assert requirement.version == 1
    assert "gas-boiler" in requirement.considered()


def test_a_series_in_place_of_a_demand_is_its_power() -> None:
    for power in (5, [5.0] * 24, "profile"):
        requirement = Requirement.model_validate({"demands": {"heat": power}})
        assert requirement.demands["heat"] == Demand(power=power)


def test_devices_without_their_profile_are_not_considered_unless_named() -> None:
    requirement, _, _ = check(HEAT)
    assert {"rooftop-pv", "wind", "solar-thermal"}.isdisjoint(requirement.considered())
    sunny, _, _ = check(HEAT | {"profiles": {"sun": 0.5}})
    assert {"rooftop-pv", "ground-pv"} <= set(sunny.considered())


def test_a_changed_figure_leaves_the_others_as_in_the_catalogue() -> None:
    boiler = considered({"gas-boiler": {"life": 7}})["gas-boiler"]
    catalogues = CATALOGUE["gas-boiler"].figures
    assert boiler.life == 7
    described = {"life": 7, "like": "gas-boiler", "label": "Gas boiler"}
    assert boiler == catalogues.model_copy(update=described)


def test_a_device_of_ones_own_name_can_be_like_one_of_the_catalogue() -> None:
    old = considered({"old boiler": {"like": "gas-boiler", "size": 300}})["old boiler"]
    assert old.investment == CATALOGUE["gas-boiler"].figures.investment
    assert (old.size, old.like, old.label) == (300, "gas-boiler", "Gas boiler (old boiler)")


def test_a_device_of_ones_own_needs_no_figure_of_the_catalogue() -> None:
    spring = considered({"spring": {"kind": "converter", "outputs": {"heat": 1}}})["spring"]
    assert (spring.like, spring.investment, spring.inputs) == (None, 0.0, {})


def test_a_place_is_appended_to_every_carrier_that_names_none() -> None:
    devices = considered(
        {
            "gas-engine-chp": {
                "place": "north",
                "inputs": {"gas@grid": 2.5},
                "flow_costs": {"heat": 0.01},
            },
            "heat-tank": {"place": "north"},
            "main": {"kind": "link", "place": "north", "source": "heat", "target": "heat@south"},
        }
    )
    engine, tank, main = devices.values()
    assert isinstance(engine, Converter)
    assert isinstance(tank, Store)
    assert isinstance(main, Link)
    assert set(engine.inputs) == {"gas@grid"}
    assert set(engine.outputs) == {"electricity@north", "heat@north"}
    assert set(engine.flow_costs) == {"heat@north"}
    assert engine.label == "Gas engine CHP (north)"
    assert tank.carrier == "heat@north"
    assert (main.source, main.target) == ("heat@north", "heat@south")


def test_only_figures_of_the_catalogue_are_converted_from_eur() -> None:
    battery = considered({"battery": {"investment": 100}}, currency="CHF", eur_rate=2)["battery"]
    figures = CATALOGUE["battery"].figures
    assert isinstance(figures, Store)
    assert battery.investment == 100
    assert battery.power_investment == 2 * figures.power_investment
    assert battery.investment_fixed == 2 * figures.investment_fixed
    assert battery.life == figures.life


def test_the_horizon_is_as_long_as_the_lists_and_else_a_day() -> None:
    assert check(HEAT)[0].horizon == 24
    assert check(HEAT | {"step_hours": 0.25})[0].horizon == 96
    assert check(HEAT | {"step_hours": 24})[0].horizon == 1
    assert check(HEAT | {"profiles": {"sun": [0.5] * 7}})[0].horizon == 7


@pytest.mark.parametrize("step_hours", [1 / 60, 0.1, 0.25, 1 / 3, 0.5, 1, 1.5, 3, 8, 24])
def test_any_step_that_divides_a_day_will_do(step_hours: float) -> None:
    requirement, _, _ = check(HEAT | {"step_hours": step_hours})
    assert requirement.steps_a_day * step_hours == pytest.approx(24)


def test_a_requirement_comes_back_from_json_as_it_was(site: dict[str, Any]) -> None:
    """What isn't stated of a device isn't stated afterwards either."""
    devices = {"gas-boiler": {"life": 7}, "tank": {"like": "heat-tank", "place": "north"}}
    for asked in (site, site | {"devices": devices, "start": "2024-02-29"}):
        requirement, _, _ = check(asked)
        again = Requirement.model_validate_json(requirement.model_dump_json())
        assert again == requirement
        assert again.considered() == requirement.considered()
    assert requirement.start == date(2024, 2, 29)


def test_every_field_of_the_schemas_has_a_unit_or_says_what_it_is() -> None:
    models: list[type[BaseModel]] = [Requirement, Options]
    for model in models:
        schema = model.model_json_schema()
        described: dict[str, Any] = {model.__name__: schema, **schema.get("$defs", {})}
        for name, fields in described.items():
            assert fields.get("description"), name
            for field, said in fields["properties"].items():
                assert field == "kind" or said.get("description"), f"{name}.{field}"


def test_the_schema_lets_a_device_leave_all_figures_as_they_are() -> None:
    schema = Requirement.model_json_schema()
    (figures,) = schema["properties"]["devices"]["anyOf"][0]["patternProperties"].values()
    assert list(figures) == ["anyOf"]
    for kind in ("Converter", "Store", "Link"):
        assert {"$ref": f"#/$defs/{kind}"} in figures["anyOf"]
        assert not schema["$defs"][kind].get("required")


def test_the_schema_lets_a_series_stand_for_a_demand() -> None:
    schema = Requirement.model_json_schema()["properties"]["demands"]
    (demand,) = schema["patternProperties"].values()
    reference, series = demand["anyOf"]
    assert reference == {"$ref": "#/$defs/Demand"}
    assert {form["type"] for form in series["oneOf"]} == {"number", "array", "string"}
