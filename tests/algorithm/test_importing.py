"""Files as people have them: what they are taken for, and the energy that comes of it."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm.files.importing import cells, weather
from algorithm.files.importing.choices import Choices, ColumnChoice
from algorithm.files.importing.clock import localised
from algorithm.files.importing.load_profiles import KINDS, standard_table
from algorithm.files.importing.read import read_table
from algorithm.files.importing.source import Place
from algorithm.files.importing.stamps import NONE, read_stamps
from algorithm.files.importing.table import ImportedColumn, ImportedTable, kwh, kwh_per_year
from algorithm.files.importing.units import unit_in
from algorithm.messages import Message
from tests.algorithm import made_files as made

WEEK = 7 * 24
FEBRUARY = datetime(2023, 2, 1)


def energy(table: ImportedTable) -> dict[str, float]:
    """The kWh of each demand over the file's steps, by name."""
    assert table.times is not None
    assert table.problems == []
    return {c.name: round(kwh(c, table.times), 3) for c in table.used if c.taken == "demand"}


def read(data: bytes | str, name: str = "a.csv", **stated: object) -> ImportedTable:
    data = data.encode() if isinstance(data, str) else data
    return read_table(name, data, Choices.model_validate(stated))


def column(table: ImportedTable, header: str) -> ImportedColumn:
    return next(column for column in table.columns if column.header == header)


def said(table: ImportedTable) -> str:
    return " | ".join([*map(str, table.remarks), *(p["message"] for p in table.problems)])


# -- the files that planners brought


def messy() -> bytes:
    rows: list[list[object]] = [["Energy report 2023"], ["Clinic North"], []]
    rows.append(["Date", "Hour", "Electricity kWh", "Heat [kWh]"])
    for number, moment in enumerate(made.times(14 * 24)):
        power = "#N/A" if number in (100, 101) else "12.5"
        rows.append([moment.replace(hour=0), moment.hour + 1, power, 20.0])
    rows.append(["Total", None, 4200, 6720])
    return made.workbook({"Data": rows, "Bill": [["Month", "EUR"], ["Jan", 5], ["Feb", 6]]})


def test_a_messy_workbook_is_read() -> None:
    table = read(messy(), "messy.xlsx")
    assert energy(table) == {"electricity": 12.5 * 14 * 24, "heat": 20 * 14 * 24}
    assert [(rows.first, rows.last, rows.why) for rows in table.skipped] == [
        (1, 3, "titles above the names"),
        (341, 341, "a total"),
    ]
    (hole,) = column(table, "Electricity kWh").holes
    assert (hole.begin, hole.count, hole.how) == ("2023-01-05 04:00", 2, "interpolate")
    assert "sheet 'Bill' is not read" in said(table)
    assert "hours count from 1" in said(table)


def test_a_german_workbook_with_real_dates_and_empty_remarks_is_read() -> None:
    rows = [["Zeitstempel", "Strombezug (kW)", "Bemerkung"]]
    rows += [[moment, 5.5, None] for moment in made.times(WEEK)]  # type: ignore[list-item]
    table = read(made.workbook({"Tabelle1": rows}), "lastgang.xlsx")
    assert energy(table) == {"electricity": 5.5 * WEEK}
    assert column(table, "Bemerkung").taken == "ignored"


def test_missing_hours_are_proposed_to_be_filled_all_at_once() -> None:
    moments = made.times(28 * 24)
    kept = [m for n, m in enumerate(moments) if n not in (500, 501) and not 400 <= n < 420]
    text = made.lines("time,load kW", [f"{m:%Y-%m-%d %H:%M},{10 + m.hour}" for m in kept])
    table = read(text)
    assert table.times is not None
    assert table.times.holes == [("2023-01-17 16:00", 20), ("2023-01-21 20:00", 2)]
    holes = column(table, "load kW").holes
    assert [hole.how for hole in holes] == ["week", "interpolate"]
    assert energy(table) == {"electricity": pytest.approx(28 * sum(range(10, 34)), abs=1)}
    refused = read(text, fill="none")
    assert "22 of 672 are missing, the first at 2023-01-17 16:00" in said(refused)
    zero = column(read(text, fill="zero"), "load kW")
    assert int(np.sum(zero.values == 0)) == 22


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_semicolons_decimal_commas_and_german_dates_are_read(encoding: str) -> None:
    rows = [f"{m:%d.%m.%Y %H:%M};1.234,5;geprüft" for m in made.times(WEEK)]
    text = made.lines("Datum;Wärme [kW];Störung", rows).decode().encode(encoding)
    assert energy(read(text)) == {"heat": 1234.5 * WEEK}


