"""A search's answers on random islands, held against the plain program's.

    python -m tests.algorithm.against_plain 17          what is said of island 17, and what is wrong
    python -m tests.algorithm.against_plain 0 300       the islands 0 to 299 on which anything is

What must hold, however the search finds its maximum sizes: a plan exactly where there is one; its
cost no less than the least cost, and above it by no more than the gap that the plan states; every
bound, on the way and at the end, no higher than the least cost. `max_size`, where it is stated and
far from binding, changes nothing of that.
"""

from __future__ import annotations

import copy
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from algorithm import Infeasible, Progress, Stopped, check, run_search
from tests.algorithm.plain_milp import Optimum, optimum
from tests.algorithm.random_islands import Requirement, is_long, island

SHORT_GAP, LONG_GAP = 0.0005, 0.005
# Of the largest cost that a plan has: what two exact solutions may differ by.
SAME = 1e-6
# How many times the site's peak is stated as the maximum size, or its best plan's size if more;
# fewer where it is multiplied by a decision in each step, with which HiGHS itself goes astray.
HUGE, HUGE_HOURLY, BEYOND = 1e4, 30.0, 10.0
# A search of these islands that takes longer is stopped, s.
PATIENCE_S = 30.0
"""Searches are stopped after this, and then needn't have reached their gap."""

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a search came to: its result, or why there is none; all that it told."""

    verdict: str
    result: Mapping[str, Any] | None
    told: list[Progress] = field(repr=False)
    seconds: float

    @property
    def plan(self) -> Mapping[str, Any] | None:
        return self.result["plans"][0] if self.result else None

    @property
    def bounds(self) -> list[float]:
        """Every bound on the whole horizon that was told of, the result's last."""
        bounds = [p.bound for p in self.told if p.basis == "whole horizon"]
        if self.result and self.plan and self.plan["basis"] == "whole horizon":
            bounds.append(self.result["search"]["bound"])
        return [bound for bound in bounds if bound is not None]


def answer(requirement: Requirement, options: Options) -> Answer:
    """Search; whatever goes wrong is an answer too."""
    told: list[Progress] = []
    began = time.monotonic()
    result = None
    try:
        result = run_search(
            requirement,
            options=options,
            on_progress=told.append,
            should_stop=lambda: time.monotonic() - began > PATIENCE_S,
        )
        verdict = "too slow" if result["stopped"] else "plan"
    except Infeasible as reason:
        verdict = f"no plan: {reason}"
    except Stopped as reason:
        verdict = f"stopped: {reason}"
    except Exception as crash:
        verdict = f"crash: {type(crash).__name__}: {crash}"
    return Answer(verdict, result, told, time.monotonic() - began)


def disagreements(answer: Answer, best: Optimum, asked_gap: float | None) -> Iterator[str]:
    """Yield what contradicts the least cost, each as "kind: figures"."""
    if answer.verdict.startswith(("crash", "stopped")):
        yield answer.verdict
    refused = answer.verdict.startswith("no plan")
    if best.status == "optimal" and refused:
        yield f"no plan is found where there is one: {best.cost:,.2f}; said {answer.verdict}"
    if (plan := answer.plan) is None:
        return
    cost, gap = plan["cost_per_year"], plan["gap"]
    if best.status == "infeasible":
        yield f"a plan where there is none: {cost:,.2f}, gap {gap}"
    if best.status == "unbounded" and (gap is not None or answer.bounds):
        yield f"a bound where money is made without end: {cost:,.2f}, gap {gap}"
    if best.status != "optimal":
        return
    scale = max(abs(cost), *(abs(part) for part in plan["costs"].values()))
    same = SAME * scale + 1e-6
    figures = f"{cost:,.2f}, gap {gap}, but the least cost is {best.cost:,.2f}"
    if cost < best.cost - same:
        yield f"cheaper than can be: {figures}"
    if gap is None:
        yield f"no gap is stated: {figures}"
    elif cost > best.cost + gap * abs(cost) + same:
        yield f"dearer than the stated gap allows: {figures}"
    elif answer.bounds and max(answer.bounds) > best.cost + same:
        yield f"a bound above the least cost: {max(answer.bounds):,.2f}; {figures}"
    elif (
        answer.verdict == "plan"
        and asked_gap is not None
        and gap > asked_gap + same / max(abs(cost), same)
    ):
        yield f"the asked gap isn't reached: {figures}"


