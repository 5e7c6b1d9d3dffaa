"""The requirement: what an operator asks for, and its validation.

Public: `schema.Requirement`, `options.Options`, `catalogue.CATALOGUE`, `validation.check`,
`plausibility.plausibility_warnings` and `preview`.
"""
