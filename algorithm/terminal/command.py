"""The search in a terminal: result as JSON on standard output, progress on standard error.

`python -m algorithm` calls `main`; DESCRIPTION and EPILOG say how it behaves.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from algorithm.catalogue import CATALOGUE
from algorithm.check import check
from algorithm.errors import Infeasible, RequirementError, Stopped
from algorithm.export.folder import as_text, new_folder, write_result
from algorithm.export.network import NotExpressible, check_place, write_network
from algorithm.memory import LIMIT
from algorithm.reading import read_requirement
from algorithm.requirement import Requirement
from algorithm.resolve import island_of
from algorithm.samples import SAMPLES, load_sample
from algorithm.search import run_search
from algorithm.terminal.arguments import (
    WRONG_INPUT,
    Parser,
    add_disable,
    add_options,
    as_arguments,
    options_of,
)
from algorithm.terminal.bar import Bar
from algorithm.terminal.report import show
from algorithm.terminal.screen import Screen

NO_PLAN, STOPPED = 1, 130
DESCRIPTION = """Find which devices to install on a site, how large, and how to run them. Progress
goes to standard error; the result goes to standard output as JSON or, where that is a terminal, as
tables. Ctrl-C ends the search with its best plan so far, a second one at once."""
EPILOG = """Exit status: 0 with a result, 1 if no plan can meet the demands or the best one can't be
a PyPSA network, 2 for wrong input, 130 if stopped before any plan was found."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    asked = _parser().parse_args(arguments)
    if asked.schema:
        return _print(Requirement.model_json_schema())
    if asked.catalogue:
        return _print([_device(name) for name in CATALOGUE])
    with Interruption() as interruption:
        try:
            return _search(asked, interruption)
        except MemoryError:
            return _fail(NO_PLAN, f"The search needed more than {LIMIT >> 30} GiB of memory.")
        except RequirementError as wrong:
            return _fail(WRONG_INPUT, as_arguments(wrong))
        except Infeasible as infeasible:
            return _fail(NO_PLAN, str(infeasible))
        except NotExpressible as inexpressible:
            return _fail(NO_PLAN, f"--pypsa: {inexpressible}")
        except Stopped as stopped:
            return _fail(STOPPED if interruption.asked else NO_PLAN, str(stopped))
        except KeyboardInterrupt:
            _fail(STOPPED, "Stopped at once.")
            # The solver may still be at work in its thread, and nobody waits for it.
            os._exit(STOPPED)


class Interruption:
    """Ctrl-C: the first asks for the best plan so far, the second ends at once."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> "Interruption":
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def is_asked(self) -> bool:
        return self.asked

    def _on_interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def _search(asked: argparse.Namespace, interruption: Interruption) -> int:
    if asked.pypsa:
        check_place(asked.pypsa)
    read = load_sample(asked.sample) if asked.sample else read_requirement(asked.requirement)
    requirement, disabled, options = check(read, asked.disable, options_of(asked))
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder(asked.out)) if asked.out else None
        bar = Bar(Screen(sys.stderr), requirement.currency, interruption.is_asked)
        stack.callback(bar.end)
        result = run_search(
            requirement,
            disabled,
            options=options,
            on_progress=bar.show,
            should_stop=interruption.is_asked,
        )
        if folder:
            write_result(result, folder)
    # Nobody wants pages of figures on a terminal.
    at_terminal = sys.stdout.isatty()
    show(result, Screen(sys.stdout if at_terminal else sys.stderr))
    if not at_terminal:
        _print(result)
    if asked.pypsa:
        island = island_of(requirement, disabled)
        write_network(island, result["plans"][0], asked.pypsa, on_off=options.on_off)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m algorithm", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("requirement", nargs="?", metavar="REQUIREMENT.json", type=Path)
    what.add_argument("--sample", metavar="NAME", help=f"one of {', '.join(SAMPLES)}")
    what.add_argument("--schema", action="store_true", help="print the requirement's JSON Schema")
    what.add_argument("--catalogue", action="store_true", help="print the devices")
    add_disable(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the result's files into DIR")
    parser.add_argument(
        "--pypsa",
        metavar="FILE.nc",
        type=Path,
        help="write the best plan as a PyPSA network into FILE.nc; needs the package pypsa",
    )
    add_options(parser)
    return parser


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
    sys.stdout.write(as_text(value) + "\n")
    return 0


def _fail(status: int, message: str) -> int:
    sys.stderr.write(f"python -m algorithm: {' '.join(message.split())}\n")
    return status
