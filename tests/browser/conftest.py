"""A real Chromium, and people in it: each with a window of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from dashboard.accounts import sign_in_link
from dashboard.db.extensions import db
from dashboard.db.models import User
from tests.stack import LONG, WAIT_TIMEOUT_S, Client, Stack, Web

expect.set_options(timeout=1000 * WAIT_TIMEOUT_S)

ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-sandbox"]
"""Without a sandbox, because Chromium has none for root; it visits only what the tests serve."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "Set CHROMIUM to a Chromium's path; `make test` finds or installs one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Person:
    """Somebody with a browser window, who keeps what its console complained of."""

    def __init__(self, browser: Browser, web: Web) -> None:
        self.context = browser.new_context(
            base_url=web.url,
            viewport={"width": 1280, "height": 900},
            reduced_motion="reduce",
            ignore_https_errors=True,  # of an authority that only the tests know
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(1000 * WAIT_TIMEOUT_S)

    def _hear(self, message: ConsoleMessage) -> None:
        # What the network refused is said there too; tests that cut it expect that.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def field(self, name: str) -> str:
        """The text of one of the page's live figures."""
        return self.page.locator(f'[data-field="{name}"]').first.inner_text()


def link_for(running: Stack, web: Web, name: str, role: str = "operator") -> str:
    """A link by which a user, who is added if need be, signs in."""
    running.token(name, role)
    with running.app.app_context():
        user = db.session.scalars(db.select(User).filter_by(name=name)).one()
        return sign_in_link(user, web.url)


def sign_in(page: Page, link: str) -> None:
    """Open a sign-in link, and press its button."""
    page.goto(link)
    page.click("main button")
    page.wait_for_url("**/")


@pytest.fixture
def person(chromium: Browser, running: Stack, web: Web) -> Iterator[Callable[..., Person]]:
    """Opens a window in which the operator olga (or another) is signed in by a link."""
    people: list[Person] = []

    def open_window(name: str = "olga", role: str = "operator", at: Web = web) -> Person:
        someone = Person(chromium, at)
        people.append(someone)
        sign_in(someone.page, link_for(running, at, name, role))
        return someone

    yield open_window
    for someone in people:
        someone.context.close()


Ended = Callable[[dict[str, Any]], str]


@pytest.fixture(scope="module")
def ended(running: Stack) -> Ended:
    """The id of a search that ended with a result; each submission is searched once."""
    client = Client(running.webs[0], running.token())
    found: dict[str, str] = {}

    def end(submission: dict[str, Any]) -> str:
        key = str(submission)
        if key not in found:
            answer = client.post("/api/v1/jobs", json=submission)
            assert answer.status_code == 202, answer.text
            found[key] = answer.json()["id"]
            assert client.wait_for_end(found[key])["state"] == "SUCCESS"
        return found[key]

    return end


@pytest.fixture
def long_one(client: Client) -> Iterator[str]:
    """A search that lasts; it is cancelled at the end of the test."""
    job = client.submit(**LONG)
    yield job
    client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    client.wait_for_end(job)
