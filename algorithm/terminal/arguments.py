"""A search's options as command line arguments, and errors in them as one line."""

import argparse
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from algorithm.errors import RequirementError
from algorithm.requirement.options import Options

WRONG_INPUT = 2
# Options whose argument has another name, or another help text, than their field.
FLAGS = {"prove": "--no-proof", "time_limit_s": "--time-limit"}
HELP = {"prove": "find no bound below which no plan costs, which takes as long as the plan itself"}


class Parser(argparse.ArgumentParser):
    """An argument parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with one line, without the usage that argparse prints first."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}\n")


def add_disable(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names disabled devices."""
    parser.add_argument(
        "--disable",
        metavar="NAME",
        action="append",
        default=[],
        help="search without this device, or those of this kind or group; may be repeated",
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add an argument for each of a search's options."""
    for name, field in Options.model_fields.items():
        kind: dict[str, Any] = {"type": _value}
        if field.annotation is bool:
            kind = {"action": "store_const", "const": not field.default}
        help_ = HELP.get(name, field.description or "").replace("%", "%%")
        parser.add_argument(_flag(name), dest=name, default=argparse.SUPPRESS, help=help_, **kind)


def options_of(asked: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in vars(asked).items() if name in Options.model_fields}


def as_arguments(wrong: RequirementError, flags: Mapping[str, str] = {}) -> str:
    """Return the errors in one line, with the names of arguments instead of fields.

    flags: the arguments of further fields.
    """
    names = {f"options.{name}": _flag(name) for name in Options.model_fields}
    names |= {"sample": "--sample", **flags}
    sentences = []
    for error in wrong.errors:
        field = error["field"]
        name = "--disable" if field.startswith("disabled_devices.") else names.get(field, field)
        sentences.append(f"{name}: {error['message']}")
    return "; ".join(sentences)


def _flag(option: str) -> str:
    return FLAGS.get(option, f"--{option.replace('_', '-')}")


def _value(text: str) -> int | float | str:
    """Return a number if the text is one; `check` validates its type."""
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text
