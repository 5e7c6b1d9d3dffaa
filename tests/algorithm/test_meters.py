"""One connection to a grid: it imports or exports in a step, and may settle over a period."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import linopy
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm import RequirementError, check, run_search
from algorithm.island.resolve import island_of
from algorithm.island.typical_days import typical_days
from algorithm.model.build import build_model
from algorithm.plan.plan import plan_of
from algorithm.series import HOURS_A_YEAR
from tests.algorithm.islands import best_plan, island, solved

ONE_METER: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "one-meter.json").read_text()
)
SHARED = {"grid": {"supplies": ["electricity"], "exports": ["electricity"]}}
APART = {"in": {"supplies": ["electricity"]}, "out": {"exports": ["electricity"]}}


def settling(period: str | None) -> dict[str, Any]:
    return {"grid": {**SHARED["grid"], "net_metering": period}}


def errors_of(requirement: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(RequirementError) as wrong:
        check(requirement, (), options)
    return [(error["field"], error["message"]) for error in wrong.value.errors]


def power(plan: dict[str, Any], source: str, target: str) -> Any:
    """Return what flows from one node to another, kW (T,); 0 if nothing does."""
    found = [
        np.array(flow["kw"])
        for flow in plan["dispatch"]["flows"]
        if (flow["source"], flow["target"]) == (source, target)
    ]
    return found[0] if found else 0.0


def at_once(plan: dict[str, Any]) -> bool:
    """Return whether a plan buys and sells electricity in the same step."""
    bought = power(plan, "supply:electricity", "carrier:electricity")
    sold = power(plan, "carrier:electricity", "export:electricity")
    return bool(np.any((bought > 0) & (sold > 0)))


class TestStated:
    """What is bought for less than it is sold at must say how."""

    def test_without_a_meter_it_is_refused(self) -> None:
        ((field, message),) = errors_of(ONE_METER)
        assert field == "exports.electricity.price"
        assert "supplies.electricity" in message
        assert "meters" in message

    def test_through_one_meter_only_what_is_needed_is_bought(self) -> None:
        (plan,) = run_search({**ONE_METER, "meters": SHARED})["plans"]
        assert plan["cost_per_year"] == pytest.approx(43_800)
        assert plan["exports"] == []

    def test_through_two_meters_it_earns_what_their_limits_let_it(self) -> None:
        (plan,) = run_search({**ONE_METER, "meters": APART})["plans"]
        assert plan["cost_per_year"] == pytest.approx(-350_400)

    def test_one_meter_says_nothing_of_an_export_that_is_in_none(self) -> None:
        ((field, _),) = errors_of({**ONE_METER, "meters": {"in": APART["in"]}})
        assert field == "exports.electricity.price"

    def test_two_connections_without_a_limit_earn_without_end(self) -> None:
        supplies = {"electricity": {"price": 0.05}}
        ((field, message),) = errors_of({**ONE_METER, "meters": APART, "supplies": supplies})
        assert field == "exports.electricity.price"
        assert "without end" in message
        check({**ONE_METER, "meters": SHARED, "supplies": supplies})

    def test_what_sells_for_what_it_costs_or_is_metered_by_itself_needs_no_meter(self) -> None:
        check({**ONE_METER, "exports": {"electricity": {"price": 0.05}}})
        panels = {"kind": "converter", "outputs": {"electricity": 1}, "availability": 0.1}
        tariff = {"electricity": {"price": 0.1, "devices": ["panels"]}}
        check({**ONE_METER, "exports": tariff, "devices": {"panels": panels}})

    def test_co2_that_selling_saves_needs_a_meter_where_co2_is_limited(self) -> None:
        exports = {"electricity": {"price": 0.01, "co2": 0.3}}
        check({**ONE_METER, "exports": exports})
        for change, options in (({"co2_limit": 9}, {}), ({}, {"goal": "front", "plans": 2})):
            asked = {**ONE_METER, "exports": exports, **change}
            ((field, message),) = errors_of(asked, **options)
            assert field == "exports.electricity.co2"
            assert "meters" in message
            check({**asked, "meters": SHARED}, (), options)

    @pytest.mark.parametrize(
        ("meters", "field", "says"),
        [
            ({"m": {}}, "meters.m", "should name the supplies and exports"),
            ({"m": {"suplies": []}}, "meters.m.suplies", "did you mean 'supplies'?"),
            ({"m": {"supplies": ["electricty"]}}, "meters.m.supplies.0", "mean 'electricity'?"),
            ({"m": {"exports": ["gas"]}}, "meters.m.exports.0", "is not one of `exports`"),
            ({**SHARED, "m": SHARED["grid"]}, "meters.m.supplies.0", "already in meters.grid"),
            (
                {"m": {"supplies": ["gas"], "exports": ["electricity"]}},
                "meters.m",
                "of one carrier, not of gas, electricity",
            ),
            (
                {"m": {"supplies": ["electricity"], "net_metering": "year"}},
                "meters.m.net_metering",
                "one supply and one export",
            ),
            ({"m": {**SHARED["grid"], "net_metering": "week"}}, "meters.m.net_metering", "'year'"),
        ],
    )
    def test_a_wrong_meter_is_named_with_what_would_be_right(
        self, meters: dict[str, Any], field: str, says: str
    ) -> None:
        asked = {
            "demands": {"electricity": 1, "heat": 1},
            "supplies": {"electricity": {"price": 0.3}, "gas": {"price": 0.1}},
            "exports": {"electricity": {"price": 0.1}},
            "meters": meters,
        }
        named = dict(errors_of(asked))
        assert says in named[field]


class TestOneWay:
    """In a step either supplies or exports flow."""

    def site(self, **changes: Any) -> dict[str, Any]:
        """Four steps in which panels make 0 to 9 kW of the 5 that are needed."""
        return {
            "demands": {"electricity": 5.0},
            "supplies": {"electricity": {"price": [0.1, 0.1, 0.3, 0.3]}},
            "exports": {"electricity": {"price": 0.2}},
            "meters": SHARED,
            "devices": {
                "panels": {
                    "kind": "converter",
                    "outputs": {"electricity": 1.0},
                    "availability": [0.0, 0.9, 0.2, 0.9],
                    "size": 10.0,
                }
            },
            **changes,
        }

    def test_its_own_needs_come_first(self) -> None:
        plan = best_plan(self.site())
        bought, sold = 5 * 0.1 + 3 * 0.3, 4 * 0.2 + 4 * 0.2
        assert plan["cost_per_year"] == pytest.approx((bought - sold) / 4 * HOURS_A_YEAR)
        assert not at_once(plan)

    def test_a_feed_in_tariff_for_all_that_panels_make_is_no_such_meter(self) -> None:
        """At 0.2 for each kWh, the cheap hour is bought for and the panels' output is sold."""
        tariff = {"electricity": {"price": 0.2, "devices": ["panels"]}}
        plan = best_plan(self.site(meters={}, exports=tariff))
        bought, sold = 5 * 0.1 + 5 * 0.1 + 3 * 0.3, 9 * 0.2 + 4 * 0.2
        assert plan["cost_per_year"] == pytest.approx((bought - sold) / 4 * HOURS_A_YEAR)

    def test_it_is_decided_only_where_both_at_once_could_pay(self) -> None:
        model = build_model(island(self.site()))
        assert model.meters["grid"].decided.tolist() == [1]  # nothing can be sold in step 0
        assert model.decision_count == 1
        cheap = self.site(exports={"electricity": {"price": 0.1}})
        assert build_model(island(cheap)).decision_count == 0

    def test_several_supplies_and_exports_share_a_direction(self) -> None:
        """The second supply is dear and the second export cheap; neither makes the other flow."""
        supplies = {
            "base": {"carrier": "electricity", "price": 0.1, "limit": 3.0},
            "more": {"carrier": "electricity", "price": 0.4},
        }
        exports = {
            "first": {"carrier": "electricity", "price": 0.5, "limit": 1.0},
            "rest": {"carrier": "electricity", "price": 0.05},
        }
        meters = {"grid": {"supplies": [*supplies], "exports": [*exports]}}
        plan = best_plan(self.site(supplies=supplies, exports=exports, meters=meters))
        bought = (3 * 0.1 + 2 * 0.4) + 3 * 0.1
        sold = 2 * (1 * 0.5 + 3 * 0.05)
        assert plan["cost_per_year"] == pytest.approx((bought - sold) / 4 * HOURS_A_YEAR)

    def test_another_connection_of_the_site_may_be_bought_at_to_sell_here(self) -> None:
        supplies = {
            **self.site()["supplies"],
            "village": {"carrier": "electricity", "price": 0.12, "limit": 20.0},
        }
        meters = {**SHARED, "village": {"supplies": ["village"]}}
        plan = best_plan(self.site(supplies=supplies, meters=meters))
        bought, sold = 4 * 20 * 0.12, (15 + 24 + 17 + 24) * 0.2
        assert plan["cost_per_year"] == pytest.approx((bought - sold) / 4 * HOURS_A_YEAR)

    @pytest.mark.parametrize(
        ("meters", "co2"), [(SHARED, 5 * 0.2), (APART, 5 * 0.2 - 10 * (0.5 - 0.2))]
    )
    def test_the_least_co2_is_not_bought_by_selling_through_the_same_meter(
        self, meters: dict[str, Any], co2: float
    ) -> None:
        asked = {
            "demands": {"electricity": [5.0]},
            "supplies": {"electricity": {"price": 0.3, "co2": 0.2}},
            "exports": {"electricity": {"price": 0.1, "co2": 0.5, "limit": 10.0}},
            "meters": meters,
            "devices": {"cells": {"kind": "store", "size": 20.0}},
        }
        plan = best_plan(asked, minimise="co2")
        assert plan["co2_kg_per_year"] == pytest.approx(co2 * HOURS_A_YEAR)
        limit = max(0.0, plan["co2_kg_per_year"] / 1000 + 1e-6)
        assert at_once(best_plan({**asked, "co2_limit": limit})) == (meters is APART)

    @pytest.mark.parametrize("meters", [SHARED, {}])
    def test_what_flows_to_and_fro_at_no_cost_is_no_flow(self, meters: dict[str, Any]) -> None:
        prices = {"price": [0.1, 0.1, 0.3, 0.3]}
        asked = self.site(
            supplies={"electricity": {**prices, "peak_price": 7.0}},
            exports={"electricity": prices},
            meters=meters,
        )
        model = build_model(island(asked))
        values = solved(model)
        assert values is not None
        before = plan_of(model, values)
        values[model.supplies["electricity"].power] += 3.0
        values[model.exports["electricity"].power] += 3.0
        after = plan_of(model, values)
        assert not at_once(after)
        assert after["cost_per_year"] == pytest.approx(before["cost_per_year"])

    def test_over_weeks_a_plan_never_buys_and_sells_at_once(self) -> None:
        """On the whole horizon, directions are rounded; the best of all is within the gap."""
        steps = range(16 * 8)
        cloud = [0.4 + 0.6 * abs(math.sin(1.7 * day)) for day in range(16)]
        asked = {
            "step_hours": 3,
            "demands": {"electricity": [60 + 20 * math.sin(step / 4 * math.pi) for step in steps]},
            "supplies": {"electricity": {"price": [0.05 + 0.2 * (step % 8 > 2) for step in steps]}},
            "exports": {"electricity": {"price": 0.08}},
            "meters": SHARED,
            "profiles": {
                "sun": [max(0, math.sin((s % 8 - 1) / 6 * math.pi)) * cloud[s // 8] for s in steps]
            },
            "devices": {"rooftop-pv": {"max_size": 300}, "battery": {"max_size": 200}},
        }
        result = run_search(asked, options={"typical_days": 4})
        (plan,) = result["plans"]
        assert plan["basis"] == "whole horizon"
        assert plan["exports"]
        assert not at_once(plan)
        best = best_plan(asked)["cost_per_year"]
        assert result["search"]["bound"] <= best + 1e-6 * abs(best)
        assert plan["cost_per_year"] == pytest.approx(best, rel=0.01)
        assert plan["cost_per_year"] >= best - 1e-6 * abs(best)


STEPS = 4
figures = st.integers(0, 10).map(lambda tenth: tenth / 10)
by_step = st.lists(figures, min_size=STEPS, max_size=STEPS)


@settings(max_examples=20, deadline=None)
@given(buy=by_step, sell=by_step, needed=by_step, made=by_step, spare=figures, limit=figures)
def test_the_best_plan_is_the_best_of_all_directions(
    buy: list[float],
    sell: list[float],
    needed: list[float],
    made: list[float],
    spare: float,
    limit: float,
) -> None:
    """Each step's direction tried one by one, as connections of which one has no power then."""

    def asked(meters: Any, most_in: list[float], most_out: list[float]) -> dict[str, Any]:
        return {
            "step_hours": 6.0,
            "demands": {"electricity": [1 + 10 * power for power in needed]},
            "supplies": {
                "electricity": {"price": buy, "limit": most_in},
                "spare": {"carrier": "electricity", "price": 1 + spare, "limit": 4.0},
            },
            "exports": {"electricity": {"price": sell, "limit": most_out}},
            "meters": {**meters, "spare": {"supplies": ["spare"]}},
            "devices": {
                "panels": {
                    "kind": "converter",
                    "outputs": {"electricity": 1.0},
                    "availability": made,
                    "size": 15.0,
                },
                "cells": {"kind": "store", "size": 9.0, "charge_efficiency": 0.9, "hours": 3.0},
            },
        }

    most = 5 + 20 * limit
    costs = []
    for ways in product((0.0, 1.0), repeat=STEPS):
        into, out = [most * way for way in ways], [most * (1 - way) for way in ways]
        model = build_model(island(asked(APART, into, out)))
        values = solved(model)
        if values is not None:
            costs.append(model.program.objective(values))
    shared = build_model(island(asked(SHARED, [most] * STEPS, [most] * STEPS)))
    values = solved(shared)
    if not costs:
        assert values is None
        return
    assert values is not None
    plan = plan_of(shared, values)
    assert plan["cost_per_year"] == pytest.approx(min(costs), rel=1e-7, abs=1e-4)
    assert not at_once(plan)


class TestNetMetering:
    """Three days of half days, two in January and one in February.

    10 kW are needed; what panels make more, in turn: 40, -10, -10, -10, 5 and -10 kW.
    """

    half_day = HOURS_A_YEAR / 6

    def site(self, period: str | None, **changes: Any) -> dict[str, Any]:
        return {
            "step_hours": 12.0,
            "start": "2023-01-30",
            "demands": {"electricity": 10.0},
            "supplies": {"electricity": {"price": 0.3, "co2": 0.4}},
            "exports": {"electricity": {"price": 0.1}},
            "meters": settling(period),
            "devices": {
                "panels": {
                    "kind": "converter",
                    "outputs": {"electricity": 1.0},
                    "availability": [1.0, 0.0, 0.0, 0.0, 0.3, 0.0],
                    "size": 50.0,
                    "must_take": True,
                }
            },
            **changes,
        }

    @pytest.mark.parametrize(
        ("period", "imported", "exported"),
        [(None, 40, 45), ("day", 25, 30), ("month", 5, 10), ("year", 0, 5)],
    )
    def test_what_is_left_of_each_period_is_paid_for(
        self, period: str | None, imported: float, exported: float
    ) -> None:
        plan = best_plan(self.site(period))
        energy, revenue = (
            imported * 0.3 * self.half_day,
            exported * 0.1 * self.half_day,
        )
        assert plan["costs"]["energy"] == pytest.approx(energy)
        assert plan["costs"]["export_revenue"] == pytest.approx(revenue)
        assert plan["cost_per_year"] == pytest.approx(energy - revenue)
        (bought,), (sold,) = plan["supplies"], plan["exports"]
        assert bought["cost_per_year"] == pytest.approx(energy)
        assert sold["cost_per_year"] == pytest.approx(-revenue)
        # What flows stays what it is, and so does its CO2.
        assert bought["kwh_per_year"] == pytest.approx(40 * self.half_day)
        assert sold["kwh_per_year"] == pytest.approx(45 * self.half_day)
        assert plan["co2_kg_per_year"] == pytest.approx(40 * 0.4 * self.half_day)
        if period is None:
            assert "net_kwh_per_year" not in bought
        else:
            assert bought["net_kwh_per_year"] == pytest.approx(imported * self.half_day)
            assert sold["net_kwh_per_year"] == pytest.approx(exported * self.half_day)

    def test_prices_may_change_from_one_period_to_the_next(self) -> None:
        prices = {"price": [0.3, 0.3, 0.3, 0.3, 0.5, 0.5], "co2": [0.1, 0.2] * 3}
        plan = best_plan(self.site("month", supplies={"electricity": prices}))
        cost = 5 * 0.5 - 10 * 0.1
        assert plan["cost_per_year"] == pytest.approx(cost * self.half_day)

    @pytest.mark.parametrize(
        ("part", "price", "period", "where"),
        [
            ("supplies", [0.3, 0.4] * 3, "day", "step 1 (30 January, 12:00)"),
            ("exports", [0.1, 0.1, 0.2, 0.2, 0.1, 0.1], "month", "step 2 (31 January, 00:00)"),
            ("supplies", [0.3] * 4 + [0.4] * 2, "year", "step 4 (1 February, 00:00)"),
        ],
    )
    def test_a_price_that_changes_within_a_period_is_refused(
        self, part: str, price: list[float], period: str, where: str
    ) -> None:
        ((field, message),) = errors_of(
            self.site(period, **{part: {"electricity": {"price": price}}})
        )
        assert field == "meters.grid.net_metering"
        assert f"{part}.electricity.price" in message
        assert f"within each {period}" in message
        assert where in message

    @pytest.mark.parametrize(("price", "cost"), [(0.3, -5 * 0.3), (0.5, 5 * 0.3 - 10 * 0.5)])
    def test_a_surplus_may_pay_as_much_as_the_supply_costs_or_more(
        self, price: float, cost: float
    ) -> None:
        """A month is a net import or a net export, however much more the latter pays."""
        plan = best_plan(self.site("month", exports={"electricity": {"price": price}}))
        assert plan["cost_per_year"] == pytest.approx(cost * self.half_day)

    def test_the_peak_is_that_of_the_power_that_is_imported(self) -> None:
        supply = {"price": 0.3, "peak_price": 20.0, "peak_period": "month"}
        plan = best_plan(self.site("year", supplies={"electricity": supply}))
        assert plan["costs"]["peak"] == pytest.approx(12 * 20 * 10)

    def test_a_store_is_of_no_use_where_the_year_is_one(self) -> None:
        cells = {"kind": "store", "hours": 12.0, "life": 1.0, "investment": 1e-3}
        devices = {**self.site(None)["devices"], "cells": cells}
        assert len(best_plan(self.site(None, devices=devices))["devices"]) == 2
        assert len(best_plan(self.site("year", devices=devices))["devices"]) == 1

    def test_months_and_years_of_a_long_horizon_are_settled_apart(self) -> None:
        """A surplus in January 2023 is nothing to a lack in January 2024; all else is even."""
        made = [1.0] * 731
        made[0:31], made[365:396] = [1.5] * 31, [0.5] * 31
        panels = self.site(None)["devices"]["panels"]
        expected = 31 * 5 * (0.3 - 0.1) / 731 * HOURS_A_YEAR
        for period in ("month", "year"):
            plan = best_plan(
                self.site(
                    period,
                    step_hours=24.0,
                    start="2023-01-01",
                    devices={"panels": {**panels, "availability": made, "size": 10.0}},
                )
            )
            assert plan["cost_per_year"] == pytest.approx(expected)

    @pytest.mark.parametrize("period", ["day", "month", "year"])
    def test_typical_days_settle_as_the_days_that_they_stand_for(self, period: str) -> None:
        """Clear and dull days of one month, of which typical days leave nothing out."""
        clear, dull = [0.0] * 2 + [1.0] * 4 + [0.0] * 2, [0.0] * 3 + [0.2] * 2 + [0.0] * 3
        days = [clear if day % 3 else dull for day in range(21)]
        panels = {**self.site(None)["devices"]["panels"], "size": 18.0, "must_take": False}
        asked = self.site(
            period,
            step_hours=3.0,
            start="2023-03-01",
            devices={"panels": {**panels, "availability": [step for day in days for step in day]}},
        )
        whole = island_of(check(asked)[0])
        typical = build_model(whole.at(typical_days(whole, 2)))
        values = solved(typical)
        assert values is not None
        found = plan_of(typical, values)
        assert found["basis"] == "typical days"
        best = best_plan(asked)
        assert found["cost_per_year"] == pytest.approx(best["cost_per_year"])
        (plan,) = run_search(asked, options={"typical_days": 2})["plans"]
        assert plan["basis"] == "whole horizon"
        assert plan["cost_per_year"] == pytest.approx(best["cost_per_year"], rel=1e-6)
        assert plan["gap"] == pytest.approx(0, abs=1e-5)

    def test_it_costs_what_linopy_finds_for_the_same_bill(self) -> None:
        """Two days with a store, a peak, a limit and a price of CO2, settled by the day."""
        hours = pd.RangeIndex(48, name="hour")
        day = np.arange(48) // 24
        needed = 60 + 25 * np.sin((np.arange(48) - 9) / 12 * math.pi)
        made = np.clip(np.sin((np.arange(48) % 24 - 6) / 12 * math.pi), 0, None)
        made[24:] *= 0.3
        price, income, weight = np.array([0.3, 0.35]), np.array([0.12, 0.06]), HOURS_A_YEAR / 48
        plan = best_plan(
            {
                "start": "2023-05-31",
                "demands": {"electricity": needed.tolist()},
                "supplies": {
                    "electricity": {
                        "price": price[day].tolist(),
                        "co2": 0.3,
                        "peak_price": 40.0,
                        "limit": 75.0,
                    }
                },
                "exports": {"electricity": {"price": income[day].tolist(), "limit": 110.0}},
                "meters": settling("day"),
                "co2_price": 50.0,
                "devices": {
                    "panels": {
                        "kind": "converter",
                        "outputs": {"electricity": 1.0},
                        "availability": made.tolist(),
                        "investment": 70.0,
                        "max_size": 400.0,
                        "life": 1.0,
                    },
                    "cells": {
                        "kind": "store",
                        "hours": 2.0,
                        "charge_efficiency": 0.9,
                        "investment": 9.0,
                        "max_size": 300.0,
                        "life": 1.0,
                    },
                },
                "interest_rate": 0.0,
            }
        )
        m = linopy.Model()
        size = m.add_variables(0, 400, name="panels")
        content = m.add_variables(0, 300, name="cells")
        into, out, run, charge, discharge, level = (
            m.add_variables(0, most, coords=[hours], name=name)
            for name, most in [
                ("into", 75),
                ("out", 110),
                ("run", np.inf),
                ("charge", np.inf),
                ("discharge", np.inf),
                ("level", np.inf),
            ]
        )
        peak = m.add_variables(0, name="peak")
        net_in, net_out = (
            m.add_variables(0, coords=[[0, 1]], name=n) for n in ("net in", "net out")
        )
        m.add_constraints(run - size * pd.Series(made, hours) <= 0)
        m.add_constraints(level - content <= 0)
        m.add_constraints(2 * charge + 2 * discharge - content <= 0)
        m.add_constraints(level - level.roll(hour=1) - 0.9 * charge + discharge == 0)
        m.add_constraints(into + run + discharge - out - charge == pd.Series(needed, hours))
        m.add_constraints(into - peak <= 0)
        for number in (0, 1):
            today = hours[day == number]
            balance = (into - out).sel(hour=today).sum()
            m.add_constraints(
                net_in.sel(dim_0=number) - net_out.sel(dim_0=number) - weight * balance == 0
            )
        m.add_objective(
            70 * size
            + 9 * content
            + 40 * peak
            + 0.3 * 0.05 * weight * into.sum()
            + (net_in * price).sum()
            - (net_out * income).sum()
        )
        m.solve("highs", log_to_console=False)
        assert plan["cost_per_year"] == pytest.approx(m.objective.value, rel=1e-6)
        (bought,), (sold,) = plan["supplies"], plan["exports"]
        assert 0 < bought["net_kwh_per_year"] < bought["kwh_per_year"]
        assert 0 < sold["net_kwh_per_year"] < sold["kwh_per_year"]
