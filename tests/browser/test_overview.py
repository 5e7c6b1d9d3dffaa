"""The overview: every search live, the queue and its workers at a glance, filters, paging, keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dashboard.db.extensions import db
from dashboard.db.models import Job, User, now
from dashboard.jobs import lifecycle
from tests.browser.conftest import Person
from tests.stack import LONG, Client, Stack, wait_for

People = Callable[..., Person]


def rows(someone: Person) -> Locator:
    return someone.page.locator('[data-list="searches"] > li')


def row(someone: Person, job: str) -> Locator:
    return someone.page.locator(f'[data-job="{job}"]')


def glance(someone: Person, field: str) -> Locator:
    return someone.page.locator(f'[data-glance-field="{field}"]')


@pytest.fixture
def long_ones(client: Client) -> Iterator[Callable[[int], list[str]]]:
    """Submits as many searches that last; they are cancelled at the end of the test."""
    submitted: list[str] = []

    def submit(count: int) -> list[str]:
        submitted.extend(client.submit(**LONG) for _ in range(count))
        return submitted

    yield submit
    for job in submitted:
        client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
    for job in submitted:
        client.wait_for_end(job)


def test_an_installation_without_searches_says_what_to_do_next(
    person: People, screenshots: Path
) -> None:
    someone = person()
    empty = someone.page.locator('[data-empty="none"]')
    expect(empty).to_contain_text("Start the first one")
    someone.page.screenshot(path=screenshots / "overview-none.png", full_page=True)
    viewer = person("vera", "viewer")
    expect(viewer.page.locator('[data-empty="none"]')).to_contain_text("appear here automatically")
    assert viewer.page.locator('a[href="/new"].button').count() == 0


def test_what_runs_waits_and_could_take_it_is_seen_at_a_glance(
    person: People,
    client: Client,
    running: Stack,
    long_ones: Callable[[int], list[str]],
    screenshots: Path,
) -> None:
    client.wait_for_end(client.submit())
    someone = person()
    expect(glance(someone, "workers")).to_have_text("1")
    expect(glance(someone, "free")).to_have_text("2 of 2")
    first, second, third, last = long_ones(4)
    expect(row(someone, third)).to_contain_text("Number 1 of 2 in the queue")
    expect(row(someone, last)).to_contain_text("Number 2 of 2 in the queue")
    expect(glance(someone, "running")).to_have_text("2")
    expect(glance(someone, "free")).to_have_text("0 of 2")
    expect(glance(someone, "waited")).to_contain_text("longest")
    otto = person("otto")
    otto.page.goto(f"/jobs/{first}")
    expect(row(someone, first)).to_contain_text("1 watching")
    for job in (first, second):
        expect(row(someone, job)).to_contain_text("€")
        expect(row(someone, job)).to_contain_text("%")
    for theme in ("light", "dark"):
        someone.page.emulate_media(color_scheme=theme)
        for width in (390, 1280, 1600):
            someone.page.set_viewport_size({"width": width, "height": 900})
            name = f"overview-{theme}-{width}.png"
            someone.page.screenshot(path=screenshots / name, full_page=True)
            assert someone.page.evaluate("document.documentElement.scrollWidth") <= width
    client.post(f"/api/v1/jobs/{first}/cancel", json={"keep_best": False})
    expect(row(someone, first)).to_contain_text("Cancelled")
    expect(row(someone, third)).to_contain_text("Running")
    expect(row(someone, last)).to_contain_text("Next in the queue")
    assert someone.complaints == []


def test_rows_do_not_move_when_events_arrive(
    person: People, long_ones: Callable[[int], list[str]]
) -> None:
    someone = person()
    first, second = long_ones(2)
    expect(row(someone, second)).to_be_visible()
    expect(row(someone, first)).to_be_visible()
    before = row(someone, first).bounding_box()
    expect(row(someone, first)).to_contain_text("€")
    assert row(someone, first).bounding_box() == before


def test_a_filter_is_in_the_address_and_the_way_back(
    person: People, client: Client, screenshots: Path
) -> None:
    client.wait_for_end(client.submit())
    someone = person("otto")
    expect(rows(someone)).not_to_have_count(0)
    all_of_them = rows(someone).count()
    someone.page.check('[name="mine"]')
    expect(rows(someone)).to_have_count(0)
    expect(someone.page.locator('[data-empty="unmatched"]')).to_be_visible()
    expect(someone.page).to_have_url(re.compile(r"/\?mine=1$"))
    someone.page.screenshot(path=screenshots / "overview-unmatched.png", full_page=True)
    someone.page.reload()
    expect(someone.page.locator('[data-empty="unmatched"]')).to_be_visible()
    assert someone.page.is_checked('[name="mine"]')
    someone.page.click('[data-action="clear"]')
    expect(rows(someone)).to_have_count(all_of_them)
    someone.page.go_back()
    expect(someone.page.locator('[data-empty="unmatched"]')).to_be_visible()
    someone.page.go_forward()
    someone.page.select_option('[name="state"]', "finished")
    expect(rows(someone).first).to_contain_text("Finished")
    assert set(rows(someone).locator(".badge").all_inner_texts()) == {"Finished"}


def test_keys_search_move_and_open(person: People, client: Client, screenshots: Path) -> None:
    job = client.submit()
    client.wait_for_end(job)
    someone = person()
    expect(row(someone, job)).to_be_visible()
    page = someone.page
    page.keyboard.press("/")
    page.keyboard.type("nothing is called that?")
    expect(page.locator('[data-empty="unmatched"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(someone, job)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Search by title")
    page.screenshot(path=screenshots / "overview-keys.png")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(rows(someone).first.locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/jobs/"))


def test_searches_older_than_the_newest_hundred_are_found(
    person: People, running: Stack, screenshots: Path
) -> None:
    running.token("olga")
    with running.app.app_context():
        owner = db.session.scalars(db.select(User).filter_by(name="olga")).one()
        for number in range(160):
            title = f"Heap {number}" if number else "The needle"
            job = Job(id=f"old-{number:03}", owner_id=owner.id, title=title, sample="tiny")
            job.disabled_devices, job.options, job.created_at = [], {}, now()
            db.session.add(job)
            db.session.commit()
            lifecycle.end(job.id, "REVOKED", "cancelled", "Cancelled.")
    someone = person()
    expect(rows(someone)).to_have_count(100)
    more = someone.page.locator('[data-action="more"]')
    more.click()
    expect(rows(someone)).to_have_count(150)
    more.click()
    expect(row(someone, "old-000")).to_be_visible()
    expect(more).to_be_hidden()
    someone.page.goto("/?search=needle")
    expect(rows(someone)).to_have_count(1)
    expect(someone.page.locator('[data-field="count"]')).to_have_text("1 search")
    someone.page.screenshot(path=screenshots / "overview-found.png", full_page=True)
    wait_for("nobody to complain", lambda: someone.complaints == [])


def test_ones_own_waiting_searches_are_cancelled_at_once(
    person: People, long_ones: Callable[[int], list[str]], client: Client, screenshots: Path
) -> None:
    jobs_of_olga = long_ones(5)
    wait_for("two to run", lambda: client.get("/api/v1/fleet").json()["running"] == 2)
    someone, viewer = person("olga"), person("vera", "viewer")
    someone.page.locator('[data-action="cancel-waiting"]').click()
    someone.page.screenshot(path=screenshots / "overview-cancel-waiting.png")
    someone.page.locator('[data-action="cancel-all"]').click()
    for job in jobs_of_olga[2:]:
        expect(row(someone, job)).to_contain_text("Cancelled")
    for job in jobs_of_olga[:2]:
        assert client.job(job)["state"] not in ("REVOKED", "PENDING")
    expect(someone.page.locator('[data-action="cancel-waiting"]')).to_be_hidden()
    assert viewer.page.locator('[data-action="cancel-waiting"]').count() == 0
