"""The tables, and the Flask extensions.

Public: `extensions.db`, the session; `models`, the tables; `names`, rules for users' names;
`probe.try_to_write`.
"""
