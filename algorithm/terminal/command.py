"""The search in a terminal: result as JSON on standard output, progress on standard error.

`python -m algorithm` calls `main`; DESCRIPTION and EPILOG say how it behaves.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from algorithm.components.device import NotExpressible
from algorithm.errors import Infeasible, RequirementError, Stopped
from algorithm.export.folder import as_text, new_folder, write_result
from algorithm.export.network import check_place, write_network
from algorithm.files.reading import read_requirement
from algorithm.island.resolve import island_of
from algorithm.requirement.catalogue import CATALOGUE
from algorithm.requirement.schema import Requirement
from algorithm.requirement.validation import check
from algorithm.samples import SAMPLES, load_sample
from algorithm.search.failure import error_message
from algorithm.search.result import Result
from algorithm.search.search import run_search
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

NO_PLAN, FAILED, STOPPED = 1, 70, 130
DESCRIPTION = """Find which devices to install on a site, how large, and how to run them. Progress
goes to standard error; the result goes to standard output as JSON or, where that is a terminal, as
tables. Ctrl-C ends the search with its best plan so far, a second one at once. `python -m algorithm
import FILE...` makes a requirement of the files that people have."""
EPILOG = """Exit status: 0 with a result; 1 if no plan can meet the demands, none was found in time,
or the best one can't be a PyPSA network; 2 for wrong input, or a place that can't be written to; 70
if something inside failed; 130 if stopped before any plan was found. A result that was found is
printed even where writing it to files then fails."""

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["import"]:
        # Imported here as a search needs none of it.
        from algorithm.terminal.importing import import_files

        return import_files(words[1:])
    args = _parser().parse_args(words)
    if args.traceback:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    with Interruption() as interruption:
        try:
            return _run(args, interruption)
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
            # The solver's thread may still run; exit without waiting for it.
            os._exit(STOPPED)
        except Exception as error:
            logger.info("Where it failed:", exc_info=True)
            return _fail(FAILED, error_message(error))


class Interruption:
    """Handles Ctrl-C: the first asks for the best plan so far, the second ends at once."""

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


def _run(args: argparse.Namespace, interruption: Interruption) -> int:
    if args.schema:
        _print(Requirement.model_json_schema())
    elif args.catalogue:
        _print([_device(name) for name in CATALOGUE])
    else:
        _search(args, interruption)
    return 0


def _search(args: argparse.Namespace, interruption: Interruption) -> None:
    if args.pypsa:
        check_place(args.pypsa)
    read = load_sample(args.sample) if args.sample else read_requirement(args.requirement)
    requirement, disabled, options = check(read, args.disable, options_of(args))
    # The result is shown at the end even if writing files fails.
    with ExitStack() as shown:
        with ExitStack() as making:
            folder = making.enter_context(new_folder(args.out)) if args.out else None
            bar = Bar(Screen(sys.stderr), requirement.currency, interruption.is_asked)
            making.callback(bar.end)
            result = run_search(
                requirement,
                disabled,
                options=options,
                on_progress=bar.show,
                should_stop=interruption.is_asked,
            )
            shown.callback(_show, result)
            if folder:
                write_result(result, folder)
        if args.pypsa:
            island = island_of(requirement, disabled)
            write_network(island, result["plans"][0], args.pypsa, on_off=options.on_off)


def _show(result: Result) -> None:
    """Show the tables; print the JSON result, too, unless standard output is a terminal."""
    at_terminal = sys.stdout.isatty()
    try:
        show(result, Screen(sys.stdout if at_terminal else sys.stderr))
    finally:
        if not at_terminal:
            _print(result)


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
    parser.add_argument(
        "--traceback", action="store_true", help="where something inside fails, show where"
    )
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


def _print(value: object) -> None:
    """Print JSON; raises RequirementError if standard output can't be written to."""
    try:
        sys.stdout.write(as_text(value) + "\n")
        sys.stdout.flush()
    except OSError as error:
        # Otherwise Python flushes the rest at exit, which fails with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        message = f"can't be written to ({error.strerror})"
        raise RequirementError([{"field": "standard output", "message": message}]) from error


def _fail(status: int, message: str) -> int:
    sys.stderr.write(f"python -m algorithm: {' '.join(message.split())}\n")
    return status
