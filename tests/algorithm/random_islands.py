"""Small islands drawn at random, of the kinds on which a search goes wrong.

`island(seed)` is the same requirement each time; `islands()` lets hypothesis draw, and shrink. Each
has a theme (a heat pump whose output halves, a day's sun in an hour, a pile of wood, ...), and some
twists: limits, decisions, sizes that are stated. A few can't meet their demands, or earn without
end. Figures are EUR and of the order of real ones, in three digits, so that what fails is legible.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

Requirement = dict[str, Any]
Figures = dict[str, Any]

# Days and hours of a step. Beyond 14 days a search goes by typical days.
SHORT = (
    (1 / 6, 1), (1 / 4, 1), (1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 4), (3, 6), (4, 6),
    (7, 6), (7, 12), (14, 12), (14, 24), (3, 1),
)  # fmt: skip
LONG = ((15, 24), (16, 12), (20, 12), (20, 8), (24, 6), (30, 24), (30, 12), (45, 12), (60, 24))
LONG_SHARE = 0.15
# Decisions in each step are for horizons that a plain program solves within a second or two.
MOST_HOURLY = 30


def island(seed: int) -> Requirement:
    """Return the island of a seed."""
    return _drawn(random.Random(seed))


def islands() -> st.SearchStrategy[Requirement]:
    return st.randoms(use_true_random=False).map(_drawn)


def is_long(requirement: Requirement) -> bool:
    """Return whether a search goes by typical days first."""
    demand = next(iter(requirement["demands"].values()))
    power = demand["power"] if isinstance(demand, dict) else demand
    return bool(len(power) * requirement["step_hours"] > 14 * 24)


def _drawn(rng: random.Random) -> Requirement:
    requirement = _Island(rng).requirement
    for name in requirement["supplies"].keys() & requirement["exports"].keys():
        supply, export = requirement["supplies"][name], requirement["exports"][name]
        if np.max(np.subtract(export["price"], supply["price"])) > 0:
            # What is sold for more than it costs, goes through a connection of its own.
            requirement["meters"] = {"in": {"supplies": [name]}, "out": {"exports": [name]}}
    return requirement


class _Island:
    """An island in the making. scale: the order of its demands, kW."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        days, self.hours = rng.choice(LONG if self.may(LONG_SHARE) else SHORT)
        self.steps = round(days * 24 / self.hours)
        self.scale = rng.choice([10.0, 50.0, 100.0, 300.0, 1000.0, 3000.0])
        self.requirement: Requirement = {
            "step_hours": float(self.hours),
            "start": rng.choice(["2023-01-01", "2023-01-25", "2023-06-28"]),
            "interest_rate": rng.choice([0.0, 0.05, 0.05, 0.1]),
            "profiles": {},
            "demands": {},
            "supplies": {},
            "exports": {},
            "devices": {},
        }
        rng.choice(_THEMES)(self)
        self._twist()

    # What is drawn

    def may(self, share: float) -> bool:
        return self.rng.random() < share

    def number(self, least: float, most: float) -> float:
        """Draw evenly between two figures, or evenly in orders of magnitude if far apart."""
        part = self.rng.random()
        far = least > 0 and most / least > 20
        value = least * (most / least) ** part if far else least + (most - least) * part
        return _rounded(value)

    def noise(self) -> random.Random:
        """Draw what draws by the step, at the price of one draw: hypothesis pays for each."""
        return random.Random(self.rng.randrange(2**16))

    def shape(self) -> list[float]:
        """Draw values by the step between 0 and 1: flat, by day, by season, spikes, or noise."""
        kind = self.rng.choice(["flat", "day", "day", "season", "spikes", "noise", "rare"])
        phase, noise = self.rng.randrange(24), self.noise()

        def value(step: int) -> float:
            match kind:
                case "flat":
                    return 1.0
                case "day":
                    return 0.6 + 0.4 * math.sin(2 * math.pi * (step * self.hours - phase) / 24)
                case "season":
                    return 0.55 + 0.45 * math.cos(2 * math.pi * step / self.steps)
                case "spikes":
                    return 1.0 if noise.random() < 0.15 else 0.2
                case "noise":
                    return noise.random()
            return 0.0

        values = [_rounded(value(step)) for step in range(self.steps)]
        if max(values) == 0:
            values[self.rng.randrange(self.steps)] = 1.0
        return values

    def sun(self) -> list[float]:
        """Draw the sun: day and night, or in a few steps of the horizon alone."""
        sunny = self.rng.sample(range(self.steps), min(self.steps, self.rng.randint(1, 3)))
        if self.may(0.5) or self.hours * self.steps < 24:
            strength = self.number(0.2, 1)
            return [strength if step in sunny else 0.0 for step in range(self.steps)]
        noise = self.noise()
        hours = [(step + 0.5) * self.hours % 24 for step in range(self.steps)]
        clear = [max(0.0, math.sin(math.pi * (hour - 6) / 12)) for hour in hours]
        return [_rounded(part * noise.uniform(0.3, 1)) for part in clear]

    # Parts of a requirement

    def demand(self, carrier: str, share: float = 1.0) -> None:
        size = self.scale * share * self.number(0.5, 1.5)
        self.requirement["demands"][carrier] = [_rounded(size * part) for part in self.shape()]

    def supply(self, carrier: str, least: float, most: float, co2: float = 0.0) -> Figures:
        price: Any = self.number(least, most)
        if self.may(0.3):
            price = [_rounded(price * (0.5 + part)) for part in self.shape()]
        supply: Figures = {"price": price, "co2": co2}
        self.requirement["supplies"][carrier] = supply
        return supply

    def grid(self) -> Figures:
        supply = self.supply("electricity", 0.1, 0.4, co2=0.35)
        if self.may(0.25):
            supply["peak_price"] = self.number(10, 150)
            supply["peak_period"] = self.rng.choice(["year", "month"])
        return supply

    def export(self, carrier: str, price: Any, **more: Any) -> None:
        self.requirement["exports"][carrier] = {"price": price, **more}

    def device(self, name: str, kind: str, least: float, most: float, **figures: Any) -> Figures:
        """Add a device that costs `least` to `most` a unit."""
        device = {
            "kind": kind,
            "investment": self.number(least, most),
            "life": float(self.rng.choice([10, 20, 25, 40])),
            **figures,
        }
        self.requirement["devices"][name] = device
        return device

    def converter(
        self, name: str, least: float, most: float, inputs: Figures, outputs: Figures, **more: Any
    ) -> Figures:
        figures = self.device(
            name, "converter", least, most, inputs=inputs, outputs=outputs, **more
        )
        if self.may(0.3):
            figures["maintenance"] = self.number(0.5, 4)
        if self.may(0.2):
            figures["operation"] = self.number(0.001, 0.02)
        return figures

    def panels(self, carrier: str = "electricity") -> None:
        self.requirement["profiles"]["sun"] = self.sun()
        panels = self.converter("panels", 300, 1000, {}, {carrier: 1.0}, availability="sun")
        if self.may(0.2):
            panels["area"] = {"roof": 5.0}
            self.requirement["areas"] = {"roof": _rounded(self.scale * self.number(2, 100))}

    def store(self, name: str, carrier: str, least: float, most: float) -> Figures:
        store = self.device(name, "store", least, most, carrier=carrier)
        store["hours"] = 0.0 if self.may(0.04) else self.rng.choice([0.5, 1.0, 3.0, 10.0])
        if self.may(0.6):
            store["charge_efficiency"] = store["discharge_efficiency"] = self.number(0.7, 0.99)
        if self.may(0.4):
            store["loss"] = self.number(0.0001, 0.02)
        if self.may(0.1):
            store["standing_loss"] = self.number(0.0001, 0.002)
        if self.may(0.2):
            store["power_investment"] = self.number(50, 300)
        if self.may(0.15) and store["hours"]:
            store["power"] = "together"
        if self.may(0.1):
            store["charging"] = "separate"
        if self.may(0.1):
            store["operation"] = self.number(0.001, 0.02)
        if self.may(0.1):
            store["min_level"] = self.number(0.05, 0.3)
        if self.may(0.15):
            store["start_level"] = self.number(0.3, 1)
            store["cyclic"] = self.may(0.5)
        return store

    def battery(self) -> None:
        self.store("cells", "electricity", 100, 400)

    def tank(self) -> None:
        self.store("tank", "heat", 2, 30)

    def gas_boiler(self) -> None:
        self.supply("gas", 0.03, 0.12, co2=0.2)
        self.converter("boiler", 50, 150, {"gas": self.number(1, 1.25)}, {"heat": 1.0})

    # Twists

    def _twist(self) -> None:
        asked = self.requirement
        for name, figures in asked["devices"].items():
            if figures and "must_take" not in figures and self.may(0.6):
                self._twist_device(figures)
                if self.may(0.2):
                    self._twist_device(figures)
            elif not figures and self.may(0.1):
                asked["devices"][name] = {"min_size": 0.0}
        if self.may(0.12):
            asked["budget"] = _rounded(self.scale * self.number(300, 30_000))
        if self.may(0.15):
            asked["co2_price"] = self.number(20, 200)
        if self.may(0.1):
            asked["co2_limit"] = _rounded(self.scale * 8.76 * self.number(0.03, 0.5))
        for carrier, power in asked["demands"].items():
            if self.may(0.08):
                price = self.number(0.2, 5)
                asked["demands"][carrier] = {"power": power, "unserved_price": price}
        for supply in asked["supplies"].values():
            if self.may(0.08):
                supply["limit"] = _rounded(self.scale * self.number(0.5, 5))

    def _twist_device(self, figures: Figures) -> None:
        """State a size, a hole below the minimum size, a cost whatever the size, or others."""
        store = figures["kind"] == "store"
        size = self.scale * self.number(0.2, 3) * (self.rng.choice([1, 3, 10]) if store else 1)
        twist = self.rng.choice(
            ["fixed", "fixed", "dear", "min", "min", "unit", "size", "max", "free", "min load"]
        )
        hourly = self.steps <= MOST_HOURLY
        sized = not {"size", "max_size", "min_size", "unit_size"}.isdisjoint(figures)
        match twist:
            case "fixed":
                figures["investment_fixed"] = self.number(500, 50_000)
            case "dear":
                figures["investment_fixed"] = self.number(50_000, 2_000_000)
            case "min" if not sized:
                figures["min_size"] = _rounded(size)
            case "unit" if not sized:
                figures["unit_size"] = _rounded(size / self.rng.randint(1, 4))
            case "size" if not sized:
                figures["size"] = _rounded(size)
            case "max" if not sized:
                figures["max_size"] = _rounded(size)
            case "free":
                figures["investment"] = 0.0
            case "min load" if hourly and figures["kind"] == "converter" and figures["inputs"]:
                figures["min_load"] = self.number(0.2, 0.8)
            case "min load" if hourly and store:
                figures["charging"] = "exclusive"


