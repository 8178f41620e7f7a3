"""Browsers as visitors bring them: new ones, and ones that serve one visitor after the other.

A page opens with half the work where another has been open before: its process goes on, with the scripts it has
compiled. What a visitor leaves behind goes with the visitor.
"""

from collections import defaultdict
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

Size = tuple[int, int]

DESKTOP: Size = (1280, 900)
PHONE: Size = (390, 844)


def new_device(
    browser: Browser, size: Size = DESKTOP, *, touch: bool = False, ignore_https_errors: bool = False
) -> BrowserContext:
    """A browser that has nothing yet, with a window of this width and height in CSS pixels."""
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=touch,
        is_mobile=touch,
        ignore_https_errors=ignore_https_errors,
    )


class Devices:
    """Lends a browser to one visitor at a time, and takes from it what that one has left."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._at_hand: defaultdict[tuple[Size, bool], list[BrowserContext]] = defaultdict(list)
        self._lent: dict[BrowserContext, tuple[Size, bool]] = {}

    def lend(self, size: Size = DESKTOP, *, touch: bool = False) -> BrowserContext:
        """One of these, without a page of the app."""
        kind = (size, touch)
        if self._at_hand[kind]:
            device = self._at_hand[kind].pop()
        else:
            device = new_device(self._browser, size, touch=touch)
            device.new_page()  # an empty one, for which the process stays
        self._lent[device] = kind
        return device

    def take_back(self, device: BrowserContext) -> None:
        """Close what is open, and forget cookies, permissions and all that pages have stored."""
        empty, *pages = device.pages
        places = {urlsplit(page.url) for page in pages}
        for page in pages:
            page.close()
        storage = device.new_cdp_session(empty)
        for origin in {f"{place.scheme}://{place.netloc}" for place in places if place.netloc}:
            storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        storage.detach()
        device.clear_cookies()
        device.clear_permissions()
        self._at_hand[self._lent.pop(device)].append(device)
