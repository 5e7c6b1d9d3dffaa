"""HiGHS at work on a program, in a thread of its own that leaves its news where one can look.

Used by `search` and `shortfall`. HiGHS lets go of Python's lock while it works and calls back now
and then; the callbacks only note what they are given, so the solver never waits for anybody.

1. Relaxation: yes/no decisions may be anything between. Its cost is a bound for all plans.
2. First plans: the decisions rounded up, then one device after another left out if that is
   cheaper. Each is a small linear program from where the last one ended: seconds, where HiGHS' own
   heuristics take long and end worse.
3. Proof: HiGHS' branch and cut, from the best of these plans, until the gap is closed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus
from highspy.highs import HighsCallbackEvent

from algorithm.program import Program
from algorithm.series import Floats

# What isn't built must not leak: HiGHS' own 1e-6 of a largest size is more than its balance bears.
FEASIBILITY_TOLERANCE = 1e-8
LOGGING_INTERVAL_S = 0.2
# Of a decision in the relaxation, beyond which the device is part of the first plan.
ROUNDED_UP = 1e-6
# To do without a device that a plan leans on takes many iterations, and costs more in the end:
# a trial ends after this share of the relaxation's.
TRIAL_SHARE, FEWEST_ITERATIONS = 0.1, 500


class End(Enum):
    """How a run ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    INTERRUPTED = "interrupted"


class Stage(Enum):
    """What the solver is at, in words for people."""

    RELAXATION = "Looking for a lower bound: devices of any size, however small"
    FIRST_PLANS = "Looking for good plans: leaving out one device after another"
    PROOF = "Looking for better plans, and proving how good the best one is"


@dataclass(frozen=True)
class News:
    """The stage, the best lower bound so far (EUR a year), and the solutions not yet handed out."""

    stage: Stage
    bound: float | None
    solutions: tuple[Floats, ...]


