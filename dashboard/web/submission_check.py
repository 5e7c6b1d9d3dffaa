"""Large submissions checked in a process of their own, before anything here reads their JSON.

What has passed is numbers, above all, which are read within a moment.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from algorithm import RequirementError
from algorithm.checking_process import Checked, Unreadable, Wrong
from algorithm.messages import Message
from dashboard.web.request_process import run_apart

SECONDS = 10
"""Seconds of a core; the largest year takes less than two."""


def check_apart(
    text: bytes, before: Mapping[str, Any], *, digest: bool
) -> Checked | Wrong | Unreadable:
    """What `algorithm.checking_process` says of JSON whose fields override those of `before`."""
    head = {"before": before, "digest": digest}
    answer = run_apart("algorithm.checking_process", SECONDS, head, io.BytesIO(text))
    if answer is None:
        message = Message("takes too much time or memory to be checked")
        raise RequirementError([{"field": "requirement", "message": message}])
    found: Checked | Wrong | Unreadable = json.loads(answer)
    return found
