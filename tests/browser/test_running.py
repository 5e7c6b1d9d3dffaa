"""A search while it runs: convergence, the best plan so far, sharing, word of its end, again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.stack import LONG, Client, Stack, wait_for

People = Callable[..., Person]

OWN: dict[str, Any] = {
    "name": "A shed of one's own",
    "demands": {"heat": [20.0, 30.0], "electricity": [5.0, 9.0]},
    "supplies": {"electricity": {"price": 0.3}, "gas": {"price": 0.08}},
}


def tops(someone: Person) -> list[float]:
    """Where the page's sections stand."""
    found: list[float] = someone.page.eval_on_selector_all(
        "main section:not([hidden])",
        "all => all.map(one => one.getBoundingClientRect().top + scrollY)",
    )
    return found


def test_a_running_search_shows_how_it_converges_and_its_best_plan_so_far(
    person: People, long_one: str, screenshots: Path
) -> None:
    someone = person()
    someone.page.goto(f"/jobs/{long_one}")
    expect(someone.page.locator(".chart-best").last).to_have_attribute("d", re.compile("M.*H"))
    provisional = someone.page.locator("[data-provisional]")
    # It has its place as soon as the page hears that the search runs.
    expect(provisional).to_be_visible()
    before = tops(someone)
    expect(provisional.locator("svg.energy-system-diagram")).to_be_visible()
    expect(provisional).to_contain_text("Provisional")
    expect(provisional).to_contain_text("on typical days")
    assert tops(someone) == before, "nothing moves when the plan is drawn"
    someone.page.locator("[data-chart]").focus()
    someone.page.keyboard.press("ArrowLeft")
    expect(someone.page.locator("[data-chart-readout]")).to_contain_text("best plan €")
    for theme in ("light", "dark"):
        someone.page.emulate_media(color_scheme=theme)
        for width in (390, 1280, 1600):
            someone.page.set_viewport_size({"width": width, "height": 900})
            someone.page.wait_for_timeout(300)  # for the eye alone
            name = f"running-{theme}-{width}.png"
            someone.page.screenshot(path=screenshots / name, full_page=True)
            assert someone.page.evaluate("document.documentElement.scrollWidth") <= width
    assert someone.complaints == []


def test_who_comes_later_sees_how_it_converged_before(person: People, long_one: str) -> None:
    first = person()
    first.page.goto(f"/jobs/{long_one}")
    expect(first.page.locator(".chart-open").last).to_have_attribute("d", re.compile("M.*Z.*M"))
    late = person("otto")
    late.page.goto(f"/jobs/{long_one}")
    expect(late.page.locator(".chart-open").last).to_have_attribute("d", re.compile("M.*Z.*M"))


def test_the_end_takes_the_provisional_plan_away_and_the_chart_stays(
    person: People, client: Client, screenshots: Path
) -> None:
    someone = person()
    job = client.submit(
        "campus", options={"detail": "typical days", "gap": 0.05, "typical_days": 3}
    )
    someone.page.goto(f"/jobs/{job}")
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Finished")
    expect(someone.page.locator("[data-provisional]")).to_be_hidden()
    expect(someone.page.locator(".chart-best").last).to_have_attribute("d", re.compile("M"))
    expect(someone.page.locator("svg.energy-system-diagram").first).to_be_visible()
    someone.page.screenshot(path=screenshots / "running-ended.png", full_page=True)
    assert someone.complaints == []


def test_figures_of_typical_days_stand_apart_from_those_of_the_whole_horizon(
    person: People, client: Client, screenshots: Path
) -> None:
    hours = range(16 * 24)
    demands = {
        "heat": [60.0 + hour % 24 + hour % 37 for hour in hours],
        "electricity": [30.0 + hour % 11 for hour in hours],
    }
    asked = {"requirement": {**OWN, "demands": demands}, "options": {"typical_days": 2}}
    answer = client.post("/api/v1/jobs", json=asked)
    assert answer.status_code == 202, answer.text
    client.wait_for_end(answer.json()["id"])
    someone = person()
    someone.page.goto(f"/jobs/{answer.json()['id']}")
    expect(someone.page.locator(".chart-stretch")).to_have_count(2)
    expect(someone.page.locator(".chart-past")).to_have_count(1)
    expect(someone.page.locator(".chart-border")).to_have_count(1)
    someone.page.locator(".job-course").screenshot(path=screenshots / "running-bases.png")


