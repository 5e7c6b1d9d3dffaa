"""Why no plan meets the demands: which can't be met, when and by how much.

Called by `search` once the solver has found that there is no plan.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from algorithm.catalogue import CATALOGUE, Converter
from algorithm.island import Island
from algorithm.model import Model, build_model
from algorithm.series import HOURS_A_DAY, Floats
from algorithm.solver import Solver

# Dear enough that everything else is tried first, EUR per kWh.
UNSERVED_PRICE = 1000.0
TIME_LIMIT_S = 30.0
# The demands that can't be met are wanted, not the cheapest way to meet the others.
GAP = 0.05
LOOK_EVERY_S = 0.1
# kW below which a shortfall is rounding.
NOTHING = 1e-3
AT_LIMIT = 0.999


def explain_shortfall(
    island: Island, disabled: Sequence[str], should_stop: Callable[[], bool]
) -> str:
    """Return, for each demand that can't be met: how much, when, and what would help."""
    model = build_model(island, unserved_price=UNSERVED_PRICE)
    solver = Solver(model.program, gap=GAP)
    solver.start()
    deadline = time.monotonic() + TIME_LIMIT_S
    while not solver.wait(LOOK_EVERY_S):
        if should_stop() or time.monotonic() > deadline:
            solver.interrupt()
    solutions = solver.news().solutions
    if not solutions:
        return "No plan can meet the demands within the limits of devices, supplies and areas."
    solution = solutions[-1]
    sentences = [
        _sentence(model, carrier, solution, disabled)
        for carrier, columns in model.unserved.items()
        if solution[columns].max() > NOTHING
    ]
    return " ".join(["No plan can meet all demands.", *sentences])


def _sentence(model: Model, carrier: str, solution: Floats, disabled: Sequence[str]) -> str:
    short = solution[model.unserved[carrier]]
    worst = int(np.argmax(short))
    hour = int(model.island.steps.hours[worst])
    text = (
        f"{carrier} falls short by up to {short[worst]:.4g} kW "
        f"of {model.island.demands[carrier][worst]:.4g} kW "
        f"(day {hour // HOURS_A_DAY + 1}, hour {hour % HOURS_A_DAY})"
    )
    helpful = [f"raising {limit}" for limit in _limits_reached(model, solution, worst)]
    helpful += [f"enabling {name}" for name in disabled if carrier in _outputs(name)]
    return f"{text}; what may help: {', '.join(helpful)}." if helpful else f"{text}."


def _limits_reached(model: Model, solution: Floats, worst: int) -> list[str]:
    """Return the requirement's fields whose limits hold the solution back in an hour."""
    island = model.island
    reached = [
        f"supplies.{carrier}.limit"
        for carrier, columns in model.supplies.items()
        if solution[columns.power[worst]] >= AT_LIMIT * island.supplies[carrier].limit
    ]
    reached += [
        f"devices.{name}.max_size"
        for name, columns in model.conversions.items()
        if (largest := island.conversions[name].figures.max_size) is not None
        and solution[columns.size[0]] >= AT_LIMIT * largest
    ]
    for area, available in island.areas.items():
        used = sum(
            solution[columns.size[0]] * island.conversions[name].figures.area.get(area, 0.0)
            for name, columns in model.conversions.items()
        )
        if used >= AT_LIMIT * available:
            reached.append(f"areas.{area}")
    return reached


def _outputs(name: str) -> Mapping[str, object]:
    figures = CATALOGUE[name].figures
    return figures.outputs if isinstance(figures, Converter) else {}