# Themes


def _heat_pump(site: _Island) -> None:
    """A heat pump whose output halves in some steps, for the same electricity or by taking more."""
    site.demand("heat")
    if site.may(0.3):
        site.demand("electricity", 0.5)
    site.grid()
    best = site.number(2, 6)
    noise = site.noise()
    cop = [_rounded(best / 2 if noise.random() < 0.3 else best) for _ in range(site.steps)]
    if site.may(0.5):
        site.requirement["profiles"]["cop"] = cop
        site.converter("heat pump", 300, 3000, {"electricity": 1.0}, {"heat": "cop"})
    else:
        inputs = {"electricity": [_rounded(1 / value) for value in cop]}
        site.converter("heat pump", 300, 1500, inputs, {"heat": 1.0})
    if site.may(0.5):
        site.tank()
    if site.may(0.4):
        site.gas_boiler()
    if site.may(0.2):
        site.panels()


def _sun_alone(site: _Island) -> None:
    """The sun as the only source, or beside one that is dear; what is stored serves the rest."""
    site.panels()
    match site.rng.choice(["electricity", "heat", "hydrogen"]):
        case "electricity":
            site.demand("electricity")
            site.battery()
            backup = "electricity"
        case "heat":
            site.demand("heat")
            inputs = {"electricity": site.number(0.2, 1)}
            site.converter("heat pump", 100, 1000, inputs, {"heat": 1.0})
            site.tank()
            backup = site.rng.choice(["electricity", "heat"])
        case _:
            site.demand("hydrogen", 0.3)
            outputs = {"hydrogen": site.number(0.5, 0.75)}
            site.converter("electrolysis", 500, 1500, {"electricity": 1.0}, outputs)
            site.store("hydrogen tank", "hydrogen", 5, 60)
            backup = site.rng.choice(["electricity", "hydrogen"])
            if site.may(0.4):
                site.demand("electricity", 0.3)
                inputs = {"hydrogen": site.number(1.6, 2.5)}
                site.converter("fuel cell", 800, 2000, inputs, {"electricity": 1.0})
    if site.may(0.6):
        site.supply(backup, 0.3, 2.0, co2=0.4)


