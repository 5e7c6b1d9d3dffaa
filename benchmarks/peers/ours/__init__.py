"""Ours: the web process as it is, and a worker whose search only reports."""
