"""Every page for everyone: axe finds nothing to complain of, in either theme and any language.

Beside it each page leaves a picture in test-results/, by its name, theme and language.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboard.config import ROOT
from dashboard.i18n.languages import COOKIE, LANGUAGES
from tests.browser.conftest import Person, link_for, sign_in
from tests.browser.views import VIEWS, Jobs, View
from tests.stack import Client, Stack

AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text()

RUN = """async (runOnly) => {
    const options = { preload: false, resultTypes: ['violations'], ...(runOnly && { runOnly }) };
    const { violations, passes } = await axe.run(document, options);
    return {
        passed: passes.map(({ id }) => id),
        violations: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`)),
    };
}"""

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that are held against the second theme: themes differ in colours alone."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With one slot, so that one search runs and the next one waits."""
    stack = Stack(tmp_path_factory.mktemp("stack"), slots=1)
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def jobs(running: Stack) -> Iterator[Jobs]:
    jobs = Jobs(Client(running.webs[0], running.token()))
    yield jobs
    jobs.cancel()


@pytest.fixture(scope="module")
def windows(chromium: Browser, running: Stack) -> Iterator[dict[tuple[str, str], Person]]:
    """A window by its language and who is signed in there."""
    [web] = running.webs
    roles = {"olga": "operator", "ada": "admin", "nobody": None}
    found = {(tag, who): Person(chromium, web) for tag in LANGUAGES for who in roles}
    for (tag, who), someone in found.items():
        someone.context.add_cookies([{"name": COOKIE, "value": tag, "url": web.url}])
        if role := roles[who]:
            sign_in(someone.page, link_for(running, web, who, role))
    yield found
    for someone in found.values():
        someone.context.close()


Windows = dict[tuple[str, str], Person]


def audit(page: Page, rules: list[str] | None = None) -> tuple[set[str], list[str]]:
    """The rules that the page keeps to, and what axe has to say of the others."""
    told: dict[str, Any] = page.evaluate(RUN, rules)
    return set(told["passed"]), told["violations"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_page_shuts_anybody_out(
    windows: Windows,
    request: pytest.FixtureRequest,
    screenshots: Path,
    view: View,
    language: str,
) -> None:
    ids = request.getfixturevalue("jobs").ids if view.needs_jobs else {}
    someone = windows[language, view.who]
    page = someone.page
    page.emulate_media(color_scheme="light")
    page.goto(view.path.format(**ids))
    view.prepare(page)
    assert page.get_attribute("html", "lang") == language
    page.evaluate(AXE)
    passed, violations = audit(page)
    photograph(page, screenshots / f"{view.name}-light-{language}.png")
    if view.everywhere:
        look_everywhere(page, screenshots, f"{view.name}-light-{language}")
    page.emulate_media(color_scheme="dark")
    violations += audit(page, COLOURS)[1]
    photograph(page, screenshots / f"{view.name}-dark-{language}.png")
    assert not violations, "\n".join(violations)
    assert "color-contrast" in passed, "axe looked at what is there"
    assert someone.complaints == []


def look_everywhere(page: Page, screenshots: Path, name: str) -> None:
    """On a phone and on a wide screen: nothing reaches beyond the edge."""
    for width in (390, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        photograph(page, screenshots / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})


def photograph(page: Page, path: Path) -> None:
    page.screenshot(path=path, full_page=True)
