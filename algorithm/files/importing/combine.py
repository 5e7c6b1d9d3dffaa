"""Several imported files as one requirement: the same steps, names, supplies.

The longest demand sets the horizon. Other files are taken at the same moments where they have them,
else at the same place in the calendar; a file of whole weeks or days is repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from algorithm.components.converter import Converter
from algorithm.errors import RequirementError
from algorithm.files.importing.clock import averaged
from algorithm.files.importing.table import ImportedColumn, ImportedTable, TimeColumn, kwh_per_year
from algorithm.messages import Message
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.plausibility import plausibility_warnings
from algorithm.requirement.validation import check
from algorithm.series import MOST_STEPS, Floats, Integers

HOUR_S, DAY_S = 3600, 86_400
YEAR_DAYS = 300
"""A file of more days has all seasons."""

USUAL_PRICES = {"electricity": 0.20, "gas": 0.07}
"""EUR/kWh, where no file has a price: about what businesses paid in the EU in 2023 (Eurostat)."""

# Demands for which gas is of use.
_BURNED = {"heat", "steam", "gas"}


@dataclass
class Combined:
    """A requirement of several files. columns: by name, (T,). statements: what was taken for what
    beyond what each file's own remarks say. warnings: of what is plausible, but rare."""

    requirement: dict[str, Any]
    columns: dict[str, Floats]
    statements: list[Message] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def with_columns(self) -> dict[str, Any]:
        """Return the requirement with its columns among the profiles, as JSON."""
        profiles = {name: values.tolist() for name, values in self.columns.items()}
        return {**self.requirement, "profiles": profiles}


def requirement_of(
    tables: Sequence[ImportedTable], name: str, step_minutes: float | None = None
) -> Combined:
    """Return the requirement of imported files; raises RequirementError with all problems.

    name: of the requirement. step_minutes: the length of its steps, that of the demand's if None.
    """
    problems = [problem for table in tables for problem in table.problems]
    if problems:
        raise RequirementError(problems)
    if not any(column.taken == "demand" for table in tables for column in table.used):
        found = [column.name for table in tables for column in table.used]
        message = Message(
            "should have a demand: these files have %(found)s; add a meter's file, or a standard "
            "load profile such as office:120000",
            found=found or ["none"],
        )
        raise RequirementError([{"field": "files", "message": message}])
    combined = _Combining(tables, name, step_minutes).combined()
    requirement, _, _ = check(combined.with_columns())
    combined.warnings = [warning.text for warning in plausibility_warnings(requirement)]
    return combined