def _seasons(site: _Island) -> None:
    """Heat in winter from a sun that shines in summer, by a pit; gas beside them."""
    middle = site.steps / 2
    site.requirement["demands"]["heat"] = [
        _rounded(site.scale * (0.6 + 0.4 * math.cos(math.pi * (step - middle) / middle)))
        for step in range(site.steps)
    ]
    site.requirement["profiles"]["solar-heat"] = [
        _rounded(max(0.0, 0.3 - 0.25 * math.cos(math.pi * (step - middle) / middle)))
        * (step * site.hours % 24 >= 6 or site.hours == 24)
        for step in range(site.steps)
    ]
    if site.may(0.5):
        site.requirement["devices"] |= {"solar-thermal": {}, "heat-pit": {}}
    else:
        site.converter("collectors", 100, 300, {}, {"heat": 1.0}, availability="solar-heat")
        site.store("pit", "heat", 0.3, 3)
    if site.may(0.7):
        site.gas_boiler()


def _trade(site: _Island) -> None:
    """Power is sold for what it costs, or a margin below; a battery makes what it can of that."""
    site.demand("electricity")
    mean, swing = site.number(0.05, 0.25), site.number(0.1, 1.3)
    price = [
        _rounded(mean * (1 + swing * math.sin(2 * math.pi * step * site.hours / 12 + 1)), digits=4)
        for step in range(site.steps)
    ]
    margin = site.rng.choice([0.0, 0.0, 0.01, 0.05, 0.15])
    supply = {"price": [_rounded(p + margin, digits=6) for p in price], "co2": 0.3}
    site.requirement["supplies"]["electricity"] = supply
    site.export("electricity", price)
    if site.may(0.3):
        # CO2 that an export saves would be bought and sold without end where it has a price.
        site.requirement["exports"]["electricity"]["co2"] = 0.1
    if site.may(0.8):
        limit = _rounded(site.scale * site.number(1, 5))
        supply["limit"] = limit
        site.requirement["exports"]["electricity"]["limit"] = limit
    site.battery()
    if site.may(0.5):
        site.panels()
        if site.may(0.3):
            site.requirement["exports"]["electricity"]["devices"] = ["panels"]


