"""`python -m algorithm`: what comes out where, and the exit status."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from algorithm import CATALOGUE, Requirement
from algorithm.export.tables import dispatch_rows
from algorithm.export.workbook import write_workbook
from algorithm.terminal import command, main

COMMAND = [sys.executable, "-m", "algorithm"]
HEAT: dict[str, Any] = {"demands": {"heat": 5}, "supplies": {"gas": {"price": 0.05}}}
STYLE = re.compile(r"\x1b\[[\d;]*m")

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line here; returns its status, its output, and its lines on standard error."""

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(str(ended.code))
        said = capsys.readouterr()
        return status, said.out, said.err.splitlines()

    return run


def written(folder: Path, requirement: object) -> str:
    file = folder / "requirement.json"
    content = requirement if isinstance(requirement, bytes) else json.dumps(requirement).encode()
    file.write_bytes(content)
    return str(file)


# -- the result


def test_a_sample_gives_its_result_on_standard_output() -> None:
    answer = subprocess.run(
        [*COMMAND, "--sample", "tiny", "--disable", "battery", "--disable", "gas-boiler"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0
    result = json.loads(answer.stdout)
    assert result["disabled_devices"] == ["battery", "gas-boiler"]
    built = {device["name"] for device in result["plans"][0]["devices"]}
    assert built
    assert built.isdisjoint({"battery", "gas-boiler"})


def test_milestones_and_tables_go_to_standard_error(run: Run) -> None:
    status, output, lines = run("--sample", "tiny")
    assert status == 0
    plan = json.loads(output)["plans"][0]
    assert re.fullmatch(r" {2}0% +[\d.]+ s {2}Reading the requirement .*", lines[0])
    (complete,) = [line for line in lines if line.startswith("100%")]
    assert re.search(r"; gap \d\.\d\d %; bound [\d,]+; on the whole horizon$", complete)
    table = {line.strip().split("  ")[0]: line for line in lines[lines.index(complete) :]}
    assert f" {plan['cost_per_year']:,.0f} " in table["1"]
    for device in plan["devices"]:
        assert f" {device['investment']:,.0f} " in table[device["label"]]


def test_numbers_stand_below_each_other(run: Run) -> None:
    _, _, lines = run("--sample", "tiny")
    begins = next(n for n, line in enumerate(lines) if line.startswith("Device"))
    heads, _, *rows = lines[begins : lines.index("", begins)]
    right = heads.index("Cost") + len("Cost")
    assert rows
    assert all(re.search(r"\d$", row[:right]) and row[right] == " " for row in rows)


def test_a_requirement_comes_from_a_file(run: Run, tmp_path: Path) -> None:
    status, output, _ = run(written(tmp_path, HEAT))
    assert status == 0
    assert json.loads(output)["plans"][0]["cost_per_year"] > 0


def test_every_option_of_a_search_is_an_argument(run: Run) -> None:
    status, output, _ = run(
        *("--sample", "tiny", "--goal", "alternatives", "--plans", "3", "--gap", "0.01"),
        *("--detail", "typical days", "--no-proof", "--on-off"),
        *("--time-limit", "60", "--typical-days", "5"),
    )
    assert status == 0
    result = json.loads(output)
    assert result["options"] == {
        "goal": "alternatives",
        "plans": 3,
        "detail": "typical days",
        "prove": False,
        "gap": 0.01,
        "on_off": True,
        "time_limit_s": 60,
        "typical_days": 5,
    }
    assert len(result["plans"]) > 1


def test_a_series_of_the_result_is_one_line_of_it(run: Run) -> None:
    _, output, _ = run("--sample", "tiny")
    assert output.count('"kw": [') == sum(
        line.strip().startswith('"kw": [') and line.endswith("]") for line in output.splitlines()
    )


def test_the_schema_and_the_catalogue_are_printed(run: Run) -> None:
    assert json.loads(run("--schema")[1]) == Requirement.model_json_schema()
    devices = json.loads(run("--catalogue")[1])
    assert [device["name"] for device in devices] == list(CATALOGUE)
    assert {"label", "kind", "figures", "source", "year", "currency"} <= set(devices[0])


# -- what is wrong


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required"),
        (("--sample", "tny"), "--sample: 'tny' is not a sample; did you mean 'tiny'?"),
        (("--sample", "tiny", "--disable", "boiler"), "--disable: 'boiler' is not"),
        (("--sample", "tiny", "--gap", "often"), "--gap: should be"),
        (("--sample", "tiny", "--gap", "-1"), "--gap: should be"),
        (("--sample", "tiny", "--plans", "1.5"), "--plans: should be"),
        (("--sample", "tiny", "--goal", "best"), "--goal: should be 'cheapest', 'alternatives' or"),
        (("--sample", "tiny", "--time-limit", "0"), "--time-limit: should be"),
        (("--sample", "tiny", "--out", __file__), "is not an empty folder"),
        (("--sample", "tiny", "--out", "/proc/plans"), "can't be made"),
        (("--sample", "tiny", "--pypsa", __file__), "exists already"),
        (("--sample", "tiny", "--pypsa", "/nowhere/plan.nc"), "is in no folder"),
        (("--sample", "tiny", "--colour"), "--colour"),
        (("--sample", "tiny", "also.json"), "not allowed"),
        (("/nowhere/at/all.json",), "/nowhere/at/all.json: can't be read"),
        (("/usr",), "/usr: can't be read (Is a directory)"),
        (("--sample", "tiny", "--out", "x" * 300), "can't be made (File name too long)"),
    ],
)
def test_a_bad_argument_ends_with_2_and_one_line(
    run: Run, arguments: tuple[str, ...], says: str
) -> None:
    status, output, (line,) = run(*arguments)
    assert (status, output) == (2, "")
    assert says in line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "not a UTF-8"),
        (b"[]", "one JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"demands": {"heat": "warm"}}', "demands.heat"),
        (b'{"demands": {"he\\nat": 1}}', "demands"),
        (b'{"demands": {"he\\u0000at": 1}}', "demands"),
        (b'{"demands": {"heat": 1}, "name": "\\u0000"}', "name: should have no null character"),
        (b'{"demands": {}}', "demands: should have at least 1 entry"),
        (b'{"demands": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deeply"),
        (b'{"columns": "../site.csv"}', "columns"),
    ],
)
def test_a_bad_file_ends_with_2_and_one_line(
    run: Run, tmp_path: Path, content: bytes, says: str
) -> None:
    status, output, (line,) = run(written(tmp_path, content))
    assert (status, output) == (2, "")
    assert says in line


