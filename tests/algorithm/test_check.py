"""Bad input: each gets one plain sentence that names the field."""

from __future__ import annotations

from typing import Any

import pytest

from algorithm import Options, Requirement, RequirementError, check, run_search

DAY = [1.0] * 24
GOOD: dict[str, Any] = {"demands": {"heat": 5}, "supplies": {"gas": {"price": 0.05}}}


def errors_of(requirement: Any, disabled: Any = (), options: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(RequirementError) as wrong:
        check(requirement, disabled, options)
    return [(error["field"], error["message"]) for error in wrong.value.errors]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"demands": {}}, "demands", "at least 1"),
        ({"demands": {"heat": 0}}, "demands", "nothing to plan"),
        ({"demands": {"heat": "often"}}, "demands.heat", "profile 'often'"),
        ({"demands": {"heat": True}}, "demands.heat", "valid number, not True"),
        ({"demands": {"heat": [1, 2]}}, "demands.heat", "at least 24 values, not 2"),
        ({"demands": {"heat": [1.0] * 25}}, "demands.heat", "whole days of 24 values, not 25"),
        ({"demands": {"heat": [1.0] * 8808}}, "demands.heat", "at most 8784 values, not 8808"),
        ({"demands": {"heat": DAY, "cooling": DAY * 2}}, "demands.cooling", "24 values as"),
        ({"demands": {"heat": [*DAY[:17], None, *DAY[18:]]}}, "demands.heat.17", "number"),
        ({"demands": {"heat": [*DAY[:17], float("nan"), *DAY[18:]]}}, "demands.heat.17", "finite"),
        ({"demands": {"heat": [*DAY[:17], -1.0, *DAY[18:]]}}, "demands.heat", "in hour 17"),
        ({"demands": {"he\nat": 1}}, "demands.'he\\nat'", "letters, digits"),
        ({"demand": {"heat": 1}}, "demand", "did you mean 'demands'?"),
        ({"supplies": {"gas": 0.05}}, "supplies.gas", "an object, not 0.05"),
        ({"supplies": {"gas": {}}}, "supplies.gas.price", "required"),
        ({"supplies": {"gas": {"price": 1, "prize": 2}}}, "supplies.gas.prize", "'price'"),
        ({"supplies": {"gas": {"price": 1, "limit": -2}}}, "supplies.gas.limit", "not -2"),
        ({"devices": ["gas-boiler"]}, "devices", "an object, not a list"),
        ({"devices": {"gas-boler": {}}}, "devices.gas-boler", "did you mean 'gas-boiler'?"),
        ({"devices": {"gas-boiler": {"loss": 1}}}, "devices.gas-boiler.loss", "max_size"),
        ({"devices": {"gas-boiler": {"life": 0}}}, "devices.gas-boiler.life", "greater than 0"),
        ({"devices": {"gas-boiler": {"kind": "store"}}}, "devices.gas-boiler.kind", "converter"),
        ({"devices": {"gas-boiler": {"outputs": {}}}}, "devices.gas-boiler.outputs", "carrier"),
        ({"devices": {"gas-boiler": {"max_size": 5}}}, "devices.gas-boiler.max_size", "100"),
        ({"devices": {"rooftop-pv": {}}}, "devices.rooftop-pv.availability", "profile 'sun'"),
        ({"interest_rate": 5}, "interest_rate", "less than or equal to 1, not 5"),
        ({"currency": "USD"}, "currency", "'EUR', not 'USD'"),
        ({"version": 2}, "version", "1, not 2"),
    ],
)
def test_a_wrong_field_is_named_with_what_would_be_right(
    change: dict[str, Any], field: str, says: str
) -> None:
    ((named, message),) = errors_of(GOOD | change)
    assert named == field
    assert says in message


@pytest.mark.parametrize("nothing", [None, [], "campus", 5])
def test_something_that_is_no_requirement_is_refused(nothing: object) -> None:
    ((field, message),) = errors_of(nothing)
    assert field == "requirement"
    assert "should be an object" in message


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = GOOD | {"interest_rate": -1, "co2_price": "dear"}
    fields = {field for field, _ in errors_of(wrong, ["gas-boler"], {"gap": 2})}
    assert fields == {"interest_rate", "co2_price", "disabled_devices.0", "options.gap"}


def test_a_list_of_wrong_hours_is_one_mistake() -> None:
    assert len(errors_of(GOOD | {"demands": {"heat": ["x"] * 8760}})) == 1


@pytest.mark.parametrize(
    ("disabled", "field", "says"),
    [
        (["battery", "gas-boler"], "disabled_devices.1", "did you mean 'gas-boiler'?"),
        ([5], "disabled_devices.0", "known are rooftop-pv"),
        ("battery", "disabled_devices", "a list"),
        (None, "disabled_devices", "a list"),
    ],
)
def test_an_unknown_disabled_device_is_named(disabled: object, field: str, says: str) -> None:
    ((named, message),) = errors_of(GOOD, disabled)
    assert named == field
    assert says in message


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"gap": -1}, "options.gap"),
        ({"typical_days": 0}, "options.typical_days"),
        ({"typical_days": 500}, "options.typical_days"),
        ({"time_limit_s": "long"}, "options.time_limit_s"),
        ({"gpa": 1}, "options.gpa"),
        (5, "options"),
    ],
)
def test_a_wrong_option_is_named(options: object, field: str) -> None:
    ((named, _),) = errors_of(GOOD, [], options)
    assert named == field


def test_buying_to_sell_without_limit_is_refused_with_the_hour() -> None:
    price = [0.1] * 24
    price[3] = 0.01
    requirement = {
        "demands": {"electricity": 5},
        "supplies": {"electricity": {"price": price}},
        "exports": {"electricity": {"price": 0.05}},
    }
    ((field, message),) = errors_of(requirement)
    assert field == "exports.electricity.price"
    assert "hour 3" in message
    check(requirement | {"exports": {"electricity": {"price": 0.05, "limit": 9}}})


def test_good_input_comes_back_as_models() -> None:
    requirement, disabled, options = check(GOOD, ["battery", "battery"], {"gap": 0.01})
    assert isinstance(requirement, Requirement)
    assert disabled == ("battery",)
    assert options == Options(gap=0.01)
    assert check(requirement, disabled, options) == (requirement, disabled, options)


def test_an_unknown_sample_is_named_with_the_near_miss() -> None:
    with pytest.raises(RequirementError, match="'campsu' is not a sample; did you mean 'campus'"):
        run_search("campsu")
