"""A server and browsers for the tests of this folder; every test ends with a look at the console and the log."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.server import RunningApp
from tests.browser.visitor import Visitor, chromium

NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with RunningApp(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture
def new_visitor(app: RunningApp, browser: Browser) -> Iterator[NewVisitor]:
    """Makes visitors; when the test is over, neither their consoles nor the server's log may hold a complaint."""
    visitors: list[Visitor] = []

    def new(**options: object) -> Visitor:
        visitors.append(Visitor(browser, app.url, **options))  # type: ignore[arg-type]
        return visitors[-1]

    yield new
    for visitor in visitors:
        visitor.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
    assert not re.search(r"Traceback|Error|WARNING", app.unforgiven_log), app.log
