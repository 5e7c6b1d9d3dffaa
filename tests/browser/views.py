"""What people see: each page in each of the states that it can be in, for tests that look at all.

A new page is one more `View` in `VIEWS`; the searches that it shows are made by `Jobs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.stack import LONG, Client, wait_for

FRONT: dict[str, Any] = {"sample": "tiny", "options": {"goal": "front", "plans": 5}}
TYPICAL: dict[str, Any] = {
    "sample": "campus",
    "options": {"detail": "typical days", "gap": 0.05, "typical_days": 6},
}
IMPOSSIBLE: dict[str, Any] = {"requirement": {"demands": {"heat": 5.0}, "devices": {}}}


class Jobs:
    """The ids of searches, by how they stand: one of each. Two of them have not ended."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.ids = {
            "done": self._ended(**FRONT),
            "typical": self._ended(**TYPICAL),
            "failed": self._ended(sample=None, **IMPOSSIBLE),
            "stopped": self._stopped(),
            "running": self._with_a_plan(),
            "waiting": client.submit(**LONG),
            "cancelled": self._discarded(client.submit(**LONG)),
        }

    def cancel(self) -> None:
        """Let go of those that have not ended."""
        for how in ("waiting", "running"):
            self._discarded(self.ids[how])

    def _ended(self, **submission: Any) -> str:
        job = self._client.submit(**submission)
        self._client.wait_for_end(job)
        return job

    def _with_a_plan(self) -> str:
        job = self._client.submit(**LONG)
        wait_for("a plan", lambda: self._client.job(job).get("incumbent"))
        return job

    def _stopped(self) -> str:
        job = self._with_a_plan()
        self._client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": True})
        self._client.wait_for_end(job)
        return job

    def _discarded(self, job: str) -> str:
        self._client.post(f"/api/v1/jobs/{job}/cancel", json={"keep_best": False})
        self._client.wait_for_end(job)
        return job


@dataclass(frozen=True)
class View:
    """A page as it is after `prepare`.

    path: with the id of one of the `Jobs` in braces where it shows one.
    needs_jobs: whether there must be searches already.
    who: is signed in: olga, who is an operator, ada, an admin, or nobody.
    everywhere: whether it is looked at on a phone and on a wide screen as well.
    """

    name: str
    path: str
    prepare: Callable[[Page], None]
    needs_jobs: bool = True
    who: str = "olga"
    everywhere: bool = False


def shows(*selectors: str) -> Callable[[Page], None]:
    """Waits until all of them are seen."""

    def prepare(page: Page) -> None:
        for selector in selectors:
            expect(page.locator(selector).first).to_be_visible()

    return prepare


def stands(state: str, *selectors: str) -> Callable[[Page], None]:
    """Waits until a search's page says how it stands."""

    def prepare(page: Page) -> None:
        # By its tone, which is the same in every language.
        page.wait_for_selector(f'body[data-tone="{state}"]')
        shows(*selectors)(page)

    return prepare


def opens(action: str) -> Callable[[Page], None]:
    """Opens a dialog by a button."""

    def prepare(page: Page) -> None:
        page.click(f'[data-action="{action}"]')
        expect(page.get_by_role("dialog")).to_be_visible()

    return prepare


def draws(diagram: str) -> Callable[[Page], None]:
    """Waits until a result is drawn, charts included."""

    def prepare(page: Page) -> None:
        page.wait_for_selector(f"[data-result] svg{diagram} [data-node-id]")
        page.locator(".operation-section").scroll_into_view_if_needed()
        page.wait_for_selector(".plots .u-over")
        page.evaluate("scrollTo(0, 0)")

    return prepare


def points(page: Page) -> None:
    """Goes to a node by the keys, so that the diagram says what flows there."""
    draws(".energy-system-diagram")(page)
    page.focus(".energy-system-diagram")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".diagram-note")).to_be_visible()


ROW = '[data-list="searches"] > li'
COMPARED = ".compare-diagram svg [data-node-id]"
RUNNING = "[data-provisional] svg.energy-system-diagram"

VIEWS = (
    View("sign-in", "/", shows("form"), needs_jobs=False, who="nobody", everywhere=True),
    View("overview-none", "/", shows('[data-empty="none"]'), needs_jobs=False),
    View("overview", "/", shows(ROW, "[data-glance]:not([data-unknown])"), everywhere=True),
    View("overview-unmatched", "/?search=nothing", shows('[data-empty="unmatched"]')),
    View("overview-keys", "/", opens("keys")),
    View("new", "/new", shows("[data-look] .u-over"), needs_jobs=False, everywhere=True),
    View("account", "/account", shows("main form"), needs_jobs=False, everywhere=True),
    View("admin", "/admin", shows("main table"), needs_jobs=False, who="ada", everywhere=True),
    View("audit", "/admin/audit", shows("main table"), False, who="ada", everywhere=True),
    View("sharing", "/jobs/{done}/sharing", shows("main form"), everywhere=True),
    View("not-found", "/jobs/nothing", shows("main h1"), needs_jobs=False),
    View("job-waiting", "/jobs/{waiting}", stands("waiting", '[data-field="queue"]')),
    View("job-running", "/jobs/{running}", stands("running", RUNNING), everywhere=True),
    View("job-cancel", "/jobs/{running}", opens("cancel")),
    View("job-failed", "/jobs/{failed}", stands("bad", "[data-end]")),
    View("job-cancelled", "/jobs/{cancelled}", stands("ended", "[data-end]")),
    View("job-stopped", "/jobs/{stopped}", draws(".energy-system-diagram")),
    View("job-done", "/jobs/{done}", draws(".energy-system-diagram"), everywhere=True),
    View("job-done-pointed", "/jobs/{done}", points),
    View("job-done-sankey", "/jobs/{done}?view=sankey", draws(".sankey"), everywhere=True),
    View("job-done-pinned", "/jobs/{done}?node=storage:battery", draws(".energy-system-diagram")),
    View("compare-nothing", "/compare", shows("main h1"), needs_jobs=False),
    View("compare", "/compare?with={done}.0&with={done}.1", shows(COMPARED), everywhere=True),
    View("wall", "/wall", shows("[data-stage] svg.energy-system-diagram"), everywhere=True),
    View(
        "job-done-typical",
        "/jobs/{typical}?node=demand:heat",
        draws(".energy-system-diagram"),
        everywhere=True,
    ),
)
