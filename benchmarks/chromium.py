"""A headless Chromium with a signed-in user."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from dashboard.accounts import sign_in_link
from dashboard.config import ROOT
from dashboard.db.extensions import db
from dashboard.db.models import User
from tests.browser.conftest import ARGUMENTS, sign_in
from tests.stack import Stack, Web


@contextmanager
def signed_in(stack: Stack, web: Web) -> Iterator[Page]:
    """A page of olga's at the usual size."""
    found = [ROOT / ".ci/chromium", sys.executable]
    path = subprocess.run(found, capture_output=True, text=True, check=True).stdout.strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, "--enable-precise-memory-info"]
        )
        page = browser.new_page(base_url=web.url, viewport={"width": 1280, "height": 900})
        stack.token("olga")
        with stack.app.app_context():
            olga = db.session.scalars(db.select(User).filter_by(name="olga")).one()
            link = sign_in_link(olga, web.url)
        sign_in(page, link)
        yield page
        browser.close()
