"""The catalogue's figures: where they are from, and that they obey physics."""

from __future__ import annotations

import pytest

from algorithm import CATALOGUE, Device
from algorithm.components.converter import Converter
from algorithm.components.store import Store
from algorithm.requirement.catalogue import GROUPS, is_disabled

CONVERTERS = [
    (device.name, device.figures)
    for device in CATALOGUE.values()
    if isinstance(device.figures, Converter)
]
STORES = [device.figures for device in CATALOGUE.values() if isinstance(device.figures, Store)]


def constant(series: object) -> float:
    assert isinstance(series, int | float)
    return float(series)


def test_there_are_many_kinds_of_device_for_all_carriers() -> None:
    assert len(CATALOGUE) >= 20
    made = {carrier for _, figures in CONVERTERS for carrier in figures.outputs}
    assert made == {"electricity", "heat", "steam", "cooling", "hydrogen"}
    assert {store.carrier for store in STORES} == {"electricity", "heat", "cooling", "hydrogen"}


@pytest.mark.parametrize("device", CATALOGUE.values(), ids=CATALOGUE)
def test_every_device_has_a_source_a_cost_and_an_install_decision(device: Device) -> None:
    assert device.source
    assert 2010 <= device.year <= 2030
    assert device.figures.investment > 0
    assert device.figures.min_size > 0
    assert 5 <= device.figures.life <= 50


@pytest.mark.parametrize(
    ("name", "figures"), [(name, figures) for name, figures in CONVERTERS if figures.inputs]
)
def test_no_device_makes_energy_from_nothing(name: str, figures: Converter) -> None:
    """But for heat from air or ground (heat pumps), moved heat (chiller), and boilers and CHP whose
    source states efficiencies on the lower heating value."""
    most = {
        "air-heat-pump": 6.0,
        "ground-heat-pump": 6.0,
        "compression-chiller": 7.0,
        "gas-boiler": 1.11,
        "wood-chp": 1.11,
    }
    inflow = sum(map(constant, figures.inputs.values()))
    out = sum(map(constant, figures.outputs.values()))
    assert 0 < out <= most.get(name, 1.0) * inflow * (1 + 1e-9)


def test_stores_give_back_less_than_they_take() -> None:
    for store in STORES:
        assert 0.4 < store.charge_efficiency * store.discharge_efficiency <= 1


def test_a_device_is_disabled_by_its_name_its_kind_or_its_group() -> None:
    for disabled in (["mine"], ["gas-boiler"], ["heat"], ["x", "heat"]):
        assert is_disabled("mine", "gas-boiler", disabled)
    assert not is_disabled("mine", "gas-boiler", ["steam", "battery"])
    assert is_disabled("spring", "spring", ["spring"])
    assert not is_disabled("spring", "spring", ["heat"])


def test_no_group_has_the_name_of_a_device() -> None:
    assert set(GROUPS).isdisjoint(CATALOGUE)
    assert GROUPS["sun-and-wind"] == "Sun and wind"
