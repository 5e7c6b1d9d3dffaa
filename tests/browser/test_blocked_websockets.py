"""A proxy on the way that passes no websockets on: the pages ask by HTTP, and say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person
from tests.nginx import Nginx
from tests.stack import Client, Stack

People = Callable[..., Person]
BLOCKED = "Websockets are blocked here; updates come every 3 s."


@pytest.fixture(scope="module")
def nginx(running: Stack) -> Iterator[Nginx]:
    """In front of two web processes."""
    ports = [running.webs[0].port, running.add_web().port]
    with Nginx(running.folder / "front", ports) as front:
        yield front


@pytest.fixture
def front(nginx: Nginx) -> Nginx:
    """One that passes no websockets on."""
    nginx.kill()
    nginx.allow(websockets=False)
    nginx.start()
    return nginx


def notice(page: Page) -> Locator:
    return page.locator('[data-notice="stale"]')


def test_a_search_is_followed_to_its_graph_by_http_and_live_again_when_websockets_work(
    person: People, front: Nginx, long_one: str, client: Client
) -> None:
    someone = person(at=front)
    someone.page.goto(f"/jobs/{long_one}")
    expect(notice(someone.page)).to_contain_text(BLOCKED)
    expect(someone.page.locator("body[data-stale]")).to_have_count(0)
    expect(someone.page.locator('[data-field="incumbent"]')).to_contain_text("€")
    bound = someone.page.locator('[data-field="bound"]')
    expect(bound).to_contain_text("€")
    expect(someone.page.locator(".chart-best").last).to_have_attribute("d", re.compile("M.*H"))

    front.allow()
    expect(notice(someone.page)).to_be_hidden()
    # Who has a socket is counted among those who watch.
    expect(someone.page.locator("[data-audience] li").first).to_be_visible()

    front.kill()
    front.allow(websockets=False)
    front.start()
    expect(notice(someone.page)).to_contain_text(BLOCKED)
    client.post(f"/api/v1/jobs/{long_one}/cancel", json={"keep_best": True})
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Stopped early")
    expect(someone.page.locator("[data-result] svg.energy-system-diagram")).to_be_visible()


def test_the_overview_and_the_wall_go_on_by_http_too(
    person: People, front: Nginx, client: Client
) -> None:
    overview, wall = person(at=front), person(at=front)
    overview.page.goto("/")
    wall.page.goto("/wall")
    expect(notice(overview.page)).to_contain_text(BLOCKED)
    expect(notice(wall.page)).to_contain_text(BLOCKED)
    client.submit(name="Seen by HTTP")
    expect(overview.page.locator('[data-list="searches"]')).to_contain_text("Seen by HTTP")
    expect(overview.page.locator('[data-list="searches"]')).to_contain_text("Finished")
    expect(wall.page.locator("[data-stage]")).to_contain_text("Seen by HTTP")


def test_a_server_that_is_away_is_not_taken_for_a_blocked_websocket(
    person: People, front: Nginx, long_one: str
) -> None:
    someone = person(at=front)
    someone.page.goto(f"/jobs/{long_one}")
    expect(notice(someone.page)).to_contain_text(BLOCKED)
    front.kill()
    expect(notice(someone.page)).to_contain_text("Connection lost")
    front.start()
    expect(notice(someone.page)).to_contain_text(BLOCKED)
