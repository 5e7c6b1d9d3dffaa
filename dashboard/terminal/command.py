"""`python -m dashboard`: searches on a server, from a terminal.

DESCRIPTION and EPILOG say how it behaves. A search's options have the same names as in
`python -m algorithm`.
"""

from __future__ import annotations

import argparse
import os
import sys
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from algorithm import SAMPLES, RequirementError
from algorithm.export.texts import columns_of, printable
from algorithm.files.reading import read_requirement
from algorithm.search.failure import error_message
from algorithm.terminal.arguments import (
    WRONG_INPUT,
    Parser,
    add_disable,
    add_options,
    as_arguments,
    options_of,
)
from algorithm.terminal.screen import Screen
from dashboard.terminal.job_bar import JobBar
from dashboard.terminal.server import Answer, Refused, Server

if TYPE_CHECKING:  # it would load what only servers need
    from dashboard.jobs.summaries import Summary

FINISHED, FAILED, CANCELLED, INSIDE, INTERRUPTED = 0, 1, 3, 70, 130
STATUS = {"finished": FINISHED, "stopped": FINISHED, "failed": FAILED, "cancelled": CANCELLED}
TOKEN = "ENERGY_ISLAND_TOKEN"
FLAGS = {"name": "--name", "team": "--team"}
DESCRIPTION = f"""Submit, watch, list and cancel searches of a server. The token is read from the
environment's {TOKEN} or from a file; `flask --app wsgi tokens create NAME` prints one."""
EPILOG = """Exit status: 0 when done, and with `watch` and `--watch` when the search ended with a
result, 1 if it failed, 3 if it was cancelled; 2 for wrong input or a refusal, 70 if something here
failed, 130 after Ctrl-C, which ends the watching and not the search."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    asked = _parser().parse_args(arguments)
    run: Callable[[Server, argparse.Namespace], int] = asked.run
    try:
        return run(Server(_url(asked.url), _token(asked.token_file)), asked)
    except RequirementError as wrong:
        return _fail(as_arguments(wrong))
    except Refused as refused:
        errors = refused.errors
        return _fail(as_arguments(RequirementError(errors), FLAGS) if errors else str(refused))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise  # handled in `dashboard.__main__`
    except Exception as error:
        return _fail(error_message(error), INSIDE)


def _submit(server: Server, asked: argparse.Namespace) -> int:
    what: Answer = (
        {"sample": asked.sample}
        if asked.sample
        else {"requirement": read_requirement(asked.requirement)}
    )
    body = {
        **what,
        "name": asked.name,
        "disabled_devices": asked.disable,
        "options": options_of(asked),
        **({"team": asked.team} if asked.team else {}),
        **({"visibility": "owner"} if asked.private else {}),
    }
    job = server.submit(body, str(uuid.uuid4()))["job"]
    print(job, flush=True)
    print(server.page(job), file=sys.stderr)
    return _follow(server, job) if asked.watch else FINISHED


def _watch(server: Server, asked: argparse.Namespace) -> int:
    return _follow(server, _identity(asked.job))


def _follow(server: Server, job: str) -> int:
    """Watch a job to its end; the exit status that tells how it ended."""
    # First check that the job exists and may be seen; then import Socket.IO, which is slow.
    server.job(job)
    from dashboard.terminal.watcher import Watcher

    bar = JobBar(Screen(sys.stderr))
    lost = "Connection lost; reconnecting."
    try:
        ended = Watcher(server, job, bar.show_job, lambda: bar.note(lost)).run()
    except KeyboardInterrupt:
        bar.note(f"The search continues: {server.page(job)}")
        return INTERRUPTED
    if sys.stderr.isatty():
        bar.note(ended["status"])
    return STATUS[ended["outcome"] or "failed"]


def _list(server: Server, asked: argparse.Namespace) -> int:
    found = server.jobs(
        state=asked.state,
        search=asked.search,
        mine=1 if asked.mine else None,
        page=asked.page,
        per_page=asked.count,
    )
    Screen(sys.stdout).write_lines(list(_table([_row(job) for job in found["jobs"]])))
    if found["page"] < found["pages"]:
        rest = f"{found['total']} searches; the next ones: --page {found['page'] + 1}"
        print(rest, file=sys.stderr)
    return FINISHED


def _cancel(server: Server, asked: argparse.Namespace) -> int:
    if asked.all_mine == bool(asked.job):
        raise Refused("cancel: give one JOB or several, or --all-mine.")
    if asked.all_mine or len(asked.job) > 1:
        return _cancel_several(server, asked)
    job = server.cancel(_identity(asked.job[0]), keep_best=asked.keep_best)
    if job.get("outcome"):
        print(job["status"])
    elif asked.keep_best:
        print("It is asked to end with its best plan so far.")
    else:
        print("It is asked to end.")
    return FINISHED


def _cancel_several(server: Server, asked: argparse.Namespace) -> int:
    which: Answer = (
        {"waiting": True} if asked.all_mine else {"jobs": [_identity(job) for job in asked.job]}
    )
    told = server.cancel_several({**which, "keep_best": asked.keep_best})
    print(f"{len(told['cancelled'])} searches are cancelled, or asked to end.")
    for job in told["refused"]:
        sys.stderr.write(f"{job['job']}: {job['message']}\n")
    return WRONG_INPUT if told["refused"] else FINISHED


HEAD = ("Job", "State", "Done", "Best plan", "Gap", "Owner", "Search")


def _row(job: Summary) -> tuple[str, ...]:
    cost, gap = job.get("incumbent"), job.get("gap")
    return (
        job["job"],
        job.get("outcome") or job["state"].lower(),
        f"{100 * job['current'] / job['total']:.0f} %",
        "" if cost is None else f"{cost:,.0f} {job.get('currency', '')}/a",
        "" if gap is None else f"{100 * gap:.2f} %",
        printable(job["owner"]),
        printable(job["title"]),
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(columns_of, cells)) for cells in zip(HEAD, *rows, strict=True)]
    return [
        "  ".join(
            f"{cell}{' ' * (width - columns_of(cell))}"
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in (HEAD, *rows)
    ]


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m dashboard", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False
    )
    parser.add_argument("--url", default="http://127.0.0.1:5000", help="of the server")
    parser.add_argument(
        "--token-file", metavar="FILE", type=Path, help=f"holds the token, instead of {TOKEN}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    submit = _command(commands, "submit", _submit, "start a search; prints its id")
    what = submit.add_mutually_exclusive_group(required=True)
    what.add_argument("requirement", nargs="?", metavar="REQUIREMENT.json", type=Path)
    what.add_argument("--sample", metavar="NAME", help=f"one of {', '.join(SAMPLES)}")
    submit.add_argument(
        "--name", metavar="TEXT", help="what the search is called, in place of its site's name"
    )
    audience = submit.add_mutually_exclusive_group()
    audience.add_argument("--team", metavar="NAME", help="only this team sees it")
    audience.add_argument("--private", action="store_true", help="nobody else sees it")
    add_disable(submit)
    submit.add_argument("--watch", action="store_true", help="watch it to its end")
    add_options(submit)
    watch = _command(commands, "watch", _watch, "watch a search to its end")
    listing = _command(commands, "list", _list, "list the searches, newest first")
    listing.add_argument("--state", help="waiting, running, finished, failed, cancelled or ended")
    listing.add_argument("--search", metavar="WORDS", help="only those with these in their title")
    listing.add_argument("--mine", action="store_true", help="only one's own")
    listing.add_argument("--page", type=int, default=1, metavar="N")
    listing.add_argument("--count", type=int, default=20, metavar="N", help="so many on a page")
    cancel = _command(commands, "cancel", _cancel, "end a search, or several")
    cancel.add_argument("--all-mine", action="store_true", help="all of one's own that wait")
    cancel.add_argument(
        "--keep-best", action="store_true", help="its best plan so far becomes its result"
    )
    which = "its id, or the address of its page"
    watch.add_argument("job", metavar="JOB", help=which)
    cancel.add_argument("job", metavar="JOB", nargs="*", help=which)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[Server, argparse.Namespace], int], help_: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_, description=help_, allow_abbrev=False
    )
    parser.set_defaults(run=run)
    return parser


def _identity(job: str) -> str:
    """A job's id, from the address of its page, too."""
    return job.rstrip("/").rpartition("/")[2]


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused(f"--url: should be like http://127.0.0.1:5000, not {url!r}.")
    return url


def _token(file: Path | None) -> str:
    if file is None:
        if token := os.environ.get(TOKEN, "").strip():
            return token
        raise Refused(f"Give a token in {TOKEN} or by --token-file.")
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"--token-file: {file} can't be read: {error}") from None


def _fail(message: str, status: int = WRONG_INPUT) -> int:
    sys.stderr.write(f"python -m dashboard: {' '.join(message.split())}\n")
    return status
