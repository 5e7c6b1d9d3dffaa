"""The search in a terminal: result as JSON on standard output, progress on standard error.

`python -m algorithm` calls `main`. Exit status: 0 with a result (also after Ctrl-C, with the best
plan so far), 1 if no plan can meet the demands, 2 for wrong input, 130 if stopped with no plan.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

from algorithm.catalogue import CATALOGUE
from algorithm.check import check
from algorithm.errors import Infeasible, RequirementError, Stopped
from algorithm.progress import Progress
from algorithm.requirement import Requirement
from algorithm.samples import SAMPLES, load_sample
from algorithm.search import run_search

BAR_WIDTH = 24
WRONG_INPUT, NO_PLAN, STOPPED = 2, 1, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, without the usage that argparse would put before it."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    asked = _parser().parse_args(arguments)
    if asked.schema:
        return _print(Requirement.model_json_schema())
    if asked.catalogue:
        return _print([_device(name) for name in CATALOGUE])
    stop = threading.Event()

    def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    bar = ProgressBar(sys.stderr)
    try:
        requirement = load_sample(asked.sample) if asked.sample else _read(asked.requirement)
        checked, disabled, options = check(requirement, asked.disable, _options(asked))
        result = run_search(
            checked, disabled, options=options, on_progress=bar.show, should_stop=stop.is_set
        )
    except RequirementError as wrong:
        return _fail(bar, WRONG_INPUT, str(wrong))
    except Infeasible as infeasible:
        return _fail(bar, NO_PLAN, str(infeasible))
    except Stopped as stopped:
        return _fail(bar, STOPPED if stop.is_set() else NO_PLAN, str(stopped))
    finally:
        bar.end()
        signal.signal(signal.SIGINT, before)
    return _print(result)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m algorithm", description=__doc__, allow_abbrev=False)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("requirement", nargs="?", metavar="REQUIREMENT.json", type=Path)
    what.add_argument("--sample", metavar="NAME", help=f"one of {', '.join(SAMPLES)}")
    what.add_argument("--schema", action="store_true", help="print the requirement's JSON Schema")
    what.add_argument("--catalogue", action="store_true", help="print the devices")
    parser.add_argument("--disable", metavar="NAME", action="append", default=[])
    parser.add_argument("--gap", type=float, help="relative gap at which to end")
    parser.add_argument("--time-limit", type=float, metavar="S", help="seconds")
    parser.add_argument("--typical-days", type=int, metavar="N")
    return parser


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    stated = {
        "gap": asked.gap,
        "time_limit_s": asked.time_limit,
        "typical_days": asked.typical_days,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _read(path: Path) -> dict[str, Any]:
    def wrong(message: str) -> RequirementError:
        return RequirementError([{"field": str(path), "message": message}])

    try:
        requirement = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise wrong(f"can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise wrong("is not a UTF-8 text file") from error
    except RecursionError as error:
        raise wrong("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise wrong(f"is not JSON: {error.msg} in line {error.lineno}") from error
    if not isinstance(requirement, dict):
        raise wrong("should hold one JSON object")
    return requirement


def _device(name: str) -> dict[str, Any]:
    device = CATALOGUE[name]
    return {
        "name": name,
        "label": device.label,
        "group": device.group,
        "kind": device.kind,
        "figures": device.figures.model_dump(),
        "source": device.source,
        "year": device.year,
        "currency": device.currency,
    }


def _print(value: object) -> int:
    json.dump(value, sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")
    return 0


def _fail(bar: "ProgressBar", status: int, message: str) -> int:
    bar.end()
    sys.stderr.write(f"python -m algorithm: {' '.join(message.split())}\n")
    return status


class ProgressBar:
    """One line that is drawn over again on a terminal; on anything else, a line per milestone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._started = time.monotonic()
        self._drawn = False

    def show(self, progress: Progress) -> None:
        line = self._line(progress)
        if self._live:
            self._stream.write(f"\r\x1b[2K{line}")
            self._drawn = True
        elif progress.milestone:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line as it is and go on below it."""
        if self._drawn:
            self._stream.write("\n")
            self._drawn = False

    def _line(self, progress: Progress) -> str:
        full = round(progress.fraction * BAR_WIDTH)
        parts = [f"[{'#' * full}{'.' * (BAR_WIDTH - full)}] {progress.fraction:4.0%}"]
        parts.append(progress.phase)
        if progress.incumbent is not None:
            parts.append(f"best {progress.incumbent:,.0f} EUR/a")
        if progress.bound is not None:
            parts.append(f"bound {progress.bound:,.0f}")
        if progress.gap is not None:
            parts.append(f"gap {progress.gap:.2%}")
        parts.append(f"{time.monotonic() - self._started:.1f} s")
        return "  ".join(parts)
