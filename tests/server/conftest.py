"""A server for the tests of this folder, which talk to it as browsers do, without a browser."""

from collections.abc import Iterator

import pytest

from tests.browser.server import RunningApp


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with RunningApp(tmp_path_factory.mktemp("app")) as app:
        yield app
