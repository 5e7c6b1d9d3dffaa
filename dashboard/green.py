"""Monkey-patching for green threads; `wsgi.py` and `python -m workers` do it before other imports.

So every library gets the patched sockets and threads.
"""

from __future__ import annotations

import contextlib
import sys
import warnings


def patch(mode: str) -> None:
    """Patch the standard library for `mode`; any but eventlet and gevent needs none of it.

    Where a package is missing nothing is patched: the settings say what to install.
    """
    ignore_eventlet_warning()
    with contextlib.suppress(ImportError):
        if mode == "eventlet":
            import eventlet

            eventlet.monkey_patch()
        elif mode == "gevent":
            from gevent import monkey

            monkey.patch_all()


def ignore_eventlet_warning() -> None:
    """Ignore eventlet's deprecation warning: README, "Why each dependency is there".

    Not if Python was given options for warnings.
    """
    if not sys.warnoptions:
        warnings.filterwarnings("ignore", message="\nEventlet is deprecated")
