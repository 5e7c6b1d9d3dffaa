"""A whole search in this process: its parts one after another.

Workers instead share the parts (`parts`) among several processes. Nothing is kept between calls.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from algorithm.errors import Stopped
from algorithm.messages import Message, seconds
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Requirement
from algorithm.requirement.validation import check
from algorithm.samples import load_sample
from algorithm.search.outcome import Outcome
from algorithm.search.parts import parts_of, result_of
from algorithm.search.progress import OnProgress, Overall, Progress
from algorithm.search.result import Result
from algorithm.search.stages import run_part


def run_search(
    requirement: Requirement | Mapping[str, Any] | str,
    disabled_devices: Sequence[str] = (),
    *,
    options: Options | Mapping[str, Any] | None = None,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Find what to install and how to run it, at the least cost a year; return the result.

    requirement: a requirement, or the name of a sample. on_progress: called in this thread.
    should_stop: polled ten times a second; once true, the best plan so far is the result.

    Raises RequirementError for wrong input; Infeasible if the demands can't be met or profit is
    unlimited; Stopped if it was stopped, or reached its time limit, before there was a plan;
    Failed, or any unexpected exception, if something inside failed before there was a plan. A later
    failure loses only the part that failed: the plan is kept, and the result's warnings say what is
    missing.
    """
    began = time.monotonic()
    asked = load_sample(requirement) if isinstance(requirement, str) else requirement
    checked, disabled, chosen = check(asked, disabled_devices, options)
    asked_to_stop = should_stop or (lambda: False)
    parts = parts_of(checked, chosen)
    overall = Overall(parts, on_progress or (lambda progress: None))
    outcomes: dict[str, Outcome] = {}
    stopped = False

    def seconds_left() -> float | None:
        limit = chosen.time_limit_s
        return None if limit is None else max(0.0, began + limit - time.monotonic())

    for part in parts:
        if stopped or asked_to_stop() or seconds_left() == 0.0:
            stopped = True
            break

        def on_part(progress: Progress, name: str = part.name) -> None:
            overall.take(name, progress)

        try:
            outcomes[part.name] = run_part(
                part.name,
                checked,
                disabled,
                chosen,
                {name: outcomes[name] for name in part.after},
                on_progress=on_part,
                should_stop=asked_to_stop,
                seconds_left=seconds_left(),
            )
        except Stopped:
            stopped = True
        else:
            overall.done(part.name)
            stopped = outcomes[part.name]["stopped"]
    try:
        result = result_of(checked, disabled, chosen, outcomes, stopped=stopped)
    except Stopped:
        if seconds_left() == 0.0:
            limit = seconds(chosen.time_limit_s or 0.0)
            raise Stopped(Message("No plan was found within %(limit)s.", limit=limit)) from None
        raise
    overall.finish(
        Message("The plan is complete")
        if len(result["plans"]) == 1
        else Message("All plans are complete")
    )
    return result
