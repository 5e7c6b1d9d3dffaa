"""The search: its parts, the stages of each part, progress and result.

Public: `search.run_search` for a whole search in this process; `parts` (`parts_of`, `result_of`)
and `stages.run_part` for one that several processes share; `progress` and `failure` beside them.
What they exchange has its types in `part`, `outcome`, `result` and `progress`, a plan in
`algorithm.plan.record`.
"""
