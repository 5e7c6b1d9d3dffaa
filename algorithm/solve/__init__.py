"""HiGHS: a model's optimum by simplex, interior point or branch and cut, with a proven bound.

Public: `highs.Solver`, `branch_and_cut.BranchAndCut`, `interior_point.InteriorPoint` and
`bound_tightening.LargestSizes`.
"""