def test_a_waiting_search_says_its_place_in_the_queue(
    person: People, client: Client, running: Stack, screenshots: Path
) -> None:
    ahead = [client.submit(**LONG) for _ in range(running.slots + 1)]
    job = client.submit()
    someone = person()
    someone.page.goto(f"/jobs/{job}")
    queue = someone.page.locator('[data-field="queue"]')
    expect(queue).to_have_text("Number 2 of 2 in the queue")
    someone.page.screenshot(path=screenshots / "running-waiting.png", full_page=True)
    for other in ahead:
        client.post(f"/api/v1/jobs/{other}/cancel", json={"keep_best": False})
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Finished")
    expect(queue).to_be_hidden()


def test_a_search_is_shared_by_its_link(person: People, long_one: str) -> None:
    someone = person()
    someone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    someone.page.goto(f"/jobs/{long_one}?from=elsewhere")
    someone.page.click('[data-action="share"]')
    expect(someone.page.locator('[data-action="share"]')).to_have_text("Link copied")
    copied = someone.page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"/jobs/{long_one}")
    viewer = person("vera", "viewer")
    viewer.page.goto(copied)
    expect(viewer.page.locator('[data-field="state"]')).to_have_text("Running")


def test_who_asked_for_it_is_told_of_the_end(person: People, client: Client) -> None:
    job = client.submit(**LONG)
    someone = person()
    # A headless browser shows no notifications: what the page asks it for is kept instead.
    someone.page.add_init_script(
        """window.told = [];
        window.Notification = class {
          static asked = 0;
          static requestPermission() { this.asked += 1; return Promise.resolve('granted'); }
          constructor(title) { window.told.push(title); }
          addEventListener() {}
        };"""
    )
    someone.page.goto(f"/jobs/{job}")
    button = someone.page.locator('[data-action="notify"]')
    expect(button).to_be_visible()
    assert someone.page.evaluate("Notification.asked") == 0, "asked only on request"
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    wait_for("a notification", lambda: someone.page.evaluate("window.told"))
    assert someone.page.evaluate("window.told") == ["Cancelled: University campus"]
    expect(button).to_be_hidden()


def test_a_search_with_its_own_requirement_is_searched_again_as_it_was(
    person: People, client: Client
) -> None:
    body = {"requirement": OWN, "disabled_devices": ["battery"], "options": {"gap": 0.01}}
    answer = client.post("/api/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    job = answer.json()["id"]
    client.wait_for_end(job)
    someone = person()
    someone.page.goto(f"/jobs/{job}")
    link = someone.page.locator('[data-action="change"]')
    expect(link).to_have_attribute("href", f"/new?again={job}")
    someone.page.dblclick('[data-action="again"]')
    someone.page.wait_for_url(lambda url: "/jobs/" in url and job not in url)
    again = client.job(someone.page.url.rpartition("/")[2])
    assert (again["title"], again["sample"]) == (OWN["name"], None)
    # A search that states no time limit has the usual one.
    options = {"gap": 0.01, "time_limit_s": 4 * 3600.0}
    assert (again["disabled_devices"], again["options"]) == (["battery"], options)


def test_a_viewer_cannot_search_again(person: People, client: Client) -> None:
    job = client.submit()
    client.wait_for_end(job)
    viewer = person("vera", "viewer")
    viewer.page.goto(f"/jobs/{job}")
    expect(viewer.page.locator('[data-field="state"]')).to_have_text("Finished")
    assert viewer.page.locator('[data-action="again"]').count() == 0
