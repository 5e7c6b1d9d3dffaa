"""Checks across fields of a requirement: lengths, names, signs, sizes, unlimited profit.

Each field by itself is valid already. A message is one sentence: what is wrong and where, and what
would be right.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from algorithm.components.converter import Converter
from algorithm.components.kinds import Figures
from algorithm.identifiers import carrier_and_place
from algorithm.messages import Figure, Message, first_of
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.schema import (
    Demand,
    Export,
    Meter,
    Path,
    Requirement,
    Supply,
    like_in_catalogue,
)
from algorithm.series import (
    HOURS_A_YEAR,
    KG_A_TONNE,
    MONTHS_A_YEAR,
    MOST,
    NO_GAIN,
    Booleans,
    Column,
    Floats,
    Series,
)
from algorithm.suggestions import near_miss
from algorithm.timesteps import Period, every_step, is_long, moment

Finding = tuple[Path, str]

MOST_DAYS = 3660
# The full-year model of a campus with 17 devices has a million matrix entries, and HiGHS needs
# 430 MB to solve it: this limit stays well within the 8 GiB that a search may use.
MOST_ENTRIES = 12_000_000
# kW per kW of photovoltaics or wind power, and kW per m2 of collector: above this, impossible.
MOST_YIELD = 2.0
# Names of other supply nodes in the graph: free resources, and unserved demand.
NAMES_TAKEN = {"sun", "wind", "unserved"}
PERIODS: Mapping[Period, str] = {
    "day": Message("day"),
    "month": Message("month"),
    "year": Message("year"),
}


def contradictions(requirement: Requirement, *, least_co2: bool) -> Iterator[Finding]:
    """Yield what is wrong. If lengths or names are wrong, nothing else can be checked.

    least_co2: whether CO2 is minimised, too.
    """
    unreadable = [
        *_of_lengths(requirement),
        *_of_profiles(requirement),
        *_of_kinds(requirement),
    ]
    if unreadable:
        yield from unreadable
        return
    for path, series in requirement.series():
        yield from _of_values(requirement, path, series)
    if not any(np.any(requirement.values(demand.power)) for demand in requirement.demands.values()):
        yield ("demands",), Message("should be above 0 somewhere: there is nothing to plan for")
    considered = requirement.considered()
    for name, figures in considered.items():
        yield from _of_device(requirement, ("devices", name), figures)
    yield from _of_yields(requirement, considered)
    yield from _of_nodes(requirement)
    yield from _of_currency(requirement, considered)
    yield from _of_areas(requirement, considered)
    yield from _of_carriers(requirement, considered)
    yield from _of_growth(requirement)
    yield from _of_sellers(requirement, considered)
    yield from _of_memory(requirement, considered)
    yield from _of_meters(requirement)
    yield from _of_trades(requirement, least_co2)


# Lengths and names


def _of_lengths(requirement: Requirement) -> Iterator[Finding]:
    lists = [(path, len(value)) for path, value in requirement.series() if isinstance(value, list)]
    if not lists:
        return
    first, steps = lists[0]
    for path, length in lists:
        if length != steps:
            yield (
                path,
                Message(
                    "should have %(steps)s values as %(first)s has, not %(length)s",
                    steps=steps,
                    first=".".join(map(str, first)),
                    length=length,
                ),
            )
    a_day = requirement.steps_a_day
    if is_long(steps, a_day) and steps % a_day:
        message = Message(
            "should be whole days of %(a_day)s values, beyond 14 days, not %(steps)s values",
            a_day=a_day,
            steps=steps,
        )
        yield first, message
    if steps > MOST_DAYS * a_day:
        yield (
            first,
            Message(
                "should be at most %(most)s days of %(a_day)s values, not %(steps)s values",
                most=MOST_DAYS,
                a_day=a_day,
                steps=steps,
            ),
        )


def _of_profiles(requirement: Requirement) -> Iterator[Finding]:
    for path, value in requirement.series():
        if isinstance(value, str) and value not in requirement.profiles:
            profiles = requirement.profiles
            near = near_miss(value, profiles) if profiles else ""
            yield (
                path,
                Message(
                    "names the profile '%(value)s', which is not in profiles%(near)s",
                    value=value,
                    near=near,
                ),
            )


def _of_kinds(requirement: Requirement) -> Iterator[Finding]:
    for name, stated in (requirement.devices or {}).items():
        like = like_in_catalogue(name, stated)
        if like is not None and like not in CATALOGUE:
            message = Message(
                "'%(like)s' is not a device of the catalogue%(near)s",
                like=like,
                near=near_miss(like, CATALOGUE),
            )
            yield ("devices", name, "like"), message
        elif like is not None and stated.kind != CATALOGUE[like].kind:
            yield (
                ("devices", name, "kind"),
                Message(
                    "should be '%(kind)s', as %(like)s is one", kind=CATALOGUE[like].kind, like=like
                ),
            )


def _of_nodes(requirement: Requirement) -> Iterator[Finding]:
    for name in requirement.supplies.keys() & NAMES_TAKEN:
        yield ("supplies", name), Message("should have another name: graphs call something else so")


# Signs and limits of values by the step


def _of_values(requirement: Requirement, path: Path, series: Series) -> Iterator[Finding]:
    """Demands, CO2, limits and device figures can't be negative; prices can."""
    least, most = _range(requirement, path)
    values = _values(requirement, series)
    right = (
        Message("not be negative")
        if least == 0
        else Message("not be below %(least)s", least=Figure(least, "g"))
    )
    for wrong, said in (
        (values < least, right),
        (values > most, Message("not be above %(most)s", most=Figure(most, "g"))),
    ):
        if wrong.any():
            found = {"said": said, "value": Figure(values[np.argmax(wrong)], "g")}
            if when := _when(requirement, wrong):
                message = Message(
                    "should %(said)s: it is %(value)s in step %(step)s (%(moment)s)",
                    **found,
                    **when,
                )
            else:
                message = Message("should %(said)s: it is %(value)s", **found)
            yield path, message


