"""A result as a folder of files, for `python -m algorithm --out DIR`.

result.json      all of it
plans.csv        a row for each plan
devices.csv      a row for each device of each plan
warnings.csv     a row for each warning
assumptions.csv  a row for each figure that the requirement didn't state
dispatch-1.csv   plan 1 step by step: flows in kW, levels in kWh
graph-1.svg      plan 1 as an energy system diagram
"""

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from algorithm.errors import RequirementError
from algorithm.export.diagram import draw
from algorithm.export.tables import (
    assumption_rows,
    device_rows,
    dispatch_rows,
    plan_rows,
    warning_rows,
)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`, which is renamed to `path` at the end.

    So a folder that can't be created is reported before a long search, and nothing is half-written:
    after an error, the folder is removed.

    Raises RequirementError if `path` exists and isn't an empty folder, or can't be created.
    """
    making = path.absolute().parent / f".{path.name}-{os.getpid()}"
    try:
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            raise _wrong(path, "exists and is not an empty folder")
        making.mkdir(parents=True)
    except OSError as error:
        raise _wrong(path, f"can't be made ({error.strerror})") from error
    try:
        yield making
        try:
            making.rename(path)
        except OSError as error:
            raise _wrong(path, f"can't be written ({error.strerror})") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _wrong(path: Path, message: str) -> RequirementError:
    return RequirementError([{"field": f"--out {path}", "message": message}])


def write_result(result: Mapping[str, Any], folder: Path) -> None:
    """Write all files of a result into a folder; raises RequirementError if that fails."""
    try:
        _write_files(result, folder)
    except OSError as error:
        message = f"can't be written ({error.strerror})"
        raise RequirementError([{"field": "--out", "message": message}]) from error


def _write_files(result: Mapping[str, Any], folder: Path) -> None:
    plans = result["plans"]
    _write(folder / "result.json", as_text(result))
    _write_table(folder / "plans.csv", plan_rows(plans))
    _write_table(folder / "devices.csv", device_rows(plans))
    _write_table(folder / "warnings.csv", warning_rows(result))
    _write_table(folder / "assumptions.csv", assumption_rows(result))
    for number, plan in enumerate(plans, start=1):
        title = result["name"]
        if len(plans) > 1:
            title += f", plan {number} of {len(plans)}"
        _write_table(folder / f"dispatch-{number}.csv", dispatch_rows(plan["dispatch"]))
        picture = draw(plan, title=title, currency=result["currency"])
        _write(folder / f"graph-{number}.svg", picture)


def as_text(value: Any, indent: str = "") -> str:
    """Return readable JSON: indented, but with each series of numbers on one line."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        entries = [f"{json.dumps(name)}: {as_text(v, inner)}" for name, v in value.items()]
        ends = "{}"
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        entries = [as_text(entry, inner) for entry in value]
        ends = "[]"
    else:
        return json.dumps(value, allow_nan=False)
    body = f",\n{inner}".join(entries)
    return f"{ends[0]}\n{inner}{body}\n{indent}{ends[1]}"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_table(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    # With a byte order mark, by which Excel recognises UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
