"""The island: a checked requirement as arrays over its time steps.

Public: `island.Island`, `resolve.island_of`, `typical_days.steps_to_model`, `coarsening.coarser`
and `assumptions.assumptions`.
"""