def test_local_time_with_its_missing_and_doubled_hour_is_read() -> None:
    moments = made.in_berlin()
    rows = [f"{m:%d.%m.%Y %H:%M};{n}" for n, m in enumerate(moments)]
    table = read(made.lines("Zeit;Last [kW]", rows))
    assert energy(table) == {"electricity": sum(range(8760))}
    assert column(table, "Last [kW]").values[7224] == 7224  # in the doubled hour
    assert table.times is not None
    assert (table.times.zone, table.times.holes) == ("Europe/Berlin", [])
    stamped = [f"{m.isoformat()};{n}" for n, m in enumerate(moments)]
    assert energy(read(made.lines("Zeit;Last [kW]", stamped))) == energy(table)
    utc = [f"{m.astimezone(made.UTC):%Y-%m-%dT%H:%MZ};{n}" for n, m in enumerate(moments)]
    in_utc = read(made.lines("Zeit;Last [kW]", utc))
    assert energy(in_utc) == energy(table)
    assert in_utc.times is not None
    assert in_utc.times.start == date(2023, 1, 1)
    assert "begin at a midnight of UTC+1" in said(in_utc)


@pytest.mark.parametrize(
    ("header", "total"),
    [
        ("electricity W", 0.0015 * WEEK),
        ("electricity kW", 1.5 * WEEK),
        ("electricity MW", 1500 * WEEK),
        ("electricity (Wh)", 0.0015 * WEEK),
        ("electricity_kWh", 1.5 * WEEK),
        ("electricity [MWh]", 1500 * WEEK),
        ("electricity", 1.5 * WEEK),
        ("电负荷(kW)", 1.5 * WEEK),
    ],
)
def test_a_unit_in_a_header_counts(header: str, total: float) -> None:
    table = read(made.lines(f"time,{header}", [f"{m},1.5" for m in made.times(WEEK)]))
    assert energy(table) == {"electricity": pytest.approx(total)}
    reason = table.columns[0].unit_reason
    assert reason == ("no unit is stated: taken for kW" if header == "electricity" else
                      "in its header")  # fmt: skip


def test_a_leap_year_and_a_year_from_july_are_read() -> None:
    leap = made.lines("time,kW", [f"{m},1" for m in made.times(8784, 60, datetime(2024, 1, 1))])
    assert energy(read(leap)) == {"electricity": 8784}
    july = made.lines("time,kW", [f"{m},1" for m in made.times(8760, 60, datetime(2022, 7, 1))])
    table = read(july)
    assert energy(table) == {"electricity": 8760}
    assert table.times is not None
    assert (table.times.start, table.times.end) == (date(2022, 7, 1), date(2023, 6, 30))


def test_the_kwh_of_an_austrian_meter_s_quarter_hours_are_not_taken_for_kw() -> None:
    moments = made.times(14 * 96, 15, datetime(2023, 1, 1, 0, 15))
    rows = [f"{m:%d.%m.%Y %H:%M};{'0,25' if n % 2 else '1,75'};L1;" for n, m in enumerate(moments)]
    table = read(made.lines("Messzeitpunkt;Verbrauch (kWh);Qualität;", rows, "Zählpunkt;AT001"))
    assert energy(table) == {"electricity": 14 * 96}
    meter = column(table, "Verbrauch (kWh)")
    assert (meter.unit, meter.factor, meter.values.max()) == ("kWh", 4, 7)
    assert table.times is not None
    assert (table.times.stamps, table.times.step_minutes) == ("end", 15)
    unknown = read(made.lines("Messzeitpunkt;Verbrauch", [r[:-4] for r in rows]))
    assert "could be kW, or kWh in each step" in said(unknown)
    chosen = read(
        made.lines("Messzeitpunkt;Verbrauch", [r[:-4] for r in rows]),
        columns={"Verbrauch": {"unit": "kWh", "carrier": "heat"}},
    )
    assert energy(chosen) == {"heat": 14 * 96}


