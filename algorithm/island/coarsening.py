"""The whole horizon in fewer, longer steps: a relaxation, to prove bounds quickly.

Every plan for all steps is feasible in the coarse steps, too, at no higher cost. Demands and limits
are the means of the steps that a coarse step merges, and prices are the best of them. Efficiencies
may take any value between their minimum and maximum, and stores any loss from zero up.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from algorithm.island.island import Island
from algorithm.series import Floats
from algorithm.timesteps import Steps

# Maximum number of coarse steps a day; and where speed counts for more than the last percent.
STEPS_A_DAY, FEWEST_STEPS_A_DAY = 4, 2


def coarser(island: Island, most: int = STEPS_A_DAY) -> Island:
    """Return the island in at most `most` steps a day. It must cover its whole horizon."""
    a_day = island.steps.a_day
    count = max(d for d in range(1, min(most, a_day) + 1) if a_day % d == 0)
    return _Coarse(a_day // count).island(island) if count < a_day else island


class _Coarse:
    """Merges every `together` consecutive steps into one."""

    def __init__(self, together: int) -> None:
        self._together = together

    def island(self, island: Island) -> Island:
        return replace(
            island,
            steps=self._steps(island.steps),
            demands={name: one.coarser(self._merged) for name, one in island.demands.items()},
            supplies={name: one.coarser(self._merged) for name, one in island.supplies.items()},
            exports={name: one.coarser(self._merged) for name, one in island.exports.items()},
            devices={name: one.coarser(self._merged) for name, one in island.devices.items()},
        )

    def _merged(self, values: Floats, how: Any) -> Floats:
        merged: Floats = how(values.reshape(-1, self._together), axis=1)
        return merged

    def _steps(self, steps: Steps) -> Steps:
        count = len(steps.positions) // self._together
        positions = np.arange(count)
        return replace(
            steps,
            positions=positions,
            weights=self._merged(steps.weights, np.sum),
            previous=np.roll(positions, 1),
            first=positions == 0,
            months=steps.months[:: self._together],
            horizon=count,
            step_hours=steps.step_hours * self._together,
            coarse=True,
        )
