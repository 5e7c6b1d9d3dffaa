"""The tables, and the Flask extensions through which they are used.

Public: `extensions.db`, the session; `models`, the tables; `names`, what people may be called;
`probe.try_to_write`.
"""
