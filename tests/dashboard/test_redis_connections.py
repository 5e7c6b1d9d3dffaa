"""A process's few connections: commands take turns, wait a bounded time, and leave none idle."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from redis import ConnectionError, Redis, TimeoutError

from dashboard.development.valkey import EmbeddedValkey
from dashboard.transport import redis_address
from dashboard.transport.redis_address import RedisAddress
from tests.stack import wait_for

NAME = "of-this-test"


@pytest.fixture
def client(valkey: EmbeddedValkey) -> Iterator[Redis]:
    with RedisAddress.parse(valkey.url).client(2, pool_timeout=0.2, client_name=NAME) as client:
        yield client


def open_connections(valkey: EmbeddedValkey) -> int:
    with Redis.from_url(valkey.url, decode_responses=True) as other:
        return sum(each["name"] == NAME for each in other.client_list())


def hold(client: Redis, count: int) -> list[object]:
    return [client.connection_pool.get_connection() for _ in range(count)]


def test_many_commands_at_once_share_the_connections(valkey: EmbeddedValkey, client: Redis) -> None:
    threads = [threading.Thread(target=client.incr, args=("commands",)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.getdel("commands") == b"50"
    assert open_connections(valkey) <= 2


def test_a_command_that_waits_in_vain_counts_as_a_redis_that_is_away(client: Redis) -> None:
    held = hold(client, 2)
    with pytest.raises(ConnectionError, match="REDIS_MAX_CONNECTIONS is 2"):
        client.ping()
    client.connection_pool.release(held[0])
    assert client.ping()


def test_a_connection_that_could_not_be_made_leaves_its_place_to_the_next() -> None:
    client = RedisAddress.parse("redis://127.0.0.1:1").client(1, pool_timeout=0.2)
    for _ in range(3):
        with pytest.raises(ConnectionError, match="refused"):
            client.ping()


def test_connections_that_nobody_uses_are_closed(
    valkey: EmbeddedValkey, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for connection in hold(client, 2):
        client.connection_pool.release(connection)
    assert open_connections(valkey) == 2
    monkeypatch.setattr(redis_address, "IDLE_TIMEOUT_S", 0.05)

    def used_alone() -> bool:
        client.ping()
        return open_connections(valkey) == 1

    wait_for("the other one to be closed", used_alone)


def test_a_command_that_timed_out_is_not_sent_again(valkey: EmbeddedValkey) -> None:
    with RedisAddress.parse(valkey.url).client(1, socket_timeout=0.2) as client:
        client.delete("answered", "asked")
        with pytest.raises(TimeoutError):
            client.eval(
                "redis.call('INCR', 'asked')"
                "local until_ = redis.call('TIME')[1] + 2 "
                "while tonumber(redis.call('TIME')[1]) < until_ do end",
                0,
            )

        def asked() -> bytes | None:
            try:
                return client.getdel("asked")  # type: ignore[return-value]
            except TimeoutError:
                return None

        assert wait_for("an answer", asked) == b"1"
