"""The servers of the older design, each started for a test on ports and in a folder of its own.

`tests.stack` brings a Valkey; here are RabbitMQ, Redis with TLS or behind Sentinel, MongoDB's
protocol, and Postgres. None of them outlives the tests, nor uses what the system's services use.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psutil
import psycopg
import redis
import trustme

from dashboard.development.reaper import Child, Reaper
from dashboard.development.valkey import free_port
from tests.stack import is_listening, wait_for

HOST = "127.0.0.1"
POSTGRES = Path("/usr/lib/postgresql/15/bin")
RABBITMQ = "/usr/lib/rabbitmq/bin"
"""Debian's command in /usr/sbin would change to the system service's user and folder."""


class Server:
    """A process group that listens on `port`; a context manager.

    Its address stays the same however often it is started. host, enter: where it listens, and the
    command that runs another one there, if that is not this network.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        port: int | None = None,
        *,
        host: str = HOST,
        enter: Sequence[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.host = host
        self.port = port or free_port()
        self.environ = dict(os.environ)
        self._command = [*enter, *command]
        self._reaper = Reaper()
        self._child: Child | None = None

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self._child = self._reaper.spawn(
                self._command, cwd=self.folder, stdout=output.fileno(), env=self.environ
            )
        wait_for(f"a server; see {self.folder}", self._listens)

    def _listens(self) -> bool:
        assert self._child is not None
        assert not self._child.gone(), f"It ended at once; see {self.folder}."
        return is_listening(self.port, self.host)

    def kill(self) -> None:
        if self._child is not None:
            self._reaper.end([self._child], grace=0)

    @property
    def is_running(self) -> bool:
        return self._child is not None and not self._child.gone()

    @property
    def pid(self) -> int:
        """The process id of the one that was started last."""
        assert self._child is not None
        return self._child.leader

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._child is not None
        self._child.send(number)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._reaper.close()


class RabbitMQ(Server):
    """A node with an epmd of its own, which ends with it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ["sh", "-c", f"epmd & exec {RABBITMQ}/rabbitmq-server"])
        self.environ |= {
            "HOME": str(folder),  # for its cookie
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_NODENAME": f"test-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "database"),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            # How often it looks whether a message should have been acknowledged by now, ms.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-rabbit channel_tick_interval 1000",
        }

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{HOST}:{self.port}//"

    def queues(self) -> dict[str, int]:
        """How many messages wait in each queue."""
        told = json.loads(self._control("list_queues", "name", "messages", "--formatter", "json"))
        return {queue["name"]: queue["messages"] for queue in told}

    def close_channels_after(self, seconds: int) -> None:
        """Of those opened from now on, on which a message isn't acknowledged; by default, 1800."""
        self._control("eval", f"application:set_env(rabbit, consumer_timeout, {seconds * 1000}).")

    def _control(self, *command: str) -> bytes:
        return subprocess.run(
            [f"{RABBITMQ}/rabbitmqctl", "--silent", *command],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout


class RedisServer(Server):
    """Debian's Redis, with lines of configuration of its own."""

    password = "a password: with / and @"
    quoted = "a%20password%3A%20with%20%2F%20and%20%40"

    def __init__(
        self, folder: Path, *lines: str, host: str = HOST, enter: Sequence[str] = ()
    ) -> None:
        super().__init__(folder, ["redis-server", "redis.conf"], host=host, enter=enter)
        self._lines = [
            f"bind {host}",
            'save ""',
            f'requirepass "{self.password}"',
            f'masterauth "{self.password}"',
            *(lines or [f"port {self.port}"]),
        ]
        self.write()

    def write(self, *more: str) -> None:
        (self.folder / "redis.conf").write_text("\n".join([*self._lines, *more, ""]))

    @property
    def url(self) -> str:
        return f"redis://:{self.quoted}@{self.host}:{self.port}/0"


class RedisSocket(RedisServer):
    """A Redis at a socket in the file system, beside its port."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("unixsocket redis.sock")

    @property
    def url(self) -> str:
        return f"unix://:{self.quoted}@{self.folder / 'redis.sock'}?db=1"


class RedisTls(RedisServer):
    """A Redis that speaks TLS alone, with a certificate by an authority that nobody knows."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        certificate = authority.issue_cert(HOST)
        authority.cert_pem.write_to_path(folder / "ca.pem")
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
        super().__init__(
            folder,
            "port 0",
            "tls-ca-cert-file ca.pem",
            "tls-cert-file server.pem",
            "tls-key-file server.pem",
            "tls-auth-clients no",
        )
        self.write(f"tls-port {self.port}")

    @property
    def url(self) -> str:
        query = f"ssl_ca_certs={self.folder / 'ca.pem'}"
        return f"rediss://:{self.quoted}@{HOST}:{self.port}/0?{query}"


class Sentinel:
    """A master, its replica, and a sentinel that puts the one in the other's place in a second."""

    SERVICE = "islands"

    def __init__(self, folder: Path) -> None:
        self.master = RedisServer(folder / "master")
        self.replica = RedisServer(folder / "replica")
        self.replica.write(f"port {self.replica.port}", f"replicaof {HOST} {self.master.port}")
        self.sentinel = Server(folder / "sentinel", ["redis-server", "redis.conf", "--sentinel"])
        (folder / "sentinel" / "redis.conf").write_text(
            f"bind {HOST}\n"
            f"port {self.sentinel.port}\n"
            f"sentinel monitor {self.SERVICE} {HOST} {self.master.port} 1\n"
            f'sentinel auth-pass {self.SERVICE} "{self.master.password}"\n'
            f"sentinel down-after-milliseconds {self.SERVICE} 1000\n"
            f"sentinel failover-timeout {self.SERVICE} 3000\n"
        )

    @property
    def url(self) -> str:
        nobody = free_port()
        hosts = f"{HOST}:{nobody},{HOST}:{self.sentinel.port}"
        return f"redis+sentinel://:{self.master.quoted}@{hosts}/0/{self.SERVICE}"

    @property
    def ports(self) -> list[int]:
        """Where the sentinel knows a replica that could take over."""
        return [replica["port"] for replica in self._asked().sentinel_slaves(self.SERVICE)]

    def has_failed_over(self) -> bool:
        """Whether the sentinel knows the replica as the master."""
        master = self._asked().sentinel_masters()[self.SERVICE]
        return bool(master["port"] == self.replica.port)

    def _asked(self) -> redis.Redis:
        return redis.Redis(HOST, self.sentinel.port, decode_responses=True)

    def freeze(self) -> None:
        self.master.freeze()

    def thaw(self) -> None:
        self.master.thaw()

    def __enter__(self) -> Sentinel:
        for server in (self.master, self.replica, self.sentinel):
            server.start()
        wait_for("the sentinel to know the replica", lambda: self.ports)
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.sentinel, self.replica, self.master):
            server.__exit__()


class Mongo(Server):
    """MongoDB's protocol over SQLite: a double, since Debian has no MongoDB."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        options = ["--db", "memory", "--host", HOST, "-p", str(port)]
        files = ["--log-file", "log", "--pid-file", "pid"]
        program = str(Path(sys.executable).with_name("nx-27017"))
        super().__init__(folder, [program, *options, *files], port)

    @property
    def url(self) -> str:
        return f"mongodb://{HOST}:{self.port}/celery"


class Postgres(Server):
    """Debian's Postgres, as its own user where this is root, whom it refuses."""

    password = "a password: with / and @"
    quoted = "a%20password%3A%20with%20%2F%20and%20%40"

    def __init__(self, host: str = HOST, enter: Sequence[str] = ()) -> None:
        # Not among pytest's folders, which are closed to other users.
        folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        port = free_port()
        self._as_user = []
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            self._as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        settings = {
            "port": port,
            "listen_addresses": host,
            "unix_socket_directories": "",
            "fsync": "off",  # A killed server loses nothing by it, only a machine would.
            "max_connections": 40,
            "timezone": "Asia/Shanghai",  # not that of the machine
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*self._as_user, str(POSTGRES / "postgres"), "-D", str(folder / "data"), *options]
        super().__init__(folder, command, port, host=host, enter=enter)
        self._make_cluster()

    def _make_cluster(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        password.chmod(0o644)
        program = [*self._as_user, str(POSTGRES / "initdb"), "-D", str(self.folder / "data")]
        people = ["-U", "islands", "-A", "scram-sha-256", f"--pwfile={password}"]
        rest = ["--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*program, *people, *rest], stdout=subprocess.DEVNULL, check=True)
        with (self.folder / "data" / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all samenet scram-sha-256\n")

    def database(self) -> str:
        """The address of a new database, as platforms write it."""
        name = f"test_{uuid4().hex[:8]}"
        with self.connected() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._address("postgres", name)

    @property
    def url(self) -> str:
        """The same: each who asks has a database to themselves."""
        return self.database()

    @contextlib.contextmanager
    def connected(self, url: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """A connection to a database of this server, each statement of which counts at once."""
        address = (url or self._address("postgres", "postgres")).replace(
            "postgres", "postgresql", 1
        )
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    @contextlib.contextmanager
    def locked(self, url: str, table: str = "job") -> Iterator[None]:
        """Nobody else reads or writes the table meanwhile."""
        with self.connected(url) as connection, connection.transaction():
            connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
            yield

    def drop_connections(self) -> None:
        """End every connection to the server, as an administrator or a failover does."""
        with self.connected() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )

    def connections(self, url: str) -> int:
        """How many others are connected to the database."""
        with self.connected() as connection:
            name = url.rpartition("/")[2]
            counted = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
            ).fetchone()
        assert counted is not None
        return int(counted[0])

    def kill(self) -> None:
        """As in a crash: what was not committed is gone, the rest is recovered at its start."""
        if self._child is not None:
            self._child.process.send_signal(signal.SIGQUIT)
            self._child.process.wait()
        super().kill()

    def _signal(self, number: signal.Signals) -> None:
        """To every process of it: each is a group of its own."""
        assert self._child is not None
        server = psutil.Process(self._child.leader)
        for process in [server, *server.children()]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _listens(self) -> bool:
        """Not while it recovers, when it listens and lets nobody in."""
        if not super()._listens():
            return False
        with contextlib.suppress(psycopg.OperationalError), self.connected():
            return True
        return False

    def _address(self, scheme: str, name: str) -> str:
        return f"{scheme}://islands:{self.quoted}@{self.host}:{self.port}/{name}"

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)
