"""The search: its parts, the stages of each part, progress and result.

Public: `search.run_search` for a whole search in this process; `parts` (`parts_of`, `result_of`)
and `stages.run_part` for a search that several processes share; `progress` and `failure`. The types
of the data they exchange are in `part`, `outcome`, `result`, `progress` and
`algorithm.plan.record`.
"""
