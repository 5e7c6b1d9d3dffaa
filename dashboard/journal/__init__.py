"""Every event of every job, numbered and kept in Redis, and then published.

Public: `journal.Journal` reads and appends; `publish` appends and emits to the browsers.
"""
