"""What browsers are told live, over Socket.IO.

Public: `relay.Relay`, the sockets of one web process; `presence`, who watches; `fleet`, the workers
and the queue; `backpressure`, the limits of what waits for a slow client.
"""
