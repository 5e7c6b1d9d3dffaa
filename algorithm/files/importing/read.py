"""Reads one file of a meter, of prices or of weather, whatever its layout."""

import re
from collections.abc import Iterator

import numpy as np

from algorithm.errors import RequirementError
from algorithm.files.importing import weather
from algorithm.files.importing.cells import decode, read_sheets
from algorithm.files.importing.choices import Choices, ColumnChoice, Fill
from algorithm.files.importing.clock import UTC_TAKEN, Grid, NoClock, averaged, grid_of, held, shown
from algorithm.files.importing.generic import generic_source
from algorithm.files.importing.known import known_source
from algorithm.files.importing.roles import (
    Role,
    is_reading,
    model_unit,
    names_amount,
    role_of,
)
from algorithm.files.importing.source import Place, Source, SourceColumn
from algorithm.files.importing.table import FilledHole, ImportedColumn, ImportedTable, TimeColumn
from algorithm.files.importing.units import Unit, unit_in, unit_of, without_unit
from algorithm.files.importing.values import (
    Numbers,
    filled,
    holes_of,
    numbers_of,
    proposed_fill,
    usual_notation,
)
from algorithm.files.numerals import Notation
from algorithm.messages import Message
from algorithm.series import HOURS_A_YEAR, MOST_STEPS, Floats, Integers

HOUR_S, DAY_S = 3600, 86_400
MOST_FILLED = 0.1
"""Largest share of steps that is filled without being asked to."""

MOST_TEXTS = 0.4
"""Share of cells that aren't numbers above which a column is text."""

MOST_YIELD = 1.5
"""kW per kW of photovoltaics or wind power that can't be."""

FIRST_ROWS = 5
_SAFE = re.compile(r"[^\w @.-]+")


def read_table(name: str, data: bytes, choices: Choices | None = None) -> ImportedTable:
    """Return a file as it was understood. It never raises: `problems` has all that is wrong.

    name: the file's name, for messages and names of columns. choices: what a person corrects.
    """
    choices = choices or Choices()
    try:
        source = _source(name, data, choices)
    except RequirementError as unreadable:
        return ImportedTable(name, Message("unknown"), problems=unreadable.errors, choices=choices)
    table = ImportedTable(
        name,
        source.format,
        source.sheet,
        source.sheets,
        source.header_row,
        skipped=source.skipped,
        problems=source.problems,
        remarks=source.remarks,
        choices=choices,
        place_offset_s=source.place.offset_s if source.place else None,
    )
    _Reading(source, table, choices).run()
    return table


def _source(name: str, data: bytes, choices: Choices) -> Source:
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")) and len(data) < 60_000_000:
        try:
            known = known_source(name, decode(name, data))
        except (ValueError, IndexError, OverflowError) as error:
            if isinstance(error, RequirementError):
                raise
            message = Message(
                "begins like a weather file or an export that is known, but its rows can't be read "
                "(%(error)s)",
                error=error,
            )
            raise RequirementError([{"field": name, "message": message}]) from error
        if known is not None:
            return known.without_untimed()
    return generic_source(name, read_sheets(name, data), choices)


