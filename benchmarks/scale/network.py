"""Hosts on this machine: network namespaces, joined by a bridge that is in one of its own.

Nothing of it is left when the process has ended: a namespace lasts as long as what runs in it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.stack import Process, wait_for

BRIDGE = "hosts"
SUBNET = "10.77.0"
DELAY_MS, JITTER_MS, LOSS = 100, 20, 2  # of netem; loss in percent
RATE_KBIT, QUEUE_MS = 100, 400  # of tbf where there is no netem; less than five viewers need


def isolated() -> list[str] | None:
    """The command that runs another one in a network of its own; None where that's forbidden."""
    command = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    try:
        return command if _ran(*command, "true") else None
    except FileNotFoundError:
        return None


class Host:
    """One host: a namespace with an address, and the processes that were started in it."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.address = f"{SUBNET}.{number}"
        self.processes: list[Process] = []
        self._link = f"to-{number}"
        # It ends when this process has: then its input does.
        self._holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)
        here = Path("/proc/self/ns/net").readlink()
        there = Path(f"/proc/{self._holder.pid}/ns/net")
        wait_for("a network namespace", lambda: there.readlink() != here)
        peer = ["peer", "name", "eth0", "netns", str(self._holder.pid)]
        _run("ip", "link", "add", self._link, "type", "veth", *peer)
        _run("ip", "link", "set", self._link, "master", BRIDGE, "up")
        _run(*self.enter, "ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        _run(*self.enter, "ip", "link", "set", "eth0", "up")
        _run(*self.enter, "ip", "link", "set", "lo", "up")

    @property
    def enter(self) -> list[str]:
        """The command that runs another one on this host."""
        return ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--"]

    def run(self, name: str, environ: dict[str, str], folder: Path, *arguments: str) -> Process:
        """Start `python -m ...` on this host, with its output in a file."""
        command = [*self.enter, sys.executable, "-m", *arguments]
        process = Process(command, environ, folder / f"{self.name}-{name}.log")
        self.processes.append(process)
        process.start()
        return process

    def cut(self) -> None:
        """Take the link down: it drops every packet, and closes no connection."""
        _run("ip", "link", "set", self._link, "down")

    def restore(self) -> None:
        _run("ip", "link", "set", self._link, "up")

    def kill(self) -> None:
        """As when its power fails: its peers get no word, not even that connections are closed."""
        self.cut()
        for process in self.processes:
            process.kill()

    def slow(self) -> str:
        """Slow its link in both directions, and say how: by netem, or by a low rate without it."""
        netem = f"netem delay {DELAY_MS}ms {JITTER_MS}ms loss {LOSS}%"
        rate = f"tbf rate {RATE_KBIT}kbit burst 4kb latency {QUEUE_MS}ms"
        for how in (netem, rate):
            here = ["tc", "qdisc", "add", "dev", self._link, "root", *how.split()]
            there = [*self.enter, "tc", "qdisc", "add", "dev", "eth0", "root", *how.split()]
            if _ran(*here) and _ran(*there):
                return how
        raise RuntimeError("This kernel has neither netem nor tbf.")

    def quicken(self) -> None:
        _run("tc", "qdisc", "del", "dev", self._link, "root")
        _run(*self.enter, "tc", "qdisc", "del", "dev", "eth0", "root")

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait()


@contextlib.contextmanager
def hosts(*names: str) -> Iterator[dict[str, Host]]:
    """A host of each name, and this process beside them on their bridge."""
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "address", "add", f"{SUBNET}.1/24", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    found: dict[str, Host] = {}
    try:
        for number, name in enumerate(names, start=2):
            found[name] = Host(name, number)
        yield found
    finally:
        for host in found.values():
            host.close()


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0
