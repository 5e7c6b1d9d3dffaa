"""Runs HiGHS in a thread of its own; its progress can be polled.

The common base of `branch_and_cut` and `interior_point`. HiGHS releases Python's global lock while
it works and calls back now and then. The callbacks only store what they get, so the solver never
waits.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus
from highspy.highs import HighsCallbackEvent

from algorithm.errors import Failed
from algorithm.linear_program import Program
from algorithm.messages import Message
from algorithm.series import Floats

# HiGHS' default of 1e-6, times a maximum size, would let devices that aren't built produce more
# than a balance's tolerance.
FEASIBILITY_TOLERANCE = 1e-8
LOGGING_INTERVAL_S = 0.2
LOOK_EVERY_S = 0.1
REFUSED = Message(
    "The solver refused the model, as some figure in it is too large; are all in the units that "
    "the requirement asks for?"
)

Setting = bool | int | float | str
Method = Mapping[str, Setting]

# HiGHS' own tolerance for the optimum of interior point, relative.
EXACT = 1e-8

# Ways to solve a linear program. An interior point solution is no vertex; crossover moves to one.
# It takes as long again, but succeeds in cases where the interior point method alone fails.
SIMPLEX: Method = {"solver": "simplex", "presolve": "choose"}
SIMPLEX_AS_IT_IS: Method = {"solver": "simplex", "presolve": "off"}
INTERIOR: Method = {
    "solver": "hipo",
    "run_crossover": "off",
    "presolve": "choose",
    "ipm_optimality_tolerance": EXACT,
}
INTERIOR_TO_CORNER: Method = {**INTERIOR, "solver": "ipx", "run_crossover": "on"}


class End(Enum):
    """How a run ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"  # numerical trouble in HiGHS


class Stage(Enum):
    """What the solver is doing, for people."""

    RELAXATION = Message("Computing a lower bound: devices of any size")
    FIRST_PLANS = Message("Improving the plan: leaving out one device at a time")
    SIZES = Message("Bounding the size of each device")
    PROOF = Message("Branch and cut: improving the plan and its bound")
    INTERIOR = Message("Solving for all steps at once")


@dataclass(frozen=True)
class News:
    """What is new from the solver. bound: best so far, in the objective's unit. iterations: of
    interior point, so far. solutions: (columns,) each, those not returned before. share: of the
    stage that is done, 0 to 1, where the solver counts it."""

    stage: Stage
    bound: float | None
    iterations: int
    solutions: tuple[Floats, ...]
    share: float = 0.0


