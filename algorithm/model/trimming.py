"""What costs nothing in a solution, lowered to what is used of it.

A solver leaves it anywhere: the size of a device without investment, flows to and fro in one step.
`branch_and_cut` reads the sizes that a plan needs from a trimmed solution, `dispatch` what flows.
"""

from collections.abc import Iterator

import numpy as np

from algorithm.components.figures import Converter
from algorithm.model.build import Model, throughput
from algorithm.model.meters import never_at_once
from algorithm.series import Floats, Integers


def tighten(model: Model, values: Floats) -> None:
    """Lower to what is used what costs nothing, or so little that the solver left it anywhere."""
    for name in model.storages:
        _tighten_store(model, name, values)
    for name, connection in model.connections.items():
        if len(connection.backward) and (model.island.connections[name].efficiency == 1).all():
            _cancel(values, connection.forward, connection.backward)
        _lower_size(model, name, values, float(throughput(model, name, values).max()))
    for name, conversion in model.conversions.items():
        availability = model.island.conversions[name].availability
        shares = values[conversion.activity] / np.where(availability > 0, availability, np.inf)
        _lower_size(model, name, values, float(shares.max()))
    for name, other, steps in never_at_once(model.island, least_co2=model.minimise == "co2"):
        bought, sold = model.supplies[name].power[steps], model.exports[other].power[steps]
        _cancel(values, bought, sold)
    for meter in model.meters.values():
        meter.settle(values, model.island.steps.weights)
    for trade in (*model.supplies.values(), *model.exports.values()):
        values[trade.peaks] = 0.0
        if len(trade.peaks):
            np.maximum.at(values, trade.peaks[trade.period], values[trade.power])


def _tighten_store(model: Model, name: str, values: Floats) -> None:
    columns, storage = model.storages[name], model.island.storages[name]
    figures = storage.figures
    if figures.charge_efficiency * figures.discharge_efficiency == 1:
        _cancel(values, columns.charge, columns.discharge)
    else:
        _curtail_instead(model, name, values)
    charge, discharge = values[columns.charge], values[columns.discharge]
    used = np.maximum(charge, discharge) if figures.charging == "separate" else charge + discharge
    content = values[columns.level] / np.where(storage.max_level > 0, storage.max_level, np.inf)
    tied = figures.standing_loss > 0 or figures.start_level is not None or len(columns.between) > 0
    tied = tied or bool(storage.min_level.any())
    if not tied:
        needed = max(float(content.max()), figures.hours * float(used.max()))
        _lower_size(model, name, values, needed)
    together = figures.power == "together" and figures.hours > 0
    size = float(values[columns.size[0]])
    values[columns.power] = size / figures.hours if together else used.max()


def _curtail_instead(model: Model, name: str, values: Floats) -> None:
    """Take away what a store charges and discharges in one step, where it costs nothing.

    What that burns isn't made or bought instead, or is sold.
    """
    columns, storage = model.storages[name], model.island.storages[name]
    efficiency = storage.figures.charge_efficiency * storage.figures.discharge_efficiency
    burned = 1 / efficiency - 1  # kW per kW that is discharged no more
    most = np.minimum(values[columns.discharge], values[columns.charge] * efficiency) * burned
    for source, power, room in _curtailable(model, storage.carrier, values):
        less = np.minimum(room, most)
        values[source] -= np.divide(less, power, out=np.zeros_like(less), where=power != 0)
        values[columns.discharge] -= less / burned
        values[columns.charge] -= less / burned / efficiency
        most = most - less
    for both in (columns.charge, columns.discharge):
        values[both] = values[both].clip(min=0.0)


def _curtailable(
    model: Model, carrier: str, values: Floats
) -> Iterator[tuple[Integers, Floats, Floats]]:
    """Yield what of a carrier can be done without, or sold, at no cost: columns, the kW that there
    are less per unit less of them (T,), and how many kW that can be (T,)."""
    island = model.island
    for name, conversion in island.conversions.items():
        alone = list(conversion.flows) == [carrier] and not conversion.figures.must_take
        if alone and name not in model.switched and (conversion.operation >= 0).all():
            activity, power = model.conversions[name].activity, conversion.flows[carrier]
            yield activity, power, values[activity] * power
    for name, supply in island.supplies.items():
        cost = supply.price + supply.co2 * island.co2_price
        if supply.carrier == carrier and (cost >= 0).all():
            bought = model.supplies[name].power
            yield bought, np.ones_like(cost), values[bought]
    metered = {export for meter in island.meters.values() for export in meter.exports}
    for name, export in island.exports.items():
        income = export.price + export.co2 * island.co2_price
        free = name not in metered and export.devices is None and (income >= 0).all()
        if export.carrier == carrier and free:
            sold = model.exports[name].power
            yield sold, -np.ones_like(income), export.limit - values[sold]


def _lower_size(model: Model, name: str, values: Floats, needed: float) -> None:
    """Lower a size that is free, in both senses, to what is needed of it."""
    columns, figures = model.devices[name], model.island.devices[name].figures
    must = isinstance(figures, Converter) and figures.must_take
    if figures.investment == 0 and figures.size is None and not figures.unit_size and not must:
        least = figures.min_size if name in model.installed(values) else 0.0
        values[columns.size] = np.minimum(values[columns.size], max(needed, least))


def _cancel(values: Floats, one: Integers, other: Integers) -> None:
    """Take away what goes to and fro in the same step without a loss."""
    both = np.minimum(values[one], values[other])
    values[one] -= both
    values[other] -= both
