"""Units that are likely others: what is refused, what is a warning, and what is neither."""

from __future__ import annotations

import json
from typing import Any

import pytest

from algorithm import SAMPLES, Requirement, RequirementError, check, load_sample, run_search
from algorithm.requirement.plausibility import PlausibilityWarning, plausibility_warnings

SITE: dict[str, Any] = {
    "demands": {"electricity": [300, 400]},
    "supplies": {"electricity": {"price": 0.25}},
    "devices": {},
}
PV = {"kind": "converter", "outputs": {"electricity": 1}}


def warnings_of(**changes: Any) -> list[PlausibilityWarning]:
    requirement, _, _ = check(SITE | changes)
    return plausibility_warnings(requirement)


def own(**figures: Any) -> dict[str, Any]:
    """Return a device of one's own that nothing is to be doubted of."""
    boiler = {"kind": "converter", "inputs": {"gas": 1.1}, "outputs": {"heat": 1}}
    return {"devices": {"mine": boiler | figures}}


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_to_be_doubted_in_a_sample(name: str) -> None:
    requirement, _, _ = check(load_sample(name))
    assert plausibility_warnings(requirement) == []


@pytest.mark.parametrize(
    "plain",
    [
        SITE,
        # Figures that one reckons by hand with.
        {"demands": {"heat": 1}, "supplies": {"heat": {"price": 1}}},
        {"demands": {"heat": [0.2, 0.5]}, "supplies": {"heat": {"price": 1}}},
        # A size of 1: the profile is the whole plant's power.
        SITE | {"devices": {"pv": PV | {"size": 1, "availability": [0, 200]}}},
        # Prices in another currency, whose worth isn't known here.
        SITE | {"currency": "JPY", "supplies": {"electricity": {"price": 27}}},
        # An hour of scarcity on a spot market.
        SITE | {"supplies": {"electricity": {"price": [0.1, 4]}}},
        # A profile that is called after kW, and one after MW that is in kW.
        SITE | {"profiles": {"load kW": [300, 400]}, "demands": {"electricity": "load kW"}},
        SITE | {"profiles": {"load MW": [3e3, 4e3]}, "demands": {"electricity": "load MW"}},
        SITE | {"profiles": {"Block W": [300, 400]}, "demands": {"electricity": "Block W"}},
        # kWh in each step of an hour are kW.
        SITE | {"profiles": {"kWh": [300, 400]}, "demands": {"electricity": "kWh"}},
        # A cooling tower that takes little for its fans.
        {
            "demands": {"cooling": [300]},
            "supplies": {"electricity": {"price": 0.2}},
            "devices": {
                "tower": {
                    "kind": "converter",
                    "inputs": {"electricity": 0.02},
                    "outputs": {"cooling": 1},
                }
            },
        },
        # Small beside large, as sites are.
        {
            "demands": {"electricity": [20_000], "compressed air": [60]},
            "supplies": {"electricity": {"price": 0.1}, "compressed air": {"price": 0.3}},
            "devices": {},
        },
    ],
)
def test_without_evidence_nothing_is_doubted(plain: dict[str, Any]) -> None:
    requirement, _, _ = check(plain)
    assert plausibility_warnings(requirement) == []