def _wood_pile(site: _Island) -> None:
    """A store that begins full and is not filled again, enough for the horizon or too small."""
    site.demand("heat")
    needed = 1.25 * site.hours * sum(site.requirement["demands"]["heat"])
    pile: Figures = {
        "kind": "store",
        "carrier": "wood",
        "size": _rounded(needed * site.rng.choice([0.5, 1.1, 2.0, 7.0])),
        "hours": site.rng.choice([0.0, 1.0]),
        "start_level": 1.0,
        "cyclic": False,
        "operation": 0.03,
    }
    if site.may(0.3):
        pile["loss"] = 0.0002
    site.requirement["devices"]["pile"] = pile
    site.converter("wood boiler", 200, 900, {"wood": 1.25}, {"heat": 1.0})
    if site.may(0.4):
        site.gas_boiler()
    if site.may(0.3):
        site.tank()


def _chain(site: _Island) -> None:
    """Three or four conversions between what there is and what is wanted."""
    carriers = ["electricity", "hydrogen", "methane", "heat", "cooling"]
    links = site.rng.randint(3, 4)
    site.demand(carriers[links], 0.3)
    if site.may(0.4):
        site.demand(carriers[site.rng.randint(0, links - 1)], 0.2)
    for source, target in pairwise(carriers[: links + 1]):
        efficiency = site.number(0.3, 0.9)
        if site.may(0.5):
            flows: tuple[Figures, Figures] = ({source: 1.0}, {target: efficiency})
        else:
            flows = ({source: _rounded(1 / efficiency)}, {target: 1.0})
        site.converter(f"{source} to {target}", 50, 1000, *flows)
    if site.may(0.6):
        site.grid()
    if "electricity" not in site.requirement["supplies"] or site.may(0.3):
        site.panels()
    for carrier in site.rng.sample(carriers[: links + 1], 2):
        site.store(f"{carrier} store", carrier, 5, 200)


