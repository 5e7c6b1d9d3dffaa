"""How a web process serves: its server, its connections, its loops, its end.

Public: `serve.serve`, which runs until it is stopped; `graceful_shutdown.Ending`, whether the
process is to end; `connections.SOCKET_BODY`.
"""