class _Reading:
    """Turns a source's columns into values on equal steps."""

    def __init__(self, source: Source, table: ImportedTable, choices: Choices) -> None:
        self._source, self._table, self._choices = source, table, choices
        self._grids: dict[int, Grid] = {}
        self._step_s = 0  # of the table's values; longer than the file's if these are too many

    def run(self) -> None:
        self._check_names()
        self._grid = self._main_grid()
        notation = usual_notation(
            {at: column.cells for at, column in enumerate(self._source.columns)},
            self._choices.decimal,
        )
        for column in self._source.columns:
            self._table.columns.append(self._column(column, notation))
        for header, why in self._source.ignored:
            self._table.columns.append(ImportedColumn(header, "ignored", why))
        if self._grid is not None:
            self._derive_from_weather()
        self._name_demands()
        if not self._table.problems and not self._table.used:
            self._problem(
                "",
                Message(
                    "should have a column of a demand, a price or the weather: none was recognised "
                    "among %(names)s",
                    names=[column.header for column in self._table.columns][:12],
                ),
            )

    def _problem(self, of: str, message: str) -> None:
        field = f"{self._table.file}: {of}" if of else self._table.file
        self._table.problems.append({"field": field, "message": message})

    def _check_names(self) -> None:
        headers = [column.header for column in self._source.columns]
        headers += [header for header, _ in self._source.ignored]
        for header in self._choices.columns:
            if headers and header not in headers:
                message = Message(
                    "is stated, but is not one of the columns %(names)s", names=headers[:12]
                )
                self._problem(header, message)

    # Steps

    def _main_grid(self) -> Grid | None:
        times = self._source.times
        if times is None or not len(times.clock):
            return None
        rows = [column.rows for column in self._source.columns if column.rows is not None]
        try:
            if not rows:
                grid = self._grid_of(None)
            else:
                grids = [self._grid_of(each) for each in rows]
                grid = max(grids, key=lambda each: each.count)
        except NoClock as error:
            self._problem(times.header or "times", str(error))
            return None
        self._step_s = _coarse_enough(grid.step_s, grid.days)
        if self._step_s != grid.step_s:
            grid.remarks.append(
                Message(
                    "%(count)s steps of %(step)s min are more than a search takes: averaged to "
                    "%(longer)s min",
                    count=grid.count,
                    step=grid.step_s // 60,
                    longer=self._step_s // 60,
                )
            )
        if not 365 <= grid.days <= 366:
            grid.remarks.append(
                Message(
                    "%(days)s days stand for the year",
                    days=f"{grid.days:g}",
                )
            )
        if grid.doubled:
            grid.remarks.append(
                Message(
                    "%(count)s steps have several rows, as %(time)s has: the first row counts",
                    count=len(grid.doubled),
                    time=grid.doubled[0],
                )
            )
        known = self._source.place is not None  # whose clock is said elsewhere
        self._table.remarks += [r for r in grid.remarks if not (known and r is UTC_TAKEN)]
        self._table.times = TimeColumn(
            times.header,
            times.form,
            grid.zone,
            grid.offset_s,
            grid.stamps,
            self._step_s / 60,
            grid.start,
            grid.count * grid.step_s // self._step_s,
            grid.holes,
            grid.doubled,
        )
        return grid

    def _grid_of(self, rows: Integers | None) -> Grid:
        key = -1 if rows is None else int(rows[0])
        if key not in self._grids:
            times = self._source.times
            assert times is not None
            chosen = slice(None) if rows is None else rows
            self._grids[key] = grid_of(
                times.clock[chosen],
                times.offset[chosen],
                times.header,
                self._choices,
                begins=times.begins,
            )
        return self._grids[key]

    # Columns

    def _column(self, column: SourceColumn, notation: Notation | None) -> ImportedColumn:
        choice = self._choices.of(column.header)
        numbers = numbers_of(column.cells, notation, self._choices.decimal)
        first = ["" if cell is None else str(cell)[:40] for cell in column.cells[:FIRST_ROWS]]
        unit, reason = self._unit(column, choice, numbers)
        if numbers.ambiguous is None and _is_text(column, numbers):
            return ImportedColumn(
                column.header, "ignored", Message("text, or empty"), first_rows=first
            )
        role = self._role(column, choice, unit)
        imported = ImportedColumn(
            column.header,
            role.taken,
            role.why,
            name=role.profile or "",
            carrier=role.carrier,
            unit=unit.name if unit else "",
            unit_reason=reason,
            first_rows=first,
        )
        if role.taken == "ignored":
            return imported
        if numbers.ambiguous is not None:
            self._ask_decimal(column, numbers.ambiguous)
            return imported
        if unit is None:
            unit = self._usual_unit(column, imported, numbers)
            if unit is None:
                return imported
        self._fill_in(column, imported, unit, numbers, choice)
        return imported

    def _unit(
        self, column: SourceColumn, choice: ColumnChoice, numbers: Numbers
    ) -> tuple[Unit | None, Message | None]:
        if choice.unit is not None:
            unit = unit_of(choice.unit)
            if unit is None:
                message = Message(
                    "should have a unit such as 'kW', 'kWh', 'ct/kWh' or '°C', not '%(unit)s'",
                    unit=choice.unit,
                )
                self._problem(column.header, message)
            return unit, Message("as stated")
        if column.unit is not None:
            return column.unit, column.why
        if unit := unit_in(column.header):
            return unit, Message("in its header")
        if unit := unit_of(column.unit_text.strip("[]() ")):
            return unit, Message("in the row of units")
        if numbers.unit is not None:
            return numbers.unit, Message("in its cells")
        return None, None

    def _role(self, column: SourceColumn, choice: ColumnChoice, unit: Unit | None) -> Role:
        found = role_of(column.header, unit)
        if column.taken is not None and column.why is not None:
            found = Role(column.taken, column.why, profile=column.profile)
        if choice.taken is None and choice.carrier is None and choice.name is None:
            return found
        taken = choice.taken or ("demand" if choice.carrier else "profile")
        carrier = choice.carrier or found.carrier or "electricity"
        named = taken in ("demand", "price", "sale", "co2")
        name = choice.name or (None if named else found.profile)
        if taken == "profile" and name is None:
            name = _as_name(without_unit(column.header))
        return Role(taken, Message("as stated"), carrier if named else None, name)

    def _ask_decimal(self, column: SourceColumn, row: int) -> None:
        message = Message(
            "row %(row)s has %(found)s, which could be a decimal or thousands: state the decimal "
            "separator, a point or a comma",
            row=self._row_number(column, row),
            found=repr(str(column.cells[row])[:40]),
        )
        self._problem(column.header, message)

    def _row_number(self, column: SourceColumn, row: int) -> int:
        at = row if column.rows is None else int(column.rows[row])
        return int(self._source.rows[at]) if at < len(self._source.rows) else at + 1

    def _usual_unit(
        self, column: SourceColumn, imported: ImportedColumn, numbers: Numbers
    ) -> Unit | None:
        """Return the unit of a column that states none, if it can only be one; else ask."""
        if imported.taken == "demand":
            if names_amount(column.header) or is_reading(column.header):
                message = Message(
                    "should have a unit, as it could be kW, or kWh in each step: state it"
                )
                self._problem(column.header, message)
                return None
            imported.unit, unit = "kW", Unit("kW", "power")
            imported.unit_reason = Message("no unit is stated: taken for kW")
            imported.done.append({"kind": "unit-assumed", "value": "kW", "unit": ""})
            return unit
        if imported.taken in ("price", "sale"):
            mean = float(np.nanmean(np.abs(numbers.values)))
            if mean > 2:
                message = Message(
                    "should have a unit, as it is %(mean)s on average: EUR/MWh or ct/kWh? state it",
                    mean=f"{mean:.4g}",
                )
                self._problem(column.header, message)
                return None
            imported.unit_reason = Message("no unit is stated: taken for currency per kWh")
            imported.done.append({"kind": "unit-assumed", "value": "currency/kWh", "unit": ""})
            imported.unit = "currency/kWh"
            return Unit("currency/kWh", "price")
        usual: dict[str, Unit] = {
            "temperature": Unit("°C", "temperature"),
            "irradiance": Unit("W/m²", "irradiance"),
            "wind speed": Unit("m/s", "speed"),
            "co2": Unit("kg/kWh", "co2"),
        }
        unit = usual.get(imported.taken, Unit("", "yield"))
        imported.unit = unit.name
        imported.unit_reason = Message("no unit is stated: taken for the model's")
        return unit

    def _fill_in(
        self,
        column: SourceColumn,
        imported: ImportedColumn,
        unit: Unit,
        numbers: Numbers,
        choice: ColumnChoice,
    ) -> None:
        """Set a column's values on the table's steps, in the model's unit."""
        expected = {"power", "energy"} if imported.taken == "demand" else None
        if expected and unit.quantity not in expected:
            message = Message(
                "should have a unit of power or energy to be a demand, not %(unit)s", unit=unit.name
            )
            self._problem(column.header, message)
            return
        imported.model_unit = model_unit(imported.taken, unit.currency or "currency")
        imported.currency = unit.currency
        factor = unit.factor * (1.0 if choice.factor is None else choice.factor)
        if numbers.wrong:
            row = numbers.wrong[0]
            imported.remarks.append(
                Message(
                    "%(count)s cells are no numbers and count as holes; the first is %(found)s in "
                    "row %(row)s",
                    count=len(numbers.wrong),
                    found=repr(str(column.cells[row])[:40]),
                    row=self._row_number(column, row),
                )
            )
        if self._grid is None:
            return
        grid = self._grid_of(column.rows)
        values = numbers.values
        readings = _are_readings(column, unit, values, choice)
        if readings:
            imported.remarks.append(
                Message("readings of a counter: the differences between them are taken")
            )
            imported.done.append({"kind": "readings", "value": 1, "unit": ""})
        energy = unit.quantity == "energy"
        try:
            steps = _on_steps(grid, values, readings=readings, energy=energy)
        except NoClock as error:
            self._problem(column.header, str(error))
            return
        if grid is not self._grid:
            steps = _moved(steps, grid, self._grid)
            grid = self._grid
        if energy:
            factor /= grid.step_s / HOUR_S
        imported.factor = factor
        steps = steps * factor
        steps = self._without_holes(column, imported, steps, grid.step_s, choice)
        if not len(steps):
            return
        if self._step_s != grid.step_s:
            steps = averaged(steps, grid.step_s, self._step_s)
        self._check_sign(column, imported, steps, choice)
        self._check_yield(column, imported, steps)
        imported.values = steps

    def _without_holes(
        self,
        column: SourceColumn,
        imported: ImportedColumn,
        steps: Floats,
        step_s: int,
        choice: ColumnChoice,
    ) -> Floats:
        """Return the values with holes filled; an empty array if that is a problem."""
        holes = holes_of(steps)
        if not holes:
            return steps
        imported.missing = sum(hole.count for hole in holes)
        stated = choice.fill or self._choices.fill
        assert self._grid is not None
        how: list[Fill] = [stated or proposed_fill(hole, step_s, len(steps)) for hole in holes]
        imported.holes = [
            FilledHole(shown(self._grid.start_s + hole.first * step_s), hole.count, way)
            for hole, way in zip(holes, how, strict=True)
        ]
        if imported.missing == len(steps):
            self._problem(column.header, Message("should have numbers: it has none"))
            return np.zeros(0)
        if stated == "none" or (stated is None and imported.missing > MOST_FILLED * len(steps)):
            message = Message(
                "should have values in all steps: %(count)s of %(steps)s are missing, the first at "
                "%(time)s; state how to fill them: interpolate, week or zero",
                count=imported.missing,
                steps=len(steps),
                time=imported.holes[0].begin,
            )
            self._problem(column.header, message)
            return np.zeros(0)
        for way in ("interpolate", "week", "zero"):
            count = sum(hole.count for hole in imported.holes if hole.how == way)
            if count:
                imported.done.append({"kind": f"filled-{way}", "value": count, "unit": "steps"})
        return filled(steps, holes, how, step_s)

    def _check_sign(
        self, column: SourceColumn, imported: ImportedColumn, steps: Floats, choice: ColumnChoice
    ) -> None:
        below = int(np.sum(steps < 0))
        if not below or imported.taken not in ("demand", "profile", "co2"):
            return
        if choice.negative == "keep":
            return
        if choice.negative == "zero" or imported.taken == "profile":
            np.maximum(steps, 0.0, out=steps)
            imported.remarks.append(
                Message("%(count)s values below 0 are taken for 0", count=below)
            )
            imported.done.append({"kind": "negative", "value": below, "unit": "steps"})
            return
        message = Message(
            "should not be below 0, as it is in %(count)s steps: if that is feed-in, state that "
            "values below 0 become 0",
            count=below,
        )
        self._problem(column.header, message)

    def _check_yield(self, column: SourceColumn, imported: ImportedColumn, steps: Floats) -> None:
        """Refuse photovoltaics and wind power beyond what a kW gives."""
        if imported.name in ("sun", "wind") and steps.max() > MOST_YIELD:
            message = Message(
                "should be kW per kW of the plant, about 1 at most: it is up to %(most)s, or "
                "%(hours)s full-load hours a year; state its unit, such as W/kW, or a factor",
                most=f"{steps.max():.4g}",
                hours=f"{steps.mean() * HOURS_A_YEAR:,.0f}",
            )
            self._problem(column.header, message)

    # Names and weather

    def _name_demands(self) -> None:
        """Name demands after their carrier, or after their header if several share it."""
        demands = [column for column in self._table.columns if column.taken == "demand"]
        for column in demands:
            chosen = self._choices.of(column.header).name
            alone = [other.carrier for other in demands].count(column.carrier) == 1
            own = column.carrier if alone else _as_name(without_unit(column.header))
            column.name = chosen or own or "electricity"
        for column in self._table.columns:
            if column.taken in ("price", "sale", "co2"):
                suffix = {"price": "price", "sale": "sale-price", "co2": "co2"}[column.taken]
                column.name = self._choices.of(column.header).name or f"{column.carrier}-{suffix}"

    def _derive_from_weather(self) -> None:
        """Add the profiles of devices that follow from temperature, irradiance and wind."""
        by_kind: dict[str, ImportedColumn] = {}
        for column in self._table.used:
            if column.taken in ("temperature", "irradiance", "wind speed"):
                by_kind.setdefault(_kind_of(column), column)
        named = {column.name for column in self._table.used if column.taken == "profile"}
        for name, values, reason, sources in self._profiles(by_kind):
            if name in named:
                continue
            self._table.columns.append(
                ImportedColumn(
                    ", ".join(column.header for column in sources),
                    "profile",
                    reason,
                    name=name,
                    unit=sources[0].unit,
                    unit_reason=sources[0].unit_reason,
                    model_unit="kW/m²" if name == "solar-heat" else "kW/kW",
                    values=values,
                    done=[{"kind": name, "value": float(np.mean(values)), "unit": ""}],
                )
            )
        for kind, column in by_kind.items():
            if kind in _OFFERED:
                column.values = np.zeros(0)

    def _profiles(
        self, by_kind: dict[str, ImportedColumn]
    ) -> Iterator[tuple[str, Floats, Message, list[ImportedColumn]]]:
        air, speed = by_kind.get("temperature"), by_kind.get("wind speed")
        if air is not None:
            reason = Message("heat pumps' electricity per heat at 50 °C, from the temperature")
            yield "heat-pump-input", weather.heat_pump_input(air.values), reason, [air]
        if speed is not None:
            reason = Message("wind power at 100 m, from the wind speed at 10 m")
            yield "wind", weather.wind_power(speed.values), reason, [speed]
        plane = self._plane(by_kind)
        if plane is None:
            return
        irradiance, reason, sources = plane
        count = len(irradiance)
        warmth = air.values if air is not None else np.full(count, 15.0)
        breeze = speed.values if speed is not None else np.full(count, 2.0)
        yield "sun", weather.photovoltaics(irradiance, warmth, breeze), reason, sources
        if air is not None:
            reason = Message("flat collectors at 60 °C, on the plane of the photovoltaics")
            yield "solar-heat", weather.collectors(irradiance, warmth), reason, sources

    def _plane(
        self, by_kind: dict[str, ImportedColumn]
    ) -> tuple[Floats, Message, list[ImportedColumn]] | None:
        """Return W/m2 on the plane of photovoltaics, what it is, and the columns it comes from."""
        if "plane" in by_kind:
            column = by_kind["plane"]
            reason = Message(
                "photovoltaics with 14 %% losses, from '%(name)s', taken for the irradiance on "
                "their plane",
                name=column.header,
            )
            return column.values, reason, [column]
        sky = {kind: by_kind[kind] for kind in ("ghi", "dni", "dhi") if kind in by_kind}
        if len(sky) < 3 or self._source.place is None:
            if "ghi" not in by_kind:
                return None
            column = by_kind["ghi"]
            reason = Message(
                "photovoltaics with 14 %% losses, from '%(name)s', taken for the irradiance on "
                "their plane",
                name=column.header,
            )
            return column.values, reason, [column]
        choices = self._choices
        irradiance = self._on_plane({k: c.values for k, c in sky.items()}, self._source.place)
        reason = Message(
            "photovoltaics with 14 %% losses at %(tilt)s° towards %(azimuth)s° (180° is south)",
            tilt=f"{choices.tilt:g}",
            azimuth=f"{choices.azimuth:g}",
        )
        return irradiance, reason, list(sky.values())

    def _on_plane(self, sky: dict[str, Floats], place: Place) -> Floats:
        assert self._grid is not None
        count = len(sky["ghi"])
        middles = self._grid.start_s + (np.arange(count) + 0.5) * self._step_s
        utc = (middles - (self._grid.offset_s or 0)).astype(np.float64)
        sun = weather.sun_position(utc, place)
        return weather.on_plane(sun, sky, self._choices.tilt, self._choices.azimuth)


