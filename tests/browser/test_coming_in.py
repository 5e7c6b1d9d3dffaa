"""Coming in by a link, one's own account, and pages that end with the sign-in that opened them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from dashboard.accounts import people
from tests.browser.conftest import Person, link_for
from tests.stack import Client, Stack, Viewer, Web, wait_for

PASSWORD, NEW = "a long password", "another longish phrase"

People = Callable[..., Person]


def test_a_link_signs_in_by_its_button_and_once(
    chromium: Browser, running: Stack, web: Web, screenshots: Path
) -> None:
    link = link_for(running, web, "olga")
    someone = Person(chromium, web)
    someone.page.goto(link)
    expect(someone.page.locator(".user")).to_have_count(0)
    someone.page.screenshot(path=screenshots / "sign-in-link.png")
    someone.page.get_by_role("button", name="Sign in as olga").click()
    expect(someone.page.locator(".user")).to_have_text("olga")
    someone.page.goto(link)
    expect(someone.page.get_by_role("alert")).to_contain_text("was already used, has expired")
    someone.context.close()


def test_an_open_page_ends_when_its_reader_is_disabled(
    person: People, running: Stack, long_one: str
) -> None:
    someone = person("petra")
    someone.page.goto(f"/jobs/{long_one}")
    expect(someone.page.locator('[data-field="viewers"]').first).to_be_visible()
    with running.app.app_context():
        people.disable(people.named("petra"))
    someone.page.wait_for_url("**/sign-in?next=*")


def test_the_sockets_of_every_web_process_end_with_a_disabled_reader(
    running: Stack, web: Web, client: Client
) -> None:
    job, other = client.submit(), running.add_web()
    cut = [Viewer(one, running.token("quinn"), job).connect() for one in (web, other)]
    kept = [Viewer(one, running.token("olga"), job).connect() for one in (web, other)]
    everyone = [*cut, *kept]
    wait_for("all to be told", lambda: all("quinn" in viewer.names for viewer in everyone))
    result = running.app.test_cli_runner().invoke(args=["users", "disable", "quinn"])
    assert result.exit_code == 0, result.output
    wait_for("both to be cut", lambda: not any(viewer.socket.connected for viewer in cut))
    wait_for("it to be told", lambda: all(viewer.names == ["olga"] for viewer in kept))
    assert all(viewer.socket.connected for viewer in kept)
    for viewer in everyone:
        viewer.close()


def test_who_changes_the_password_stays_and_then_signs_out_everywhere(
    person: People, running: Stack, screenshots: Path
) -> None:
    running.app.test_cli_runner().invoke(args=["users", "add", "rosa"], input=f"{PASSWORD}\n")
    here, elsewhere = person("rosa"), person("rosa")
    here.page.click(".user")
    here.page.screenshot(path=screenshots / "account.png")
    here.page.get_by_label("Old password").fill(PASSWORD)
    here.page.get_by_label("New password").fill(NEW)
    here.page.get_by_role("button", name="Change the password").click()
    expect(here.page.get_by_role("status").first).to_contain_text("The password was changed")
    elsewhere.page.goto("/new")
    expect(elsewhere.page).to_have_url(re.compile("/sign-in"))
    elsewhere.page.fill('[name="username"]', "rosa")
    elsewhere.page.fill('[name="password"]', NEW)
    elsewhere.page.click("main button")
    elsewhere.page.wait_for_url("**/new")
    here.page.get_by_role("button", name="Sign out everywhere").click()
    here.page.wait_for_url("**/sign-in")
    elsewhere.page.goto("/new")
    expect(elsewhere.page).to_have_url(re.compile("/sign-in"))


def test_one_s_account_is_reached_on_a_phone(person: People, screenshots: Path) -> None:
    someone = person()
    someone.page.set_viewport_size({"width": 390, "height": 844})
    someone.page.goto("/")
    someone.page.get_by_role("navigation").get_by_role("link", name="Your account").click()
    expect(someone.page.get_by_role("heading", name="Your account")).to_be_visible()
    someone.page.screenshot(path=screenshots / "phone-account.png")
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= 390
