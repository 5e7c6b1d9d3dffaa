"""What a plan is worth against today's system: pure functions on the figures of two plans.

Public: `comparison.compare` and `comparison.replacements`, `record` with the types of the result.
`docs/economics.md` has the formulas and their sources.
"""
