"""Viewers as raw sockets in one asyncio loop: some are pushed to, some poll.

They look for an update in what they receive (`updates.PATTERN`) without parsing the rest, so that a
hundred of them don't slow each other down.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from dataclasses import dataclass, field

from websocket import ABNF

from benchmarks.peers.updates import PATTERN, RATE

HOST = "127.0.0.1"

_OPCODE = 0x0F
_PONG = ABNF.create_frame("3", ABNF.OPCODE_TEXT).format()


@dataclass
class Receipts:
    """What a viewer received.

    delays: for each update, s from its report until the viewer had it or a newer one. received: how
    many updates came themselves. answers: how many messages came, whatever was in them.
    refused: how many of these weren't 200.
    """

    delays: list[float] = field(default_factory=list)
    received: int = 0
    answers: int = 0
    refused: int = 0
    _last: int | None = None

    def take(self, data: bytes) -> None:
        at = time.monotonic()
        self.answers += 1
        if not (found := PATTERN.search(data)):
            return
        number, reported = int(found[1]), float(found[2])
        if self._last is not None and number > self._last:
            self.received += 1
            # Those between were reported at a steady rate.
            skipped = range(number - self._last)
            self.delays += [at - reported + steps / RATE for steps in skipped]
        self._last = max(self._last or 0, number)

    def clear(self) -> None:
        """Forget all but which update was the last."""
        self.delays = []
        self.received = self.answers = self.refused = 0

    def copy(self) -> Receipts:
        return Receipts(list(self.delays), self.received, self.answers, self.refused)


@dataclass(frozen=True)
class Pushed:
    """A connected socket on which the server sends WebSocket frames."""

    tcp: socket.socket

    async def view(self, receipts: Receipts) -> None:
        """Receive until cancelled. Raises ConnectionError if the server closes."""
        self.tcp.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=self.tcp)
        try:
            while True:
                opcode, payload = await _frame(reader)
                if opcode == ABNF.OPCODE_PING:
                    writer.write(ABNF.create_frame(payload, ABNF.OPCODE_PONG).format())
                elif payload == b"2":  # Engine.IO's ping
                    writer.write(_PONG)
                else:
                    receipts.take(payload)
        except asyncio.IncompleteReadError:
            raise ConnectionError("The server closed a viewer's WebSocket.") from None
        finally:
            writer.close()


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    if length > 125:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
    return first & _OPCODE, await reader.readexactly(length)


@dataclass(frozen=True)
class Polled:
    """A page that asks the same again, `interval` s after each answer.

    request: of HTTP/1.1, whole.
    """

    port: int
    request: bytes
    interval: float

    async def view(self, receipts: Receipts) -> None:
        """Ask until cancelled. Raises ConnectionError if the server answers nothing at all."""
        # People don't come all at the same moment.
        await asyncio.sleep(random.random() * self.interval)
        while True:
            reader, writer = await asyncio.open_connection(HOST, self.port)
            answered = False
            try:
                while (answer := await self._ask(reader, writer, receipts)) is not None:
                    answered = True
                    receipts.take(answer)
                    await asyncio.sleep(self.interval)
            finally:
                writer.close()
            if not answered:
                raise ConnectionError("The server closed a new connection without an answer.")

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receipts: Receipts
    ) -> bytes | None:
        """The body of the answer; None if the connection is closed."""
        try:
            writer.write(self.request)
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        status, *lines = head.decode("latin-1").split("\r\n")
        receipts.refused += status.split()[1] != "200"
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        return await reader.readexactly(int(headers["content-length"]))


def http_request(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """An HTTP/1.1 request that keeps its connection."""
    fields = {"Host": HOST, "Accept": "application/json", **(headers or {})}
    if body:
        fields["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