def with_huge_limits(requirement: Requirement, best: Optimum) -> Requirement:
    """Return the island with a maximum size stated where none is, far above what is of use."""
    powers = [d["power"] if isinstance(d, dict) else d for d in requirement["demands"].values()]
    scale = sum(np.max(power) for power in powers)
    stated = copy.deepcopy(requirement)
    for name, figures in check(requirement)[0].considered().items():
        if figures.size is None and figures.max_size is None:
            own = stated["devices"][name]
            hourly = "min_load" in own or own.get("charging") == "exclusive"
            beyond = BEYOND * max(best.sizes.get(name, 0.0), figures.min_size)
            own["max_size"] = max((HUGE_HOURLY if hourly else HUGE) * scale, beyond)
    return stated


def _decided_in_steps(requirement: Requirement) -> bool:
    devices = requirement["devices"].values()
    return any("min_load" in own or own.get("charging") == "exclusive" for own in devices)


def ways(requirement: Requirement) -> Iterator[tuple[str, Requirement, Options, Optimum]]:
    """Yield the ways in which an island is searched: a name, requirement, options, the best plan.

    Where loads have a minimum, a way is to let all hold, those of the catalogue too.
    """
    best = optimum(requirement)
    length = "long" if is_long(requirement) else "short"
    options: Options = {} if is_long(requirement) else {"gap": SHORT_GAP}
    yield f"{length}, as it is", requirement, options, best
    if best.status != "unbounded":
        yield f"{length}, huge limits", with_huge_limits(requirement, best), options, best
    # On a long horizon, no gap is closed that decisions in each step leave.
    if is_long(requirement) and not _decided_in_steps(requirement):
        yield f"{length}, asked gap", requirement, {"gap": LONG_GAP}, best
    if any("min_load" in figures for figures in requirement["devices"].values()):
        on_off = {**options, "on_off": True}
        yield f"{length}, on and off", requirement, on_off, optimum(requirement, on_off=True)


def of_island(requirement: Requirement) -> tuple[dict[str, tuple[Answer, Optimum]], list[str]]:
    """Return each way's answer and best plan, and what is wrong as "kind [way]: figures"."""
    answers: dict[str, tuple[Answer, Optimum]] = {}
    wrong: list[str] = []
    for way, asked, options, best in ways(requirement):
        given = answer(asked, options)
        answers[way] = given, best
        for found in disagreements(given, best, options.get("gap")):
            kind, _, figures = found.partition(": ")
            wrong.append(f"{kind} [{way}]: {figures}")
    return answers, wrong


def _tell_of(seed: int) -> None:
    requirement = island(seed)
    print(json.dumps(requirement))
    answers, wrong = of_island(requirement)
    for way, (given, best) in answers.items():
        print(f"{way}: {given.verdict}, {given.seconds:.1f} s")
        print(f"  least cost: {best.status} {best.cost:,.2f} {dict(best.sizes)}")
        if plan := given.plan:
            sizes = {d["name"]: (d["size"], d["at_limit"]) for d in plan["devices"]}
            print(f"  plan: {plan['cost_per_year']:,.2f}, gap {plan['gap']}, at_limit {sizes}")
    print(*(wrong or ["nothing is wrong"]), sep="\n")


def _tell_of_all(first: int, end: int) -> None:
    kinds: dict[str, list[int]] = defaultdict(list)
    plans = without_gap = 0
    began = time.monotonic()
    for seed in range(first, end):
        answers, wrong = of_island(island(seed))
        for given, _ in answers.values():
            plans += given.plan is not None
            without_gap += given.plan is not None and given.plan["gap"] is None
        for found in wrong:
            print(f"{seed}: {found[:230]}", flush=True)
            kinds[found.partition(": ")[0]].append(seed)
    for kind, seeds in sorted(kinds.items(), key=lambda entry: -len(entry[1])):
        print(f"{len(seeds):5} x {kind}: {seeds[:25]}")
    print(f"{plans} plans, {without_gap} without a gap, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    if len(numbers) == 1:
        _tell_of(numbers[0])
    else:
        _tell_of_all(*numbers)
