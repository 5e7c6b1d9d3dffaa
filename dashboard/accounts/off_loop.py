"""Work that takes long without waiting for anything, beside the loop that serves everyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from dashboard.db.extensions import current_settings

P = ParamSpec("P")
R = TypeVar("R")


def off_loop(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do `work` in a thread of the system where green threads serve; at once, elsewhere.

    It must use neither the database nor Redis.
    """
    settings = current_settings()
    if settings.async_mode == "eventlet":
        from eventlet import patcher, tpool

        # A command serves nobody, and has no loop.
        if patcher.is_monkey_patched("thread"):
            return cast(R, tpool.execute(work, *args, **kwargs))
    if settings.async_mode == "gevent":
        import gevent
        from gevent import monkey

        if monkey.is_module_patched("threading"):
            return cast(R, gevent.get_hub().threadpool.apply(work, args, kwargs))
    return work(*args, **kwargs)
