"""Bad input: each gets one plain sentence that names the field."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm import CATALOGUE, Options, Requirement, RequirementError, check, run_search

DAY = [1.0] * 24
GOOD: dict[str, Any] = {"demands": {"heat": 5}, "supplies": {"gas": {"price": 0.05}}}


def errors_of(requirement: Any, disabled: Any = (), options: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(RequirementError) as wrong:
        check(requirement, disabled, options)
    return [(error["field"], error["message"]) for error in wrong.value.errors]


def of_device(**figures: Any) -> dict[str, Any]:
    return {"devices": {"mine": {"kind": "converter", "outputs": {"heat": 1}} | figures}}


def of_tank(**figures: Any) -> dict[str, Any]:
    return {"devices": {"heat-tank": figures}}


def of_link(**figures: Any) -> dict[str, Any]:
    link = {"kind": "link", "source": "heat", "target": "heat@south"}
    return {"devices": {"main": link | figures}}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"demands": {}}, "demands", "at least 1 entry, not 0"),
        ({"demands": {"heat": 0}}, "demands", "nothing to plan"),
        ({"demands": {"heat": "often"}}, "demands.heat", "profile 'often'"),
        ({"demands": {"heat": {"power": "often"}}}, "demands.heat.power", "profile 'often'"),
        ({"demands": {"heat": True}}, "demands.heat", "valid number, not True"),
        ({"demands": {"heat": []}}, "demands.heat", "at least 1 value, not 0"),
        ({"demands": {"heat": [1.0] * 35137}}, "demands.heat", "at most 35136 values, not 35137"),
        ({"demands": {"heat": [1.0] * 337}}, "demands.heat", "whole days of 24 values"),
        ({"demands": {"heat": [1.0] * 3661}, "step_hours": 24}, "demands.heat", "most 3660 days"),
        ({"demands": {"heat": DAY, "cooling": DAY * 2}}, "demands.cooling", "24 values as"),
        ({"demands": {"heat": [*DAY[:17], None, *DAY[18:]]}}, "demands.heat.17", "number"),
        ({"demands": {"heat": [*DAY[:17], float("nan"), *DAY[18:]]}}, "demands.heat.17", "finite"),
        ({"demands": {"heat": [*DAY[:17], -1.0]}}, "demands.heat", "is -1 in step 17 (1 January"),
        ({"demands": {"heat": 1e13}}, "demands.heat", "not be above 1e+12: it is 1e+13"),
        ({"demands": {"he\nat": 1}}, "demands.'he\\nat'", "letters, digits"),
        (
            {"demands": {"heat": {"power": 1, "prize": 2}}},
            "demands.heat.prize",
            "known are carrier",
        ),
        ({"demand": {"heat": 1}}, "demand", "did you mean 'demands'?"),
        ({"supplies": {"gas": 0.05}}, "supplies.gas", "an object, not 0.05"),
        ({"supplies": {"gas": {}}}, "supplies.gas.price", "required"),
        ({"supplies": {"gas": {"price": 1, "prize": 2}}}, "supplies.gas.prize", "'price'"),
        ({"supplies": {"gas": {"price": 1, "limit": -2}}}, "supplies.gas.limit", "it is -2"),
        ({"supplies": {"gas": {"price": 1, "co2": -2}}}, "supplies.gas.co2", "it is -2"),
        ({"supplies": {"gaz": {"price": 1}}}, "supplies.gaz", "did you mean 'gas'?"),
        ({"supplies": {"sun": {"carrier": "gas", "price": 1}}}, "supplies.sun", "another name"),
        ({"exports": {"x": {"carrier": "hot", "price": 1}}}, "exports.x.carrier", "nothing else"),
        ({"devices": ["gas-boiler"]}, "devices", "an object, not a list"),
        ({"devices": {"gas-boler": {}}}, "devices.gas-boler", "did you mean 'gas-boiler'?"),
        ({"devices": {"a": {"like": "gas-boler"}}}, "devices.a.like", "mean 'gas-boiler'?"),
        (of_device(like="gas-boler"), "devices.mine.like", "did you mean 'gas-boiler'?"),
        (of_device(kind="stoer"), "devices.mine.kind", "one of 'converter', 'store', 'link'"),
        ({"devices": {"gas-boiler": {"loss": 1}}}, "devices.gas-boiler.loss", "max_size"),
        ({"devices": {"gas-boiler": {"life": 0}}}, "devices.gas-boiler.life", "or equal to 0.1"),
        ({"devices": {"a": {"like": "orc", "kind": "store"}}}, "devices.a.kind", "be 'converter'"),
        ({"devices": {"gas-boiler": {"outputs": {}}}}, "devices.gas-boiler.outputs", "carrier"),
        ({"devices": {"gas-boiler": {"max_size": 5}}}, "devices.gas-boiler.max_size", "100"),
        ({"devices": {"rooftop-pv": {}}}, "devices.rooftop-pv.availability", "profile 'sun'"),
        (of_device(size=5, max_size=3), "devices.mine.size", "to max_size 3, not 5"),
        (of_device(max_size=2, unit_size=3), "devices.mine.max_size", "room for one unit of 3"),
        (of_device(size=5, unit_size=3), "devices.mine.size", "whole number of units of 3"),
        (of_device(flow_costs={"hot": 1}), "devices.mine.flow_costs.hot", "known are heat"),
        (of_device(place="n", inputs={"a": 1, "a@n": 1}), "devices.mine.inputs", "without @n"),
        (of_device(availability=[*DAY, -1]), "devices.mine.availability", "(2 January, 00:00)"),
        (of_tank(min_level=[*DAY, 0.5], max_level=0.5), "devices.heat-tank.min_level", "step 0"),
        (of_tank(min_level=0.6, max_level=0.5), "devices.heat-tank.min_level", "above max_level"),
        (of_tank(max_level=1.5), "devices.heat-tank.max_level", "not be above 1: it is 1.5"),
        (of_tank(cyclic=False), "devices.heat-tank.start_level", "full for nothing"),
        (of_tank(min_level=0.5, start_level=0.2), "devices.heat-tank.start_level", "0.5 to 1"),
        (of_tank(power="together", hours=0), "devices.heat-tank.hours", "at least 0.001"),
        (of_tank(operation=-1), "devices.heat-tank.operation", "not be negative: it is -1"),
        (of_link(source=""), "devices.main.source", "letters, digits"),
        ({"devices": {"l": {"kind": "link", "source": "heat"}}}, "devices.l.target", "is required"),
        (of_link(target="heat"), "devices.main.target", "another carrier than source, 'heat'"),
        (of_link(loss=1), "devices.main.loss", "below 1"),
        ({"areas": {"rof": 5}}, "areas.rof", "did you mean 'roof'?"),
        ({"interest_rate": 5}, "interest_rate", "less than or equal to 1, not 5"),
        ({"currency": "dollars"}, "currency", "three capital letters"),
        ({"currency": "USD"}, "eur_rate", "what a EUR is worth in USD"),
        (
            {"currency": "USD", "devices": {"battery": {}, "b": {"like": "orc"}}},
            "eur_rate",
            "those of battery, b",
        ),
        ({"currency": "USD"}, "eur_rate", "diesel-engine and 23 more"),
        ({"step_hours": 7}, "step_hours", "divide a day into equal steps"),
        ({"step_hours": 48}, "step_hours", "from 1/60"),
        ({"start": "1 May"}, "start", "a date such as '2023-01-01', not '1 May'"),
        ({"start": "1723-05-01"}, "start", "1900-01-01, not '1723-05-01'"),
        ({"co2_limit": -1}, "co2_limit", "greater than or equal to 0, not -1"),
        ({"columns": "site.csv"}, "columns", "as `profiles`"),
        ({"name": ""}, "name", "at least 1 character"),
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


def test_a_list_of_wrong_values_is_one_mistake() -> None:
    assert len(errors_of(GOOD | {"demands": {"heat": ["x"] * 8760}})) == 1


def test_a_stated_size_holds_against_the_catalogues_smallest() -> None:
    check(GOOD | {"devices": {"gas-boiler": {"size": 20}}})


def test_a_step_is_named_with_its_date_and_time() -> None:
    demand = [1.0] * 96 * 31
    demand[96 * 30 + 6] = -1
    asked = GOOD | {"demands": {"heat": demand}, "step_hours": 0.25, "start": "2024-02-01"}
    ((_, message),) = errors_of(asked)
    assert message.endswith("it is -1 in step 2886 (2 March, 01:30)")


def test_what_could_not_fit_into_memory_is_refused() -> None:
    batteries = {f"battery {number}": {"like": "battery"} for number in range(40)}
    year = {"profiles": {"sun": [0.5] * 35_040}, "step_hours": 0.25}
    ((field, message),) = errors_of(GOOD | year | {"devices": batteries})
    assert field == "requirement"
    assert "35,040 steps of 40 devices" in message
    assert "longer steps" in message
    check(GOOD | {"profiles": {"sun": [0.5] * 8760}, "devices": batteries})


@pytest.mark.parametrize(
    ("disabled", "field", "says"),
    [
        (["battery", "gas-boler"], "disabled_devices.1", "did you mean 'gas-boiler'?"),
        ([5], "disabled_devices.0", "known are rooftop-pv"),
        ([["battery"]], "disabled_devices.0", "a list is not a known device"),
        ("battery", "disabled_devices", "a list"),
        (None, "disabled_devices", "a list"),
    ],
)
def test_an_unknown_disabled_device_is_named(disabled: object, field: str, says: str) -> None:
    ((named, message),) = errors_of(GOOD, disabled)
    assert named == field
    assert says in message


def test_names_kinds_and_groups_can_be_disabled() -> None:
    asked = GOOD | of_device()
    for name in ("mine", *CATALOGUE, "heat", "sun-and-wind"):
        assert check(asked, [name])[1] == (name,)
    ((_, message),) = errors_of(asked, ["mien"])
    assert "did you mean 'mine'?" in message


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


class TestMoneyForNothing:
    """Buying to sell: without a word of the connection, a plan would earn by it."""

    asked: ClassVar[dict[str, Any]] = {
        "demands": {"electricity": 5},
        "supplies": {"electricity": {"price": [0.1, 0.1, 0.1, 0.01], "co2": 0.4}},
        "exports": {"electricity": {"price": 0.05}},
    }

    apart: ClassVar[dict[str, Any]] = {
        "meters": {"in": {"supplies": ["electricity"]}, "out": {"exports": ["electricity"]}}
    }

    def test_it_is_refused_with_the_step(self) -> None:
        ((field, message),) = errors_of(self.asked)
        assert field == "exports.electricity.price"
        assert "step 3 (1 January, 03:00)" in message
        assert "meters" in message

    @pytest.mark.parametrize(
        "change", [{"exports": {"electricity": {"price": 0.009}}}, {"co2_price": 200}]
    )
    def test_but_not_what_sells_for_less_co2_included(self, change: dict[str, Any]) -> None:
        check(self.asked | change)

    @pytest.mark.parametrize(
        "change",
        [
            {"exports": {"electricity": {"price": 0.05, "limit": 9}}},
            {"supplies": {"electricity": {"price": 0.01, "limit": [1, 2, 3, 4]}}},
            {"supplies": {"electricity": {"price": 0.01, "peak_price": 400}}},
        ],
    )
    def test_nor_through_two_connections_what_a_limit_or_the_peak_makes_finite(
        self, change: dict[str, Any]
    ) -> None:
        ((field, _),) = errors_of(self.asked | change)
        assert field == "exports.electricity.price"
        check(self.asked | change | self.apart)

    def test_but_two_connections_without_a_limit_would_earn_without_end(self) -> None:
        ((field, message),) = errors_of(self.asked | self.apart)
        assert field == "exports.electricity.price"
        assert "step 3 (1 January, 03:00)" in message
        assert "without end" in message

    def test_it_is_seen_between_trades_of_any_names(self) -> None:
        trades = {
            "supplies": {"old contract": {"carrier": "electricity", "price": 0.02}},
            "exports": {"market": {"carrier": "electricity", "price": 0.05}},
        }
        ((field, message),) = errors_of(self.asked | trades)
        assert field == "exports.market.price"
        assert "supplies.old contract" in message

    def test_saving_co2_so_matters_where_least_co2_is_asked_for(self) -> None:
        credit = {"exports": {"electricity": {"price": 0.001, "co2": 0.5}}}
        check(self.asked | credit)
        for meters in ({}, self.apart):
            ((field, _),) = errors_of(self.asked | credit | meters, [], {"goal": "front"})
            assert field == "exports.electricity.co2"

    def test_the_output_of_certain_devices_is_no_such_trade(self) -> None:
        export = {"price": 0.05, "devices": ["rooftop-pv"]}
        devices = {"devices": {"rooftop-pv": {"availability": 0.5}}}
        check(self.asked | devices | {"exports": {"electricity": export}})


def test_an_export_names_devices_that_make_its_carrier_and_none_twice() -> None:
    export = {"price": 0.01, "devices": ["battery", "gas-engine-chp"]}
    asked = GOOD | {"exports": {"electricity": export}}
    ((field, message),) = errors_of(asked)
    assert field == "exports.electricity.devices.0"
    assert "makes electricity" in message
    sold = {"carrier": "heat", "price": 0.01, "devices": ["gas-boiler"]}
    ((field, message),) = errors_of(GOOD | {"exports": {"a": sold, "b": sold}})
    assert field == "exports.b.devices.0"
    assert "already sells its heat as exports.a" in message


def test_good_input_comes_back_as_models() -> None:
    requirement, disabled, options = check(GOOD, ["battery", "battery"], {"gap": 0.01})
    assert isinstance(requirement, Requirement)
    assert disabled == ("battery",)
    assert options == Options(gap=0.01)
    assert check(requirement, disabled, options) == (requirement, disabled, options)


def test_an_unknown_sample_is_named_with_the_near_miss() -> None:
    with pytest.raises(RequirementError, match="'campsu' is not a sample; did you mean 'campus'"):
        run_search("campsu")


numbers = st.integers() | st.floats()
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=5), parts),
    max_leaves=6,
)
series = numbers | st.lists(numbers, max_size=4) | st.sampled_from(["sun", "x"]) | values


def objects_of(model: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of a model's fields, right and wrong."""
    words = st.sampled_from(["heat", "gas", "battery", "store", "link", "converter", "year"])
    flows = st.dictionaries(words, series, max_size=2)
    fields = dict.fromkeys(model["properties"], words | flows | series)
    return st.fixed_dictionaries({}, optional=fields)


