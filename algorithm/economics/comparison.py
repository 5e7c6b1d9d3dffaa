"""A plan's economics against today's system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from algorithm.components.costs import total
from algorithm.economics.capital import Payment, payments, residual_value
from algorithm.economics.cash_flow import (
    annual_worth,
    discounted,
    internal_rate,
    net_present_value,
    payback,
    return_on_investment,
)
from algorithm.economics.record import Economics, Replacement, Salvage
from algorithm.identifiers import carrier_and_place
from algorithm.plan.record import Capital, PlanFigures
from algorithm.requirement.schema import Requirement


@dataclass(frozen=True)
class Terms:
    """How plans are compared.

    years: the horizon. rate: the discount rate. growth: of prices a year, one figure or by carrier.
    """

    years: int
    rate: float
    growth: float | dict[str, float]
    salvage: Salvage

    def growth_of(self, carrier: str) -> float:
        """Return by how much the prices of a carrier rise a year."""
        if not isinstance(self.growth, Mapping):
            return self.growth
        kind, _ = carrier_and_place(carrier)
        return self.growth.get(carrier, self.growth.get(kind, 0.0))


def terms_of(requirement: Requirement) -> Terms:
    """Return a requirement's terms."""
    rate = requirement.discount_rate
    return Terms(
        requirement.horizon_years,
        requirement.interest_rate if rate is None else rate,
        requirement.price_growth,
        requirement.salvage,
    )


def compare(base: PlanFigures, plan: PlanFigures, terms: Terms) -> Economics:
    """Return the economics of a plan. base: today's system."""
    residual = _residual(plan, terms) - _residual(base, terms)
    pairs = zip(_paid(base, terms), _paid(plan, terms), strict=True)
    flow = [before - after for before, after in pairs]
    flow[-1] += residual
    npv, invested = net_present_value(flow, terms.rate), 0.0 - flow[0]
    before, after = base["co2_kg_per_year"], plan["co2_kg_per_year"]
    return {
        "extra_investment": invested,
        "saving_per_year": base["cost_per_year"] - plan["cost_per_year"],
        "co2_saving_kg_per_year": before - after,
        "co2_cut": 1 - after / before if before > 0 else None,
        "npv": npv,
        "annual_worth": annual_worth(npv, terms.rate, terms.years),
        "irr": internal_rate(flow),
        "roi": return_on_investment(flow, invested),
        "simple_payback_years": payback(flow),
        "static_payback_years": _static_payback(base, plan, invested),
        "discounted_payback_years": payback(discounted(flow, terms.rate).tolist()),
        "cash_flow": flow,
        "residual_value": residual,
        "replacements": replacements(plan, terms),
        "horizon_years": terms.years,
        "discount_rate": terms.rate,
        "price_growth": terms.growth,
        "salvage": terms.salvage,
    }


def replacements(plan: PlanFigures, terms: Terms) -> list[Replacement]:
    """Return what a plan, or today's system, replaces within the horizon, by year."""
    found: list[Replacement] = [
        {"year": payment.year, "device": device["name"], "amount": payment.amount}
        for device in plan["devices"]
        for payment in _payments(device["capital"], terms)
        if not payment.first
    ]
    return sorted(found, key=lambda replacement: replacement["year"])


def _static_payback(base: PlanFigures, plan: PlanFigures, invested: float) -> float | None:
    """Return the extra investment divided by what running the plan saves in the first year."""
    saving = _running(base) - _running(plan)
    return invested / saving if invested > 0 and saving > 0 else None


def _running(plan: PlanFigures) -> float:
    """Return what a plan costs in the first year without its investments."""
    return total(plan["costs"]) - plan["costs"]["investment"]  # type: ignore[arg-type]


def _paid(plan: PlanFigures, terms: Terms) -> list[float]:
    """Return what a plan pays by year, from 0 on, without residual values."""
    paid = [0.0] * (terms.years + 1)
    for device in plan["devices"]:
        for payment in _payments(device["capital"], terms):
            paid[payment.year] += payment.amount
    traded = [
        (trade["cost_per_year"], 1 + terms.growth_of(trade["carrier"]))
        for trade in (*plan["supplies"], *plan["exports"])
    ]
    rest = _running(plan) - sum(cost for cost, _ in traded)
    for year in range(1, terms.years + 1):
        paid[year] += rest + sum(cost * growth ** (year - 1) for cost, growth in traded)
    return paid


def _payments(capitals: Sequence[Capital], terms: Terms) -> list[Payment]:
    return [
        payment for capital in capitals for payment in payments(capital, terms.rate, terms.years)
    ]


def _residual(plan: PlanFigures, terms: Terms) -> float:
    capitals = [capital for device in plan["devices"] for capital in device["capital"]]
    return residual_value(capitals, terms.rate, terms.years, terms.salvage)
