from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .checkout import Checkout, RunningRunner


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def start(checkout: Checkout) -> Iterator[Callable[..., RunningRunner]]:
    """Starts runners in the checkout; what still runs at the end is ended."""
    started: list[RunningRunner] = []

    def start(**options: str | bool) -> RunningRunner:
        started.append(RunningRunner(checkout, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for runner in started:
        if runner.process.poll() is None:
            runner.signal(signal.SIGTERM)