def _range(requirement: Requirement, path: Path) -> tuple[float, float]:
    if path[0] == "devices":
        return (requirement.devices or {})[str(path[1])].range_of(str(path[2]))
    return (0.0, MOST) if len(path) > 2 and path[2] != "price" else (-MOST, MOST)


def _values(requirement: Requirement, series: Series) -> Floats:
    """Return the values (T,), or (1,) if it is one number."""
    return np.atleast_1d(np.asarray(requirement.values(series), dtype=float))


def _where(requirement: Requirement, wrong: Booleans) -> str:
    """Return " in step 17 (1 January, 17:00)" for the first wrong step; "" for a single number."""
    when = _when(requirement, wrong)
    return Message(" in step %(step)s (%(moment)s)", **when) if when else ""


def _when(requirement: Requirement, wrong: Booleans) -> dict[str, object]:
    """Return the first wrong step and its time; nothing for a single number."""
    if len(wrong) == 1 and requirement.horizon > 1:
        return {}
    step = int(np.argmax(wrong))
    return {"step": step, "moment": moment(requirement.start, step * requirement.step_hours)}


# Devices


def _of_device(requirement: Requirement, path: Path, figures: Figures) -> Iterator[Finding]:
    yield from _of_sizes(requirement, path, figures)
    stated = (requirement.devices or {}).get(str(path[1]))
    for field, message in figures.contradictions(_Surroundings(requirement), stated):
        yield (*path, *field), message