@pytest.mark.parametrize(
    ("changes", "known", "says"),
    [
        # Demands in MW: all, beside a device's kW, beside another demand's kW.
        ({"demands": {"electricity": [0.03, 0.04]}}, "demands-small", "0.04 kW"),
        (
            {"demands": {"heat": 3.2}, "supplies": {"gas": {"price": 1}}, **own(size=4000)},
            "demands-small-beside-devices",
            "a device of 4000 kW; their values are likely in MW",
        ),
        (
            {
                "demands": {"electricity": 5000, "heat": [3.2]},
                "supplies": {"electricity": {"price": 0.2}, "heat": {"price": 0.1}},
            },
            "demand-small-beside-others",
            "demands.heat is 3.2 kW at its highest, beside a demand of 5000 kW",
        ),
        # Demands in W.
        ({"demands": {"electricity": 5e6}}, "demand-large", "likely in W"),
        (
            {
                "demands": {"heat": 3e6},
                "supplies": {"gas": {"price": 1}, "heat": {"price": 1}},
                **own(size=2500),
            },
            "demand-large",
            "demands.heat is 3000000 kW",
        ),
        # Names of columns.
        (
            {
                "profiles": {"Last_kWh": [75, 100] * 48},
                "demands": {"electricity": "Last_kWh"},
                "step_hours": 0.25,
            },
            "energy-in-name",
            "kWh in each step of 0.25 h, multiply them by 4.",
        ),
        (
            {"profiles": {"heat MWh": [3, 4]}, "demands": {"electricity": "heat MWh"}},
            "energy-in-name",
            "multiply them by 1000.",
        ),
        (
            {"demands": {"electricity MW": {"carrier": "electricity", "power": 3}}},
            "unit-in-name",
            "'electricity MW' is called after MW",
        ),
        (
            {"profiles": {"load W": [3e5, 4e5]}, "demands": {"electricity": "load W"}},
            "unit-in-name",
            "if its values are in W, multiply them by 0.001.",
        ),
        (
            {
                "profiles": {"grid.MW": [9, 9]},
                "supplies": {"electricity": {"price": 0.2, "limit": "grid.MW"}},
            },
            "unit-in-name",
            "supplies.electricity.limit takes kW",
        ),
        # Prices and CO2.
        (
            {"supplies": {"electricity": {"price": [70, 90]}}},
            "price-high",
            "supplies.electricity.price is 80 EUR/kWh on average; its values are likely in EUR/MWh",
        ),
        (
            {
                "currency": "SEK",
                "eur_rate": 11,
                "exports": {"electricity": {"price": 60, "limit": 5}},
                "meters": {"grid": {"supplies": ["electricity"], "exports": ["electricity"]}},
            },
            "price-high",
            "exports.electricity.price is 60 SEK/kWh",
        ),
        (
            {"supplies": {"electricity": {"price": 0.2, "co2": [300, 400]}}},
            "co2-high",
            "350 kg/kWh on average, more than any carrier has; its values are likely in g/kWh",
        ),
        # Sun and wind.
        (
            {"devices": {"pv": PV | {"availability": [0, 550]}}},
            "full-load-hours",
            "devices.pv.availability comes to 2409000 full-load hours per year",
        ),
        (
            {"profiles": {"wind": [0, 1.4]}, "devices": {"wind": {}}},
            "yield-high",
            "profiles.wind is 1.4 kW per kW at its highest",
        ),
        (
            {
                "profiles": {"solar-heat": [0, 1.3]},
                "demands": {"heat": 300},
                "supplies": {"heat": {"price": 1}},
                "devices": {"solar-thermal": {}},
            },
            "yield-high",
            "1.3 kW per m2",
        ),
        # Devices.
        (
            {
                "demands": {"heat": 300},
                "supplies": {"gas": {"price": 1}},
                **own(maintenance=0.02, investment=100),
            },
            "maintenance-low",
            "devices.mine.maintenance is 0.02 percent",
        ),
        (
            {
                "demands": {"heat": 300},
                "supplies": {"gas": {"price": 1}},
                **own(outputs={"heat": 95}),
            },
            "outputs-high",
            "devices.mine.outputs are 95 kW for 1.1 kW of inputs",
        ),
        (
            {
                "demands": {"heat": 300},
                "devices": {"hp": {"like": "air-heat-pump", "inputs": {"electricity": [3, 4]}}},
            },
            "input-reciprocal",
            "devices.hp.inputs.electricity is 3.5 kW in per kW of activity",
        ),
    ],
)
def test_a_likely_slip_is_a_warning_that_names_the_unit(
    changes: dict[str, Any], known: str, says: str
) -> None:
    (warning,) = warnings_of(**changes)
    assert warning.id == known
    assert says in warning.text


