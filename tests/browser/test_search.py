"""Operators' way through the pages: submit, watch together, see the graph, cancel."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.stack import LONG, Client, Stack, Web, limited, wait_for

People = Callable[..., Person]


def submit(page: Page, sample: str, without: tuple[str, ...] = ()) -> str:
    """Start a search by the form; the id of its job."""
    page.goto("/new")
    page.check(f'input[name="sample"][value="{sample}"]', force=True)
    page.check('input[name="quick"]')
    for device in without:
        page.uncheck(f'input[name="devices"][value="{device}"]')
    page.click('[data-action="submit"]')
    page.wait_for_url(re.compile(r"/jobs/"))
    return page.url.rpartition("/")[2]


def nodes(page: Page) -> list[str]:
    """The ids of the nodes in the result's graph, once it's drawn."""
    node = "[data-result] svg.energy-system-diagram [data-node-id]"
    page.wait_for_selector(node)
    return sorted(page.eval_on_selector_all(node, "all => all.map(one => one.dataset.nodeId)"))


def test_a_search_is_watched_by_several_and_ends_in_the_same_graph(
    person: People, client: Client, screenshots: Path
) -> None:
    first = person()
    job = submit(first.page, "campus", without=("wind", "battery"))
    expect(first.page.locator('[data-field="incumbent"]').first).to_contain_text("€")
    second = person("otto")
    second.page.goto(f"/jobs/{job}")
    expect(second.page.locator('[data-field="incumbent"]').first).to_contain_text("€")
    for someone, other in ((first, "otto"), (second, "olga")):
        watching = someone.page.locator('[data-field="viewers"]')
        expect(watching).to_have_text(f"You and {other} are watching")
    first.page.screenshot(path=screenshots / "job-running.png", full_page=True)

    drawn = nodes(first.page)
    assert nodes(second.page) == drawn
    third = person("vera", "viewer")
    third.page.goto(f"/jobs/{job}")
    assert nodes(third.page) == drawn
    third.page.screenshot(path=screenshots / "job-done.png", full_page=True)

    graph = client.get(f"/api/v1/jobs/{job}/graph").json()
    assert drawn == sorted(node["id"] for node in graph["nodes"])
    assert not {"device:wind", "device:battery"} & set(drawn)
    for someone in (first, second, third):
        assert someone.field("state") == "Finished"
        assert someone.complaints == []


def test_figures_move_while_it_runs_and_say_what_the_server_says(
    person: People, client: Client
) -> None:
    someone = person()
    job = client.submit(**LONG)
    someone.page.goto(f"/jobs/{job}")
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Running")
    before = someone.field("elapsed")
    expect(someone.page.locator('[data-field="elapsed"]')).not_to_have_text(before)
    expect(someone.page.locator('[data-field="gap"]')).to_contain_text("%")
    bar = someone.page.locator('[role="progressbar"]')
    expect(bar).not_to_have_attribute("aria-valuenow", "0")
    shown, told = float(bar.get_attribute("aria-valuenow") or -1), client.job(job)["current"]
    assert 0 < shown <= told
    assert re.match(r"\d+ ?%", someone.page.title())
    client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Cancelled")


def test_cancel_keeps_the_best_plan_and_draws_it(
    person: People, client: Client, screenshots: Path
) -> None:
    someone = person()
    job = client.submit(**LONG)
    someone.page.goto(f"/jobs/{job}")
    expect(someone.page.locator('[data-field="incumbent"]').first).to_contain_text("€")
    someone.page.click('[data-action="cancel"]')
    someone.page.screenshot(path=screenshots / "cancel-dialog.png")
    someone.page.click('[data-action="keep-best"]')
    assert "carrier:heat" in nodes(someone.page)
    assert client.job(job)["outcome"] == "stopped"
    someone.page.screenshot(path=screenshots / "job-stopped.png", full_page=True)
    assert someone.complaints == []


def test_cancel_discards(person: People, client: Client, screenshots: Path) -> None:
    someone = person()
    job = client.submit(**LONG)
    someone.page.goto(f"/jobs/{job}")
    someone.page.click('[data-action="cancel"]')
    someone.page.click('[data-action="discard"]')
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Cancelled")
    assert someone.page.locator("svg.energy-system-diagram").count() == 0
    assert client.job(job)["state"] == "REVOKED"
    someone.page.screenshot(path=screenshots / "job-cancelled.png", full_page=True)


def test_a_viewer_may_watch_but_has_no_buttons(person: People, client: Client) -> None:
    viewer = person("vera", "viewer")
    viewer.page.goto("/new")
    assert viewer.page.locator('[data-action="submit"]').count() == 0
    viewer.page.goto(f"/jobs/{client.submit()}")
    nodes(viewer.page)
    assert viewer.page.locator('[data-action="cancel"]').count() == 0


def test_a_double_click_starts_one_search(person: People, client: Client) -> None:
    before = client.get("/api/v1/jobs").json()["total"]
    someone = person()
    someone.page.goto("/new")
    someone.page.dblclick('[data-action="submit"]')
    someone.page.wait_for_url(re.compile(r"/jobs/"))
    assert client.get("/api/v1/jobs").json()["total"] == before + 1


def test_a_failed_search_shows_its_reason(
    person: People, client: Client, screenshots: Path
) -> None:
    requirement = {"demands": {"heat": 5.0}, "devices": {}}
    answer = client.post("/api/v1/jobs", json={"requirement": requirement})
    someone = person()
    someone.page.goto(f"/jobs/{answer.json()['id']}")
    expect(someone.page.locator('[data-field="state"]')).to_have_text("Failed")
    expect(someone.page.locator("main")).to_contain_text("heat")
    someone.page.screenshot(path=screenshots / "job-failed.png", full_page=True)


def test_the_overview_moves_by_itself(person: People, client: Client, screenshots: Path) -> None:
    someone = person()
    someone.page.goto("/")
    job = client.submit()
    row = someone.page.locator('[data-list="searches"] li').filter(
        has=someone.page.locator(f'a[href="/jobs/{job}"]')
    )
    expect(row).to_contain_text("Finished")
    someone.page.screenshot(path=screenshots / "overview.png", full_page=True)
    assert someone.complaints == []


def test_a_page_that_was_cut_off_catches_up(
    person: People, client: Client, running: Stack, web: Web, screenshots: Path
) -> None:
    someone = person()
    job = client.submit(**LONG)
    someone.page.goto(f"/jobs/{job}")
    expect(someone.page.locator('[data-field="incumbent"]').first).to_contain_text("€")
    web.kill()
    notice = someone.page.locator('[data-notice="stale"]')
    expect(notice).to_be_visible()
    someone.page.screenshot(path=screenshots / "job-stale.png")
    web.start()
    expect(notice).to_be_hidden()
    client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
    assert nodes(someone.page)


def test_a_page_says_that_redis_is_away_and_still_gets_its_graph(
    person: People, client: Client, running: Stack
) -> None:
    someone = person()
    job = client.submit(**limited(30))
    someone.page.goto(f"/jobs/{job}")
    expect(someone.page.locator('[data-field="incumbent"]').first).to_contain_text("€")
    running.valkey.kill()
    notice = someone.page.locator('[data-notice="stale"]')
    expect(notice).to_be_visible()
    assert client.wait_for_end(job)["state"] == "SUCCESS"
    running.valkey.start()
    assert nodes(someone.page)
    expect(notice).to_be_hidden()
    wait_for("the web process to be ready again", running.webs[0].is_ready)


def test_a_submit_that_redis_cannot_take_says_so_and_loses_nothing(
    person: People, running: Stack, screenshots: Path
) -> None:
    someone = person()
    someone.page.goto("/new")
    someone.page.uncheck('input[name="devices"][value="battery"]')
    running.valkey.kill()
    someone.page.click('[data-action="submit"]')
    problem = someone.page.locator('[data-error="form"]')
    expect(problem).to_contain_text("nothing was queued")
    someone.page.screenshot(path=screenshots / "submit-refused.png", full_page=True)
    assert not someone.page.is_checked('input[name="devices"][value="battery"]')
    running.valkey.start()
    wait_for("the web process to be ready again", running.webs[0].is_ready)
    someone.page.click('[data-action="submit"]')
    someone.page.wait_for_url(re.compile(r"/jobs/"))


def test_a_wrong_field_is_said_beside_it(person: People) -> None:
    someone = person()
    someone.page.goto("/new")
    someone.page.fill('[data-path="co2_price"]', "-5")
    someone.page.click('[data-action="submit"]')
    wrong = someone.page.locator(".number-field", has=someone.page.locator("[aria-invalid]"))
    expect(wrong).to_contain_text("Price of CO₂")
    expect(wrong.locator(".error")).to_contain_text("greater than or equal to 0, not -5")


def test_an_unknown_job_has_a_page_that_says_so(person: People, screenshots: Path) -> None:
    someone = person()
    answer = someone.page.goto("/jobs/nothing")
    assert answer is not None
    assert answer.status == 404
    expect(someone.page.locator("main")).to_contain_text("no such search")
    someone.page.screenshot(path=screenshots / "not-found.png")


def test_signing_in_by_name_and_password(
    chromium: object, person: People, running: Stack, screenshots: Path
) -> None:
    running.app.test_cli_runner().invoke(args=["users", "add", "petra"], input="a long password\n")
    someone = person()
    someone.context.clear_cookies()
    someone.page.goto("/new")
    for password in ("a wrong one", "a long password"):
        someone.page.fill('[name="username"]', "petra")
        someone.page.fill('[name="password"]', password)
        someone.page.click('button[type="submit"]')
        if password == "a wrong one":
            expect(someone.page.get_by_role("alert")).to_contain_text(
                "The name or the password is wrong"
            )
            someone.page.screenshot(path=screenshots / "sign-in.png")
    someone.page.wait_for_url("**/new")


@pytest.mark.parametrize("page", ["/", "/new"])
def test_pages_fit_a_phone(person: People, screenshots: Path, page: str) -> None:
    someone = person()
    someone.page.set_viewport_size({"width": 390, "height": 844})
    someone.page.goto(page)
    someone.page.wait_for_load_state("networkidle")
    someone.page.screenshot(path=screenshots / f"phone{page.replace('/', '-')}.png")
    wide = someone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
