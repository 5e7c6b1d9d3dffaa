"""Large submissions checked in a process of their own, before anything here reads their JSON.

What has passed is numbers, above all, which are read within a moment.
"""

from __future__ import annotations

import io
import json
from typing import Any

from algorithm import RequirementError
from algorithm.phrase import phrase
from dashboard.apart import run_apart

SECONDS = 10
"""Seconds of a core; the largest year takes less than two."""


def check_apart(text: bytes, before: dict[str, Any], *, digest: bool) -> dict[str, Any]:
    """What `algorithm.checking_process` says of JSON whose fields override those of `before`."""
    head = {"before": before, "digest": digest}
    answer = run_apart("algorithm.checking_process", SECONDS, head, io.BytesIO(text))
    if answer is None:
        message = phrase("takes too much time or memory to be checked")
        raise RequirementError([{"field": "requirement", "message": message}])
    found: dict[str, Any] = json.loads(answer)
    return found