def test_a_weather_profile_of_several_devices_is_doubted_once() -> None:
    devices = {"rooftop-pv": {}, "ground-pv": {}, "mine": PV | {"availability": "sun"}}
    (warning,) = warnings_of(profiles={"sun": [0, 1.5]}, devices=devices)
    assert warning.values == {"field": "profiles.sun", "unit": "kW", "peak": 1.5}


@pytest.mark.parametrize(
    ("peak", "likely"),
    [
        (2.5, "percent, to be divided by 100"),
        (85, "percent, to be divided by 100"),
        (550, "in W, to be divided by 1,000"),
        (40_000, "the power of a whole plant"),
    ],
)
def test_sun_or_wind_that_cannot_be_is_refused_with_the_likely_unit(
    peak: float, likely: str
) -> None:
    for devices in ({"rooftop-pv": {}, "ground-pv": {}}, None):
        with pytest.raises(RequirementError) as wrong:
            check(SITE | {"profiles": {"sun": [0, peak]}, "devices": devices})
        (error,) = wrong.value.errors
        assert error["field"] == "profiles.sun"
        assert f"it is {peak:g} in step 1 (1 January, 01:00)" in error["message"]
        assert likely in error["message"]


def test_a_constant_yield_that_cannot_be_is_refused_without_a_step() -> None:
    with pytest.raises(
        RequirementError, match=r"profiles\.sun: .* it is 850, which is likely in W"
    ):
        check(SITE | {"profiles": {"sun": 850}, "devices": {"rooftop-pv": {}}})


def test_an_own_list_of_wind_is_refused_at_the_device() -> None:
    devices = {"wind": {"like": "wind", "availability": [0, 600]}}
    with pytest.raises(RequirementError, match=r"devices\.wind\.availability: should be kW"):
        check(SITE | {"devices": devices})


def test_a_text_is_its_values_in_their_places() -> None:
    (warning,) = warnings_of(supplies={"electricity": {"price": 80}})
    assert warning.values == {
        "field": "supplies.electricity.price",
        "price": 80,
        "currency": "EUR",
    }
    assert json.loads(json.dumps(warning.values)) == warning.values
    assert all(str(value) in warning.text for value in warning.values.values())


# Names that the catalogue happens to know


@pytest.mark.parametrize(
    ("figures", "known"),
    [
        ({}, None),
        ({"like": "battery", "hours": 2}, None),
        ({"place": "north", "label": "Mine"}, None),  # no figures
        ({"hours": 2}, "catalogue-by-name"),
        ({"kind": "store", "hours": 2}, "catalogue-not-used"),
        ({"kind": "store", "like": "battery", "hours": 2}, None),
    ],
)
def test_a_name_of_the_catalogue_without_like_is_remarked_on(
    figures: dict[str, Any], known: str | None
) -> None:
    found = warnings_of(devices={"battery": figures})
    assert [warning.id for warning in found] == ([] if known is None else [known])


@pytest.mark.parametrize("figures", [{"max_size": 3000}, {"kind": "store"}, {}])
def test_a_remark_on_a_name_outlasts_being_written_and_read_again(figures: dict[str, Any]) -> None:
    before, _, _ = check(SITE | {"devices": {"battery": figures}})
    for written in (
        before.model_dump_json(),
        json.dumps(before.model_dump(mode="json", exclude_unset=True)),
    ):
        after, _, _ = check(json.loads(written))
        assert after.considered() == before.considered()
        assert plausibility_warnings(after) == plausibility_warnings(before)
        assert plausibility_warnings(Requirement.model_validate(after)) == plausibility_warnings(
            before
        )


# In a result


def test_a_result_has_its_warnings() -> None:
    result = run_search(SITE | {"supplies": {"electricity": {"price": 80}}})
    (warning,) = result["warnings"]
    assert set(warning) == {"id", "values", "text"}
    assert warning["id"] == "price-high"


def test_a_plain_result_warns_of_nothing() -> None:
    assert run_search(SITE)["warnings"] == []
