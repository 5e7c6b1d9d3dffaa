"""The linear program of an island, and the decisions that make it a mixed-integer one.

Public: `build` (`Model`, `build_model`) and `decisions` (`settle`, `with_decisions`).
"""
