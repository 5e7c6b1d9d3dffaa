"""How the system grows: with load, with processes, and with hosts. `docs/scale.md` has the tables.

Each benchmark writes its own tables into that page, between two comments that name it, and its
pictures beside it.
"""