def _two_places(site: _Island) -> None:
    """What is made or bought in the north is wanted in the south, and the other way."""
    site.demand("heat@south")
    if site.may(0.6):
        site.demand("electricity@north", 0.5)
    site.requirement["supplies"]["grid"] = {
        "carrier": "electricity@north",
        "price": site.number(0.1, 0.4),
        "co2": 0.35,
    }
    main = site.device("main", "link", 50, 500, source="heat@north", target="heat@south")
    main["loss"] = site.number(0.01, 0.3)
    main["two_way"] = site.may(0.3)
    if site.may(0.3):
        main["operation"] = site.number(0.001, 0.01)
    inputs = {"electricity": site.number(0.2, 0.5)}
    site.converter("pump north", 300, 1200, inputs, {"heat": 1.0}, place="north")
    if site.may(0.5):
        site.device(
            "cable", "link", 20, 200, source="electricity@north", target="electricity@south"
        )
        site.converter("pump south", 300, 2000, inputs, {"heat": 1.0}, place="south")
    if site.may(0.5):
        tank = site.store("tank", "heat", 2, 30)
        tank["place"] = site.rng.choice(["north", "south"])


def _must_take(site: _Island) -> None:
    """Heat that comes whether it is wanted or not, and a price for getting rid of it."""
    site.demand("heat")
    site.requirement["profiles"]["process"] = site.shape()
    site.device(
        "process", "converter", 0, 0, inputs={}, outputs={"waste-heat": 1.0}, must_take=True,
        availability="process", size=_rounded(site.scale * site.number(0.2, 2)),
    )  # fmt: skip
    site.export("waste-heat", -site.number(0.001, 0.05))
    site.grid()
    inputs = {"electricity": 0.2, "waste-heat": 0.8}
    site.converter("heat pump", 300, 1200, inputs, {"heat": 1.0})
    if site.may(0.5):
        site.store("warm tank", "waste-heat", 2, 30)
    if site.may(0.5):
        site.gas_boiler()


def _engine(site: _Island) -> None:
    """Heat and power together, with what is too much to be sold; a burden or a gain."""
    site.demand("heat")
    site.demand("electricity", 0.7)
    site.grid()
    site.gas_boiler()
    outputs = {"electricity": 1.0, "heat": site.number(0.8, 1.5)}
    site.converter("engine", 500, 1500, {"gas": site.number(2.2, 3)}, outputs)
    if site.may(0.5):
        site.tank()
    if site.may(0.5):
        limit = _rounded(site.scale * site.number(0.5, 3))
        site.export("electricity", site.number(0.03, 0.2), limit=limit)


def _catalogue(site: _Island) -> None:
    """Devices of the catalogue as they are, at a site that is large enough for some."""
    site.scale = site.rng.choice([300.0, 1000.0, 3000.0])
    wanted = site.rng.sample(["electricity", "heat", "cooling"], site.rng.randint(1, 2))
    for carrier in wanted:
        site.demand(carrier)
    site.grid()
    site.supply("gas", 0.03, 0.12, co2=0.2)
    site.requirement["profiles"]["sun"] = site.sun()
    names = ["rooftop-pv", "battery", "gas-engine-chp", "heat-tank", "air-heat-pump", "gas-boiler"]
    if "cooling" in wanted:
        names += ["compression-chiller", "absorption-chiller", "cold-tank"]
    else:
        names += ["ground-heat-pump", "electric-boiler"]
    chosen = site.rng.sample(names, site.rng.randint(3, 5))
    if "heat" in wanted and not {"air-heat-pump", "gas-boiler"} & set(chosen):
        chosen.append("gas-boiler")
    if "cooling" in wanted and "compression-chiller" not in chosen:
        chosen.append("compression-chiller")
    site.requirement["devices"] |= {name: {} for name in chosen}


_THEMES: tuple[Callable[[_Island], None], ...] = (
    _heat_pump, _sun_alone, _sun_alone, _seasons, _trade, _trade, _wood_pile, _chain, _two_places,
    _must_take, _engine, _catalogue,
)  # fmt: skip


def _rounded(value: float, digits: int = 3) -> float:
    """Return a figure of so many significant digits."""
    return float(f"{value:.{digits}g}")
