"""The samples: their columns are what they say, and they load as requirements."""

from __future__ import annotations

import numpy as np
import pytest

from algorithm import CATALOGUE, SAMPLES, check, load_sample
from algorithm.island.resolve import island_of
from algorithm.requirement.catalogue import GROUPS


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_a_requirement_with_every_column_used(name: str) -> None:
    requirement, _, _ = check(load_sample(name))
    used = {series for _, series in requirement.series() if isinstance(series, str)}
    used |= {
        figures.availability
        for figures in requirement.considered().values()
        if figures.kind == "converter" and isinstance(figures.availability, str)
    }
    assert used == set(requirement.profiles)
    assert set(island_of(requirement).devices) == set(requirement.considered())
    assert SAMPLES[name].label
    assert SAMPLES[name].description


def test_campus_is_a_year_that_considers_devices_of_almost_every_group() -> None:
    requirement = load_sample("campus")
    assert {len(column) for column in requirement.profiles.values()} == {8760}  # type: ignore[arg-type]
    considered = requirement.considered()
    assert len(considered) >= 15
    groups = {CATALOGUE[name].group_name for name in considered}
    assert groups == set(GROUPS) - {"electricity", "steam"}


def test_tiny_is_a_day_with_a_handful_of_devices() -> None:
    requirement = load_sample("tiny")
    assert {len(column) for column in requirement.profiles.values()} == {24}  # type: ignore[arg-type]
    assert len(requirement.considered()) <= 10


def test_the_weather_of_the_campus_is_that_of_a_place_on_earth() -> None:
    columns = {
        name: np.array(column).reshape(365, 24)
        for name, column in load_sample("campus").profiles.items()
    }
    sun, heat, cooling = columns["sun"], columns["heat"], columns["cooling"]
    night, noon = sun[:, [0, 1, 2, 3, 22, 23]], sun[:, 11:14]
    assert night.max() == 0
    assert noon.mean() > 0.3
    assert 1000 < sun.sum() < 2000  # kWh per kW and year
    summer, winter = slice(152, 243), slice(0, 59)
    assert sun[summer].mean() > sun[winter].mean()
    assert cooling[summer].mean() > 1.5 * cooling[winter].mean()
    assert heat[winter].mean() > 2 * heat[summer].mean()
    cop = 1 / columns["heat-pump-input"]
    assert 1.5 < cop.min() < cop.mean() < cop.max() < 5
    assert 0 <= columns["wind"].min() <= columns["wind"].max() <= 1


def test_a_sample_is_small_enough_to_ship() -> None:
    assert max(len(str(load_sample(name))) for name in SAMPLES) < 2_000_000
