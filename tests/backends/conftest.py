"""The servers that installations choose from, by name; each is started once, when it's needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.servers import Mongo, Postgres, RabbitMQ, RedisSocket, RedisTls, Sentinel


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="session")
def rabbitmq(folder: Path) -> Iterator[RabbitMQ]:
    with RabbitMQ(folder / "rabbitmq") as server:
        yield server


@pytest.fixture(scope="session")
def redis_tls(folder: Path) -> Iterator[RedisTls]:
    with RedisTls(folder / "tls") as server:
        yield server


@pytest.fixture(scope="session")
def redis_socket(folder: Path) -> Iterator[RedisSocket]:
    with RedisSocket(folder / "socket") as server:
        yield server


@pytest.fixture(scope="session")
def sentinel(folder: Path) -> Iterator[Sentinel]:
    with Sentinel(folder / "sentinel") as servers:
        yield servers


@pytest.fixture(scope="session")
def mongo(folder: Path) -> Iterator[Mongo]:
    with Mongo(folder / "mongo") as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server