_OFFERED = ("temperature", "wind speed", "ghi", "dni", "dhi", "plane")


def _kind_of(column: ImportedColumn) -> str:
    """Return which of the weather's figures a column is."""
    if column.taken != "irradiance":
        return column.taken
    if column.name in ("ghi", "dni", "dhi", "plane"):
        return column.name
    header = column.header.lower()
    for kind, words in {
        "dni": r"dni|direct normal|beam|gb\(n\)|direkt",
        "dhi": r"dhi|diffus|gd\(h\)",
        "ghi": r"ghi|global hor|g\(h\)|horizontal|global",
    }.items():
        if re.search(words, header):
            return kind
    return "plane"


def _is_text(column: SourceColumn, numbers: Numbers) -> bool:
    known = int(np.sum(~np.isnan(numbers.values)))
    return not known or len(numbers.wrong) > MOST_TEXTS * (known + len(numbers.wrong))


def _are_readings(column: SourceColumn, unit: Unit, values: Floats, choice: ColumnChoice) -> bool:
    """Whether values are readings of a counter: energy that never falls, but grows."""
    if choice.readings is not None:
        return choice.readings
    if unit.quantity != "energy":
        return False
    if column.readings or is_reading(column.header):
        return True
    known = values[~np.isnan(values)]
    rises = np.diff(known)
    return len(known) >= 24 and bool((rises >= 0).all()) and len(np.unique(known)) > len(known) / 4


