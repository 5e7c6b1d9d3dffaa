"""Checks large submissions in a separate process, before this process parses their JSON.

A valid submission is mostly numbers, which are parsed fast.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from algorithm import RequirementError
from algorithm.checking_process import Checked, Unreadable, Wrong
from algorithm.messages import Message
from dashboard.web.request_process import run_in_process

SECONDS = 10
"""CPU seconds; the largest year takes less than two."""


def check_in_process(
    text: bytes, before: Mapping[str, Any], *, digest: bool
) -> Checked | Wrong | Unreadable:
    """What `algorithm.checking_process` returns for JSON whose fields override `before`."""
    head = {"before": before, "digest": digest}
    answer = run_in_process("algorithm.checking_process", SECONDS, head, io.BytesIO(text))
    if answer is None:
        message = Message("takes too much time or memory to be checked")
        raise RequirementError([{"field": "requirement", "message": message}])
    found: Checked | Wrong | Unreadable = json.loads(answer)
    return found
