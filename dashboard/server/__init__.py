"""A web process: its server, connection limits, background loops and graceful shutdown.

Public: `serve.serve`, which runs until it is stopped; `graceful_shutdown.GracefulShutdown`;
`connections.MAX_SOCKET_MESSAGE`.
"""
