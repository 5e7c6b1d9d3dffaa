"""Rate limit of wrong passwords: for each name, and for each address.

An attempt is counted before the password is checked, so that parallel ones can't slip through; a
right one is taken off again. Redis counts for all web processes; while it's away, each process
counts by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import math
import time

from flask import Flask, request
from flask_babel import ngettext
from flask_limiter import Limiter
from flask_login import current_user
from redis import RedisError

from dashboard.db.names import likeness

WINDOW = 15 * 60
"""Seconds from the first wrong password, in which at most so many are accepted:"""
PER_NAME = 10
PER_ADDRESS = 30

_limiter = Limiter(
    key_func=lambda: _address(), strategy="fixed-window", in_memory_fallback_enabled=True
)
of_name = _limiter.shared_limit(
    f"{PER_NAME} per {WINDOW} seconds", scope="name", key_func=lambda: _name(), methods=["POST"]
)
of_address = _limiter.shared_limit(
    f"{PER_ADDRESS} per {WINDOW} seconds", scope="address", methods=["POST"]
)


def init_app(app: Flask) -> None:
    if journal := app.extensions.get("journal"):
        # The journal's connections: they know every kind of Redis address.
        app.config["RATELIMIT_STORAGE_URI"] = "redis://"
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "connection_pool": journal.redis.connection_pool,
            "key_prefix": "attempts",
        }
    else:
        app.config["RATELIMIT_STORAGE_URI"] = "memory://"
    _limiter.init_app(app)


@_limiter.request_filter
def _asks_for_no_password() -> bool:
    """Requests that aren't counted don't wait for a Redis that is away."""
    return request.blueprint != "accounts"


def take_off() -> None:
    """Don't count this request: its password was right."""
    # While Redis is away it stays counted, and expires.
    with contextlib.suppress(RedisError):
        for counted in _limiter.current_limits:
            expiry = counted.limit.get_expiry()
            counted.limiter.storage.incr(counted.key, expiry, amount=-1)


def seconds_left() -> int:
    """How long this request, which came too often, has to wait."""
    counted = _limiter.current_limit
    with contextlib.suppress(RedisError):
        if counted is not None:
            return min(WINDOW, max(1, counted.reset_at - int(time.time())))
    return WINDOW


def too_many() -> str:
    minutes = math.ceil(seconds_left() / 60)
    return str(
        ngettext(
            "Too many wrong passwords; try again in %(num)s minute.",
            "Too many wrong passwords; try again in %(num)s minutes.",
            minutes,
        )
    )


def _name() -> str:
    """Whose password is tried, in a form that is short and the same for names that look alike."""
    is_sign_in = request.endpoint == "accounts.sign_in"
    name = request.form.get("username", "") if is_sign_in else current_user.name
    return hashlib.sha256(likeness(name[:1000]).encode()).hexdigest()


def _address() -> str:
    """The client: its IPv4 address, or its IPv6 /64, which one customer has."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
