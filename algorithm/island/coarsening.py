"""The whole horizon in fewer, longer steps: a relaxation, for what is to be proven soon.

Used by `stage_solver` for the largest sizes on a long horizon. Each plan for all steps is one for
these as well, at no more cost: demands and limits are means of the steps that one stands for,
prices the best of them, what is converted is anything between their least and most, and stores lose
nothing or anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from algorithm.island.island import Connection, Conversion, Demand, Island, Storage, Trade
from algorithm.series import Floats
from algorithm.timesteps import Steps

# So many steps a day at the most.
STEPS_A_DAY = 4


def coarser(island: Island) -> Island:
    """Return the island, which covers its whole horizon, in at most STEPS_A_DAY steps a day."""
    a_day = island.steps.a_day
    count = max(d for d in range(1, min(STEPS_A_DAY, a_day) + 1) if a_day % d == 0)
    return _Coarse(a_day // count).island(island) if count < a_day else island


class _Coarse:
    """Merges every `together` consecutive steps into one."""

    def __init__(self, together: int) -> None:
        self._together = together

    def island(self, island: Island) -> Island:
        return replace(
            island,
            steps=self._steps(island.steps),
            demands={name: self._demand(demand) for name, demand in island.demands.items()},
            supplies={name: self._trade(t, np.min) for name, t in island.supplies.items()},
            exports={name: self._trade(t, np.max) for name, t in island.exports.items()},
            conversions={name: self._conversion(c) for name, c in island.conversions.items()},
            storages={name: self._storage(s) for name, s in island.storages.items()},
            connections={name: self._connection(c) for name, c in island.connections.items()},
        )

    def _taken(self, values: Floats, how: Any) -> Floats:
        taken: Floats = how(values.reshape(-1, self._together), axis=1)
        return taken

    def _steps(self, steps: Steps) -> Steps:
        count = len(steps.positions) // self._together
        positions = np.arange(count)
        return replace(
            steps,
            positions=positions,
            weights=self._taken(steps.weights, np.sum),
            previous=np.roll(positions, 1),
            first=positions == 0,
            months=steps.months[:: self._together],
            horizon=count,
            step_hours=steps.step_hours * self._together,
            coarse=True,
        )

    def _demand(self, demand: Demand) -> Demand:
        return replace(demand, power=self._taken(demand.power, np.mean))

    def _trade(self, trade: Trade, best: Any) -> Trade:
        return replace(
            trade,
            price=self._taken(trade.price, best),
            co2=self._taken(trade.co2, best),
            limit=self._taken(trade.limit, np.mean),
        )

    def _conversion(self, conversion: Conversion) -> Conversion:
        flows: Mapping[str, Floats] = conversion.flows
        spread = {carrier: self._taken(flow, np.ptp) for carrier, flow in flows.items()}
        return replace(
            conversion,
            flows={carrier: self._taken(flow, np.max) for carrier, flow in flows.items()},
            spread={carrier: less for carrier, less in spread.items() if less.any()},
            availability=self._taken(conversion.availability, np.mean),
            operation=self._taken(conversion.operation, np.min),
        )

    def _storage(self, storage: Storage) -> Storage:
        lossless = storage.figures.model_copy(update={"loss": 0.0, "standing_loss": 0.0})
        last = slice(self._together - 1, None, self._together)
        return replace(
            storage,
            figures=lossless,
            min_level=storage.min_level[last],
            max_level=storage.max_level[last],
            operation=self._taken(storage.operation, np.min),
        )

    def _connection(self, connection: Connection) -> Connection:
        return replace(
            connection,
            efficiency=self._taken(connection.efficiency, np.max),
            spread=self._taken(connection.efficiency, np.ptp),
            operation=self._taken(connection.operation, np.min),
        )
