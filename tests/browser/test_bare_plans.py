"""Plans without a device, a trade or a link: every page that shows a plan shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Ended, Person
from tests.stack import Client

People = Callable[..., Person]

SUN = [0.0] * 6 + [0.5, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.5] + [0.0] * 6
BARE: dict[str, dict[str, Any]] = {
    "no-device": {
        "demands": {"electricity": [10]},
        "supplies": {"electricity": {"price": 0.2}},
        "devices": {},
    },
    "no-trade": {
        "demands": {"electricity": 10},
        "profiles": {"sun": SUN},
        "devices": {"ground-pv": {}, "battery": {}},
    },
    "nothing-met": {
        "demands": {"electricity": {"power": [10, 5], "unserved_price": 1}},
        "devices": {},
    },
}


def submission(name: str) -> dict[str, Any]:
    return {"requirement": BARE[name], "name": name}


@pytest.mark.parametrize("name", BARE)
def test_a_bare_plan_is_shown_with_its_figures(
    person: People, client: Client, ended: Ended, screenshots: Path, name: str
) -> None:
    job = ended(submission(name))
    (plan,) = client.get(f"/api/v1/jobs/{job}/result").json()["plans"]
    someone = person()
    page = someone.page
    for drawing in ("energy-system-diagram", "sankey"):
        page.goto(f"/jobs/{job}?view={drawing}&node=carrier:electricity")
        page.wait_for_selector(f"[data-result] svg.{drawing} [data-node-id]")
        page.locator(".operation-section").scroll_into_view_if_needed()
        page.wait_for_selector(".plots .u-over")
        cost = page.locator(".headline dd").first
        expect(cost).to_have_attribute("title", f"€{plan['cost_per_year']:,.0f}")
        page.screenshot(path=screenshots / f"bare-{name}-{drawing}.png", full_page=True)
    rows = page.get_by_role("table", name="What to install").locator("tbody tr")
    dearest_first = sorted(plan["devices"], key=lambda device: -device["cost_per_year"])
    labels = [device["label"] for device in dearest_first] or ["No devices"]
    expect(rows.get_by_role("rowheader")).to_have_text(labels)
    assert someone.complaints == []


@pytest.mark.parametrize("name", BARE)
def test_a_bare_plan_goes_through_every_export(client: Client, ended: Ended, name: str) -> None:
    job = f"/api/v1/jobs/{ended(submission(name))}"
    (plan,) = client.get(f"{job}/result").json()["plans"]
    assert client.get(f"{job}/graph").json() == plan["graph"]
    flows = client.get(f"{job}/plans/0/dispatch").json()["flows"]
    rows = list(csv.reader(io.StringIO(client.get(f"{job}/dispatch.csv").text)))
    assert len(rows) == 1 + len(flows[0]["kw"])
    book = load_workbook(io.BytesIO(client.get(f"{job}/result.xlsx").content))
    assert book["devices"].max_row == 1 + len(plan["devices"])
    status = client.get(f"/status/{job.rpartition('/')[2]}").json()
    assert (status["state"], "nodes" in status["result"]) == ("SUCCESS", True)


def test_bare_plans_stand_side_by_side_and_on_the_wall(
    person: People, ended: Ended, screenshots: Path
) -> None:
    jobs = [ended(submission(name)) for name in BARE]
    someone = person()
    page = someone.page
    page.goto("/compare?" + "&".join(f"with={job}.0" for job in jobs[:1]))
    page.wait_for_selector(".compare-diagram svg [data-node-id]")
    expect(page.locator(".compare-note").filter(has_text="No devices")).to_be_visible()
    page.goto("/compare?" + "&".join(f"with={job}.0" for job in jobs))
    page.wait_for_selector(".compare-diagram svg [data-node-id]")
    page.locator(".load-duration").scroll_into_view_if_needed()
    expect(page.locator(".curve-line")).not_to_have_count(0)
    page.screenshot(path=screenshots / "bare-compare.png", full_page=True)
    for job in jobs:
        page.goto(f"/wall?jobs={job}")
        expect(page.locator(".slide svg.energy-system-diagram")).to_be_visible()
    page.screenshot(path=screenshots / "bare-wall.png")
    assert someone.complaints == []