@dataclass(frozen=True)
class _Surroundings:
    """The requirement, for the checks of a single device."""

    requirement: Requirement

    @property
    def profiles(self) -> Mapping[str, Column]:
        return self.requirement.profiles

    @property
    def demands(self) -> Mapping[str, Demand]:
        return self.requirement.demands

    @property
    def devices(self) -> Iterable[Figures]:
        return self.requirement.considered().values()

    @property
    def step_hours(self) -> float:
        return self.requirement.step_hours

    def array(self, series: Series) -> Floats:
        return _values(self.requirement, series)

    def where(self, wrong: Booleans) -> str:
        return _where(self.requirement, wrong)


def _of_sizes(requirement: Requirement, path: Path, figures: Figures) -> Iterator[Finding]:
    """Check a device's sizes. A stated size may exceed the catalogue's limits, not stated ones."""
    stated = (requirement.devices or {}).get(str(path[1]))
    least, most, size = figures.least_size, figures.max_size, figures.size
    yield from _of_existing(path, figures)
    if figures.existing:
        least = 0.0  # it may be larger or smaller than a new one
    elif stated is not None and size is not None:
        least = least if "min_size" in stated.model_fields_set else 0.0
        most = most if "max_size" in stated.model_fields_set else None
    if most is not None and least > most:
        message = Message(
            "should not be below the minimum size: it is %(most)s, less than min_size %(least)s",
            most=Figure(most, "g"),
            least=Figure(least, "g"),
        )
        yield (*path, "max_size"), message
    elif size is not None and not least <= size <= (np.inf if most is None else most):
        upto = "" if most is None else Message(" to max_size %(most)s", most=Figure(most, "g"))
        yield (
            (*path, "size"),
            Message(
                "should be from min_size %(least)s%(upto)s, not %(size)s",
                least=Figure(least, "g"),
                upto=upto,
                size=Figure(size, "g"),
            ),
        )
    if most is not None and figures.unit_size is not None and 0 < most < figures.unit_size:
        message = Message(
            "should have room for one unit of %(unit_size)s: it is %(most)s",
            unit_size=Figure(figures.unit_size, "g"),
            most=Figure(most, "g"),
        )
        yield (*path, "max_size"), message
    yield from _of_units(path, figures)


def _of_units(path: Path, figures: Figures) -> Iterator[Finding]:
    if (unit := figures.unit_size) is None:
        return
    for field in ("size", "existing"):
        size = getattr(figures, field)
        if size is not None and abs(size / unit - round(size / unit)) > 1e-6:
            message = Message(
                "should be a whole number of units of %(unit_size)s, not %(size)s",
                unit_size=Figure(unit, "g"),
                size=Figure(size, "g"),
            )
            yield (*path, field), message


def _of_existing(path: Path, figures: Figures) -> Iterator[Finding]:
    """Check the size that stands today: a plan keeps all of it or none."""
    existing, most, size = figures.existing, figures.max_size, figures.size
    if not existing:
        return
    if most is not None and most < existing:
        message = Message(
            "should not be below what stands today: it is %(most)s, less than existing "
            "%(existing)s",
            most=Figure(most, "g"),
            existing=Figure(existing, "g"),
        )
        yield (*path, "max_size"), message
    if size is not None and 0 < size < existing:
        message = Message(
            "should be 0 or at least what stands today, existing %(existing)s, not %(size)s",
            existing=Figure(existing, "g"),
            size=Figure(size, "g"),
        )
        yield (*path, "size"), message


