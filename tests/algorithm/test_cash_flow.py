"""Figures of cash flows against numpy-financial and published examples."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.economics.cash_flow import (
    annual_worth,
    discounted,
    internal_rate,
    net_present_value,
    payback,
    return_on_investment,
)

# HOMER's knowledge base, "ROI & IRR": 250 k up front save 55 k a year for 10 years.
HOMER = [-250.0, *[55.0] * 10]
amounts = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2))


def test_homers_example_has_homers_figures() -> None:
    assert internal_rate(HOMER) == pytest.approx(0.1768, abs=5e-5)
    assert return_on_investment(HOMER, 250.0) == pytest.approx(0.22)


@given(st.lists(amounts, min_size=2, max_size=40), st.floats(0.0, 0.5))
@settings(max_examples=200, deadline=None)
def test_the_net_present_value_is_numpy_financials(flow: list[float], rate: float) -> None:
    assert net_present_value(flow, rate) == pytest.approx(npf.npv(rate, flow), rel=1e-9, abs=1e-6)


@given(
    st.floats(1e4, 1e6),
    st.lists(st.floats(1.0, 1e5), min_size=2, max_size=30),
)
@settings(max_examples=100, deadline=None)
def test_an_investment_with_income_has_numpy_financials_rate(
    investment: float, income: list[float]
) -> None:
    flow = [-investment, *income]
    rate = internal_rate(flow)
    assert rate is not None
    assert net_present_value(flow, rate) == pytest.approx(0.0, abs=1e-6 * investment)
    if rate > 1e-3:  # numpy-financial prefers a root near 0
        assert rate == pytest.approx(npf.irr(flow), rel=1e-6)


def test_a_flow_of_one_sign_or_of_two_rates_has_no_internal_rate() -> None:
    assert internal_rate([-10.0, -1.0]) is None
    assert internal_rate([0.0, 5.0]) is None
    two = np.poly([1.1, 1.3])  # worth nothing at 10 % and at 30 %
    assert internal_rate([float(amount) for amount in two]) is None


def test_a_replacement_leaves_the_internal_rate() -> None:
    flow = [-100.0, *[30.0] * 9, -60.0, *[30.0] * 10]
    assert internal_rate(flow) == pytest.approx(npf.irr(flow), rel=1e-9)


def test_payback_is_where_the_sum_turns_positive() -> None:
    assert payback([-100.0, 40.0, 40.0, 40.0]) == pytest.approx(2.5)
    assert payback([-100.0, 40.0, 40.0]) is None
    assert payback([0.0, 5.0]) == 0.0
    assert payback([5.0, -10.0, 20.0]) is None
    assert payback(discounted([-100.0, 60.0, 60.0], 0.1).tolist()) == pytest.approx(
        1 + (100 - 60 / 1.1) / (60 / 1.1**2)
    )


@pytest.mark.parametrize("rate", [0.0, 0.07])
def test_the_annual_worth_is_numpy_financials_payment(rate: float) -> None:
    assert annual_worth(1000.0, rate, 15) == pytest.approx(-npf.pmt(rate, 15, 1000.0))
