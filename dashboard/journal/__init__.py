"""Every event of every job, numbered and kept in Redis, and then published.

Public: `envelope` has the types of events; `journal.Journal` reads and appends; `publish` appends
and emits to the browsers.
"""
