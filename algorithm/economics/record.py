"""The economics of a plan against today's system, as JSON in a result.

Money is the requirement's currency at today's prices, unless `price_growth` makes them rise.
"""

from typing import Literal

from typing_extensions import TypedDict

from algorithm.plan.record import PlanFigures

Salvage = Literal["annuity", "linear"]


class Replacement(TypedDict):
    """A device that is replaced by the like: at the end of which year, and for how much."""

    year: int
    device: str
    amount: float


class BaseCase(PlanFigures):
    """Today's system: the devices that stand and purchases, run at the least cost."""

    replacements: list[Replacement]


class Economics(TypedDict):
    """A plan against today's system. A figure that doesn't exist is None.

    extra_investment: what is invested at once, more than today's system needs at once.
    saving_per_year: its cost a year less than today's, annuities included; co2_saving_kg_per_year:
    its CO2 less than today's; co2_cut: as a share of today's. cash_flow: by year from 0 to
    `horizon_years`, what today's system pays less what the plan pays; residual_value, part of its
    last entry: what is left of the plan's investments, less of today's. replacements: of the plan.
    """

    extra_investment: float
    saving_per_year: float
    co2_saving_kg_per_year: float
    co2_cut: float | None
    npv: float
    annual_worth: float
    irr: float | None
    roi: float | None
    simple_payback_years: float | None
    static_payback_years: float | None
    discounted_payback_years: float | None
    cash_flow: list[float]
    residual_value: float
    replacements: list[Replacement]
    horizon_years: int
    discount_rate: float
    price_growth: float | dict[str, float]
    salvage: Salvage
