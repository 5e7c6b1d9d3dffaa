"""The floor: one `send()` per socket for each message, and nothing else.

`python -m benchmarks.servers.floor REDIS_URL CHANNEL PORT`
"""

import socket
import sys
import threading

from redis import Redis

from dashboard.sockets.direct_send import pack

url, channel, port = sys.argv[1:]
viewers: list[socket.socket] = []


def accept(server: socket.socket) -> None:
    while True:
        viewers.append(server.accept()[0])


threading.Thread(
    target=accept, args=[socket.create_server(("127.0.0.1", int(port)))], daemon=True
).start()
queue = Redis.from_url(url).pubsub(ignore_subscribe_messages=True)
queue.subscribe(channel)
for message in queue.listen():
    frame = pack(message["data"].decode())
    for viewer in list(viewers):
        try:
            viewer.send(frame)
        except OSError:
            viewers.remove(viewer)
