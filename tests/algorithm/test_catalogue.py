"""The catalogue's figures: where they are from, and that they obey physics."""

from __future__ import annotations

import pytest

from algorithm import CATALOGUE, Device
from algorithm.catalogue import Converter, Store

CONVERTERS = [device for device in CATALOGUE.values() if isinstance(device.figures, Converter)]


def test_there_are_many_kinds_of_device_for_all_carriers() -> None:
    assert len(CATALOGUE) >= 17
    made: set[str] = set()
    for device in CONVERTERS:
        assert isinstance(device.figures, Converter)
        made |= set(device.figures.outputs)
    assert {"electricity", "heat", "cooling", "hydrogen"} <= made


@pytest.mark.parametrize("device", CATALOGUE.values(), ids=CATALOGUE)
def test_every_device_has_a_source_a_cost_and_an_install_decision(device: Device) -> None:
    assert device.source
    assert 2010 <= device.year <= 2030
    assert device.figures.investment > 0
    assert device.figures.min_size > 0
    assert 5 <= device.figures.life <= 50


@pytest.mark.parametrize(
    "device",
    [d for d in CONVERTERS if isinstance(d.figures, Converter) and d.figures.inputs],
    ids=lambda device: device.name,
)
def test_no_device_makes_energy_from_nothing(device: Device) -> None:
    """But for heat from the air (heat pump), moved heat (chiller), and the condensing boiler's
    efficiency, which its source states on the lower heating value."""
    figures = device.figures
    assert isinstance(figures, Converter)
    most = {"air-heat-pump": 6.0, "compression-chiller": 7.0, "gas-boiler": 1.11}
    inflow = sum(
        float(flow) for flow in figures.inputs.values() if not isinstance(flow, str | list)
    )
    out = sum(float(flow) for flow in figures.outputs.values() if not isinstance(flow, str | list))
    assert 0 < out <= most.get(device.name, 1.0) * inflow


def test_stores_give_back_less_than_they_take() -> None:
    stores = [d.figures for d in CATALOGUE.values() if isinstance(d.figures, Store)]
    assert len(stores) >= 4
    for store in stores:
        assert 0.5 < store.charge_efficiency * store.discharge_efficiency <= 1
