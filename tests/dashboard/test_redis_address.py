"""One address of a Redis, as the journal's client and as Celery are told it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.transport.redis_address import CeleryAddress, RedisAddress


@pytest.mark.parametrize(
    ("url", "celery_url"),
    [
        ("redis://redis", "redis://redis:6379/0"),
        ("valkey://redis:6380/2", "redis://redis:6380/2"),
        ("redis://olga:p%20w%2F@redis/1?socket_timeout=5", "redis://olga:p%20w%2F@redis:6379/1"),
        ("redis://redis?db=3", "redis://redis:6379/3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix://:p%40w@/run/r.sock?db=2", "redis+socket://:p%40w@/run/r.sock?virtual_host=2"),
    ],
)
def test_celery_is_told_the_same_server_and_database(url: str, celery_url: str) -> None:
    assert RedisAddress.parse(url).for_celery() == CeleryAddress(celery_url)


def test_celery_is_told_how_tls_is_to_be_checked(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    query = f"ssl_ca_certs={authority}&ssl_check_hostname=false"
    told = RedisAddress.parse(f"valkeys://:pw@redis/0?{query}").for_celery()
    assert told.url == "rediss://:pw@redis:6379/0"
    assert told.ssl == {
        "ssl_cert_reqs": "required",
        "ssl_ca_certs": str(authority),
        "ssl_check_hostname": False,
    }


def test_celery_is_told_each_sentinel_and_the_service() -> None:
    told = RedisAddress.parse("redis+sentinel://:p%20w@one:1,two:2/3/islands").for_celery()
    assert told.url == "sentinel://:p%20w@one:1/3;sentinel://:p%20w@two:2/3"
    assert told.transport_options["master_name"] == "islands"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("redis://redis/1?socket_timeout=5", {"socket_timeout": 5.0, "db": 1}),
        ("unix:///run/redis.sock?db=2", {"socket_timeout": 1.0, "db": 2}),
        ("redis+sentinel://:p%20w@one:1/3/islands", {"password": "p w", "db": 3}),
    ],
)
def test_a_client_takes_what_the_address_says_before_what_its_caller_says(
    url: str, options: dict[str, Any]
) -> None:
    client = RedisAddress.parse(url).client(socket_timeout=1.0, socket_connect_timeout=1.0)
    assert options.items() <= client.connection_pool.connection_kwargs.items()
