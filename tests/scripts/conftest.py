"""A blank page in Chromium, on which a test mounts one script as Streamlit would; there is no server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.scripts.stage import Stage, serve


@pytest.fixture(scope="session")
def blank_page(browser: Browser) -> Iterator[Page]:
    """One for all tests, each of which opens it anew; its clock stands still until a test winds it on."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.set_default_timeout(10_000)
    page.route("**/*", serve)
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    yield page
    page.close()


@pytest.fixture
def stage(blank_page: Page) -> Iterator[Stage]:
    """When the test is over, the page must not have complained of anything."""
    stage = Stage(blank_page)
    yield stage
    assert stage.complaints() == []
    stage.close()