def test_pvgis_is_power_per_power_of_the_plant() -> None:
    table = read(made.pvgis((2007, 2008), kwp=10))
    sun = next(c for c in table.used if c.name == "sun")
    assert sun.values.max() == pytest.approx(0.6)
    assert kwh_per_year(sun) == pytest.approx(8760 * sun.values.mean())
    assert table.times is not None
    assert (table.times.start, table.times.count) == (date(2008, 1, 1), 8784)
    assert read(made.pvgis((2007, 2008)), year=2007).times.count == 8760  # type: ignore[union-attr]
    assert {"wind", "heat-pump-input", "solar-heat"} <= {c.name for c in table.used}
    by_hand = made.lines("time,sun", [f"{m},600" for m in made.times(WEEK)])
    assert "full-load hours a year" in said(read(by_hand))


def test_epw_gives_photovoltaics_and_heat_pumps() -> None:
    def sky(moment: datetime) -> tuple[float, float, float]:
        sun = max(0.0, math.sin((moment.hour - 6) / 12 * math.pi))
        return 500 * sun, 600 * sun, 150 * sun

    table = read(made.epw(sky), "wien.epw")
    profiles = {c.name: c.values for c in table.used}
    assert set(profiles) == {"sun", "wind", "solar-heat", "heat-pump-input"}
    assert 0.1 < profiles["sun"].mean() < 0.2
    assert profiles["heat-pump-input"][0] == pytest.approx(1 / (0.85 * (6.08 - 3.6 + 0.8)))
    steep = {c.name: c.values for c in read(made.epw(sky), "wien.epw", tilt=90).used}
    assert steep["sun"].mean() < profiles["sun"].mean()


def test_day_ahead_prices_of_entsoe_are_per_kwh() -> None:
    table = read(made.entsoe())
    prices = next(c for c in table.used if c.taken == "price")
    assert (prices.currency, prices.missing) == ("EUR", 1)
    assert prices.values == pytest.approx(0.05)
    assert table.times is not None
    assert (table.times.count, table.times.zone) == (8760, "Europe/Berlin")


def test_home_assistant_s_history_is_averaged() -> None:
    table = read(made.home_assistant())
    totals = energy(table)
    assert totals["sensor.house_power"] == pytest.approx(0.6 * WEEK, rel=0.02)
    assert totals["sensor.meter_energy"] == pytest.approx(0.6 * WEEK, rel=0.02)
    assert "1 rows without a number" in said(table)


def test_green_button_is_read() -> None:
    table = read(made.green_button(), "usage.xml")
    assert energy(table) == {"electricity": 1.5 * WEEK}
    assert table.times is not None
    assert (table.times.start, table.times.offset_s) == (date(2023, 1, 2), -5 * 3600)
    bomb = made.green_button().replace(b"<feed", b'<!DOCTYPE a [<!ENTITY b "c">]><feed')
    assert "no DOCTYPE" in said(read(bomb, "usage.xml"))


# -- layouts


def test_merged_headers_name_their_columns() -> None:
    rows: list[list[object]] = [[None, "Strom", None, "Wärme", None]]
    rows.append(["Zeit", "Bezug [kWh]", "Einspeisung [kWh]", "Nord [MWh]", "Süd [MWh]"])
    rows += [[moment, 5.5, 0, 0.1, 0.2] for moment in made.times(WEEK)]
    table = read(made.workbook({"a": rows}), "a.xlsx")
    assert energy(table) == {
        "electricity": 5.5 * WEEK,
        "Wärme Nord": pytest.approx(100 * WEEK),
        "Wärme Süd": pytest.approx(200 * WEEK),
    }
    assert column(table, "Strom Einspeisung [kWh]").taken == "ignored"


