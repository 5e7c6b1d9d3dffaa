"""The island: a checked requirement as arrays over its time steps.

Public: `island.Island`, `resolve.island_of`, `assumptions.assumptions` and `coarsening.coarser`.
"""
