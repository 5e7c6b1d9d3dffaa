"""Why there is no plan: an elastic relaxation of the model, and its result in sentences.

Public: `explain` (`explain_shortfall`, `explain_unbounded`).
"""