def test_html_and_text_named_xls_are_read() -> None:
    cells = "".join(
        f"<tr><td>{m:%d.%m.%Y %H:%M}</td><td>1.234,5</td></tr>" for m in made.times(WEEK)
    )
    page = f"<html><table><tr><th>Zeit</th><th>Last kW</th></tr>{cells}</table></html>"
    assert energy(read(page, "export.xls")) == {"electricity": 1234.5 * WEEK}
    text = made.lines("Zeit\tLast kW", [f"{m:%d.%m.%Y %H:%M}\t1.234,5" for m in made.times(WEEK)])
    assert energy(read(text, "export.xls")) == {"electricity": 1234.5 * WEEK}
    assert "save it again as .xlsx" in said(read(b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old.xls"))


def test_units_in_a_row_of_their_own_and_two_columns_of_times_are_read() -> None:
    rows = [f"{m:%d.%m.%Y};{m:%H:%M};{m.hour:02d}:59;2,5;21,0" for m in made.times(WEEK)]
    text = made.lines("Datum;Von;Bis;Dampf;Temperatur\n;;;MWh;°C", rows, below="Summe;;;420;")
    table = read(text)
    assert energy(table) == {"steam": 2500 * WEEK}
    assert column(table, "Dampf").unit_reason == "in the row of units"
    assert next(c.name for c in table.used if c.taken == "profile") == "heat-pump-input"


@pytest.mark.parametrize(
    ("count", "header", "step", "total"),
    [(8760, "heat kW", 60, 8760), (35_040, "heat kWh", 15, 35_040), (WEEK, "heat kW", 60, WEEK)],
)
def test_rows_without_times_are_the_steps_of_a_year_or_week(
    count: int, header: str, step: float, total: float
) -> None:
    table = read(made.lines(header, ["1"] * count))
    assert energy(table) == {"heat": total}
    assert table.times is not None
    assert table.times.step_minutes == step
    assert "the first row is taken for 2023-01-01" in said(table)
    assert "no year or week" in said(read(made.lines(header, ["1"] * 100)))


def test_a_row_for_each_meter_becomes_a_column_for_each() -> None:
    rows = [f"{m},{meter},{power}" for m in made.times(WEEK) for meter, power in
            (("Hall A", 2), ("Hall B", 3))]  # fmt: skip
    table = read(made.lines("time,meter,load kW", rows))
    assert energy(table) == {"Hall A load": 2 * WEEK, "Hall B load": 3 * WEEK}


def test_readings_of_a_counter_are_differences() -> None:
    rows = [f"{m},{1000 + 2.5 * n}" for n, m in enumerate(made.times(14 * 24 + 1))]
    table = read(made.lines("time,Zählerstand kWh", rows))
    assert energy(table) == {"electricity": pytest.approx(2.5 * 14 * 24)}


def test_minutes_of_a_long_file_are_averaged() -> None:
    rows = [f"{m:%Y-%m-%d %H:%M},{m.minute}" for m in made.times(25 * 1440, 1)]
    table = read(made.lines("time,load W", rows))
    assert energy(table) == {"electricity": pytest.approx(0.0295 * 25 * 24)}
    assert table.times is not None
    assert table.times.step_minutes == 15


def test_everything_wrong_is_said_at_once() -> None:
    rows = [f"{m},1.234,-5,x" for m in made.times(WEEK)]
    table = read(made.lines("time,load kW,heat kW,Verbrauch", rows), columns={"oops": {}})
    fields = [problem["field"] for problem in table.problems]
    assert fields == ["a.csv: oops", "a.csv: load kW", "a.csv: heat kW"]
    assert all(isinstance(problem["message"], Message) for problem in table.problems)
    chosen = read(
        made.lines("time,load kW,heat kW,Verbrauch", rows),
        decimal=".",
        columns={"heat kW": ColumnChoice(negative="zero")},
    )
    assert energy(chosen) == {"electricity": pytest.approx(1.234 * WEEK), "heat": 0}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"hello\nworld\n", "no such rows were found"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\3\4 damaged", "not a workbook that can be read"),
        (b"\0\1\2\3" * 100, "neither a table as text nor a workbook"),
        (made.lines("month,kWh", [f"2023-{n:02d}-01,500" for n in range(1, 13)]), "or day"),
    ],
)
def test_what_can_t_be_read_is_said(data: bytes, says: str) -> None:
    assert says in said(read(data))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_UNPACKED_BYTES", 2_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    assert "should not unpack to over 2 MB" in said(read(packed.getvalue(), "a.xlsx"))


