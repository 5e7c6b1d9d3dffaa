"""Green threads for `wsgi.py` and `python -m workers`, before they import anything of ours.

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
    hush()
    with contextlib.suppress(ImportError):
        if mode == "eventlet":
            import eventlet

            eventlet.monkey_patch()
        elif mode == "gevent":
            from gevent import monkey

            monkey.patch_all()


def hush() -> None:
    """Leave eventlet's only fault unsaid: README, "Why each dependency is there".

    Not where Python was told what to do with warnings.
    """
    if not sys.warnoptions:
        warnings.filterwarnings("ignore", message="\nEventlet is deprecated")
