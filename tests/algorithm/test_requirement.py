"""What a requirement may leave out, change and promise."""

from __future__ import annotations

from typing import Any

from algorithm import CATALOGUE, Requirement, check
from algorithm.catalogue import Converter


def test_a_useful_requirement_is_short() -> None:
    requirement, _, _ = check({"demands": {"heat": 5}, "supplies": {"gas": {"price": 0.05}}})
    assert requirement.version == 1
    assert "gas-boiler" in requirement.considered()


def test_devices_without_their_profile_are_not_considered_unless_named() -> None:
    requirement, _, _ = check({"demands": {"heat": 5}})
    assert {"rooftop-pv", "wind", "solar-thermal"}.isdisjoint(requirement.considered())
    sunny, _, _ = check({"demands": {"heat": 5}, "profiles": {"sun": 0.5}})
    assert {"rooftop-pv", "ground-pv"} <= set(sunny.considered())


def test_a_changed_figure_leaves_the_others_as_in_the_catalogue() -> None:
    requirement, _, _ = check({"demands": {"heat": 5}, "devices": {"gas-boiler": {"life": 7}}})
    (boiler,) = requirement.considered().values()
    catalogues = CATALOGUE["gas-boiler"].figures
    assert isinstance(boiler, Converter)
    assert boiler.life == 7
    assert boiler == catalogues.model_copy(update={"life": 7})


def test_every_field_of_the_schema_has_a_unit_or_says_what_it_is() -> None:
    schema = Requirement.model_json_schema()
    models: dict[str, Any] = {"Requirement": schema, **schema["$defs"]}
    telling = {"version", "name", "currency", "kind", "unit", "carrier"}
    for name, model in models.items():
        for field, described in model["properties"].items():
            assert field in telling or described.get("description"), f"{name}.{field}"


def test_the_schema_lets_a_device_leave_all_figures_as_they_are() -> None:
    devices = Requirement.model_json_schema()["properties"]["devices"]["anyOf"][0]
    figures = devices["additionalProperties"]
    assert list(figures) == ["anyOf"]
    definitions = Requirement.model_json_schema()["$defs"]
    for kind in ("Converter", "Store"):
        assert not definitions[kind].get("required")