# -- numbers, times, units


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e9).map(lambda n: round(n, 4)), min_size=2, max_size=30),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (".", "")]),
)
def test_numbers_are_read_as_they_were_written(
    numbers: list[float], marks: tuple[str, str]
) -> None:
    decimal, thousands = marks
    swap = str.maketrans({".": decimal, ",": thousands or None})
    rows = [
        f"2023-01-01 {hour:02d}:00\t{number:,.4f}".translate(swap).replace(
            f"2023{thousands}", "2023"
        )
        for hour, number in zip(range(24), numbers, strict=False)
    ]
    table = read(made.lines("time\theat kW", rows), fill="zero")
    values = column(table, "heat kW").values[: len(rows)]
    assert values.tolist() == pytest.approx(numbers[: len(rows)])


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2023-01-31 15:00", "2023-01-31T15:00"),
        ("31.01.23 24:00", "2023-02-01T00:00"),
        ("20230131:1510", "2023-01-31T15:10"),
        ("Di 31.01.2023 15:00", "2023-01-31T15:00"),
        ("31-Jan-2023 03:00 PM", "2023-01-31T15:00"),
        ("Jan 31, 2023", "2023-01-31T00:00"),
        ("2023年1月31日 15时30分", "2023-01-31T15:30"),
        ("31.01.2023 15:00 - 31.01.2023 16:00", "2023-01-31T15:00"),
        ("31.02.2023 15:00", None),
    ],
)
def test_times_are_read_in_many_forms(text: str, time: str | None) -> None:
    expected = NONE if time is None else np.datetime64(time, "s").astype(np.int64)
    assert read_stamps([text]).clock[0] == expected
    assert (read_stamps([text] * 150).clock == expected).all()  # the way for many cells


def test_a_spreadsheet_s_and_a_computer_s_numbers_are_times() -> None:
    serial = [[44927 + n / 24, 5] for n in range(WEEK)]
    assert energy(read(made.workbook({"a": [["t", "kW"], *serial]}), "a.xlsx")) == {
        "electricity": 5 * WEEK
    }
    unix = made.lines("t,kW", [f"{1672531200 + 900 * n},5" for n in range(4 * WEEK)])
    assert energy(read(unix)) == {"electricity": 5 * WEEK}


def test_month_first_is_found_by_equal_steps() -> None:
    rows = [f"{m:%m/%d/%Y %I:%M %p},5" for m in made.times(WEEK)]
    table = read(made.lines("t,kW", rows))
    assert energy(table) == {"electricity": 5 * WEEK}
    assert table.times is not None
    assert table.times.form == "mm/dd/yyyy"
    one_day = made.lines("t,kW", [f"{m:%m/%d/%Y %H:%M},5" for m in made.times(24, 60, FEBRUARY)])
    assert "could be either" in said(read(one_day))
    assert read(one_day, day_first=False).times.start == FEBRUARY.date()  # type: ignore[union-attr]


def test_a_doubled_hour_is_told_apart_by_its_order() -> None:
    clock = np.array(["2023-10-29T02:00", "2023-10-29T02:30", "2023-10-29T02:00",
                      "2023-10-29T02:30"], dtype="datetime64[s]").astype(np.int64)  # fmt: skip
    moments, strange = localised(clock, made.BERLIN)
    assert np.diff(moments).tolist() == [1800, 1800, 1800]
    assert strange == 0


@pytest.mark.parametrize(
    ("header", "unit", "factor"),
    [
        ("Preis ct/kWh", "ct/kWh", 0.01),
        ("Price in €/MWh", "€/MWh", 0.001),
        ("tariff (EUR/kWh)", "EUR/kWh", 1),
        ("GHI (W/m^2)", "W/m²", 1),
        ("Temperatur °C", "°C", 1),
        ("heat kWth", "kW", 1),
        ("Wirkarbeit kWh/15min", "kWh", 1),
    ],
)
def test_units_are_found(header: str, unit: str, factor: float) -> None:
    found = unit_in(header)
    assert found is not None
    assert (found.name, found.factor) == (unit, pytest.approx(factor))


# -- weather and standard profiles


