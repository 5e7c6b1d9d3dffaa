"""A plan against today's system, on figures alone: no search is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.components.annuity import annuity, present_value
from algorithm.components.capital import Capital
from algorithm.components.site import Site
from algorithm.economics.cash_flow import net_present_value
from algorithm.economics.comparison import Terms, compare, replacements
from algorithm.timesteps import every_step

TERMS = Terms(years=20, rate=0.05, growth=0.0, salvage="annuity")
STEPS = every_step(1, 24.0, date(2023, 1, 1))


def system(
    terms: Terms,
    *sized: tuple[Capital, float],
    bought: float = 0.0,
    sold: float = 0.0,
    co2: float = 0.0,
) -> Any:
    """Return the figures of a plan, its yearly costs as the model has them."""
    site = Site(STEPS, terms.rate, 0.0, terms.years)
    costs = {
        "investment": sum(capital.annuities(site, size) for capital, size in sized),
        "maintenance": sum(capital.upkeep(size) for capital, size in sized),
        "operation": 17.0,
        "energy": bought,
        "export_revenue": sold,
    }
    return {
        "cost_per_year": sum(costs.values()) - 2 * sold,
        "co2_kg_per_year": co2,
        "costs": costs,
        "devices": [
            {
                "name": f"device {number}",
                "capital": [
                    {"amount": amount, "life_years": life, "due_years": due}
                    for amount, life, due in capital.investments(size)
                ],
            }
            for number, (capital, size) in enumerate(sized)
        ],
        "supplies": [{"carrier": "electricity@north", "cost_per_year": bought}],
        "exports": [{"carrier": "electricity@north", "cost_per_year": -sold}],
    }


capitals = st.builds(
    Capital,
    per_unit=st.floats(0.0, 2000.0),
    fixed=st.floats(0.0, 1e5),
    life=st.floats(0.5, 60.0),
    maintenance=st.floats(0.0, 10.0),
    existing=st.sampled_from([0.0, 30.0]),
    age=st.floats(0.0, 40.0),
)
sizes = st.sampled_from([0.0, 30.0, 75.5])


@given(
    st.lists(st.tuples(capitals, sizes), max_size=4),
    st.lists(st.tuples(capitals, sizes), max_size=4),
    st.floats(0.0, 0.2),
    st.integers(1, 40),
)
@settings(max_examples=200, deadline=None)
def test_the_net_present_value_is_that_of_the_costs_a_year(
    today: list[tuple[Capital, float]],
    planned: list[tuple[Capital, float]],
    rate: float,
    years: int,
) -> None:
    """Residual values by annuities: the cash flows hold what the model's yearly costs say."""
    terms = replace(TERMS, rate=rate, years=years)
    base = system(terms, *today, bought=5e4)
    plan = system(terms, *planned, bought=1e4, sold=3e3)
    found = compare(base, plan, terms)
    scale = max(1e4, base["cost_per_year"], plan["cost_per_year"]) * years
    saved = base["cost_per_year"] - plan["cost_per_year"]
    assert found["npv"] == pytest.approx(saved * present_value(rate, years), abs=1e-9 * scale)
    assert net_present_value(found["cash_flow"], rate) == pytest.approx(found["npv"])
    assert len(found["cash_flow"]) == years + 1
    assert found["annual_worth"] == pytest.approx(saved, abs=1e-9 * scale)


def test_a_plan_is_reckoned_by_hand() -> None:
    """20 kW at 100 a kW save 400 a year; a device of today is 7.5 years from its end."""
    old = Capital(10.0, 0.0, life=15.0, maintenance=0.0, existing=50.0, age=7.5)
    new = Capital(100.0, 0.0, life=12.0, maintenance=1.0)
    base = system(TERMS, (old, 50.0), bought=900.0, co2=10.0)
    found = compare(base, system(TERMS, (old, 0.0), (new, 20.0), bought=480.0, co2=4.0), TERMS)
    assert found["extra_investment"] == 2000.0
    assert found["cash_flow"][1] == pytest.approx(420.0 - 20.0)
    assert found["static_payback_years"] == pytest.approx(5.0)
    assert found["simple_payback_years"] == pytest.approx(5.0)
    # The old device is replaced within the eighth year, which costs interest until its end.
    assert found["cash_flow"][8] == pytest.approx(400.0 + 500.0 * 1.05**0.5)
    assert found["cash_flow"][12] == pytest.approx(400.0 - 2000.0)
    of_new = 2000 * annuity(0.05, 12) * present_value(0.05, 4)
    of_old = 500 * annuity(0.05, 15) * present_value(0.05, 2.5)
    assert found["residual_value"] == pytest.approx(of_new - of_old)
    assert found["cash_flow"][20] == pytest.approx(400.0 + of_new - of_old)
    assert found["replacements"] == [{"year": 12, "device": "device 1", "amount": 2000.0}]
    assert [each["year"] for each in replacements(base, TERMS)] == [8]
    assert found["co2_cut"] == pytest.approx(0.6)


def test_linear_salvage_is_the_share_of_life_that_remains() -> None:
    new = Capital(100.0, 0.0, life=12.0, maintenance=0.0)
    linear = replace(TERMS, salvage="linear")
    found = compare(system(linear, bought=900.0), system(linear, (new, 20.0)), linear)
    assert found["residual_value"] == pytest.approx(2000 * 4 / 12)


@pytest.mark.parametrize("growth", [0.03, {"electricity": 0.03}, {"electricity@north": 0.03}])
def test_prices_rise_from_the_second_year_on(growth: Any) -> None:
    """What is sold rises, too; maintenance and operation don't."""
    rising = replace(TERMS, growth=growth)
    found = compare(system(rising, bought=1000.0), system(rising, bought=300.0, sold=50.0), rising)
    expected = [0.0, *(750.0 * 1.03 ** (year - 1) for year in range(1, 21))]
    assert found["cash_flow"] == pytest.approx(expected)


def test_what_does_not_exist_is_none() -> None:
    new = Capital(100.0, 0.0, life=20.0, maintenance=0.0)
    found = compare(system(TERMS, bought=10.0), system(TERMS, (new, 20.0), bought=20.0), TERMS)
    for figure in ("irr", "simple_payback_years", "static_payback_years", "co2_cut"):
        assert found[figure] is None  # type: ignore[literal-required]
    same = compare(system(TERMS, bought=10.0), system(TERMS, bought=10.0), TERMS)
    assert same["roi"] is None
    assert same["npv"] == same["extra_investment"] == 0.0
