"""A solution of the model as a plan: devices, costs, CO2, dispatch, energy flows.

Public: `plan.plan_of`, `dispatch.operation_of`, `graph.graph_of` and `simultaneous_charging`.
"""
