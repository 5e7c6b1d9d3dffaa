"""Live updates to browsers over Socket.IO.

Public: `relay.Relay`, the sockets of one web process; `presence`, who watches; `fleet`, the workers
and the queue; `backpressure`, limits for slow and flooding clients.
"""
