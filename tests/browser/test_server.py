"""The server as a whole: cold starts, and what it leaves behind."""

import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.devices import new_device
from tests.browser.server import RunningApp
from tests.browser.visitor import HEADINGS, Visitor


@pytest.mark.parametrize("page", [page for page in HEADINGS if page != "Draw"])
def test_a_deep_link_on_a_cold_server_shows_the_whole_page(tmp_path: Path, browser: Browser, page: str) -> None:
    with RunningApp(tmp_path) as app:
        visitor = Visitor(new_device(browser), app.url)
        visitor.open(f"/{page.lower()}")
        visitor.page.get_by_role("heading", level=1).filter(has_text=HEADINGS[page]).wait_for()
        expect(visitor.key("menu").get_by_role("link")).to_have_count(len(HEADINGS))
        expect(visitor.page.locator("[data-testid=stSidebarNav]")).to_have_count(0)
        visitor.go_to("Draw")
        visitor.wait_for_canvas()
        visitor.close()
        assert visitor.complaints == []
        assert "Traceback" not in app.log


def test_the_worker_starts_with_train_and_dies_with_a_killed_server(tmp_path: Path, browser: Browser) -> None:
    with RunningApp(tmp_path) as app:
        server = psutil.Process(app.process.pid)
        visitor = Visitor(new_device(browser), app.url)
        visitor.open("/")
        visitor.wait_for_canvas()
        assert server.children() == []
        visitor.go_to("Train")
        while not (workers := server.children()):
            time.sleep(0.02)
        server.kill()
        psutil.wait_procs(workers)  # to their end, or to the test's
        assert not any(worker.is_running() for worker in workers)
        visitor.close()
