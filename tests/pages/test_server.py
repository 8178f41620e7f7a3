"""Tests of `pages.parts.server`: here without a server; with one, tests/server sees what it does."""

import logging

import pytest

from pages.parts import server


def test_without_a_server_nothing_of_one_is_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hold_nothing_back", "bound_uploads", "get_logger"):
        monkeypatch.setattr(server, name, lambda *_: pytest.fail("there is no server"))
    server.put_server_in_order()
    assert not logging.getLogger("model").handlers
