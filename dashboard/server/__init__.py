"""How a web process serves: its server, its connections, its loops, its end.

Public: `backends.serve_with`, `connections.Door`, `graceful_shutdown.Ending`.
"""