def _on_steps(grid: Grid, values: Floats, *, readings: bool, energy: bool) -> Floats:
    """Return values by the step, nan in holes. Readings and energies give energy per step."""
    known = ~np.isnan(values)
    if readings:
        moments = grid.moments[known] + (grid.step_s if grid.stamps == "end" else 0)
        order = np.argsort(moments, kind="stable")
        moments, read = moments[order], values[known][order]
        rises = np.diff(read, prepend=read[:1])
        # A counter that was reset begins again at 0.
        total = np.cumsum(np.where(rises < 0, read, rises))
        edges = grid.start_s + grid.step_s * np.arange(grid.count + 1)
        at_edges = np.interp(edges, moments, total, left=np.nan, right=np.nan)
        return np.asarray(np.diff(at_edges))
    if grid.irregular and not energy:
        order = np.argsort(grid.moments[known], kind="stable")
        return held(
            grid.moments[known][order],
            values[known][order],
            grid.start_s,
            grid.step_s,
            grid.count,
        )
    inside = known & (grid.place >= 0) & (grid.place < grid.count)
    place, given = grid.place[inside], values[inside]
    if grid.irregular:
        return np.bincount(place, weights=given, minlength=grid.count).astype(np.float64)
    steps = np.full(grid.count, np.nan)
    steps[place[::-1]] = given[::-1]  # of several rows, the first counts
    return steps


def _moved(values: Floats, grid: Grid, onto: Grid) -> Floats:
    """Return values on the steps of another grid, nan where they have none."""
    if grid.step_s != onto.step_s:
        if onto.step_s % grid.step_s and grid.step_s % onto.step_s:
            raise NoClock(Message("should have the same length of steps as the other columns"))
        values = averaged(values, grid.step_s, onto.step_s)
    result = np.full(onto.count, np.nan)
    shift = (grid.start_s - onto.start_s) // onto.step_s
    begin, end = max(0, shift), min(onto.count, shift + len(values))
    if begin < end:
        result[begin:end] = values[begin - shift : end - shift]
    return result


def _coarse_enough(step_s: int, days: float) -> int:
    """Return the length of steps of which a search takes as many as there are."""
    for longer in (step_s, 15 * 60, 30 * 60, HOUR_S):
        if longer % step_s == 0 and days * DAY_S / longer <= MOST_STEPS:
            return longer
    return max(step_s, HOUR_S)


def _as_name(text: str) -> str:
    """Return a text as the requirement's names may be."""
    plain = _SAFE.sub(" ", " ".join(text.split())).strip(" .-@")[:60].strip()
    return plain or "column"
