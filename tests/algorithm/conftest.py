"""Islands small enough to be solved in a moment, and one whole search that many tests look at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

from algorithm import Progress, run_search

EXACT = {"gap": 0.0}


@dataclass(frozen=True)
class Search:
    """A finished search and all that it told on its way."""

    told: list[Progress]
    result: dict[str, Any]


@pytest.fixture(scope="session")
def campus() -> Search:
    told: list[Progress] = []
    quick = {"detail": "typical days"}
    return Search(told, run_search("campus", options=quick, on_progress=told.append))


@pytest.fixture
def site() -> dict[str, Any]:
    """A day of a small site that has a choice for each of its demands."""
    hours = range(24)
    return {
        "profiles": {
            "sun": [0.7 * max(0.0, math.sin((hour - 6) / 12 * math.pi)) for hour in hours]
        },
        "demands": {
            "electricity": [300 + 100 * math.sin(hour / 24 * 2 * math.pi) for hour in hours],
            "heat": [500 + 200 * math.cos(hour / 24 * 2 * math.pi) for hour in hours],
            "cooling": 150,
        },
        "supplies": {
            "electricity": {"price": [0.12] * 6 + [0.25] * 18, "co2": 0.35, "peak_price": 80},
            "gas": {"price": 0.06, "co2": 0.198},
        },
        "exports": {"electricity": {"price": 0.05}},
        "areas": {"roof": 3000, "ground": 0},
        "co2_price": 80,
    }


@pytest.fixture
def boiler_only() -> dict[str, Any]:
    """100 kW of heat all year from a gas boiler, with figures that one can reckon by hand."""
    return {
        "demands": {"heat": 100},
        "supplies": {"gas": {"price": 0.05, "co2": 0.2}},
        "devices": {
            "gas-boiler": {
                "inputs": {"gas": 1.25},
                "min_size": 0,
                "investment": 60,
                "investment_fixed": 1000,
                "maintenance": 2,
                "operation": 0.001,
                "life": 20,
            }
        },
        "interest_rate": 0,
        "co2_price": 50,
    }