def test_weather_s_formulas_agree_with_pvlib() -> None:
    import pvlib  # here, as it takes a second

    path = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
    table = read(path.read_bytes(), "greensboro.csv")
    sun = next(c.values for c in table.used if c.name == "sun")
    data, site = pvlib.iotools.read_tmy3(path, coerce_year=2023, map_variables=True)
    middles = data.index - np.timedelta64(30, "m")
    place = pvlib.location.Location(site["latitude"], site["longitude"], altitude=site["altitude"])
    position = place.get_solarposition(middles)
    plane = pvlib.irradiance.get_total_irradiance(
        30, 180, position["apparent_zenith"], position["azimuth"],
        *(data[name].set_axis(middles) for name in ("dni", "ghi", "dhi")),
        dni_extra=pvlib.irradiance.get_extra_radiation(middles), model="haydavies",
    )["poa_global"].fillna(0).clip(lower=0).to_numpy()  # fmt: skip
    model = pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    air, wind = data["temp_air"].to_numpy(), data["wind_speed"].to_numpy()
    cell = pvlib.temperature.sapm_cell(plane, air, wind, **model)
    expected = pvlib.pvsystem.pvwatts_dc(plane, cell, 1.0, -0.004).clip(min=0) * 0.86
    assert sun.sum() == pytest.approx(expected.sum(), rel=2e-3)
    assert np.corrcoef(sun, expected)[0, 1] > 0.9999
    assert np.abs(sun - expected).max() < 0.03
    utc = middles.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
    own = weather.sun_position(utc.astype(np.float64), Place(site["latitude"], site["longitude"]))
    high = position["apparent_zenith"].to_numpy() < 85
    assert np.abs(own.zenith - position["apparent_zenith"].to_numpy())[high].max() < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_a_standard_load_profile_comes_to_its_kwh(kind: str) -> None:
    table = standard_table(kind, 120_000)
    (load,) = table.used
    assert energy(table) == {"electricity": pytest.approx(120_000)}
    assert len(load.values) == 35_040
    assert load.values.min() > 0


def test_an_office_s_profile_rests_on_sundays() -> None:
    (load,) = standard_table("office", 120_000).used
    days = load.values.reshape(365, 96).sum(axis=1)  # 2023 begins with a Sunday
    assert days[1] > 3 * days[0]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([b"csv", b"pvgis", b"ha", b"xml"]),
    st.lists(
        st.tuples(st.floats(0, 1), st.binary(max_size=6) | st.sampled_from([b"\n", b";", b"9"])),
        max_size=30,
    ),
)
def test_a_damaged_file_is_read_or_refused(kind: bytes, damage: list[tuple[float, bytes]]) -> None:
    table = made.lines("time;heat kWh", [f"{m};1,5" for m in made.times(72)])
    whole = {b"csv": table, b"pvgis": made.pvgis()[:6000], b"ha": made.home_assistant()[:6000],
             b"xml": made.green_button()}[kind]  # fmt: skip
    data = bytearray(whole)
    for place, put in damage:
        at = int(place * len(data))
        data[at : at + 3] = put
    read_back = read(bytes(data))
    assert read_back.problems or read_back.used
    json.dumps(read_back.as_json(), allow_nan=False)


# -- the process that reads uploads


def test_the_reading_process_answers_with_all_that_a_page_shows() -> None:
    head = json.dumps({"name": "a.csv", "choices": {"columns": {"x": {"unit": "kWh"}}}})
    rows = [f"{m},5" for m in made.times(WEEK)]
    command = [sys.executable, "-m", "algorithm.files.importing.process", "20"]
    body = head.encode() + b"\n" + made.lines("time,x", rows)
    ended = subprocess.run(command, input=body, capture_output=True, check=True)
    answer = json.loads(ended.stdout)
    (shown,) = answer["columns"]
    assert (shown["taken"], shown["unit"], shown["kwh"]) == ("demand", "kWh", 5 * WEEK)
    assert shown["months"][:2] == [5 * WEEK, None]
    assert shown["reason_i18n"]["id"] == shown["reason"]
    assert answer["times"]["start"] == "2023-01-01"
    assert answer["remarks_i18n"][0]["id"] == "%(days)s days stand for the year"
    wrong = json.dumps({"name": "a.csv", "choices": {"zone": "Mars"}}).encode() + b"\n"
    ended = subprocess.run(command, input=wrong, capture_output=True, check=True)
    assert json.loads(ended.stdout)["errors"][0]["field"] == "zone"
