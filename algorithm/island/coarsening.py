"""The whole horizon in fewer, longer steps: a relaxation, for what is to be proven soon.

Used by `stage_solver` for the maximum sizes on a long horizon. Each plan for all steps is one for
these as well, at no more cost: demands and limits are means of the steps that one stands for,
prices the best of them, what is converted is anything between their least and most, and stores lose
nothing or anything.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from algorithm.island.island import Island
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
            demands={name: one.coarser(self._taken) for name, one in island.demands.items()},
            supplies={name: one.coarser(self._taken) for name, one in island.supplies.items()},
            exports={name: one.coarser(self._taken) for name, one in island.exports.items()},
            devices={name: one.coarser(self._taken) for name, one in island.devices.items()},
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
