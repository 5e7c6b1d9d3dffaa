"""A requirement as one plain mixed-integer linear program of its whole horizon, solved exactly.

The search's answers are held against it. Nothing is taken from how the search finds maximum sizes,
writes its model or solves it: figures come from `check` and `Requirement.considered`, definitions
from docs/search.md, and HiGHS' simplex and branch and cut do the solving.

A size has no limit but those that the requirement states, and a decision to build needs no big-M:
`_Tree` branches on it by bounds. Undecided, a size is free and costs nothing if built; left out, it
is 0; built, it is no less than the minimum size and its fixed cost is paid. A big-M stands in the
rows of minimum loads and of exclusive charging alone, and is enlarged until it is far from binding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsVarType
from numpy.typing import ArrayLike, NDArray

from algorithm.components.converter import Converter
from algorithm.components.kinds import Figures
from algorithm.components.link import Link
from algorithm.components.store import Store
from algorithm.requirement.catalogue import is_disabled
from algorithm.requirement.schema import Export, Requirement, Supply
from algorithm.requirement.validation import check

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Term = tuple[Integers, ArrayLike]

HOURS_A_YEAR = 8760
# How many times the maximum size that is wanted without decisions in each step, or the demands'
# peaks. HiGHS goes astray with large ones: the first is taken that the next doesn't improve upon.
BIG_M = (3.0, 30.0, 300.0, 3000.0)
# Of the objective: what two optima may differ by. Of rows, columns and duals: their tolerance.
SAME, TIGHT = 1e-9, 1e-9


@dataclass(frozen=True)
class Optimum:
    """The least cost, currency a year, and the sizes of its devices, each in its unit."""

    status: Literal["optimal", "infeasible", "unbounded"]
    cost: float = np.nan
    sizes: Mapping[str, float] = field(default_factory=dict)


def optimum(
    requirement: Requirement | Mapping[str, Any],
    disabled: Sequence[str] = (),
    *,
    on_off: bool = False,
) -> Optimum:
    """Return the best plan; on_off: whether the minimum loads of the catalogue's devices hold.

    Raises RequirementError for wrong input and RuntimeError where HiGHS comes to no result.
    """
    asked, off, _ = check(requirement, disabled)
    site = _Site(asked, off, on_off, np.inf)
    known = _Tree(site).optimum()
    if not site.with_big_m or known.status == "infeasible":
        return known
    peaks = sum(float(np.max(asked.values(demand.power))) for demand in asked.demands.values())
    largest = max([peaks, *(known.sizes.get(name, 0.0) for name in site.with_big_m)])
    before: Optimum | None = None
    for times in BIG_M:
        site = _Site(asked, off, on_off, times * largest)
        found = _Tree(site).optimum()
        if before is not None and not found.cost < before.cost - SAME * abs(before.cost):
            return before
        binds = any(found.sizes.get(name, 0.0) > site.big_m / 3 for name in site.with_big_m)
        before = None if binds or found.status == "infeasible" else found
    return Optimum("unbounded", -np.inf) if binds else found


class _Site:
    """Columns and rows of a requirement.

    sizes: each device's column. decisions: by device, the column that is 1 if it is built and the
    minimum size that it then has. with_big_m: devices without a stated limit that have a decision
    in each step, which `big_m` should exceed by far; where that is inf, they have none.
    """

    def __init__(self, asked: Requirement, off: Sequence[str], on_off: bool, big_m: float) -> None:
        self.asked, self.on_off = asked, on_off
        self.steps, self.hours = asked.horizon, asked.step_hours
        self.weight = HOURS_A_YEAR / self.steps
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.costs: list[float] = []
        self.whole: list[bool] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []
        self.entries: list[tuple[Integers, Integers, Floats]] = []
        self.sizes: dict[str, int] = {}
        self.decisions: dict[str, tuple[int, float]] = {}
        self.big_m = big_m
        self.with_big_m: list[str] = []
        self._flows: dict[str, list[Term]] = defaultdict(list)
        self._made: dict[tuple[str, str], tuple[Integers, Floats]] = {}
        self._invested: list[Term] = []
        self._emitted: list[Term] = []
        self._used: dict[str, list[Term]] = defaultdict(list)
        for name, figures in asked.considered().items():
            if not is_disabled(name, figures.like or name, off):
                self._device(name, figures)
        for name, supply in asked.supplies.items():
            self._trade(supply.carrier or name, supply, 1.0)
        for name, export in asked.exports.items():
            self._trade(export.carrier or name, export, -1.0)
        self._balances()
        self._limits()

    def values(self, series: Any) -> Floats:
        return np.broadcast_to(np.asarray(self.asked.values(series), dtype=float), (self.steps,))

    # Columns and rows

    def columns(
        self, count: int, *, lower: float = 0.0, upper: ArrayLike = np.inf, cost: ArrayLike = 0.0,
        whole: bool = False,
    ) -> Integers:  # fmt: skip
        first = len(self.costs)
        self.lower += [lower] * count
        self.upper += np.broadcast_to(upper, (count,)).tolist()
        self.costs += np.broadcast_to(cost, (count,)).tolist()
        self.whole += [whole] * count
        return np.arange(first, first + count)

    def rows(self, count: int, lower: ArrayLike, terms: Sequence[Term], upper: ArrayLike) -> None:
        """Add rows lower <= sum of terms <= upper; a single column is in each of them."""
        rows = len(self.row_lower) + np.arange(count)
        for columns, figures in terms:
            each = np.broadcast_to(figures, (count,)).astype(float)
            self.entries.append((rows, np.broadcast_to(columns, (count,)), each))
        self.row_lower += np.broadcast_to(lower, (count,)).tolist()
        self.row_upper += np.broadcast_to(upper, (count,)).tolist()

    def total(self, terms: Sequence[Term], upper: float) -> None:
        """Add one row: the sum over all columns of all terms <= upper."""
        for columns, figures in terms:
            row = np.full(len(columns), len(self.row_lower))
            each = np.broadcast_to(figures, (len(columns),)).astype(float)
            self.entries.append((row, columns, each))
        self.row_lower.append(-np.inf)
        self.row_upper.append(upper)

    # Devices

    def _yearly(self, life: float, maintenance: float) -> float:
        """Return what an investment of 1 costs a year."""
        rate = self.asked.interest_rate
        annuity = rate / (1 - (1 + rate) ** -life) if rate > 0 else 1 / life
        return annuity + maintenance / 100

    def _device(self, name: str, figures: Figures) -> None:
        yearly = self._yearly(figures.life, figures.maintenance)
        if figures.size is None:
            least, most = 0.0, np.inf if figures.max_size is None else figures.max_size
            built = self.columns(1, upper=1.0, cost=yearly * figures.investment_fixed)
            if figures.min_size > 0 or figures.investment_fixed > 0:
                self.decisions[name] = int(built[0]), figures.min_size
        else:
            least = most = figures.size
            exists = float(figures.size > 0)
            cost = yearly * figures.investment_fixed
            built = self.columns(1, lower=exists, upper=exists, cost=cost)
        size = self.columns(1, lower=least, upper=most, cost=yearly * figures.investment)
        self.sizes[name] = int(size[0])
        if figures.unit_size is not None and figures.size is None:
            units = self.columns(1, whole=True)
            self.rows(1, 0.0, [(size, 1.0), (units, -figures.unit_size)], 0.0)
        self._invested += [(size, figures.investment), (built, figures.investment_fixed)]
        for area, per_unit in figures.area.items():
            self._used[area].append((size, per_unit))
        if isinstance(figures, Converter):
            self._converter(name, figures, size)
        elif isinstance(figures, Store):
            self._store(name, figures, size)
        else:
            self._link(figures, size)

    def _converter(self, name: str, figures: Converter, size: Integers) -> None:
        flows: dict[str, Floats] = defaultdict(lambda: np.zeros(self.steps))
        cost = self.values(figures.operation)
        for sign, coefficients in ((1.0, figures.outputs), (-1.0, figures.inputs)):
            for carrier, series in coefficients.items():
                flow = self.values(series)
                flows[carrier] = flows[carrier] + sign * flow
                cost = cost + flow * self.values(figures.flow_costs.get(carrier, 0.0))
        activity = self.columns(self.steps, cost=self.weight * cost)
        for carrier, flow in flows.items():
            self._flows[carrier].append((activity, flow))
            self._made[name, carrier] = activity, flow.clip(min=0.0)
        available = self.values(figures.availability)
        least = 0.0 if figures.must_take else -np.inf
        self.rows(self.steps, least, [(activity, 1.0), (size, -available)], 0.0)
        stated = (self.asked.devices or {}).get(name)
        holds = self.on_off or (stated is not None and "min_load" in stated.model_fields_set)
        share = figures.min_load if holds and not figures.must_take else 0.0
        if share > 0 and np.isfinite(most := self._most(name, figures)):
            on = self.columns(self.steps, upper=1.0, whole=True)
            # Off, it does nothing; on, it does no less than its share of the size.
            self.rows(self.steps, -np.inf, [(activity, 1.0), (on, -most * available)], 0.0)
            above: list[Term] = [(activity, 1.0), (size, -share), (on, -share * most)]
            self.rows(self.steps, -share * most, above, np.inf)

    def _store(self, name: str, figures: Store, size: Integers) -> None:
        steps, hours = self.steps, self.hours
        cost = self._yearly(figures.power_life, figures.power_maintenance)
        power = self.columns(1, cost=cost * figures.power_investment)
        self._invested.append((power, figures.power_investment))
        together = figures.power == "together" and figures.hours > 0
        within = 0.0 if together else -np.inf
        self.rows(1, within, [(power, figures.hours), (size, -1.0)], 0.0)
        charge, level = self.columns(steps), self.columns(steps)
        discharge = self.columns(steps, cost=self.weight * self.values(figures.operation))
        self._flows[figures.carrier] += [(discharge, 1.0), (charge, -1.0)]
        if figures.charging == "separate":
            self.rows(steps, -np.inf, [(charge, 1.0), (power, -1.0)], 0.0)
            self.rows(steps, -np.inf, [(discharge, 1.0), (power, -1.0)], 0.0)
        else:
            self.rows(steps, -np.inf, [(charge, 1.0), (discharge, 1.0), (power, -1.0)], 0.0)
        # A store is filled and emptied once in a step, however short that takes.
        fills = (1 + hours * figures.standing_loss) / (hours * figures.charge_efficiency)
        self.rows(steps, -np.inf, [(charge, 1.0), (size, -fills)], 0.0)
        empties = figures.discharge_efficiency / hours
        self.rows(steps, -np.inf, [(discharge, 1.0), (size, -empties)], 0.0)
        if figures.charging == "exclusive" and np.isfinite(most := self._most(name, figures)):
            # Its power, or what fills it within a step.
            filled = (1 + hours * figures.standing_loss) / (hours * figures.charge_efficiency)
            most *= min(filled, 1 / figures.hours) if figures.hours > 0 else filled
            charging = self.columns(steps, upper=1.0, whole=True)
            self.rows(steps, -np.inf, [(charge, 1.0), (charging, -most)], 0.0)
            self.rows(steps, -np.inf, [(discharge, 1.0), (charging, most)], most)
        # What is left of the step before, less the standing loss, and what came and went.
        kept = (1 - figures.loss) ** hours
        stays, begins = np.full(steps, -kept), np.zeros(steps)
        if not figures.cyclic:
            stays[0], begins[0] = 0.0, -kept * (figures.start_level or 0.0)
        change: list[Term] = [
            (level, 1.0),
            (np.roll(level, 1), stays),
            (size, begins + hours * figures.standing_loss),
            (charge, -hours * figures.charge_efficiency),
            (discharge, hours / figures.discharge_efficiency),
        ]
        self.rows(steps, 0.0, change, 0.0)
        highest, lowest = self.values(figures.max_level), self.values(figures.min_level)
        self.rows(steps, -np.inf, [(level, 1.0), (size, -highest)], 0.0)
        self.rows(steps, 0.0, [(level, 1.0), (size, -lowest)], np.inf)
        if figures.cyclic and figures.start_level is not None:
            self.rows(1, 0.0, [(level[-1:], 1.0), (size, -figures.start_level)], 0.0)

    def _link(self, figures: Link, size: Integers) -> None:
        cost = self.weight * self.values(figures.operation)
        ways = [(figures.source, figures.target), (figures.target, figures.source)]
        within: list[Term] = [(size, -1.0)]
        for source, target in ways[: 1 + figures.two_way]:
            enters = self.columns(self.steps, cost=cost)
            self._flows[source].append((enters, -1.0))
            self._flows[target].append((enters, 1.0 - self.values(figures.loss)))
            within.append((enters, 1.0))
        self.rows(self.steps, -np.inf, within, 0.0)

    def _most(self, name: str, figures: Converter | Store) -> float:
        """Return a size that the device can't exceed, or won't."""
        stated = figures.max_size if figures.size is None else figures.size
        if stated is None:
            self.with_big_m.append(name)
        return self.big_m if stated is None else stated

    # The site

    def _trade(self, carrier: str, trade: Supply | Export, sign: float) -> None:
        co2 = self.values(trade.co2)
        price = self.values(trade.price) + co2 * self.asked.co2_price / 1000
        most = np.inf if trade.limit is None else self.values(trade.limit)
        power = self.columns(self.steps, upper=most, cost=sign * self.weight * price)
        self._flows[carrier].append((power, sign))
        self._emitted.append((power, sign * self.weight * co2))
        if isinstance(trade, Export) and trade.devices is not None:
            made = [self._made[n, carrier] for n in trade.devices if (n, carrier) in self._made]
            terms = [(columns, -flow) for columns, flow in made]
            self.rows(self.steps, -np.inf, [(power, 1.0), *terms], 0.0)
        if isinstance(trade, Supply) and trade.peak_price > 0:
            monthly = trade.peak_period == "month"
            months = [self._month(step) if monthly else 0 for step in range(self.steps)]
            occurring, which = np.unique(months, return_inverse=True)
            a_year = 12 / len(occurring) if monthly else 1.0
            peaks = self.columns(len(occurring), cost=a_year * trade.peak_price)
            self.rows(self.steps, -np.inf, [(power, 1.0), (peaks[which], -1.0)], 0.0)

    def _month(self, step: int) -> int:
        day = int((step + 1e-6) * self.hours / 24)
        return (self.asked.start + timedelta(days=day)).month

    def _balances(self) -> None:
        wanted: dict[str, Floats] = defaultdict(lambda: np.zeros(self.steps))
        for name, demand in self.asked.demands.items():
            carrier, power = demand.carrier or name, self.values(demand.power)
            wanted[carrier] = wanted[carrier] + power
            if (price := demand.unserved_price) is not None:
                unserved = self.columns(self.steps, upper=power, cost=self.weight * price)
                self._flows[carrier].append((unserved, 1.0))
        for carrier in {**wanted, **self._flows}:
            power = wanted[carrier]
            self.rows(self.steps, power, self._flows[carrier], power)

    def _limits(self) -> None:
        for area, available in self.asked.areas.items():
            self.total(self._used[area], available)
        if self.asked.budget is not None:
            self.total(self._invested, self.asked.budget)
        if self.asked.co2_limit is not None:
            self.total(self._emitted, 1000 * self.asked.co2_limit)

    def highs(self, *, relaxed: bool) -> highspy.Highs:
        """Return HiGHS with the program; relaxed: whole numbers may be any number."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.row_lower)
        lp.col_lower_, lp.col_upper_ = np.array(self.lower), np.array(self.upper)
        lp.col_cost_ = np.array(self.costs)
        lp.row_lower_, lp.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        matrix: dict[tuple[int, int], float] = defaultdict(float)
        for rows, columns, figures in self.entries:
            for row, column, figure in zip(
                rows.tolist(), columns.tolist(), figures.tolist(), strict=True
            ):
                matrix[row, column] += figure
        places = sorted(place for place, figure in matrix.items() if figure != 0)
        starts = np.searchsorted([row for row, _ in places], np.arange(lp.num_row_ + 1))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = np.array([column for _, column in places], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([matrix[place] for place in places])
        if any(self.whole) and not relaxed:
            kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
            lp.integrality_ = [kinds[whole] for whole in self.whole]
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("solver", "simplex")
        highs.setOptionValue("mip_rel_gap", 1e-7)
        highs.passModel(lp)
        return highs


class _Tree:
    """Branches on what is built, depth first, until no better plan is left.

    A node's program is a linear one while something is undecided. Once all is decided, whole
    numbers hold as well; without any, a node is a plan as soon as nothing undecided is used.
    """

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._relaxed = site.highs(relaxed=True)
        self._exact = site.highs(relaxed=False) if any(site.whole) else self._relaxed
        self._best = Optimum("infeasible")

    def optimum(self) -> Optimum:
        self._grow({})
        return self._best

    def _grow(self, decided: Mapping[str, bool]) -> None:
        if self._best.status == "unbounded":
            return
        site = self._site
        open_ones = [name for name in site.decisions if name not in decided]
        status, cost, values = self._solved(self._relaxed, decided)
        if status == "infeasible":
            return
        if status == "optimal":
            known = self._best.cost if self._best.status == "optimal" else np.inf
            if cost >= known - SAME * max(abs(known), 1.0):
                return
            used = [name for name in open_ones if values[site.sizes[name]] > 0]
            if not used and not any(site.whole):
                self._keep(cost, values)
                return
            open_ones = sorted(open_ones, key=lambda name: -values[site.sizes[name]])
        if not open_ones:
            self._end(decided)
            return
        for built in (True, False):
            self._grow({**decided, open_ones[0]: built})

    def _end(self, decided: Mapping[str, bool]) -> None:
        """Take in the best plan in which all is decided, if it is the best so far."""
        status, cost, values = self._solved(self._exact, decided)
        if status == "unbounded":
            self._best = Optimum("unbounded", -np.inf)
        elif status == "optimal":
            if any(self._site.whole):
                cost, values = self._to_the_digit(values)
            if not cost >= self._best.cost:
                self._keep(cost, values)

    def _to_the_digit(self, values: Floats) -> tuple[float, Floats]:
        """Solve again with whole numbers fixed: none is off by the solver's tolerance then."""
        highs, site = self._relaxed, self._site
        whole = np.flatnonzero(site.whole).astype(np.int32)
        fixed = np.round(values[whole])
        highs.changeColsBounds(len(whole), whole, fixed, fixed)
        found = self._outcome(highs)
        lower, upper = (np.array(bounds)[whole] for bounds in (site.lower, site.upper))
        highs.changeColsBounds(len(whole), whole, lower, upper)
        return found[1:] if found[0] == "optimal" else (np.inf, values)

    def _keep(self, cost: float, values: Floats) -> None:
        sizes = {name: float(values[column]) for name, column in self._site.sizes.items()}
        self._best = Optimum("optimal", cost, sizes)

    def _solved(
        self, highs: highspy.Highs, decided: Mapping[str, bool]
    ) -> tuple[str, float, Floats]:
        """Return how a node's program ends, its cost and its values."""
        for name, (column, smallest) in self._site.decisions.items():
            size = self._site.sizes[name]
            most = self._site.upper[size]
            match decided.get(name):
                case None:
                    highs.changeColBounds(column, 0.0, 1.0)
                    highs.changeColBounds(size, 0.0, most)
                case False:
                    highs.changeColBounds(column, 0.0, 0.0)
                    highs.changeColBounds(size, 0.0, 0.0)
                case True if smallest > most:
                    return "infeasible", np.nan, np.array([])
                case True:
                    highs.changeColBounds(column, 1.0, 1.0)
                    highs.changeColBounds(size, smallest, most)
        return self._outcome(highs)

    def _outcome(self, highs: highspy.Highs) -> tuple[str, float, Floats]:
        status = _ended(highs)
        values = np.array(highs.getSolution().col_value)
        return status, float(highs.getInfo().objective_function_value), values


def _ended(highs: highspy.Highs) -> str:
    """Run to an end; where HiGHS can't tell, from scratch, and with tolerances nearer its own."""
    for presolve, tolerance in (("choose", TIGHT), ("off", TIGHT), ("off", 1e-8), ("off", 1e-7)):
        highs.setOptionValue("presolve", presolve)
        for kind in ("primal", "dual", "mip"):
            highs.setOptionValue(f"{kind}_feasibility_tolerance", tolerance)
        highs.run()
        status = highs.getModelStatus()
        if status in _ENDS:
            return _ENDS[status]
        if status == HighsModelStatus.kUnboundedOrInfeasible and presolve == "off":
            return "unbounded" if _is_feasible(highs) else "infeasible"
        highs.clearSolver()
    raise RuntimeError(f"HiGHS ended with: {highs.modelStatusToString(status)}")


def _is_feasible(highs: highspy.Highs) -> bool:
    """Return whether there is a plan at any cost: nothing is unbounded where nothing costs."""
    costs = np.array(highs.getLp().col_cost_)
    columns = np.arange(len(costs), dtype=np.int32)
    highs.changeColsCost(len(costs), columns, np.zeros(len(costs)))
    highs.run()
    feasible = highs.getModelStatus() == HighsModelStatus.kOptimal
    highs.changeColsCost(len(costs), columns, costs)
    return feasible


_ENDS = {
    HighsModelStatus.kOptimal: "optimal",
    HighsModelStatus.kInfeasible: "infeasible",
    HighsModelStatus.kUnbounded: "unbounded",
}
