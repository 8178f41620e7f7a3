"""A server and browsers for the tests of this folder; every test ends with a look at the console and the log."""

import re
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser

from tests.browser.devices import DESKTOP, Devices, Size
from tests.browser.server import RunningApp
from tests.browser.visitor import Visitor
from tests.load.background import run
from tests.load.client import Tab

NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with RunningApp(tmp_path_factory.mktemp("app")) as app:
        yield app


def end_run(app: RunningApp, visitor: Visitor) -> None:
    """End the run that a visitor may have left, whether or not the test came to its end: the next one's would wait.

    Each has one at most, by the browser's cookie, and it trains in a process of its own.
    """
    if not visitor.has_been_to_train or not psutil.Process(app.process.pid).children():
        return

    cookies = visitor.cookies

    async def end() -> None:
        async with Tab(app.url, cookies) as tab:
            await tab.open("train")
            while "stop" in tab.widgets and tab.polls:
                fragment = tab.fragments["stop"]
                # One that waits has nothing to discard.
                await tab.set("discard" if "discard" in tab.widgets else "stop", trigger_value=True)
                if tab.polls:
                    await tab.poll(fragment)

    run(end())


@pytest.fixture(scope="session")
def devices(browser: Browser) -> Devices:
    return Devices(browser)


@pytest.fixture
def new_visitor(app: RunningApp, devices: Devices) -> Iterator[NewVisitor]:
    """Makes visitors; when the test is over, neither their consoles nor the server's log may hold a complaint."""
    visitors: list[Visitor] = []

    def new(size: Size = DESKTOP, *, touch: bool = False) -> Visitor:
        visitors.append(Visitor(devices.lend(size, touch=touch), app.url))
        return visitors[-1]

    yield new
    for visitor in visitors:
        end_run(app, visitor)
        devices.take_back(visitor.context)
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
    assert not re.search(r"Traceback|Error|WARNING", app.unforgiven_log), app.log
