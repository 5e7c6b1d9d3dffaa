"""`python -m algorithm`: what comes out where, and the exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from algorithm import CATALOGUE, Requirement

COMMAND = [sys.executable, "-m", "algorithm"]
TINY_HEAT = {"demands": {"heat": 5}, "supplies": {"gas": {"price": 0.05}}}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120)


def one_line(answer: subprocess.CompletedProcess[str], status: int) -> str:
    assert answer.returncode == status
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    return line


def test_a_sample_gives_its_result_on_standard_output_and_progress_on_standard_error() -> None:
    answer = run("--sample", "tiny", "--disable", "battery", "--disable", "gas-boiler")
    assert answer.returncode == 0
    result = json.loads(answer.stdout)
    assert result["disabled_devices"] == ["battery", "gas-boiler"]
    built = {device["name"] for device in result["plans"][0]["devices"]}
    assert built
    assert built.isdisjoint({"battery", "gas-boiler"})
    assert "EUR/a" in answer.stderr
    assert answer.stderr.splitlines()[-1].startswith("[########################] 100%")


def test_a_requirement_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "heat.json"
    file.write_text(json.dumps(TINY_HEAT), encoding="utf-8")
    assert json.loads(run(str(file)).stdout)["plans"][0]["cost_per_year"] > 0


def test_the_schema_and_the_catalogue_are_printed() -> None:
    assert json.loads(run("--schema").stdout) == Requirement.model_json_schema()
    devices = json.loads(run("--catalogue").stdout)
    assert [device["name"] for device in devices] == list(CATALOGUE)
    assert {"label", "kind", "figures", "source", "year", "currency"} <= set(devices[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required"),
        (("--sample", "tny"), "did you mean 'tiny'"),
        (("--sample", "tiny", "--disable", "boiler"), "disabled_devices.0: 'boiler'"),
        (("--sample", "tiny", "--gap", "often"), "--gap"),
        (("--sample", "tiny", "--gap", "-1"), "options.gap"),
        (("--sample", "tiny", "--colour"), "--colour"),
        (("--sample", "tiny", "also.json"), "not allowed"),
        (("/nowhere/at/all.json",), "/nowhere/at/all.json: can't be read"),
    ],
)
def test_a_bad_argument_ends_with_2_and_one_line(arguments: tuple[str, ...], says: str) -> None:
    assert says in one_line(run(*arguments), status=2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "not a UTF-8"),
        (b"[]", "one JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"demands": {"heat": [1]}}', "demands.heat: should have at least 24"),
        (b'{"demands": {"he\\nat": 1}}', "demands"),
    ],
)
def test_a_bad_file_ends_with_2_and_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    assert says in one_line(run(str(file)), status=2)


def test_demands_that_can_not_be_met_end_with_1_and_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "cold.json"
    file.write_text(json.dumps({"demands": {"cooling": 5}}), encoding="utf-8")
    answer = run(str(file))
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "can make cooling" in answer.stderr.splitlines()[-1]


def interrupted(once_seen: str) -> tuple[int, str]:
    """Start a long search, interrupt it once a text has appeared; return status and output."""
    process = subprocess.Popen(
        [*COMMAND, "--sample", "campus", "--gap", "0"],
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
    status, output = interrupted(once_seen="EUR/a")
    assert status == 0
    result = json.loads(output)
    assert result["stopped"] is True
    assert result["plans"][0]["devices"]


def test_ctrl_c_before_any_plan_ends_with_130() -> None:
    assert interrupted(once_seen="  days  ") == (130, "")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = f"{sys.executable} -m algorithm --catalogue | head -n 1"
    answer = subprocess.run(script, shell=True, capture_output=True, text=True, timeout=60)
    assert answer.stderr == ""
