"""Bare Flask-SocketIO, and the floor; their servers are in `benchmarks.servers`."""
