"""Tests of `pages.parts.server.server`: here without a server; with one, tests/server sees what it does."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.server import server
from tests.pages.page import APP


def test_without_a_server_nothing_of_one_is_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hold_nothing_back", "bound_uploads", "forget_nothing_told", "get_logger"):
        monkeypatch.setattr(server, name, lambda *_: pytest.fail("there is no server"))
    server.put_server_in_order()
    at = AppTest.from_file(APP, default_timeout=30).run()
    assert not at.exception
    assert not server._done.is_set()