class Solver:
    """Solves a program once, on one core, the same way each time."""

    def __init__(self, program: Program, *, gap: float) -> None:
        self._program = program
        self._gap = gap
        self._lock = threading.Lock()
        self._stage = Stage.RELAXATION
        self._bound: float | None = None
        self._solutions: list[Floats] = []
        self._interrupted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="solver", daemon=True)
        self._end: End | None = None
        self._failure: Exception | None = None

    def start(self) -> None:
        self._thread.start()

    def interrupt(self) -> None:
        """Ask the run to end; it may take HiGHS a moment to notice."""
        self._interrupted.set()

    def wait(self, seconds: float) -> bool:
        """Return whether the run has ended, after at most `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def news(self) -> News:
        """Return what is known now; each solution is handed out once, in the order found."""
        with self._lock:
            news = News(self._stage, self._bound, tuple(self._solutions))
            self._solutions.clear()
            return news

    @property
    def end(self) -> End:
        """How the run ended, to be asked once it has; raises RuntimeError if HiGHS failed."""
        if self._end is None:
            raise RuntimeError("the solver failed") from self._failure
        return self._end

    def _run(self) -> None:
        try:
            self._end = self._solve()
        except Exception as failure:  # carried over to the thread that asks for the end
            self._failure = failure

    def _solve(self) -> End:
        with self._highs(relaxed=True) as highs:
            status = _run_to_end(highs)
            if status is not End.OPTIMAL:
                return status
            self._note_bound(_objective(highs))
            if not self._program.whole_numbers:
                self._note_solution(_solution(highs))
                return End.OPTIMAL
            self._set_stage(Stage.FIRST_PLANS)
            bound, (cost, plan) = _objective(highs), self._first_plans(highs)
        if self._interrupted.is_set():
            return End.INTERRUPTED
        if plan is not None and cost - bound <= self._gap * abs(cost):
            return End.OPTIMAL
        self._set_stage(Stage.PROOF)
        return self._prove(plan)

    def _first_plans(self, highs: highspy.Highs) -> tuple[float, Floats | None]:
        """Return cost and columns of the best plan by rounding up and leaving out; inf if none."""
        decisions = self._program.whole_columns
        wanted = _solution(highs)[decisions]
        built = wanted > ROUNDED_UP
        iterations = highs.getInfo().simplex_iteration_count
        best, plan = np.inf, None

        def try_out() -> bool:
            nonlocal best, plan
            bounds = built.astype(float)
            highs.changeColsBounds(len(decisions), decisions.astype(np.int32), bounds, bounds)
            found = _run_to_end(highs) is End.OPTIMAL and _objective(highs) < best
            if found:
                best, plan = _objective(highs), _solution(highs)
                self._note_solution(plan)
            return found

        if not try_out():
            return best, plan
        limit = max(int(TRIAL_SHARE * iterations), FEWEST_ITERATIONS)
        highs.setOptionValue("simplex_iteration_limit", limit)
        for decision in np.argsort(wanted, kind="stable"):
            if not built[decision] or self._interrupted.is_set():
                continue
            basis = highs.getBasis()
            built[decision] = False
            if not try_out():
                built[decision] = True
                highs.setBasis(basis)
        return best, plan

    def _prove(self, plan: Floats | None) -> End:
        with self._highs(relaxed=False) as highs:
            if plan is not None:
                start = highspy.HighsSolution()
                start.col_value = plan.tolist()
                highs.setSolution(start)
                # Heuristics that look for such a plan are silent for seconds, and not needed now.
                for heuristic in ("rins", "rens", "root_reduced_cost"):
                    highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)
            status = _run_to_end(highs)
            if status is End.OPTIMAL:
                self._note_solution(_solution(highs))
            bound = highs.getInfo().mip_dual_bound
            if np.isfinite(bound):
                self._note_bound(bound)
            return status

    @contextmanager
    def _highs(self, *, relaxed: bool) -> Iterator[highspy.Highs]:
        """Provide HiGHS with the program, its callbacks ours for the time being."""
        highs = highspy.Highs()
        options = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": self._gap,
            "mip_feasibility_tolerance": FEASIBILITY_TOLERANCE,
            "mip_min_logging_interval": LOGGING_INTERVAL_S,
        }
        for name, value in options.items():
            _accepted(highs.setOptionValue(name, value), f"option {name}")
        _accepted(highs.passModel(self._program.to_highs(relaxed=relaxed)), "the model")
        callbacks = (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt)
        for callback in callbacks:
            callback.subscribe(self._on_interrupt)
        highs.cbMipImprovingSolution.subscribe(self._on_solution)
        highs.cbMipLogging.subscribe(self._on_logging)
        try:
            yield highs
        finally:
            highs.clearCallbacks()

    def _on_interrupt(self, event: HighsCallbackEvent) -> None:
        if self._interrupted.is_set():
            event.interrupt()

    def _on_solution(self, event: HighsCallbackEvent) -> None:
        self._note_solution(np.array(event.data_out.mip_solution))

    def _on_logging(self, event: HighsCallbackEvent) -> None:
        if np.isfinite(event.data_out.mip_dual_bound):
            self._note_bound(event.data_out.mip_dual_bound)

    def _note_solution(self, solution: Floats) -> None:
        with self._lock:
            self._solutions.append(solution)

    def _note_bound(self, bound: float) -> None:
        with self._lock:
            self._bound = bound if self._bound is None else max(bound, self._bound)

    def _set_stage(self, stage: Stage) -> None:
        with self._lock:
            self._stage = stage


def _run_to_end(highs: highspy.Highs) -> End:
    """Run; an iteration limit reached counts as interrupted. Raises RuntimeError on failure."""
    highs.run()
    match highs.getModelStatus():
        case HighsModelStatus.kOptimal:
            return End.OPTIMAL
        case HighsModelStatus.kInfeasible | HighsModelStatus.kUnboundedOrInfeasible:
            return End.INFEASIBLE
        case HighsModelStatus.kInterrupt | HighsModelStatus.kIterationLimit:
            return End.INTERRUPTED
        case HighsModelStatus.kHighsInterrupt:  # type: ignore[attr-defined]
            return End.INTERRUPTED
        case status:
            raise RuntimeError(f"HiGHS ended with: {highs.modelStatusToString(status)}")


def _objective(highs: highspy.Highs) -> float:
    return float(highs.getInfo().objective_function_value)


def _solution(highs: highspy.Highs) -> Floats:
    return np.array(highs.getSolution().col_value)


def _accepted(status: HighsStatus, what: str) -> None:
    if status == HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {what}")