def test_demands_that_can_not_be_met_end_with_1_and_the_reason(run: Run, tmp_path: Path) -> None:
    status, output, lines = run(written(tmp_path, {"demands": {"cooling": 5}}))
    assert (status, output) == (1, "")
    assert "can make cooling" in lines[-1]


# -- what fails inside


TOO_LARGE: dict[str, Any] = {
    "demands": {"electricity": 1e12},
    "supplies": {"electricity": {"price": 1e12}},
    "devices": {},
}


def test_a_failure_inside_ends_with_70_and_one_sentence(run: Run, tmp_path: Path) -> None:
    status, output, lines = run(written(tmp_path, TOO_LARGE))
    assert (status, output) == (70, "")
    assert lines[-1].startswith("python -m algorithm: The solver refused the model")
    assert not any("Traceback" in line for line in lines)


def test_what_nobody_has_foreseen_ends_with_70_and_asks_for_a_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "run_search", lambda *_, **__: {}["plan"])
    status, output, (line,) = run(written(tmp_path, HEAT))
    assert (status, output) == (70, "")
    assert "Something inside failed: 'plan' (KeyError); please report it with the" in line


def test_where_it_failed_is_shown_to_whom_asks(tmp_path: Path) -> None:
    site = written(tmp_path, TOO_LARGE)
    asked = [*COMMAND, site, "--traceback"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=120).stderr
    assert "Traceback (most recent call last):" in said
    assert said.splitlines()[-1].startswith("python -m algorithm: The solver refused the model")


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        (["--out", "plans"], "--out: can't be written (File too large)"),
        (["--pypsa", "plan.nc"], "--pypsa plan.nc: can't be written (NetCDF: HDF error)"),
    ],
)
def test_a_result_that_can_not_be_written_is_printed_all_the_same(
    tmp_path: Path, asks: list[str], says: str
) -> None:
    """No file may be larger than a block: as if the disk were full."""
    answer = subprocess.run(
        ["bash", "-c", 'ulimit -f 1; exec "$@"', "-", *COMMAND, "--sample", "tiny", *asks],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 2
    assert json.loads(answer.stdout)["plans"]
    assert answer.stderr.splitlines()[-1] == f"python -m algorithm: {says}"
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_behind_standard_output_is_told_in_one_line() -> None:
    with open("/dev/full", "w") as full:
        asked = [*COMMAND, "--schema"]
        answer = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert answer.returncode == 2
    assert answer.stderr == (
        "python -m algorithm: standard output: can't be written to (No space left on device)\n"
    )


def test_closed_streams_are_no_failure(tmp_path: Path) -> None:
    script = f"{sys.executable} -m algorithm --sample tiny --out {tmp_path / 'out'} >&- 2>&-"
    assert subprocess.run(script, shell=True, timeout=60).returncode == 0
    assert (tmp_path / "out" / "result.json").exists()


# -- plans without a device, a trade or a link


SUN = [0.0] * 6 + [0.5, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.5] + [0.0] * 6
BARE: dict[str, dict[str, Any]] = {
    "no device": {
        "demands": {"electricity": [10]},
        "supplies": {"electricity": {"price": 0.2}},
        "devices": {},
    },
    "no trade": {
        "demands": {"electricity": 10},
        "profiles": {"sun": SUN},
        "devices": {"ground-pv": {}, "battery": {}},
    },
    "nothing but what is not met": {
        "demands": {"electricity": {"power": [10, 5], "unserved_price": 1}},
        "devices": {},
    },
    "a minute": {
        "demands": {"electricity": [10]},
        "supplies": {"electricity": {"price": 0.2}},
        "step_hours": 1 / 60,
    },
}


@pytest.mark.parametrize("name", BARE)
def test_a_bare_plan_goes_through_tables_files_and_network(
    run: Run, tmp_path: Path, name: str
) -> None:
    site, folder, network = written(tmp_path, BARE[name]), tmp_path / "out", tmp_path / "plan.nc"
    status, output, lines = run(site, "--out", str(folder), "--pypsa", str(network))
    assert status == 0
    (plan,) = json.loads(output)["plans"]
    (row,) = rows(folder / "plans.csv")
    assert float(row["cost_per_year"]) == plan["cost_per_year"] > 0
    names = [device["name"] for device in plan["devices"]]
    assert [row["name"] for row in rows(folder / "devices.csv")] == names
    assert ("No devices." in lines) == (names == [])
    assert len(rows(folder / "dispatch-1.csv")) == len(plan["dispatch"]["flows"][0]["kw"])
    assert "Electricity" in (folder / "graph-1.svg").read_text()
    book = BytesIO()
    write_workbook(json.loads(output), dispatch_rows(plan["dispatch"]), book)
    assert load_workbook(book)["devices"].max_row == 1 + len(names)
    assert network.read_bytes().startswith(b"\x89HDF")


def test_a_plan_without_a_device_costs_what_is_bought(run: Run, tmp_path: Path) -> None:
    _, output, _ = run(written(tmp_path, BARE["no device"]))
    assert json.loads(output)["plans"][0]["cost_per_year"] == pytest.approx(17_520)


# -- the folder


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "deeper" / "tiny"
    assert main(["--sample", "tiny", "--goal", "alternatives", "--out", str(folder)]) == 0
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def test_a_folder_holds_the_whole_result_and_its_tables(out: Path) -> None:
    plans = json.loads((out / "result.json").read_text(encoding="utf-8"))["plans"]
    assert len(plans) > 1
    assert {file.name for file in out.iterdir()} == {
        "result.json",
        "plans.csv",
        "devices.csv",
        "warnings.csv",
        "assumptions.csv",
        *(f"dispatch-{number}.csv" for number in range(1, len(plans) + 1)),
        *(f"graph-{number}.svg" for number in range(1, len(plans) + 1)),
    }
    table = rows(out / "plans.csv")
    assert [float(row["cost_per_year"]) for row in table] == [p["cost_per_year"] for p in plans]
    stated = [(row["plan"], row["name"]) for row in rows(out / "devices.csv")]
    assert stated == [(f"{n}", d["name"]) for n, p in enumerate(plans, 1) for d in p["devices"]]


def test_a_folder_says_what_to_doubt_and_what_was_assumed(run: Run, tmp_path: Path) -> None:
    site = written(tmp_path, {**HEAT, "supplies": {"gas": {"price": 50}}})
    assert run(site, "--out", str(tmp_path / "out"))[0] == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    (doubt,) = rows(tmp_path / "out" / "warnings.csv")
    assert doubt == {"id": "price-high", "text": result["warnings"][0]["text"]}
    figures = rows(tmp_path / "out" / "assumptions.csv")
    assert figures == [
        {name: str(value) for name, value in figure.items()} for figure in result["assumptions"]
    ]
    assert {
        "field": "interest_rate",
        "value": "0.05",
        "unit": "1/a",
        "origin": "default",
    } in figures


def test_warnings_come_after_the_tables(run: Run, tmp_path: Path) -> None:
    site = written(tmp_path, {**HEAT, "supplies": {"gas": {"price": 50}}})
    _, out, lines = run(site)
    (warning,) = json.loads(out)["warnings"]
    assert lines[-1] == f"Warning: {warning['text']}"
    assert not any(line.startswith("Warning") for line in run(written(tmp_path, HEAT))[2])


def test_dispatch_has_a_row_for_each_step_and_a_column_for_each_flow(out: Path) -> None:
    plan = json.loads((out / "result.json").read_text(encoding="utf-8"))["plans"][0]
    table = rows(out / "dispatch-1.csv")
    assert [row["time"][11:] for row in table] == [f"{hour:02}:00" for hour in range(24)]
    flow = plan["dispatch"]["flows"][0]
    column = f"{flow['source']} → {flow['target']} {flow['carrier']}, kW"
    assert [float(row[column]) for row in table] == flow["kw"]
    level = plan["dispatch"]["levels"][0]
    column = f"{level['storage']} {level['carrier']}, kWh"
    assert [float(row[column]) for row in table] == level["kwh"]


def test_each_plan_has_its_picture(out: Path) -> None:
    (title,) = ElementTree.parse(out / "graph-2.svg").iter("{http://www.w3.org/2000/svg}title")
    assert title.text is not None
    assert re.fullmatch(r"One winter day, plan 2 of \d", title.text)


def test_typical_days_say_in_the_table_what_they_stand_for(run: Run, tmp_path: Path) -> None:
    days = 20
    heat = [4 + step % 24 / 24 + step // 24 / days for step in range(24 * days)]
    site = written(tmp_path, {**HEAT, "demands": {"heat": heat}})
    options = ("--detail", "typical days", "--typical-days", "2")
    assert run(site, *options, "--out", str(tmp_path / "out"))[0] == 0
    table = rows(tmp_path / "out" / "dispatch-1.csv")
    counts = {row["date"]: float(row["days_per_year"]) for row in table}
    assert sum(counts.values()) == pytest.approx(365)
    assert [row["hour"] for row in table[:3]] == ["0.0", "1.0", "2.0"]


def test_a_name_is_never_a_formula_in_a_table(run: Run, tmp_path: Path) -> None:
    devices = {"gas-boiler": {"label": "=HYPERLINK(1)"}}
    site = written(tmp_path, {**HEAT, "devices": devices})
    assert run(site, "--out", str(tmp_path / "out"))[0] == 0
    (row,) = rows(tmp_path / "out" / "devices.csv")
    assert row["label"] == "'=HYPERLINK(1)"


def test_a_name_does_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    devices = {"gas-boiler": {"label": "Boiler\x1b[2J"}}
    _, _, lines = run(written(tmp_path, {**HEAT, "devices": devices, "name": "Site\x07"}))
    assert not any("\x1b" in line or "\x07" in line for line in lines)


def test_an_empty_folder_is_taken_and_one_with_a_file_is_not(run: Run, tmp_path: Path) -> None:
    site = written(tmp_path, HEAT)
    folder = tmp_path / "out"
    folder.mkdir()
    assert run(site, "--out", str(folder))[0] == 0
    before = (folder / "result.json").read_bytes()
    assert run(site, "--out", str(folder))[0] == 2
    assert (folder / "result.json").read_bytes() == before


def test_a_search_without_a_plan_leaves_no_folder(run: Run, tmp_path: Path) -> None:
    site = written(tmp_path, {"demands": {"cooling": 5}})
    assert run(site, "--out", str(tmp_path / "out"))[0] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["requirement.json"]


# -- the network


def test_the_best_plan_is_written_as_a_pypsa_network(run: Run, tmp_path: Path) -> None:
    network = tmp_path / "plan.nc"
    status, _, lines = run("--sample", "tiny", "--pypsa", str(network))
    assert status == 0
    assert network.read_bytes().startswith(b"\x89HDF")
    assert not any("pypsa" in line.lower() for line in lines)


def test_a_plan_that_can_not_be_a_network_is_printed_all_the_same(run: Run, tmp_path: Path) -> None:
    network = tmp_path / "plan.nc"
    status, output, lines = run("--sample", "tiny", "--on-off", "--pypsa", str(network))
    assert status == 1
    assert json.loads(output)["plans"]
    assert "--pypsa: the minimum load of gas-engine-chp" in lines[-1]
    assert list(tmp_path.iterdir()) == []


def test_without_pypsa_one_line_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypsa", None)
    status, output, (line,) = run("--sample", "tiny", "--pypsa", str(tmp_path / "plan.nc"))
    assert (status, output) == (2, "")
    assert "pip install" in line


# -- Ctrl-C


def interrupted(once_seen: str) -> tuple[int, str]:
    """Start a long search, interrupt it once a text has appeared; return status and output."""
    process = subprocess.Popen(
        [*COMMAND, "--sample", "campus", "--detail", "typical days", "--gap", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if once_seen in line:
            break
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def test_ctrl_c_prints_the_best_plan_so_far() -> None:
    status, output = interrupted(once_seen="Found a better plan")
    assert status == 0
    result = json.loads(output)
    assert result["stopped"] is True
    assert result["plans"][0]["devices"]


def test_ctrl_c_before_any_plan_ends_with_130() -> None:
    assert interrupted(once_seen="Reading the requirement") == (130, "")


def test_a_second_ctrl_c_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    """Both come, one after the other, while the first plan is being told of."""
    folder = tmp_path / "out"
    script = f"""
import signal
from algorithm.terminal import command

def twice(self, progress, show=command.Bar.show):
    show(self, progress)
    if progress.incumbent is not None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

command.Bar.show = twice
command.main(["--sample", "campus", "--detail", "typical days", "--out", "{folder}"])
"""
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120
    )
    assert (answer.returncode, answer.stdout) == (130, "")
    assert answer.stderr.endswith("Stopped at once.\n")
    assert list(tmp_path.iterdir()) == []


# -- at a terminal


def at_terminal(columns: int, *, output: bool, **environment: str) -> tuple[str, str]:
    """Run a search whose standard error is a terminal; return what that shows, and the output.

    output: whether standard output is that terminal, too.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, "--sample", "tiny"],
        stdout=theirs if output else subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "", **environment},
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return shown.decode(), (printed or b"").decode()


@pytest.mark.parametrize("columns", [24, 80, 200])
def test_the_bar_keeps_to_one_line_of_the_terminal(columns: int) -> None:
    shown, output = at_terminal(columns, output=False)
    assert json.loads(output)["plans"]
    drawn = shown.split("\r\n")[0].split("\r")[1:]
    assert len(drawn) > 3
    assert all(len(STYLE.sub("", line).removesuffix("\x1b[K")) < columns for line in drawn)
    assert "100%" in drawn[-1]
    assert ("best" in drawn[-1], "bound" in drawn[-1]) == (columns >= 80, columns >= 200)


def test_no_color_means_no_colour() -> None:
    assert STYLE.search(at_terminal(80, output=False)[0])
    assert not STYLE.search(at_terminal(80, output=False, NO_COLOR="1")[0])


def test_a_terminal_shows_tables_in_place_of_the_json() -> None:
    shown, _ = at_terminal(80, output=True)
    assert "Gas engine CHP" in shown
    assert '"plans"' not in shown


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = f"{sys.executable} -m algorithm --catalogue | head -n 1"
    answer = subprocess.run(script, shell=True, capture_output=True, text=True, timeout=60)
    assert answer.stderr == ""


def test_a_plan_is_held_against_today(run: Run, tmp_path: Path) -> None:
    boiler = {"like": "gas-boiler", "existing": 6, "age_years": 30}
    pump = {"like": "air-heat-pump", "min_size": 0, "investment": 500, "investment_fixed": 0}
    supplies = {"gas": {"price": 0.2}, "electricity": {"price": 0.1}}
    asked = {**HEAT, "supplies": supplies, "devices": {"boiler": boiler, "pump": pump}}
    _, output, lines = run(written(tmp_path, asked), "--out", str(tmp_path / "out"))
    result = json.loads(output)
    economics = result["plans"][0]["economics"]
    saved = f"Saves {economics['saving_per_year']:,.0f} EUR a year against today"
    if economics["extra_investment"] > 0:
        saved += f"; pays back in {economics['simple_payback_years']:.1f} years"
    assert f"{saved}." in lines
    (row,) = rows(tmp_path / "out" / "plans.csv")
    assert float(row["npv"]) == economics["npv"] > 0
    assert row["self_consumption"] == ""