def _of_yields(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    """Refuse sun and wind profiles that are not in kW per unit of size; a shared profile once."""
    yields: dict[Path, tuple[Series, str]] = {}
    for name, figures in considered.items():
        if not isinstance(figures, Converter) or figures.resource is None:
            continue
        profile = figures.availability
        if not isinstance(profile, str):
            yields["devices", name, "availability"] = profile, figures.unit
        elif profile in requirement.profiles:  # else the device's own check reports it
            yields["profiles", profile] = profile, figures.unit
    for path, (series, unit) in yields.items():
        values = _values(requirement, series)
        peak = float(values.max())
        found = {"unit": unit, "value": Figure(peak, "g"), "likely": _likely_unit(peak)}
        if peak > MOST_YIELD and (when := _when(requirement, values == peak)):
            message = Message(
                "should be kW per %(unit)s of size, about 1 at most: it is %(value)s in step "
                "%(step)s (%(moment)s), which is likely %(likely)s",
                **found,
                **when,
            )
            yield path, message
        elif peak > MOST_YIELD:
            message = Message(
                "should be kW per %(unit)s of size, about 1 at most: it is %(value)s, which is "
                "likely %(likely)s",
                **found,
            )
            yield path, message


def _likely_unit(peak: float) -> str:
    if peak <= 120:
        return Message("in percent, to be divided by 100")
    if peak <= 2000:
        return Message("in W, to be divided by 1,000")
    return Message("the power of a whole plant, to be divided by its size")


# Names that should fit together


def _of_currency(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    if requirement.currency == "EUR" or "eur_rate" in requirement.model_fields_set:
        return
    devices = [name for name, figures in considered.items() if figures.like is not None]
    if devices:
        message = Message(
            "is needed: what a EUR is worth in %(currency)s, as the catalogue's figures are EUR, "
            "those of %(devices)s",
            currency=requirement.currency,
            devices=first_of(devices),
        )
        yield ("eur_rate",), message


def _of_areas(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    catalogues = [device.figures for device in CATALOGUE.values()]
    known = {area for figures in (*considered.values(), *catalogues) for area in figures.area}
    for area in requirement.areas:
        if area not in known:
            yield (
                ("areas", area),
                Message(
                    "is not an area that a device stands on%(near)s",
                    near=near_miss(area, sorted(known)),
                ),
            )


def _of_carriers(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    """A carrier that is bought or sold must be used by something else."""
    catalogues = [device.figures for device in CATALOGUE.values()]
    devices = {c for figures in (*considered.values(), *catalogues) for c in figures.carriers}
    demands = {demand.carrier or name for name, demand in requirement.demands.items()}
    bought = {supply.carrier or name for name, supply in requirement.supplies.items()}
    sold = {export.carrier or name for name, export in requirement.exports.items()}
    for part, trades, known in (
        ("supplies", requirement.supplies, devices | demands | sold),
        ("exports", requirement.exports, devices | bought),
    ):
        for name, trade in trades.items():
            carrier = trade.carrier or name
            if carrier not in known:
                path = (part, name) if trade.carrier is None else (part, name, "carrier")
                near = near_miss(carrier, sorted(known))
                yield (
                    path,
                    Message(
                        "'%(carrier)s' is a carrier that nothing else here has to do with%(near)s",
                        carrier=carrier,
                        near=near,
                    ),
                )


def _of_growth(requirement: Requirement) -> Iterator[Finding]:
    """Prices rise of carriers that are bought or sold; at all places, if none is named."""
    growth = requirement.price_growth
    if not isinstance(growth, Mapping):
        return
    trades: list[tuple[str, Supply | Export]] = [
        *requirement.supplies.items(),
        *requirement.exports.items(),
    ]
    carriers = {trade.carrier or name for name, trade in trades}
    known = sorted(carriers | {carrier_and_place(carrier)[0] for carrier in carriers})
    for carrier in growth:
        if carrier not in known:
            near = near_miss(carrier, known) if known else ""
            message = Message("is not a carrier that is bought or sold%(near)s", near=near)
            yield ("price_growth", carrier), message


def _of_sellers(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    """An export limited to certain devices must name converters that make its carrier, each in only
    one export of that carrier."""
    seen: dict[tuple[str, str], str] = {}
    for name, export in requirement.exports.items():
        carrier = export.carrier or name
        makers = [maker for maker, figures in considered.items() if carrier in figures.makes]
        for position, device in enumerate(export.devices or ()):
            path = ("exports", name, "devices", position)
            first = seen.setdefault((carrier, device), name)
            if device not in makers:
                near = near_miss(device, makers) if makers else ""
                yield (
                    path,
                    Message(
                        "'%(device)s' is not a device here that makes %(carrier)s%(near)s",
                        device=device,
                        carrier=carrier,
                        near=near,
                    ),
                )
            elif first != name:
                yield (
                    path,
                    Message(
                        "'%(device)s' already sells its %(carrier)s as exports.%(first)s",
                        device=device,
                        carrier=carrier,
                        first=first,
                    ),
                )


# What can't be searched


def _of_memory(requirement: Requirement, considered: Mapping[str, Figures]) -> Iterator[Finding]:
    trades = len(requirement.supplies) + len(requirement.exports) + len(requirement.meters)
    a_step = 3 * trades + sum(figures.entries_a_step for figures in considered.values())
    steps = requirement.horizon
    entries = steps * a_step
    if entries > MOST_ENTRIES:
        message = Message(
            "should be smaller: %(steps)s steps of %(devices)s devices make a matrix of "
            "%(entries)s million entries, and %(most)s million fit into memory; take longer "
            "steps, fewer days, or name fewer devices",
            steps=Figure(steps, ","),
            devices=len(considered),
            entries=Figure(entries / 1e6, ".0f"),
            most=Figure(MOST_ENTRIES / 1e6, ".0f"),
        )
        yield ("requirement",), message


# What is bought and sold


def _of_meters(requirement: Requirement) -> Iterator[Finding]:
    """A meter must name supplies and exports of one carrier, and none that another meter names."""
    seen: dict[tuple[str, str], str] = {}
    for name, meter in requirement.meters.items():
        path: Path = ("meters", name)
        carriers: dict[str, None] = {}
        for part in ("supplies", "exports"):
            trades: Mapping[str, Supply | Export] = getattr(requirement, part)
            for position, trade in enumerate(getattr(meter, part)):
                if trade not in trades:
                    near = near_miss(trade, trades) if trades else ""
                    message = Message(
                        "'%(trade)s' is not one of `%(part)s`%(near)s",
                        trade=trade,
                        part=part,
                        near=near,
                    )
                    yield (*path, part, position), message
                elif (part, trade) in seen:
                    message = Message(
                        "'%(trade)s' is already in meters.%(meter)s",
                        trade=trade,
                        meter=seen[part, trade],
                    )
                    yield (*path, part, position), message
                else:
                    seen[part, trade] = name
                    carriers[trades[trade].carrier or trade] = None
        if not meter.supplies and not meter.exports:
            yield path, Message("should name the supplies and exports that go through it")
        elif len(carriers) > 1:
            message = Message(
                "should be of one carrier, not of %(carriers)s", carriers=list(carriers)
            )
            yield path, message
        elif meter.net_metering is not None:
            yield from _of_net_metering(requirement, name, meter, meter.net_metering)


def _of_net_metering(
    requirement: Requirement, name: str, meter: Meter, period: Period
) -> Iterator[Finding]:
    """Net metering needs one supply and one export, with constant prices within each period."""
    path = ("meters", name, "net_metering")
    if len(meter.supplies) != 1 or len(meter.exports) != 1:
        yield (
            path,
            Message("needs a meter of one supply and one export, at whose prices it settles"),
        )
        return
    steps = every_step(requirement.horizon, requirement.step_hours, requirement.start)
    number = steps.periods(period)
    begins = np.unique(number, return_index=True)[1]
    for part in ("supplies", "exports"):
        trades: Mapping[str, Supply | Export] = getattr(requirement, part)
        (trade,) = getattr(meter, part)
        if trade not in trades:
            return
        prices = np.broadcast_to(_values(requirement, trades[trade].price), number.shape)
        if (changed := np.abs(prices - prices[begins][number]) > NO_GAIN).any():
            message = Message(
                "needs a price that is constant within each %(period)s, and %(part)s.%(trade)s."
                "price changes%(where)s; without net_metering it may",
                period=PERIODS[period],
                part=part,
                trade=trade,
                where=_where(requirement, changed),
            )
            yield path, message
            return


def _of_trades(requirement: Requirement, least_co2: bool) -> Iterator[Finding]:
    """Refuse profit from buying and selling at once, unless `meters` says whether that is possible.

    Exports limited to certain devices are metered separately, so they are exempt.
    """
    for name, export in requirement.exports.items():
        pairs = (
            finding
            for bought, supply in requirement.supplies.items()
            if export.devices is None and (export.carrier or name) == (supply.carrier or bought)
            for finding in _of_pair(requirement, name, bought, least_co2)
        )
        yield from islice(pairs, 1)


def _of_pair(
    requirement: Requirement, name: str, bought: str, least_co2: bool
) -> Iterator[Finding]:
    export, supply = requirement.exports[name], requirement.supplies[bought]
    saved = _margin(requirement, export.co2, supply.co2)
    earned = _margin(requirement, export.price, supply.price)
    earned = earned + saved * requirement.co2_price / KG_A_TONNE
    meters = requirement.meters.items()
    through_in = [meter for meter, shares in meters if bought in shares.supplies]
    through_out = [meter for meter, shares in meters if name in shares.exports]
    if not through_in or not through_out:
        matters = least_co2 or requirement.co2_limit is not None
        yield from _unstated_connection(requirement, name, bought, earned, saved * matters)
    elif through_in != through_out and export.limit is None and supply.limit is None:
        yield from _unlimited_profit(requirement, name, bought, earned, saved * least_co2)


def _unstated_connection(
    requirement: Requirement, name: str, bought: str, earned: Floats, saved: Floats
) -> Iterator[Finding]:
    """Ask whether a supply and an export share a connection, if buying and selling at once pays.

    earned, saved: currency, and kg of CO2 if that matters, per kWh bought and sold at once, (T,).
    """
    remedy = Message(
        "state in meters that the two share a connection, where never both flow at once, or, if "
        "they are two connections, put each in a meter of its own"
    )
    if (earned > NO_GAIN).any():
        message = Message(
            "is above the price of supplies.%(bought)s (CO2 included)%(where)s: %(remedy)s",
            bought=bought,
            where=_where(requirement, earned > NO_GAIN),
            remedy=remedy,
        )
        yield ("exports", name, "price"), message
    elif (saved > NO_GAIN).any():
        message = Message(
            "is above that of supplies.%(bought)s%(where)s: %(remedy)s",
            bought=bought,
            where=_where(requirement, saved > NO_GAIN),
            remedy=remedy,
        )
        yield ("exports", name, "co2"), message


def _unlimited_profit(
    requirement: Requirement, name: str, bought: str, earned: Floats, saved: Floats
) -> Iterator[Finding]:
    """Refuse unlimited profit through two connections if neither has a limit.

    Unlimited profit through a device is detected by the solver: the model is unbounded.
    """
    supply = requirement.supplies[bought]
    peaks = MONTHS_A_YEAR if supply.peak_period == "month" else 1
    if earned.clip(min=0).mean() * HOURS_A_YEAR > supply.peak_price * peaks:
        message = Message(
            "should not be above the price of supplies.%(bought)s (CO2 included), as it "
            "is%(where)s, unless one of the two has a limit: selling what was just bought earns "
            "without end",
            bought=bought,
            where=_where(requirement, earned > 0),
        )
        yield ("exports", name, "price"), message
    elif (saved > 0).any():
        message = Message(
            "should not be above that of supplies.%(bought)s, as it is%(where)s, unless one of "
            "the two has a limit: selling what was just bought saves CO2 without end",
            bought=bought,
            where=_where(requirement, saved > 0),
        )
        yield ("exports", name, "co2"), message


def _margin(requirement: Requirement, sold: Series, bought: Series) -> Floats:
    """Return by how much `sold` exceeds `bought` in each step, (T,) or (1,)."""
    return _values(requirement, sold) - _values(requirement, bought)