class _Combining:
    def __init__(
        self, tables: Sequence[ImportedTable], name: str, step_minutes: float | None
    ) -> None:
        self._tables = [table for table in tables if table.used]
        self._name = name
        self._main = max(self._tables, key=_rank)
        times = _times(self._main)
        self._step_s = round((step_minutes or times.step_minutes) * 60)
        self._statements: list[Message] = []
        self._notes: list[dict[str, Any]] = []
        self._offset_s = self._site_offset()

    def combined(self) -> Combined:
        times = _times(self._main)
        count = times.count * round(times.step_minutes * 60) // self._step_s
        if DAY_S % self._step_s or count > MOST_STEPS:
            message = Message(
                "should divide a day, and make %(most)s steps at most, not %(count)s",
                most=MOST_STEPS,
                count=count,
            )
            raise RequirementError([{"field": "step", "message": message}])
        if self._step_s != round(times.step_minutes * 60):
            self._say(
                Message(
                    "steps are %(step)s min, not %(found)s min",
                    step=self._step_s // 60,
                    found=f"{times.step_minutes:g}",
                )
            )
        columns: dict[str, Floats] = {}
        demands: dict[str, Any] = {}
        supplies: dict[str, dict[str, Any]] = {}
        exports: dict[str, dict[str, Any]] = {}
        currencies: dict[str, str] = {}
        for table in self._tables:
            for column in table.used:
                name = self._distinct(column.name, columns, table)
                columns[name] = self._aligned(column, table, count)
                if column.currency:
                    currencies.setdefault(column.currency, table.file)
                self._note(column, table, name)
                carrier = column.carrier or "electricity"
                if column.taken == "demand":
                    same = name == carrier
                    demands[name] = name if same else {"carrier": carrier, "power": name}
                elif column.taken == "price":
                    supplies.setdefault(carrier, {})["price"] = name
                elif column.taken == "co2":
                    supplies.setdefault(carrier, {})["co2"] = name
                elif column.taken == "sale":
                    exports[carrier] = {"price": name}
        if len(currencies) > 1:
            message = Message(
                "should have prices in one currency, not in %(found)s", found=list(currencies)
            )
            raise RequirementError([{"field": "prices", "message": message}])
        self._say_sums(demands)
        currency = next(iter(currencies), "EUR")
        wanted = {each["carrier"] if isinstance(each, dict) else each for each in demands.values()}
        self._add_supplies(supplies, wanted, currency)
        requirement: dict[str, Any] = {
            "version": 1,
            "name": self._name,
            "currency": currency,
            "start": times.start.isoformat(),
            "step_hours": self._step_s / HOUR_S,
            "demands": demands,
            "supplies": supplies,
        }
        if exports:
            requirement["exports"] = exports
            requirement["meters"] = {
                f"{carrier} meter": {"supplies": [carrier], "exports": [carrier]}
                for carrier in exports
                if carrier in supplies
            }
        if "heat-pump-input" in columns:
            requirement["devices"] = _devices(columns)
        requirement["imported"] = self._notes
        return Combined(requirement, columns, self._statements)

    def _say(self, statement: Message) -> None:
        self._statements.append(statement)

    def _say_sums(self, demands: dict[str, Any]) -> None:
        """Say which demands add up, as one may be part of another."""
        by_carrier: dict[str, list[str]] = {}
        for name, demand in demands.items():
            carrier = demand if isinstance(demand, str) else demand["carrier"]
            by_carrier.setdefault(carrier, []).append(name)
        for carrier, names in by_carrier.items():
            if len(names) > 1:
                self._say(
                    Message(
                        "the demands of %(carrier)s add up: %(names)s; leave out those that are "
                        "part of another",
                        carrier=carrier,
                        names=names,
                    )
                )

    def _distinct(self, name: str, taken: Iterable[str], table: ImportedTable) -> str:
        """Return a name that no other column has."""
        names = set(taken)
        if name not in names:
            return name
        number = 2
        while f"{name} {number}" in names:
            number += 1
        self._say(
            Message(
                "%(file)s: '%(name)s' is there already; this one is called '%(new)s'",
                file=table.file,
                name=name,
                new=f"{name} {number}",
            )
        )
        return f"{name} {number}"

    def _add_supplies(
        self, supplies: dict[str, dict[str, Any]], wanted: set[str], currency: str
    ) -> None:
        """Add purchases with usual prices where no file has one."""
        for carrier, price in USUAL_PRICES.items():
            needed = carrier == "electricity" or bool(wanted & _BURNED)
            if carrier in supplies and "price" in supplies[carrier]:
                continue
            if not needed and carrier not in supplies:
                continue
            supplies.setdefault(carrier, {})["price"] = price
            unit = f"{currency}/kWh"
            self._say(
                Message(
                    "no file has a price of %(carrier)s: %(price)s %(unit)s is assumed; change it "
                    "in the requirement",
                    carrier=carrier,
                    price=price,
                    unit=unit,
                )
            )
            self._notes.append(
                _entry("default-price", f"supplies.{carrier}.price", price, unit, "", "")
            )
        for carrier, supply in supplies.items():
            if "price" not in supply:
                message = Message("should have a price: a file has only its emissions")
                raise RequirementError([{"field": f"supplies.{carrier}", "message": message}])

    def _note(self, column: ImportedColumn, table: ImportedTable, name: str) -> None:
        """Keep what was done, for the result's assumptions."""
        part = "demands" if column.taken == "demand" else "profiles"
        where = f"{part}.{name}"

        def add(kind: str, value: float | str, unit: str) -> None:
            self._notes.append(_entry(kind, where, value, unit, table.file, column.header))

        if column.taken == "demand":
            add("column", round(kwh_per_year(column), 3), "kWh/a")
        elif not any(step["kind"] == column.name for step in column.done):
            unit = column.model_unit.replace("currency", column.currency or "EUR")
            add("column", float(f"{np.mean(column.values):.6g}"), unit)
        if column.unit and column.factor != 1.0:
            add("factor", float(f"{column.factor:.10g}"), f"{column.model_unit} / {column.unit}")
        for step in column.done:
            value = step["value"]
            if isinstance(value, float):
                value = float(f"{value:.6g}")
            add(step["kind"], value, step["unit"])

    # Alignment

    def _site_offset(self) -> int | None:
        """Return the site's UTC offset: that of the demand, else that of the weather's place."""
        ranked = sorted(self._tables, key=_rank, reverse=True)
        demands = [t for t in ranked if any(column.taken == "demand" for column in t.used)]
        for table in demands:
            if (offset := _times(table).offset_s) is not None:
                return offset
        others = [offset for t in ranked if (offset := _times(t).offset_s) is not None]
        if not others:
            return None
        places = [t.place_offset_s for t in ranked if t.place_offset_s is not None]
        chosen = (places or [offset for offset in others if offset] or others)[0]
        self._say(
            Message(
                "the demand's times have no time zone: taken for UTC%(offset)s, as another file "
                "is; state the zone if it is another",
                offset=f"{chosen / HOUR_S:+g}",
            )
        )
        return chosen

    def _aligned(self, column: ImportedColumn, table: ImportedTable, count: int) -> Floats:
        """Return a column's values on the requirement's steps (T,)."""
        times, main = _times(table), _times(self._main)
        step_s = round(times.step_minutes * 60)
        values = column.values
        if times.offset_s is not None and self._offset_s is not None:
            # Both clocks are known: move the values to that of the site.
            shift = (self._offset_s - times.offset_s) // step_s
        else:
            shift = 0
        begin = _seconds(times) + shift * step_s
        if step_s != self._step_s:
            if self._step_s % step_s == 0 or step_s % self._step_s == 0:
                behind = (begin - _seconds(main)) % max(self._step_s, step_s) // step_s
                values = np.roll(values, behind)
                begin -= behind * step_s
            values = averaged(values, step_s, self._step_s)
        start = _seconds(main)
        offset = (begin - start) // self._step_s
        if offset <= 0 and offset + len(values) >= count:
            return values[-offset : count - offset]
        moments = start + self._step_s * np.arange(count)
        if len(values) * self._step_s >= YEAR_DAYS * DAY_S:
            self._say_once(
                "aligned",
                table,
                Message(
                    "%(file)s: is of other dates; its values are taken by month, day and hour",
                    file=table.file,
                ),
            )
            return _by_calendar(values, begin, moments, self._step_s)
        days = len(values) * self._step_s // DAY_S
        usable = days // 7 * 7 * DAY_S if days >= 7 else days * DAY_S
        if days >= 1 and usable:
            self._say_once(
                "repeated",
                table,
                Message(
                    "%(file)s: its %(days)s days are repeated over the year",
                    file=table.file,
                    days=usable // DAY_S,
                ),
            )
            # Whole weeks stay in step with the days of the week.
            since = np.mod(moments - begin, usable)
            return np.asarray(values[since // self._step_s])
        message = Message("should cover a day at least, to stand for other days")
        raise RequirementError([{"field": table.file, "message": message}])

    def _say_once(self, kind: str, table: ImportedTable, statement: Message) -> None:
        if statement not in self._statements:
            self._say(statement)
            self._notes.append(_entry(kind, "profiles", table.file, "", table.file, ""))


def _rank(table: ImportedTable) -> tuple[bool, bool, float, bool]:
    """Order files: those that set the horizon last."""
    times = _times(table)
    days = times.count * times.step_minutes / (24 * 60)
    demand = any(column.taken == "demand" for column in table.used)
    return days >= YEAR_DAYS, demand, days, times.offset_s is not None


def _times(table: ImportedTable) -> TimeColumn:
    assert table.times is not None  # tables without times have no values
    return table.times


def _seconds(times: TimeColumn) -> int:
    return int(np.datetime64(times.start, "s").astype(np.int64))


def _by_calendar(values: Floats, begin: int, moments: Integers, step_s: int) -> Floats:
    """Return the values at the same month, day and time of day as the moments (T,).

    The 29th of February is the 28th where the values have none.
    """
    own = begin + step_s * np.arange(len(values))
    keys, where = np.unique(_place_in_year(own), return_index=True)
    wanted = _place_in_year(moments)
    leap_day = _place_in_year(np.array([int(np.datetime64("2024-02-29", "s").astype(np.int64))]))
    if leap_day[0] not in keys:
        on_it = (wanted >= leap_day[0]) & (wanted < leap_day[0] + DAY_S)
        wanted = np.where(on_it, wanted - DAY_S, wanted)
    found = np.searchsorted(keys, wanted, side="right") - 1
    return np.asarray(values[where[found % len(keys)]])


def _place_in_year(moments: Integers) -> Integers:
    """Return s since the beginning of a leap year of each moment's month, day and time."""
    stamps = moments.astype("datetime64[s]")
    months = stamps.astype("datetime64[M]")
    since = (stamps - months.astype("datetime64[s]")).astype(np.int64)
    in_leap_year = (np.datetime64("2024-01", "M") + months.astype(np.int64) % 12).astype(
        "datetime64[s]"
    )
    zero = np.datetime64("2024-01-01", "s")
    result: Integers = (in_leap_year - zero).astype(np.int64) + since
    return result


def _devices(columns: Iterable[str]) -> dict[str, Any]:
    """Return the catalogue's devices with the air-source heat pump's coefficient by the step."""
    known = set(columns)
    devices: dict[str, Any] = {}
    for name, device in CATALOGUE.items():
        figures = device.figures
        profile = figures.availability if isinstance(figures, Converter) else 1.0
        if isinstance(profile, str) and profile not in known:
            continue
        devices[name] = {}
    devices["air-heat-pump"] = {
        "like": "air-heat-pump",
        "inputs": {"electricity": "heat-pump-input"},
    }
    return devices


def _entry(
    kind: str, where: str, value: float | str, unit: str, file: str, column: str
) -> dict[str, Any]:
    entry = {"kind": kind, "field": where, "value": value, "unit": unit}
    return {**entry, "file": file, "column": column}
