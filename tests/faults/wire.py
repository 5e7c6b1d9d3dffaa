"""Wires between processes, to be cut: between a web process and Redis, or its viewers and it.

A wire listens on a port of its own and passes every connection on. Cut, it resets what is open and
refuses what is new, as where a machine is gone; stalled, it takes everything and passes nothing on,
as where a network swallows what is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

from dashboard.development.valkey import HOST, free_port

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Wire:
    """Passes connections on to `target`, a port; laid by `Wires`."""

    def __init__(self, wires: Wires, target: int) -> None:
        self.port = free_port()
        self.target = target
        self._wires = wires
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        """The address under which a web process is reached through this wire."""
        return f"http://{HOST}:{self.port}"

    def cut(self) -> None:
        """Reset every connection, and refuse new ones until `mend`."""
        self._wires.do(self._close())

    def reset(self) -> None:
        """Reset every connection; new ones are let through."""
        self._wires.do(self._reset())

    def stall(self) -> None:
        """Pass nothing on until `mend`."""
        self._wires.do(self._stall())

    def mend(self) -> None:
        self._wires.do(self._mend())

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset()

    async def _reset(self) -> None:
        for writer in [*self._open]:
            peer: socket.socket | None = writer.get_extra_info("socket")
            if peer is not None:
                # Otherwise the other side would be told of an orderly end.
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()

    async def _stall(self) -> None:
        self._flows.clear()

    async def _mend(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._pass_on, HOST, self.port)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._open |= ends
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._open -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()


class Wires:
    """All wires of an installation, in one thread."""

    def __init__(self) -> None:
        self._laid: list[Wire] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wires", daemon=True)
        self._thread.start()

    def lay(self, target: int) -> Wire:
        wire = Wire(self, target)
        wire.mend()
        self._laid.append(wire)
        return wire

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        for wire in self._laid:
            wire.cut()
        self.do(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
