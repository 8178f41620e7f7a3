"""The browser for the tests of this folder."""

from tests.browser.conftest import browser

__all__ = ["browser"]
