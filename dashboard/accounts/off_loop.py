"""CPU-bound work, outside the event loop that serves all requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from dashboard.db.extensions import current_settings

P = ParamSpec("P")
R = TypeVar("R")


def off_loop(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a native thread under eventlet and gevent; in this thread elsewhere.

    It must use neither the database nor Redis.
    """
    settings = current_settings()
    if settings.async_mode == "eventlet":
        from eventlet import patcher, tpool

        # A `flask` command has no event loop.
        if patcher.is_monkey_patched("thread"):
            return cast(R, tpool.execute(work, *args, **kwargs))
    if settings.async_mode == "gevent":
        import gevent
        from gevent import monkey

        if monkey.is_module_patched("threading"):
            return cast(R, gevent.get_hub().threadpool.apply(work, args, kwargs))
    return work(*args, **kwargs)