class Solver(ABC):
    """Solves a program once, on one core, deterministically.

    highs_s: the time spent in HiGHS, s.
    """

    def __init__(self, program: Program, stage: Stage) -> None:
        self.highs_s = 0.0
        self._program = program
        self.interrupted = threading.Event()
        self._lock = threading.Lock()
        self._stage = stage
        self._bound: float | None = None
        self._iterations = 0
        self._share = 0.0
        self._solutions: list[Floats] = []
        self._thread = threading.Thread(target=self._run, name="solver", daemon=True)
        self._end: End | None = None
        self._failure: Exception | None = None

    def start(self) -> None:
        self._thread.start()

    def interrupt(self) -> None:
        """Ask the run to end; HiGHS ends at its next callback."""
        self.interrupted.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the run, at most `seconds`; return whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def watch(
        self,
        should_stop: Callable[[], bool],
        deadline: float,
        on_news: Callable[[News], None] | None = None,
    ) -> None:
        """Start the run and wait for its end; interrupt it on request, or at the deadline.

        deadline: in seconds of the monotonic clock. on_news: called with news ten times a second.
        """
        self.start()
        ended = False
        try:
            while not ended:
                ended = self.wait(LOOK_EVERY_S)
                if not ended and (should_stop() or time.monotonic() > deadline):
                    self.interrupt()
                if on_news is not None:
                    on_news(self.news())
        finally:
            self.interrupt()  # also if `on_news` raised: nobody waits for the run any more

    def news(self) -> News:
        """Return the current state; each solution is returned once, in the order found."""
        with self._lock:
            solutions = tuple(self._solutions)
            news = News(self._stage, self._bound, self._iterations, solutions, self._share)
            self._solutions.clear()
            return news

    @property
    def end(self) -> End:
        """How the run ended; only valid after its end. Raises the error if it failed."""
        if self._failure is not None:
            raise self._failure
        assert self._end is not None  # it has ended
        return self._end

    @abstractmethod
    def solve(self) -> End:
        """Do the work, in the solver's thread; report with the `note_` methods."""

    def note_solution(self, solution: Floats) -> None:
        with self._lock:
            self._solutions.append(solution)

    def note_bound(self, bound: float) -> None:
        with self._lock:
            if np.isfinite(bound):
                self._bound = bound if self._bound is None else max(bound, self._bound)

    def note_stage(self, stage: Stage) -> None:
        with self._lock:
            self._stage, self._share = stage, 0.0

    def note_share(self, share: float) -> None:
        with self._lock:
            self._share = share

    @contextmanager
    def highs(self, lp: highspy.HighsLp, options: Method) -> Iterator[highspy.Highs]:
        """Yield HiGHS with a program and our callbacks, which are removed afterwards."""
        highs = highspy.Highs()
        _set_options(
            highs,
            {
                "output_flag": False,
                "threads": 1,
                "random_seed": 0,
                "user_bound_scale": self._program.exponent,
                "user_objective_scale": -self._program.exponent,  # keeps the objective unscaled
                **options,
            },
        )
        if highs.passModel(lp) == HighsStatus.kError:
            raise Failed(REFUSED)
        callbacks = (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt)
        for callback in callbacks:
            callback.subscribe(self._on_interrupt)
        highs.cbMipImprovingSolution.subscribe(self._on_solution)
        highs.cbMipLogging.subscribe(self._on_logging)
        try:
            yield highs
        finally:
            highs.clearCallbacks()

    def run_confirmed(self, highs: highspy.Highs, methods: Sequence[Method]) -> End:
        """Solve a program by the first of the methods that finds an optimum.

        INFEASIBLE or UNBOUNDED is returned only if two methods agree, otherwise UNKNOWN.
        """
        verdicts: list[End] = []
        for number, method in enumerate(methods):
            if number:
                highs.clearSolver()
            _set_options(highs, method)
            end = self.run_to_end(highs)
            if end in (End.OPTIMAL, End.INTERRUPTED) or (
                end in verdicts and end is not End.UNKNOWN
            ):
                return end
            verdicts.append(end)
        return End.UNKNOWN

    def run_to_end(self, highs: highspy.Highs) -> End:
        """Run once; reaching an iteration limit counts as interrupted.

        Raises Failed if HiGHS refuses the program, and MemoryError.
        """
        began = time.monotonic()
        highs.run()
        self.highs_s += time.monotonic() - began
        match highs.getModelStatus():
            case HighsModelStatus.kOptimal:
                return End.OPTIMAL
            case HighsModelStatus.kInfeasible:
                return End.INFEASIBLE
            case HighsModelStatus.kUnbounded | HighsModelStatus.kUnboundedOrInfeasible:
                return self._unbounded_or_infeasible(highs)
            case HighsModelStatus.kInterrupt | HighsModelStatus.kIterationLimit:
                return End.INTERRUPTED
            case HighsModelStatus.kHighsInterrupt:  # type: ignore[attr-defined]
                return End.INTERRUPTED
            case HighsModelStatus.kNotset:
                raise Failed(REFUSED)
            case HighsModelStatus.kMemoryLimit:
                raise MemoryError
        return End.UNKNOWN

    def _unbounded_or_infeasible(self, highs: highspy.Highs) -> End:
        """Tell the two apart by solving without an objective, which is never unbounded."""
        costs = np.array(highs.getLp().col_cost_)
        columns = np.arange(len(costs), dtype=np.int32)
        solver = highs.getOptionValue("solver")[1]
        highs.changeColsCost(len(costs), columns, np.zeros(len(costs)))
        highs.setOptionValue("solver", "choose")
        highs.run()
        status = highs.getModelStatus()
        highs.changeColsCost(len(costs), columns, costs)
        highs.setOptionValue("solver", solver)
        if status == HighsModelStatus.kInfeasible:
            return End.INFEASIBLE
        if self.interrupted.is_set():
            return End.INTERRUPTED
        return End.UNBOUNDED if status == HighsModelStatus.kOptimal else End.UNKNOWN

    def _run(self) -> None:
        try:
            self._end = self.solve()
            if self._end is End.UNKNOWN:
                raise Failed(
                    Message(
                        "The solver came to no result; figures that lie very far apart may be why."
                    )
                )
        except Exception as failure:  # raised again in the thread that reads `end`
            self._failure = failure

    def _on_interrupt(self, event: HighsCallbackEvent) -> None:
        self._iterations = max(self._iterations, event.data_out.ipm_iteration_count)
        if self.interrupted.is_set():
            event.interrupt()

    def _on_solution(self, event: HighsCallbackEvent) -> None:
        # HiGHS unscales its final solution, but not those that it passes to callbacks.
        self.note_solution(np.array(event.data_out.mip_solution) * self._program.unit)

    def _on_logging(self, event: HighsCallbackEvent) -> None:
        self.note_bound(event.data_out.mip_dual_bound)


def _set_options(highs: highspy.Highs, options: Method) -> None:
    for name, value in options.items():
        if highs.setOptionValue(name, value) == HighsStatus.kError:
            raise Failed(Message("The solver refused its option %(name)s.", name=name))


def objective(highs: highspy.Highs) -> float:
    """Return the objective value of the last run."""
    return float(highs.getInfo().objective_function_value)


def solution(highs: highspy.Highs) -> Floats:
    """Return the values (columns,) of the last run."""
    return np.array(highs.getSolution().col_value)


def duals(highs: highspy.Highs) -> Floats:
    """Return the duals (rows,) of the last run."""
    return np.array(highs.getSolution().row_dual)
