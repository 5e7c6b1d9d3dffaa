"""A store: keeps a carrier for later, such as a battery, a hot-water tank or a hydrogen tank.

With size s (kWh), power p (kW), charging i_t, discharging o_t, level l_t at a step's end, steps of
h hours, and the share of the content left after a step, k = (1 - loss)^h:

    l_t = k l_(t-1) + h (charge_efficiency i_t - o_t / discharge_efficiency - standing_loss s)
    min_level_t s <= l_t <= max_level_t s
    hours p <= s                                                   (=, if sized together)
    i_t + o_t <= p                                   (separate charging: i_t <= p and o_t <= p)
    balance of the carrier: + o_t - i_t
    cost: yearly shares of s and p, plus operation of o_t

Typical days are linked by the level at which each day of the horizon begins (`_add_days`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from algorithm.components.capital import Capital
from algorithm.components.device import (
    FREE,
    NONE,
    Bounds,
    Curtailable,
    Device,
    DeviceColumns,
    Horizon,
    Merge,
    Network,
    NotExpressible,
    Way,
    add_capacity,
    add_size,
    beyond,
    cancel,
    half_a_digit,
)
from algorithm.components.figures import (
    Amount,
    Efficiency,
    Finding,
    Installable,
    Share,
    Surroundings,
    Years,
)
from algorithm.components.site import Site
from algorithm.identifiers import NodeKind, node_id
from algorithm.linear_program import Program, Term
from algorithm.messages import Figure, Message
from algorithm.series import MOST, Booleans, Floats, Integers, Name, Number, Series
from algorithm.timesteps import Steps

# A store that keeps less than this share of its content over a day is not linked between days.
KEPT_OVER_A_DAY = 1e-3
SHORTEST_HOURS = 0.001


class Store(Installable):
    """Keeps a carrier for later. Its size is its energy, kWh."""

    series_fields: ClassVar = ("operation", "min_level", "max_level")

    kind: Literal["store"] = "store"
    unit: Literal["kWh"] = Field("kWh", description="unit of size")
    carrier: Name = Field("electricity", description="what it keeps")
    charge_efficiency: Efficiency = Field(
        1.0, description="kWh stored per kWh in", json_schema_extra={"unit": "kWh/kWh"}
    )
    discharge_efficiency: Efficiency = Field(
        1.0, description="kWh out per kWh taken from store", json_schema_extra={"unit": "kWh/kWh"}
    )
    loss: Number = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the content lost in an hour",
        json_schema_extra={"unit": "1/h"},
    )
    standing_loss: Number = Field(
        0.0,
        ge=0,
        lt=1,
        description="share of the size lost in an hour, however full it is",
        json_schema_extra={"unit": "1/h"},
    )
    hours: Amount = Field(
        1.0, description="shortest time of a full discharge, h", json_schema_extra={"unit": "h"}
    )
    power: Literal["apart", "together"] = Field(
        "apart",
        description="how its power (kW) is sized: apart, up to size / hours, or together with its "
        "energy, at size / hours",
    )
    start_level: Share | None = Field(
        None,
        description="share of the size at the start of the horizon; free if left out",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    cyclic: bool = Field(True, description="whether it ends the horizon as full as it began")
    min_level: Series = Field(
        0.0,
        description="lowest level at a step's end, a share of the size",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    max_level: Series = Field(
        1.0,
        description="highest level at a step's end, a share of the size",
        json_schema_extra={"unit": "kWh/kWh"},
    )
    charging: Literal["shared", "separate", "exclusive"] = Field(
        "shared",
        description="shared: charging and discharging together stay within its power; separate: "
        "each does; exclusive: never both in one step (a yes/no decision in each)",
    )
    operation: Series = Field(
        0.0,
        description="currency per kWh discharged",
        json_schema_extra={"unit": "currency/kWh"},
    )
    power_investment: Amount = Field(
        0.0,
        description="currency per kW of its power",
        json_schema_extra={"unit": "currency/kW"},
    )
    power_maintenance: Amount = Field(
        0.0, description="% of the power's investment a year", json_schema_extra={"unit": "%/a"}
    )
    power_life: Years = Field(
        25.0, description="years, of the power's part", json_schema_extra={"unit": "years"}
    )
    existing_power: Amount | None = Field(
        None,
        description="power of what stands today (`existing`), kW; existing / hours if left out",
        json_schema_extra={"unit": "kW"},
    )

    @property
    def carriers(self) -> list[str]:
        return [self.carrier]

    @property
    def entries_a_step(self) -> int:
        return 12

    def range_of(self, field: str) -> tuple[float, float]:
        return 0.0, 1.0 if field in ("min_level", "max_level") else MOST

    def uses(self, field: str) -> bool:
        if field in ("power_life", "power_maintenance"):
            return self.power_investment > 0
        if field == "age_years" and self.existing > 0 and self.power_investment > 0:
            return True
        return super().uses(field)

    def moved(self, here: Callable[[str], str]) -> dict[str, Any]:
        return {"carrier": here(self.carrier)}

    @property
    def power_today(self) -> float:
        """The power of what stands today, kW."""
        if self.existing_power is not None and not self.sized_together:
            return self.existing_power if self.existing else 0.0
        return self.existing / self.hours if self.hours > 0 else 0.0

    @property
    def power_capital(self) -> Capital:
        """What its power costs."""
        return Capital(
            self.power_investment,
            0.0,
            self.power_life,
            self.power_maintenance,
            self.power_today,
            self.age_years,
        )

    def today(self) -> dict[str, Any]:
        power = self.power_today
        hours = {"hours": self.existing / power} if power > 0 else {}
        return {**super().today(), **hours}

    @property
    def sized_together(self) -> bool:
        """Whether its power follows from its size."""
        return self.power == "together" and self.hours > 0

    def contradictions(self, around: Surroundings, stated: Installable | None) -> Iterator[Finding]:
        lowest, highest = around.array(self.min_level), around.array(self.max_level)
        if (wrong := lowest > highest).any():
            where = around.where(wrong)
            message = Message("should not be above max_level, as it is%(where)s", where=where)
            yield ("min_level",), message
        if self.power == "together" and self.hours < SHORTEST_HOURS:
            message = Message(
                "should be at least %(least)s: its power is its size / hours", least=SHORTEST_HOURS
            )
            yield ("hours",), message
        yield from self._wrong_start(lowest, highest)
        yield from self._wrong_power_today()

    def _wrong_power_today(self) -> Iterator[Finding]:
        if self.existing and not self.power_today:
            yield ("existing_power",), Message("should be above 0: the store stands today")
        elif self.existing_power is not None and self.existing_power * self.hours > self.existing:
            message = Message(
                "should be at most %(most)s, existing / hours, not %(power)s",
                most=Figure(self.existing / self.hours, "g"),
                power=Figure(self.existing_power, "g"),
            )
            yield ("existing_power",), message

    def _wrong_start(self, lowest: Floats, highest: Floats) -> Iterator[Finding]:
        if self.start_level is not None:
            # Levels are those at a step's end, and a cycle ends where it began.
            least = lowest[-1] if self.cyclic else lowest.min()
            most = highest[-1] if self.cyclic else highest.max()
            if not least <= self.start_level <= most:
                message = Message(
                    "should be from %(least)s to %(most)s, as its levels are, not %(level)s",
                    least=Figure(least, "g"),
                    most=Figure(most, "g"),
                    level=Figure(self.start_level, "g"),
                )
                yield ("start_level",), message
        elif not self.cyclic:
            message = Message(
                "is needed where the store isn't cyclic: it would begin full for nothing"
            )
            yield ("start_level",), message

    def resolve(self, name: str, horizon: Horizon) -> "Storage":
        """Return its arrays over the horizon; its maximum size is set later."""
        return Storage(
            label=self.label or name,
            kind=self.like or name,
            figures=self,
            operation=horizon.array(self.operation),
            max_size=np.inf,
            min_level=horizon.array(self.min_level),
            max_level=horizon.array(self.max_level),
        )


@dataclass(frozen=True)
class Storage(Device):
    """A store's arrays. Levels are shares of its size at each step's end (T,); operation: currency
    per kWh discharged (T,)."""

    figures: Store
    min_level: Floats
    max_level: Floats

    node_kind: ClassVar[NodeKind] = "storage"

    @property
    def carrier(self) -> str:
        return self.figures.carrier

    @property
    def carriers(self) -> Sequence[str]:
        return [self.carrier]

    @property
    def profiles(self) -> Sequence[Floats]:
        return [self.min_level, self.max_level, self.operation]

    @property
    def ways(self) -> Sequence[Way]:
        begins_full = self.figures.start_level and not self.figures.cyclic
        return [(frozenset() if begins_full else {self.carrier}, {self.carrier})]

    @property
    def round_trip(self) -> float:
        return self.figures.charge_efficiency * self.figures.discharge_efficiency

    @property
    def rigid_fields(self) -> Sequence[str]:
        return ["min_level"] if self.min_level.any() else []

    def at(self, positions: Integers) -> "Storage":
        return replace(
            self,
            min_level=self.min_level[positions],
            max_level=self.max_level[positions],
            operation=self.operation[positions],
        )

    def coarser(self, merged: Merge) -> "Storage":
        def last(values: Floats, axis: int) -> Floats:
            taken: Floats = np.take(values, -1, axis)
            return taken

        return replace(
            self,
            figures=self.figures.model_copy(update={"loss": 0.0, "standing_loss": 0.0}),
            min_level=merged(self.min_level, last),
            max_level=merged(self.max_level, last),
            operation=merged(self.operation, np.min),
        )

    def largest_powers(self, step_hours: float) -> tuple[float, float]:
        """Return the largest charging and discharging power in a step at `max_size`, kW."""
        figures = self.figures
        by_power = self.max_size / figures.hours if figures.hours > 0 else np.inf
        filled = self.max_size * (1 + step_hours * figures.standing_loss)
        most_in = min(by_power, filled / step_hours / figures.charge_efficiency)
        most_out = min(by_power, self.max_size / step_hours * figures.discharge_efficiency)
        return most_in, most_out

    def largest_flow(self, carrier: str, sign: float, step_hours: float) -> Floats | float:
        if carrier != self.carrier:
            return 0.0
        most_in, most_out = self.largest_powers(step_hours)
        return most_in if sign > 0 else most_out

    def largest_throughput(self, steps: Steps) -> float:
        shortest = max(self.figures.hours, steps.step_hours)
        return self.max_size / shortest * float(steps.weights.sum())

    def rated(self, size: float, power: float) -> float:
        return power

    def capitals(self, size: float, power: float) -> Sequence[tuple[Capital, float]]:
        return [*super().capitals(size, power), (self.figures.power_capital, power)]

    def fixed_cost(self, site: Site) -> float:
        """Return the yearly cost of building or keeping it: a store that is kept keeps its power,
        too."""
        capital = self.figures.power_capital
        kept = capital.first_share(site) * capital.per_unit * capital.existing
        return super().fixed_cost(site) + kept

    def add(self, program: Program, site: Site, *, on_off: bool) -> "StorageColumns":
        figures, steps = self.figures, site.steps
        count = len(steps.weights)
        size = add_size(program, site, self)
        capital = figures.power_capital
        # What stands of its power is part of its fixed cost.
        first = 0.0 if capital.existing else capital.new_share(site) * capital.per_unit
        power = add_capacity(program, site, capital, first)
        charge, level = program.columns(count), program.columns(count)
        discharge = program.columns(count, cost=steps.weights * self.operation)
        least = 0.0 if figures.sized_together else -np.inf
        program.rows(1, [(power, figures.hours), (size, -1.0)], lower=least, upper=0.0)
        between = self._add_content(program, steps, size, (charge, discharge, level))
        self._add_charging(program, power, charge, discharge)
        # A coarse step merges several steps, so the store may be filled in each of them.
        if figures.hours < steps.step_hours and not steps.coarse:
            self._add_turnover(program, steps, size, charge, discharge)
        return StorageColumns(self, size, power, charge, discharge, level, between)

    def _add_content(
        self,
        program: Program,
        steps: Steps,
        size: Integers,
        columns: tuple[Integers, Integers, Integers],
    ) -> Integers:
        """Add the energy balance: the level at a step's end from the one before, and the flows.

        A store begins the horizon at its start level, if stated; a cyclic one also ends there.
        Returns the columns that link typical days; none if all steps are modelled.
        """
        figures = self.figures
        charge, discharge, level = columns
        kept, hours = (1 - figures.loss) ** steps.step_hours, steps.step_hours
        start = figures.start_level or 0.0
        before, between = level[steps.previous], NONE
        begins = steps.first & (steps.whole and not figures.cyclic)
        if not steps.whole and kept**steps.a_day > KEPT_OVER_A_DAY:
            between, before = self._add_days(program, steps, size, level)
        change: list[Term] = [
            (level, 1.0),
            (before, np.where(begins, 0.0, -kept)),
            (size, hours * figures.standing_loss - kept * start * begins),
            (charge, -hours * figures.charge_efficiency),
            (discharge, hours / figures.discharge_efficiency),
        ]
        # The loss within a coarse step is unknown, so any loss is allowed there: a relaxation.
        program.rows(len(level), change, lower=-np.inf if steps.coarse else 0.0, upper=0.0)
        program.rows(len(level), [(level, 1.0), (size, -self.max_level)], upper=0.0)
        if self.min_level.any():
            program.rows(len(level), [(level, 1.0), (size, -self.min_level)], lower=0.0)
        if steps.whole and figures.cyclic and figures.start_level is not None:
            program.rows(1, [(level[-1:], 1.0), (size, -start)], lower=0.0, upper=0.0)
        return between

    def _add_days(
        self, program: Program, steps: Steps, size: Integers, level: Integers
    ) -> tuple[Integers, Integers]:
        """Link typical days by the level at which each day of the horizon begins.

        Each day has the dispatch of its typical day. `level` holds the levels on the typical day's
        own date. Those of another day differ by the difference of their levels at the day's
        beginning, which decays with the loss (Kotzur et al. 2018, "Time series aggregation for
        energy system design: modeling seasonal storage"). Returns the columns added, and the level
        before each modelled step (T,).
        """
        figures = self.figures
        assert steps.days is not None
        of_day, own = steps.days.typical, steps.days.own
        count, kept = len(of_day), (1 - figures.loss) ** steps.step_hours
        start = program.columns(count if figures.cyclic else count + 1)
        above, below = program.columns(len(own)), program.columns(len(own))
        today, tomorrow = start[:count], np.roll(start, -1)[:count]
        left = kept**steps.a_day
        last = level.reshape(-1, steps.a_day)[:, -1]
        passing: list[Term] = [
            (tomorrow, 1.0),
            (last[of_day], -1.0),
            (today, -left),
            (start[own[of_day]], left),
        ]
        program.rows(count, passing, lower=0.0, upper=0.0)
        higher: list[Term] = [(today, 1.0), (start[own[of_day]], -1.0), (above[of_day], -1.0)]
        program.rows(count, higher, upper=0.0)
        lower: list[Term] = [(today, 1.0), (start[own[of_day]], -1.0), (below[of_day], 1.0)]
        program.rows(count, lower, lower=0.0)
        since = np.tile(kept ** np.arange(1, steps.a_day + 1), len(own))
        room = np.repeat(np.arange(len(own)), steps.a_day)
        most: list[Term] = [(above[room], since), (level, 1.0), (size, -self.max_level)]
        program.rows(len(level), most, upper=0.0)
        least: list[Term] = [(below[room], -since), (level, 1.0), (size, -self.min_level)]
        program.rows(len(level), least, lower=0.0)
        if figures.start_level is not None:
            program.rows(1, [(start[:1], 1.0), (size, -figures.start_level)], lower=0.0, upper=0.0)
        before = level[steps.previous]
        before[steps.first] = start[own]
        return np.concatenate([start, above, below]), before

    def _add_turnover(
        self,
        program: Program,
        steps: Steps,
        size: Integers,
        charge: Integers,
        discharge: Integers,
    ) -> None:
        """Limit charging to one filling and discharging to one emptying per step, however fast."""
        figures, hours = self.figures, steps.step_hours
        filled = (1 + hours * figures.standing_loss) / hours / figures.charge_efficiency
        emptied = figures.discharge_efficiency / hours
        program.rows(len(charge), [(charge, 1.0), (size, -filled)], upper=0.0)
        program.rows(len(charge), [(discharge, 1.0), (size, -emptied)], upper=0.0)

    def _add_charging(
        self, program: Program, power: Integers, charge: Integers, discharge: Integers
    ) -> None:
        """Limit charging and discharging to the power: their sum, or each separately."""
        steps = len(charge)
        if self.figures.charging == "separate":
            program.rows(steps, [(charge, 1.0), (power, -1.0)], upper=0.0)
            program.rows(steps, [(discharge, 1.0), (power, -1.0)], upper=0.0)
            return
        program.rows(steps, [(charge, 1.0), (discharge, 1.0), (power, -1.0)], upper=0.0)

    def to_network(self, network: Network, name: str) -> None:
        figures, node = self.figures, node_id("storage", name)
        if figures.charging == "exclusive":
            raise NotExpressible(
                f"that {name} never charges and discharges in one step can't be kept in PyPSA"
            )
        network.bus(node, self.carrier)
        size = network.size(name)
        levels, nominal = self._levels(network.steps, size), network.sizing(name, letter="e")
        network.add("Store", node, standing_loss=figures.loss, **levels, **nominal)
        if figures.standing_loss:
            network.add("Load", f"loss:{name}", bus=node, p_set=figures.standing_loss * size)
        self._power_to(network, name)

    def _levels(self, steps: Steps, size: float) -> dict[str, Any]:
        """Return its level limits in PyPSA: at the start, in each step and at the end."""
        figures, most, least = self.figures, self.max_level, self.min_level
        if figures.start_level is None:
            return {"e_cyclic": True, "e_min_pu": least, "e_max_pu": most}
        start = figures.start_level
        if figures.cyclic:
            most, least = (np.append(level[:-1], start) for level in (most, least))
        # PyPSA applies no loss in the first step.
        left = start * size * (1 - figures.loss) ** steps.step_hours
        return {"e_initial": left, "e_min_pu": least, "e_max_pu": most}

    def _power_to(self, network: Network, name: str) -> None:
        """Add its charging and discharging links, which share its power or have all of it each."""
        figures, node, bus = (
            self.figures,
            node_id("storage", name),
            node_id("carrier", self.carrier),
        )
        kw = network.power(name)
        capital = figures.power_capital
        cost = capital.new_share(network.site) * capital.per_unit
        if capital.existing:
            cost = capital.yearly(network.site, kw) / kw
        power = {
            "p_nom_extendable": True,
            "p_nom_min": kw - half_a_digit(kw),
            "p_nom_max": kw + half_a_digit(kw),
            "p_nom_opt": kw,
            "capital_cost": cost,
        }
        into: dict[str, Floats | float] = {node: figures.charge_efficiency}
        out: dict[str, Floats | float] = {bus: figures.discharge_efficiency}
        most_out: Mapping[str, Any] = {"p_nom": power["p_nom_max"] / figures.discharge_efficiency}
        if figures.charging == "shared":
            shared = network.bus(f"power:{name}", self.carrier)
            network.add("Generator", shared, **power)
            into[shared], out[shared] = -1.0, -figures.discharge_efficiency
            power, most_out = dict(FREE), FREE
        running = {"marginal_cost": self.operation * figures.discharge_efficiency}
        network.add_link(f"{node} in", bus, into, **power)
        network.add_link(f"{node} out", node, out, **most_out, **running)


@dataclass(frozen=True)
class StorageColumns(DeviceColumns):
    """power (1,), charge, discharge (T,) kW. level (T,) kWh at each step's end. between: the
    columns that link typical days, empty if all steps are modelled."""

    device: Storage
    power: Integers
    charge: Integers
    discharge: Integers
    level: Integers
    between: Integers

    @property
    def powers(self) -> Sequence[Integers]:
        return [self.charge, self.discharge]

    @property
    def others(self) -> Sequence[Integers]:
        return [self.power, self.level, self.between]

    @property
    def capacities(self) -> Sequence[Term]:
        figures = self.device.figures
        power = beyond(self.power, figures.power_today)
        return [*super().capacities, (power, figures.power_investment)]

    @property
    def enlargements(self) -> Sequence[tuple[Integers, Integers, float]]:
        existing = self.device.figures.power_today
        of_power = [(beyond(self.power, existing), self.power, existing)] if existing else []
        return [*super().enlargements, *of_power]

    def terms(self, carrier: str) -> Iterator[tuple[Integers, Floats]]:
        if carrier == self.device.carrier:
            one = np.ones(len(self.charge))
            yield self.discharge, one
            yield self.charge, -one

    @property
    def decisions(self) -> int:
        return len(self.charge) if self.device.figures.charging == "exclusive" else 0

    def add_decisions(self, program: Program, site: Site, max_size: float) -> Integers:
        """Add a decision for each step: charge (1) or discharge (0)."""
        largest = replace(self.device, max_size=max_size)
        most_in, most_out = largest.largest_powers(site.steps.step_hours)
        charging = program.columns(len(self.charge), upper=1.0, whole=True)
        program.rows(len(charging), [(self.charge, 1.0), (charging, -most_in)], upper=0.0)
        program.rows(len(charging), [(self.discharge, 1.0), (charging, most_out)], upper=most_out)
        return charging

    def decide(self, bounds: Bounds, decided: Booleans) -> None:
        bounds.upper[self.charge[~decided]] = 0.0
        bounds.upper[self.discharge[decided]] = 0.0

    def decided(self, values: Floats, share: float, nothing: float) -> Booleans:
        """Decide for charging where it exceeds discharging."""
        charging: Booleans = values[self.charge] > values[self.discharge]
        return charging

    def throughput(self, values: Floats) -> Floats:
        return values[self.discharge]

    def power_of(self, values: Floats) -> float | None:
        power, size = float(values[self.power[0]]), float(values[self.size[0]])
        return max(power, self.device.figures.power_today) if size > 0 else power

    def levels(self, values: Floats) -> Floats | None:
        return values[self.level]

    def cancel(self, values: Floats, curtailable: Callable[[str], Iterator[Curtailable]]) -> None:
        """Remove simultaneous charging and discharging.

        The energy that it wasted is no longer produced or bought, or is sold.
        """
        efficiency = self.device.round_trip
        if efficiency == 1:
            cancel(values, self.charge, self.discharge)
            return
        burned = 1 / efficiency - 1  # kW wasted per kW of discharging that is removed
        most = np.minimum(values[self.discharge], values[self.charge] * efficiency) * burned
        for source, power, room in curtailable(self.device.carrier):
            less = np.minimum(room, most)
            values[source] -= np.divide(less, power, out=np.zeros_like(less), where=power != 0)
            values[self.discharge] -= less / burned
            values[self.charge] -= less / burned / efficiency
            most = most - less
        for both in (self.charge, self.discharge):
            values[both] = values[both].clip(min=0.0)

    def trim(self, values: Floats, least: float) -> None:
        device, figures = self.device, self.device.figures
        charge, discharge = values[self.charge], values[self.discharge]
        separate = figures.charging == "separate"
        used = np.maximum(charge, discharge) if separate else charge + discharge
        content = values[self.level] / np.where(device.max_level > 0, device.max_level, np.inf)
        tied = figures.standing_loss > 0 or figures.start_level is not None
        tied = tied or len(self.between) > 0 or bool(device.min_level.any())
        if not tied:
            needed = max(float(content.max()), figures.hours * float(used.max()))
            self.lower_size(values, needed, least)
        size = float(values[self.size[0]])
        values[self.power] = size / figures.hours if figures.sized_together else used.max()
