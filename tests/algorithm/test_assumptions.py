"""Every figure that a requirement leaves open is told of, with where it is from."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm import CATALOGUE, SAMPLES, check, load_sample, run_search
from algorithm.island.assumptions import Assumption, assumptions
from algorithm.island.resolve import island_of

STATED: dict[str, Any] = {
    "demands": {"heat": 300},
    "supplies": {"gas": {"price": 0.05, "co2": 0.2, "peak_price": 0, "renewable": 0}},
    "start": "2023-01-01",
    "step_hours": 1,
    "interest_rate": 0.04,
    "co2_price": 50,
}
OWN: dict[str, Any] = {
    "kind": "converter",
    "inputs": {"gas": 1.1},
    "outputs": {"heat": 1},
    "availability": 1,
    "operation": 0,
    "size": 400,
    "investment": 100,
    "investment_fixed": 0,
    "maintenance": 2,
    "life": 20,
}


def assumed(requirement: dict[str, Any], *disabled: str) -> dict[str, Assumption]:
    checked, off, _ = check(requirement, disabled)
    found = assumptions(checked, island_of(checked, off))
    by_field = {assumption["field"]: assumption for assumption in found}
    assert len(by_field) == len(found)
    return by_field


def without(requirement: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: value for name, value in requirement.items() if name not in fields}


def test_a_requirement_that_states_everything_assumes_nothing() -> None:
    assert assumed(STATED | {"devices": {"boiler": OWN}}) == {}


@pytest.mark.parametrize(
    ("field", "value", "unit"),
    [
        ("start", "2023-01-01", "date"),
        ("step_hours", 1.0, "h"),
        ("interest_rate", 0.05, "1/a"),
        ("co2_price", 0.0, "EUR/t"),
    ],
)
def test_what_is_left_out_of_a_site_has_its_default(field: str, value: object, unit: str) -> None:
    found = assumed(without(STATED, field) | {"devices": {"boiler": OWN}})
    assert found == {field: {"field": field, "value": value, "unit": unit, "origin": "default"}}


def test_what_makes_no_difference_is_no_assumption() -> None:
    """A price of CO2 where nothing emits, and the worth of a EUR where nothing is in EUR."""
    clean = without(STATED, "co2_price") | {
        "supplies": {"gas": {"price": 0.05, "co2": 0, "peak_price": 0, "renewable": 0}},
        "devices": {"boiler": OWN},
    }
    assert assumed(clean) == {}
    free = without(OWN, "life", "maintenance") | {"investment": 0}
    assert assumed(STATED | {"devices": {"boiler": free}}) == {}


def test_the_co2_of_a_supply_and_the_life_of_a_device_have_defaults() -> None:
    found = assumed(
        STATED
        | {
            "supplies": {"gas": {"price": 0.05}},
            "devices": {"boiler": without(OWN, "life", "operation")},
            "currency": "CHF",
        }
    )
    assert found["supplies.gas.co2"]["value"] == 0
    assert found["supplies.gas.co2"]["unit"] == "kg/kWh"
    assert found["supplies.gas.peak_price"]["unit"] == "CHF/kW"
    life = found["devices.boiler.life"]
    assert (life["value"], life["unit"], life["origin"]) == (25, "years", "default")
    assert found["devices.boiler.operation"]["unit"] == "CHF/kWh"


def test_a_figure_of_the_catalogue_names_source_and_year() -> None:
    found = assumed(
        STATED
        | {
            "profiles": {"sun": [0, 0.5]},
            "demands": {"electricity": 300, "heat": 300},
            "supplies": STATED["supplies"] | {"electricity": {"price": 0.2}},
            "devices": {"old": {"like": "gas-boiler", "life": 9}, "rooftop-pv": {}, "battery": {}},
            "areas": {"roof": 1000},
            "currency": "CHF",
            "eur_rate": 0.9,
        }
    )
    assert "devices.old.life" not in found
    assert "eur_rate" not in found
    invested = found["devices.old.investment"]
    assert invested["value"] == 0.9 * CATALOGUE["gas-boiler"].figures.investment
    assert invested["unit"] == "CHF/kW"
    source = "PyPSA technology-data, costs_2030.csv"
    assert invested["origin"] == f"catalogue (2025, converted by eur_rate): {source}"
    assert found["devices.old.inputs.gas"] == {
        "field": "devices.old.inputs.gas",
        "value": 1 / 1.04,
        "unit": "kW/kW",
        "origin": f"catalogue (2025): {source}",
    }
    assert found["devices.rooftop-pv.availability"]["value"] == "sun"
    assert found["devices.rooftop-pv.area.roof"]["unit"] == "m2/kW"
    assert found["devices.battery.investment"]["unit"] == "CHF/kWh"


def test_what_the_catalogue_assumes_itself_is_not_said_to_be_its_source_s() -> None:
    """As its head says: minimum sizes, fixed parts, areas and hours, with some exceptions."""
    ours = "catalogue: an assumption, as its source states none"
    assert CATALOGUE["gas-boiler"].origin("investment_fixed", 1) == ours
    assert "CityEnergyAnalyst" in CATALOGUE["compression-chiller"].origin("investment_fixed", 1)
    assert "REopt" in CATALOGUE["gas-turbine-chp"].origin("min_size", 1)
    assert CATALOGUE["gas-engine-chp"].origin("life", 1) == ours


def test_a_largest_size_is_assumed_only_where_an_area_sets_it() -> None:
    def of_boiler(**figures: Any) -> dict[str, Any]:
        boiler = {"like": "gas-boiler", "area": {"hall": 0.5}} | figures
        return assumed(STATED | {"devices": {"b": boiler}, "areas": {"hall": 1000}})

    assert "devices.b.max_size" not in assumed(STATED | {"devices": {"b": {"like": "gas-boiler"}}})
    largest = of_boiler()["devices.b.max_size"]
    assert (largest["unit"], largest["value"]) == ("kW", 2000)
    assert "the areas" in largest["origin"]
    assert "devices.b.max_size" not in of_boiler(max_size=900)
    fixed = of_boiler(size=900)
    assert not {"devices.b.max_size", "devices.b.min_size"} & set(fixed)


def test_a_device_that_the_search_does_not_consider_brings_no_figure() -> None:
    site = STATED | {"devices": {"gas-boiler": {}, "mine": OWN, "orc": {}}}
    found = assumed(site, "gas-boiler")  # and the cycle has no steam
    assert not any(field.startswith("devices") for field in found)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_has_a_value_a_unit_and_an_origin(name: str) -> None:
    requirement, _, _ = check(load_sample(name))
    found = assumptions(requirement, island_of(requirement))
    assert found
    for assumption in found:
        assert assumption["value"] is not None
        assert assumption["unit"]
        assert "currency" not in assumption["unit"]
        assert "size" not in assumption["unit"]
        assert assumption["origin"]


def test_a_result_has_its_assumptions() -> None:
    result = run_search(STATED | {"devices": {"boiler": without(OWN, "life")}})
    assert [assumption["field"] for assumption in result["assumptions"]] == ["devices.boiler.life"]
