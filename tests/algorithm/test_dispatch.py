"""From a solver's columns to what is installed and flows: rounding goes, what matters stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithm.components.device import NONE
from algorithm.model.build import Model, build_model
from algorithm.plan.dispatch import Operation, Unbalanced, operation_of
from algorithm.series import Floats
from tests.algorithm.islands import island, solved

BOILER = {"kind": "converter", "inputs": {"gas": 1.25}, "outputs": {"heat": 1.0}, "max_size": 100.0}


def solution(devices: dict[str, Any], **others: Any) -> tuple[Model, Floats]:
    """Return the model of an island that heats with electricity, wood or gas, and its solution."""
    requirement = {
        "demands": {"heat": [40.0, 80.0, 60.0]},
        "supplies": {
            "grid": {"carrier": "electricity", "price": 0.1, "peak_price": 5.0},
            "gas": {"price": 0.2},
            "wood": {"price": 0.3},
            "diesel": {"price": 0.4},
        },
        "exports": {"feed": {"carrier": "electricity", "price": 0.02}},
        "devices": {
            "heater": {
                "kind": "converter",
                "inputs": {"electricity": 1.0},
                "outputs": {"heat": 1.0},
                "max_size": 200.0,
            },
            **devices,
        },
        **others,
    }
    model = build_model(island(requirement))
    values = solved(model)
    assert values is not None
    return model, values


def with_noise(values: Floats, size: float) -> Floats:
    """Return a solution as an interior point leaves it: nothing is quite 0."""
    noisy: Floats = values + size * np.random.default_rng(0).random(len(values))
    return noisy


def ends(operation: Operation) -> set[str]:
    return {end for flow in operation.flows for end in (flow.source, flow.target)}


def test_what_an_interior_point_leaves_of_unused_devices_and_trades_is_taken_away() -> None:
    model, values = solution(
        {
            "boiler": BOILER,
            "old boiler": {**BOILER, "inputs": {"diesel": 1.3}, "size": 20.0},
            "oven": {**BOILER, "inputs": {"wood": 1.2}, "min_size": 20.0},
            "tank": {"kind": "store", "carrier": "heat", "max_size": 500.0, "investment": 100.0},
            "main": {
                "kind": "link",
                "source": "heat",
                "target": "heat@far",
                "two_way": True,
                "max_size": 50.0,
            },
        }
    )
    operation = operation_of(model, with_noise(values, 1e-7))
    assert set(operation.sizes) == {"heater", "old boiler"}
    assert ends(operation) == {
        "supply:grid",
        "carrier:electricity",
        "device:heater",
        "carrier:heat",
        "demand:heat",
    }
    assert operation.objective == pytest.approx(model.objective(values), rel=1e-6)


def test_a_device_that_is_built_and_never_runs_is_left_out_with_its_cost() -> None:
    model, values = solution(
        {"boiler": {**BOILER, "min_size": 30.0, "investment": 50.0, "investment_fixed": 900.0}}
    )
    cheapest = model.objective(values)
    values[model.devices["boiler"].size] = 30.0
    assert model.objective(values) > cheapest
    operation = operation_of(model, values)
    assert "boiler" not in operation.sizes
    assert operation.objective == pytest.approx(cheapest)


def test_a_device_of_a_fixed_size_stays_though_it_never_runs() -> None:
    model, values = solution({"boiler": {**BOILER, "size": 30.0}})
    operation = operation_of(model, values)
    assert operation.sizes["boiler"] == 30.0
    assert not operation.throughputs["boiler"].any()


def test_a_device_that_is_needed_for_a_moment_stays() -> None:
    """0.2 kW in one of 4000 steps, of 60 MW that the boiler could be."""
    demand = [60.0] * 3999 + [60.2]
    model, values = solution(
        {"boiler": {**BOILER, "max_size": 60_000.0}},
        demands={"heat": {"power": demand}},
        supplies={
            "grid": {"carrier": "electricity", "price": 0.1, "limit": 60.0},
            "gas": {"price": 0.2},
        },
        step_hours=0.05,
    )
    operation = operation_of(model, values)
    moved = operation.throughputs["boiler"].sum() / (60_000 * 4000)
    assert moved < 1e-6
    assert operation.sizes["boiler"] == pytest.approx(0.2)


def test_power_and_peaks_are_what_is_used_of_them() -> None:
    model, values = solution(
        {"cells": {"kind": "store", "carrier": "electricity", "size": 90.0, "hours": 0.5}}
    )
    power, peaks = model.devices["cells"].power, model.supplies["grid"].peaks
    values[power] = 180.0
    values[peaks] += 7.0
    operation = operation_of(model, values)
    charge, discharge = (
        values[model.devices["cells"].charge],
        values[model.devices["cells"].discharge],
    )
    assert operation.powers["cells"] <= float((charge + discharge).max())
    assert operation.peaks["grid"] == pytest.approx([operation.supplies["grid"].max()])


def test_what_goes_in_and_out_of_a_lossless_store_at_once_is_no_flow() -> None:
    model, values = solution(
        {"tank": {"kind": "store", "carrier": "heat", "size": 90.0, "hours": 0.5}}
    )
    columns = model.devices["tank"]
    before = operation_of(model, values)
    values[columns.charge] += 11.0
    values[columns.discharge] += 11.0
    after = operation_of(model, values)
    assert after.powers["tank"] == pytest.approx(before.powers["tank"])
    assert ends(after) == ends(before)


def test_a_solution_that_makes_energy_is_refused() -> None:
    model, values = solution({})
    values[model.devices["heater"].activity[1]] += 1.0
    with pytest.raises(Unbalanced, match="out of balance by 1 kW"):
        operation_of(model, values)


def test_small_carriers_balance_as_closely_as_large_ones() -> None:
    """A laboratory's 1 W of hydrogen beside megawatts of heat."""
    model, values = solution(
        {},
        demands={"heat": [4e4] * 3, "hydrogen": [1e-3] * 3},
        supplies={
            "grid": {"carrier": "electricity", "price": 0.1},
            "heat": {"price": 0.2},
            "hydrogen": {"price": 9.0},
        },
    )
    assert operation_of(model, values).supplies["hydrogen"] == pytest.approx([1e-3] * 3)
    values[model.supplies["hydrogen"].power[0]] *= 1 + 1e-5
    with pytest.raises(Unbalanced, match="hydrogen"):
        operation_of(model, values)


def test_every_column_of_a_device_is_known_as_its_own() -> None:
    model, _ = solution(
        {
            "boiler": {**BOILER, "min_size": 5.0, "unit_size": 2.0},
            "cells": {"kind": "store", "carrier": "electricity", "charging": "exclusive"},
        }
    )
    owned = np.concatenate([NONE, *(columns.all for columns in model.devices.values())])
    assert len(np.unique(owned)) == len(owned)
    boiler = model.devices["boiler"]
    assert set(boiler.all) == {*boiler.size, *boiler.activity}
    trades = (*model.supplies.values(), *model.exports.values())
    shared = np.concatenate([NONE, *((*trade.power, *trade.peaks) for trade in trades)])
    assert sorted([*owned, *shared]) == list(range(model.program.column_count))
