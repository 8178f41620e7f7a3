"""A visitor with a browser: opens pages, draws with a mouse or a finger, and reads what the pages say."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.devices import Size

Point = tuple[float, float]
Stroke = Sequence[Point]

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
# One process for all pages of a context, one after the other, which keeps what it has compiled.
FOR_MANY_PAGES = ["--renderer-process-limit=1", "--js-flags=--no-flush-bytecode"]
# Milliseconds. Against waiting for ever, and for nothing else: whatever a page takes longer for has failed, however
# slow the machine is.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

# Streamlit itself asks a deep link's own path for these first, and takes the 404 for an answer.
STREAMLITS_PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")


INK = """() => {
    const host = [...document.querySelectorAll(".st-key-canvas *")].find((each) => each.shadowRoot);
    const copy = new OffscreenCanvas(280, 280).getContext("2d", { willReadFrequently: true });
    copy.drawImage(host.shadowRoot.querySelector("canvas.dc-canvas"), 0, 0);
    const pixels = copy.getImageData(0, 0, 280, 280).data;
    return pixels.filter((value, index) => index % 4 == 0 && value > 127).length;
}"""


# The server has answered to what is drawn, and its answer is the one that is shown; other ways in have no drawing.
ANSWERED = """() => {
    const answer = document.querySelector(".st-key-answer .answer[data-drawing]");
    const drawing = globalThis.digitsBoard?.drawing;
    return answer && (!drawing || (!drawing.live && drawing.name === answer.dataset.drawing))
        && !document.querySelector(".st-key-answer .live:not([hidden])");
}"""

FITS = """width => [document.scrollingElement, document.querySelector(".stMain")]
    .every((each) => each.scrollWidth === width)"""

# The pen writes this attribute whenever it is called, be it the same text again.
BRUSH = """() => [...document.querySelectorAll(".st-key-canvas *")].map((each) => each.shadowRoot)
    .find(Boolean)?.querySelector(".dc-root")?.dataset.brush"""


@contextmanager
def chromium(options: Sequence[str] = ()) -> Iterator[Browser]:
    """Chromium without a window: the one that CHROMIUM names, the system's, or Playwright's own."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_OPTIONS, *options])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Answer:
    """What the page says of a drawing: the digit, ten probabilities in percent, and the picture that was read.

    The digit is None when the page says that there is none.
    """

    digit: int | None
    percents: tuple[float, ...]
    picture: str