SCHEMA = Requirement.model_json_schema()
DEFINITIONS = SCHEMA["$defs"]
figures = st.one_of(*(objects_of(DEFINITIONS[name]) for name in ("Converter", "Store", "Link")))
requirements = st.fixed_dictionaries(
    {"demands": st.dictionaries(st.just("heat"), objects_of(DEFINITIONS["Demand"]) | series)},
    optional={
        "profiles": st.dictionaries(st.just("sun"), series),
        "supplies": st.dictionaries(st.just("gas"), objects_of(DEFINITIONS["Supply"]) | values),
        "exports": st.dictionaries(st.just("heat"), objects_of(DEFINITIONS["Export"]) | values),
        "meters": st.dictionaries(st.just("grid"), objects_of(DEFINITIONS["Meter"]) | values),
        "devices": st.dictionaries(st.sampled_from([*CATALOGUE, "mine"]), figures, max_size=2),
        "step_hours": series,
        "start": values,
        "currency": st.sampled_from(["EUR", "CHF"]) | values,
        "areas": values,
        "budget": series,
    },
)


@given(values | requirements, values | st.lists(values), values | st.just({}))
@settings(max_examples=150, deadline=None)
def test_any_json_is_either_a_requirement_or_refused_in_plain_words(
    requirement: Any, disabled: Any, options: Any
) -> None:
    errors = []
    try:
        checked, _, _ = check(requirement, disabled, options)
        assert Requirement.model_validate_json(checked.model_dump_json()) == checked
    except RequirementError as wrong:
        errors = wrong.errors
    for error in errors:
        assert error["field"].isprintable()
        assert error["message"]
        assert "\n" not in error["message"]
