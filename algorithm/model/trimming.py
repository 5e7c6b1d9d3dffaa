"""Trims a solution: values that cost nothing are lowered to what is used.

A solver leaves them arbitrary: the size of a device without investment, opposing flows in one step.
"""

from collections.abc import Iterator

from algorithm.components.device import Curtailable, cancel
from algorithm.model.build import Model
from algorithm.model.meters import never_at_once
from algorithm.series import Floats


def tighten(model: Model, values: Floats) -> None:
    """Lower values (columns,) that cost nothing, or nearly nothing, to what is used, in place."""
    island, installed = model.island, model.installed(values)

    def curtailable(carrier: str) -> Iterator[Curtailable]:
        return _curtailable(model, carrier, values)

    for columns in model.devices.values():
        columns.cancel(values, curtailable)
    for name, columns in model.devices.items():
        least = columns.device.figures.least_size if name in installed else 0.0
        columns.trim(values, least)
        for added, capacity, existing in columns.enlargements:
            values[added] = (values[capacity] - existing).clip(min=0.0)
    for name, other, steps in never_at_once(island, least_co2=model.minimise == "co2"):
        cancel(values, model.supplies[name].power[steps], model.exports[other].power[steps])
    for meter in model.meters.values():
        meter.settle(values, island.steps.weights)
    for trade in model.trades:
        trade.trim(values)


def _curtailable(model: Model, carrier: str, values: Floats) -> Iterator[Curtailable]:
    """Yield what can be curtailed of a carrier, or sold in addition, at no cost."""
    for columns in model.devices.values():
        yield from columns.curtailable(carrier, values)
    for supply in model.supplies.values():
        yield from supply.curtailable(carrier, values, model.island, metered=False)
    metered = {export for meter in model.island.meters.values() for export in meter.exports}
    for name, export in model.exports.items():
        yield from export.curtailable(carrier, values, model.island, metered=name in metered)