class Visitor:
    """One browser context, which is one session at a time."""

    def __init__(self, device: BrowserContext, url: str) -> None:
        self.url = url
        self.context = device
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.has_been_to_train = False
        self.complaints: list[str] = []
        self.page.on("framenavigated", self._note_place)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _note_place(self, frame: Frame) -> None:
        self.has_been_to_train |= urlsplit(frame.url).path == "/train"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if STREAMLITS_PROBES.search(message.location.get("url", "")):
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    def open_draw(self) -> None:
        """Open the Draw page, until it can be drawn on."""
        self.open()
        self.wait_for_canvas()

    def go_to(self, label: str) -> None:
        """Follow a link of the menu, to the end of the page that it opens."""
        self.page.locator(".st-key-menu").get_by_role("link", name=label).click()
        self.page.get_by_role("heading", level=1).filter(has_text=HEADINGS[label]).wait_for()

    def key(self, name: str) -> Locator:
        """The part of the page with this key."""
        return self.page.locator(f".st-key-{name}")

    def wait_for_canvas(self) -> None:
        """Until it can be drawn on and its tools are in place."""
        self.key("canvas").locator("canvas.upper-canvas").wait_for()
        self.tool("Clear").wait_for()

    def wait_until_at_rest(self) -> None:
        """Until the server has run all that the page asked it for, and the page has its fonts."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        self.page.evaluate("async () => { await document.fonts.ready; }")

    def wait_for_state(self, script: str, arg: object = None) -> None:
        """Until this says so. It is asked now and then, since asked at every frame a page that waits is a busy one."""
        self.page.wait_for_function(script, arg=arg, polling=50)

    def choose_brush(self, key: str) -> None:
        """Press a key on the brush's slider, and wait until the pen has taken the width that follows."""
        before = self.page.evaluate(BRUSH)
        self.key("brush").get_by_role("slider").press(key)
        self.wait_for_state(
            f"""before => {{
                const brush = ({BRUSH})();
                const said = document.querySelector(".st-key-brush").innerText;
                return brush !== before && said.startsWith("Brush " + brush);
            }}""",
            arg=before,
        )

    def wait_until_it_fits(self, size: Size) -> None:
        """In a window of this size from now on, until nothing of the page stands out at its side."""
        width, height = size
        self.page.set_viewport_size({"width": width, "height": height})
        self.wait_for_state(FITS, arg=width)

    def ink(self) -> int:
        """White pixels on the canvas."""
        return int(self.page.evaluate(INK))

    def tool(self, label: str) -> Locator:
        return self.key("canvas").get_by_role("button", name=label, exact=True)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """With the mouse, in canvas pixels."""
        mouse = self.page.mouse
        for first, *rest in self._on_page(strokes):
            mouse.move(*first)
            mouse.down()
            for point in rest:
                mouse.move(*point, steps=2)
            mouse.up()

    def draw_with_finger(self, strokes: Sequence[Stroke]) -> None:
        touch = self.context.new_cdp_session(self.page)

        def send(kind: str, points: list[Point]) -> None:
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

        for first, *rest in self._on_page(strokes):
            send("touchStart", [first])
            for (x0, y0), (x1, y1) in pairwise([first, *rest]):
                for step in (0.25, 0.5, 0.75, 1):
                    send("touchMove", [(x0 + step * (x1 - x0), y0 + step * (y1 - y0))])
                    # No finger is faster than the screen: the browser merges what comes within one of its frames.
                    self.page.evaluate("() => new Promise(requestAnimationFrame)")
            send("touchEnd", [])
        touch.detach()

    def _on_page(self, strokes: Sequence[Stroke]) -> list[list[Point]]:
        box = self.key("canvas").locator("canvas.upper-canvas").bounding_box()
        assert box
        assert box["width"] == box["height"] <= 280
        size = box["width"] / 280
        return [[(box["x"] + size * x, box["y"] + size * y) for x, y in stroke] for stroke in strokes]

    def wait_until_answered(self) -> None:
        """Until the server has had the last word on what is drawn."""
        self.wait_for_state(ANSWERED)

    def _wait_for_one(self, shown: Locator) -> None:
        """Until it is there, and what was in its place before has gone: after another way in, that takes a moment."""
        expect(shown).to_have_count(1)
        shown.first.wait_for()

    def wait_for_digit(self, digit: int | None = None) -> Answer:
        """Until a digit (this digit) has been read, in the end by the server."""
        shown = self.key("answer").locator(".answer:not(.live) .digit")
        self._wait_for_one(shown.filter(has_text=str(digit)) if digit is not None else shown)
        self.wait_until_answered()
        return self.answer()

    def wait_for_other_answer(self, before: Answer) -> Answer:
        """Until another picture than before has been read."""
        self.wait_for_state(
            f"""before => {{ const now = document.querySelector('.st-key-steps img')?.src;
            return now && now !== before && ({ANSWERED})(); }}""",
            arg=before.picture,
        )
        return self.answer()

    def wait_for_refusal(self) -> Answer:
        """Until the drawing has been said to be no digit."""
        self._wait_for_one(self.key("answer").locator(".answer:not(.live) .no-digit"))
        self.wait_until_answered()
        return self.answer()

    def wait_for_hint(self) -> None:
        self._wait_for_one(self.key("answer").locator(".answer:not(.live) .hint"))
        self.wait_until_answered()

    def wait_for_reading(self, digit: int) -> None:
        """Until the page itself has read this digit, ahead of the server."""
        self.key("answer").locator(".live .digit").filter(has_text=str(digit)).wait_for()

    def answer(self) -> Answer:
        """As a reader takes it from the page's text: the digit first, and ten lines of a digit and its probability."""
        text = self.key("answer").inner_text()
        picture = self.key("steps").get_by_role("img").get_attribute("src")
        digit = re.match(r"\s*(?:(\d)|This does not look like a digit\.)\s", text)
        percents = re.findall(r"^(\d)\s+([\d.]+) %$", text, re.MULTILINE)
        assert digit, text
        assert picture
        assert [int(label) for label, _ in percents] == list(range(10)), text
        return Answer(int(digit[1]) if digit[1] else None, tuple(float(percent) for _, percent in percents), picture)

    @property
    def cookies(self) -> str:
        """As the browser sends them to the app."""
        cookies = self.context.cookies(self.url)
        return "; ".join(f"{cookie.get('name')}={cookie.get('value')}" for cookie in cookies)

    def close(self) -> None:
        self.context.close()


HEADINGS = {
    "Draw": "Draw a digit",
    "Train": "Train the network",
    "Layers": "Layers",
    "Convolution": "Convolution",
    "Evaluate": "Evaluate",
    "Compare": "Compare two runs",
}
