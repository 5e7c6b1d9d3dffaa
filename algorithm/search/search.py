"""The search, from a requirement to a result: one part after another, in this process.

`run_search` is what terminals and tests call; workers share the same parts (`parts`) among them.
Nothing is kept between two calls.
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

    requirement: or the name of a sample. on_progress: called in this thread, and not while the
    solver is silent. should_stop: asked ten times a second; once true, the best plan so far is the
    result.

    Raises RequirementError for wrong input, Infeasible if the demands can't be met or money can be
    made without end, Stopped if there was no plan yet when it was stopped or its time was up, and
    Failed, or whatever isn't foreseen, if something inside failed before there was a plan. Later
    it only costs what was being done: the plan stands, and the result's warnings say what it lacks.
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
