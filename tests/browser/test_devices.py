"""A browser that is lent again knows nothing of the visitor before."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.devices import PHONE, Devices

ADDRESS = "http://blank.test/"
REMEMBER = "() => { document.cookie = 'who=first'; localStorage.who = sessionStorage.who = 'first'; }"
REMEMBERED = "() => [document.cookie, localStorage.who ?? null, sessionStorage.who ?? null]"


def opened(device: BrowserContext) -> Page:
    page = device.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>Blank</title>"))
    page.goto(ADDRESS)
    return page


def test_what_one_visitor_leaves_the_next_one_does_not_find(browser: Browser) -> None:
    devices = Devices(browser)
    first, other = devices.lend(), devices.lend()
    page = opened(first)
    page.evaluate(REMEMBER)
    assert page.evaluate(REMEMBERED) == ["who=first", "first", "first"]
    assert opened(other).evaluate(REMEMBERED) == ["", None, None]
    devices.take_back(first)
    assert devices.lend(PHONE, touch=True) is not first
    assert devices.lend() is first
    assert opened(first).evaluate(REMEMBERED) == ["", None, None]
