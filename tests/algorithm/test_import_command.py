"""`python -m algorithm import`: what it writes, says and refuses, and several files as one."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from algorithm import check
from algorithm.files.importing.combine import requirement_of
from algorithm.files.importing.load_profiles import standard_table
from algorithm.files.importing.read import read_table
from algorithm.files.reading import read_requirement
from algorithm.island.assumptions import assumptions
from algorithm.island.resolve import island_of
from algorithm.terminal import main
from tests.algorithm import made_files as made

WEEK = 7 * 24


@pytest.fixture
def meter(tmp_path: Path) -> Path:
    """A fortnight of quarter hours, 2 kWh each, an hour of them missing."""
    moments = made.times(14 * 96, 15)
    rows = [f"{m:%d.%m.%Y %H:%M};2,0" for n, m in enumerate(moments) if not 500 <= n < 504]
    path = tmp_path / "meter.csv"
    path.write_bytes(made.lines("Zeit;Strombezug (kWh)", rows))
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str]]:
    try:
        status = main(["import", *map(str, words)])
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr()
    assert said.out == ""
    return status, said.err.splitlines()


def test_an_import_can_be_searched_and_its_assumptions_are_listed(
    meter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = meter.parent / "out"
    status, said = run(capsys, meter, "--out", out)
    assert status == 0, said
    text = "\n".join(said)
    assert "'Strombezug (kWh)': demand of electricity" in text
    assert "kWh (in its header), times 4 in kW; 2,688 kWh" in text
    assert "4 steps filled on a line, the first at 2023-01-06 05:00" in text
    assert "0.2 EUR/kWh is assumed" in text
    assert sorted(path.name for path in out.iterdir()) == ["columns.csv", "requirement.json"]
    requirement, _, _ = check(read_requirement(out / "requirement.json"))
    assert requirement.step_hours == 0.25
    assert requirement.profiles["electricity"] == [8.0] * 14 * 96
    listed = {(a["field"], a["value"], a["unit"]): a["origin"] for a in
              assumptions(requirement, island_of(requirement))}  # fmt: skip
    origin = listed["demands.electricity", 8 * 8760, "kWh/a"]
    assert origin == "import: column 'Strombezug (kWh)' of meter.csv"
    assert listed["demands.electricity", 4, "steps"].endswith("filled on a line")
    assert ("supplies.electricity.price", 0.2, "EUR/kWh") in listed


def test_a_bad_file_writes_nothing_and_says_everything(
    meter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    rows = [f"{m},5,-1" for m in made.times(WEEK)]
    bad.write_bytes(made.lines("time,Verbrauch,heat kW", rows))
    out = tmp_path / "out"
    status, said = run(capsys, meter, bad, "--out", out)
    assert status == 2
    assert [line for line in said if line.startswith("python -m algorithm import: ")] == [
        "python -m algorithm import: bad.csv: Verbrauch: should have a unit, as it could be kW, or "
        "kWh in each step: state it",
        "python -m algorithm import: bad.csv: heat kW: should not be below 0, as it is in 168 "
        "steps: if that is feed-in, state that values below 0 become 0",
    ]
    assert not out.exists()
    stated = ("--unit", "Verbrauch=kWh", "--negative", "bad.csv:heat kW=zero")
    assert run(capsys, meter, bad, "--out", out, *stated)[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "FILE: is missing"),
        (("nowhere.csv",), "nowhere.csv: can't be read (No such file or directory)"),
        (("--profile", "offfice:5"), "'offfice' is not a kind of load profile; did you mean"),
        (("--profile", "office"), "should be KIND:KWH"),
        (("--profile", "office:5", "--zone"), "--zone: expected one argument"),
        (("{meter}", "--zone", "Mars"), "--zone: should be the name of a time zone"),
        (("{meter}", "--unit", "Stromm=kW"), "Stromm: is no column of these files"),
        (("{meter}", "--step", "7"), "step: should divide a day"),
    ],
)
def test_wrong_arguments_end_with_one_line(
    meter: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    words = tuple(word.format(meter=meter) for word in words)
    status, said = run(capsys, *words, "--out", meter.parent / "out")
    assert status == 2
    assert says in said[-1]
    assert not (meter.parent / "out").exists()


def test_what_stands_there_is_replaced_only_if_asked(
    meter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (meter.parent / "requirement.json").write_text("mine")
    status, said = run(capsys, meter, "--out", meter.parent)
    assert (status, "exists" in said[-1]) == (2, True)
    assert (meter.parent / "requirement.json").read_text() == "mine"
    assert not (meter.parent / "columns.csv").exists()
    assert run(capsys, meter, "--out", meter.parent, "--overwrite")[0] == 0


def test_columns_are_written_so_that_they_are_read_in_one_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(made.lines("time,heat kW", [f"{m},1.2340" for m in made.times(WEEK)]))
    assert run(capsys, path, "--out", tmp_path / "o")[0] == 0
    with (tmp_path / "o" / "columns.csv").open() as file:
        assert list(csv.reader(file))[1] == ["2023-01-01T00:00", "1.2340"]
    read = read_requirement(tmp_path / "o" / "requirement.json")
    assert read["profiles"]["heat"] == [1.234] * WEEK


# -- several files


def test_load_prices_and_weather_become_one_year() -> None:
    rows = [f"{m:%d.%m.%Y %H:%M};{m.hour}" for m in made.in_berlin()]
    tables = [
        read_table("load.csv", made.lines("Zeit;Last kW", rows)),
        read_table("prices.csv", made.entsoe()),
        read_table("pvgis.csv", made.pvgis()),
        standard_table("household", 5000),
    ]
    combined = requirement_of(tables, "all", 60)
    requirement, _, _ = check(combined.with_columns())
    assert requirement.horizon == 8760
    assert requirement.supplies["electricity"].price == "electricity-price"
    assert sum(combined.columns["electricity 2"]) == pytest.approx(5000)
    # PVGIS's noon is at 12 UTC, which is 13 o'clock at UTC+1; 2008 had a 29th of February.
    days = combined.columns["sun"].reshape(365, 24)
    assert set(days.argmax(axis=1)) == {13}
    assert days[:, 13].min() == pytest.approx(0.6)
    said = " ".join(combined.statements)
    assert "pvgis.csv: is of other dates" in said
    assert "the demands of electricity add up: electricity, electricity 2" in said


def test_a_week_stands_for_the_year_beside_weather() -> None:
    load = made.lines("time,heat kW", [f"{m},{m.weekday()}" for m in made.times(WEEK)])
    tables = [read_table("week.csv", load), read_table("pvgis.csv", made.pvgis((2023,)))]
    combined = requirement_of(tables, "week")
    heat = combined.columns["heat"].reshape(-1, 24)[:, 12]
    expected = [datetime(2023, 1, 1 + day).weekday() for day in range(7)]
    assert heat[:7].tolist() == expected
    assert heat[357:364].tolist() == expected
    assert "its 7 days are repeated over the year" in " ".join(combined.statements)
    alone = requirement_of(tables[:1], "week")
    assert len(alone.columns["heat"]) == WEEK


def test_prices_alone_are_no_requirement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(made.entsoe())
    status, said = run(capsys, path, "--out", tmp_path / "o")
    assert status == 2
    assert "files: should have a demand" in said[-1]
    assert (
        run(capsys, path, "--profile", "office:120000", "--step", 60, "--out", tmp_path / "o")[0]
        == 0
    )
    stored = json.loads((tmp_path / "o" / "requirement.json").read_text())
    assert stored["start"] == "2023-01-01"
    assert {"kind": "standard-profile", "value": "G1"}.items() <= stored["imported"][-1].items()
