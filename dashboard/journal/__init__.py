"""Every event of every job, numbered and kept in Redis, and then published.

Public: `envelope` has the types of what is said; `journal.Journal` reads and appends; `publish`
appends and emits to the browsers.
"""
