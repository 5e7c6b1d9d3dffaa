"""Fixtures that start the real parts. `stack` is shared by a module; a test that breaks a part
starts it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session_report import pytest_terminal_summary, pytest_testnodedown
from tests.stack import Client, Stack, Web

__all__ = ["pytest_terminal_summary", "pytest_testnodedown"]

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder's name: `-m "dashboard or workers"`."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: tests wait for processes half of their time."""
    return (os.cpu_count() or 2) * 3 // 2


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation without web or worker yet."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def running(stack: Stack) -> Stack:
    """An installation with one web process and one worker."""
    stack.worker.start()
    stack.add_web()
    return stack


@pytest.fixture
def web(running: Stack) -> Web:
    return running.webs[0]


@pytest.fixture
def client(running: Stack, web: Web) -> Client:
    """An operator's HTTP client."""
    return Client(web, running.token())


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where browser tests leave pictures of what they saw."""
    folder = Path("test-results")
    folder.mkdir(exist_ok=True)
    return folder
