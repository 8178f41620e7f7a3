"""Where a script is mounted: what it is handed, what it tells, and how its calls follow each other, as in Streamlit."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Route

ROOT = Path(__file__).parents[2]
PARTS = ROOT / "pages/parts"
ADDRESS = "http://blank.test/"

# Streamlit keeps what the last call returned, and calls it when the component leaves the page; see component.d.ts.
MOUNT = """async ({ script, html, isolated, data, around }) => {
    document.body.innerHTML = around;
    const host = document.body.appendChild(document.createElement("div"));
    const parentElement = isolated ? host.attachShadow({ mode: "open" }) : host;
    parentElement.innerHTML = html;
    const { default: component } = await import(script);
    window.ends = [];
    window.told = [];
    window.callIt = (data) => {
        const call = window.ends.length + 1;
        const tell = (kind) => (name, value) => window.told.push({ kind, name, value: structuredClone(value), call });
        window.ends.push(component({
            name: "made_up", key: "made-up-1", data, parentElement,
            setStateValue: tell("state"), setTriggerValue: tell("trigger"),
        }));
    };
    window.callIt(data);
}"""

# Copied first: Chromium warns of a canvas that is read often and was not made for it.
PIXELS = """(canvas, [first, every]) => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const rows = [];
    for (let y = first; y < height; y += every) {
        const row = [];
        for (let x = first; x < width; x += every) {
            const at = (y * width + x) * 4;
            row.push(...data.slice(at, at + 4));
        }
        rows.push(String.fromCharCode(...row));
    }
    return [rows.length, btoa(rows.join(""))];
}"""


@dataclass(frozen=True)
class Told:
    """What a script told the server, and with the means of which of its calls, counted from 1."""

    kind: str
    name: str
    value: Any
    call: int = 1


def serve(route: Route) -> None:
    """The blank page, and the scripts by their paths; there is nothing else."""
    path = route.request.url.removeprefix(ADDRESS)
    if not path:
        route.fulfill(body="<!doctype html><title>Blank</title><body></body>", content_type="text/html; charset=utf-8")
    elif path.endswith(".js"):
        route.fulfill(body=(PARTS / path).read_text(), content_type="text/javascript; charset=utf-8")
    else:
        route.abort()


class Stage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self._complaints: list[str] = []
        self._ears: dict[str, Callable[..., None]] = {"console": self._hear, "pageerror": self._hear_error}
        page.goto(ADDRESS, wait_until="domcontentloaded")
        for event, ear in self._ears.items():
            page.on(event, ear)  # type: ignore[call-overload]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"{message.type}: {message.text}")

    def _hear_error(self, error: Error) -> None:
        self._complaints.append(f"uncaught: {error}")

    def complaints(self) -> list[str]:
        """What the page complained of since it was last asked."""
        self.page.evaluate("0")  # what was said before this has arrived with its answer
        heard, self._complaints = self._complaints, []
        return heard

    def close(self) -> None:
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)

    def mount(self, script: str, data: object, html: str = "", *, isolated: bool = False, around: str = "") -> None:
        """Call this script for the first time, in a part of the page that holds `html`; the page holds `around`, too.

        Args:
            script: its path under pages/parts.
            isolated: within a shadow root, where no style of the page reaches.
        """
        self.page.evaluate(
            MOUNT,
            {"script": f"/{script}", "html": html, "isolated": isolated, "data": data, "around": around},
        )

    def call_again(self, data: object) -> None:
        """As Streamlit does whenever the data has changed, and the theme; it does not end the call before."""
        self.page.evaluate("data => window.callIt(data)", data)

    def end(self, call: int = 0) -> None:
        """The component leaves the page; or this call turns out to have been overtaken by the next one."""
        self.page.evaluate("call => window.ends.at(call - 1)?.()", call)

    def told(self) -> list[Told]:
        """What the script has told since it was last asked."""
        return [Told(**each) for each in self.page.evaluate("() => window.told.splice(0)")]

    def wind(self, milliseconds: int) -> None:
        """Let the page's clock go on by so much."""
        self.page.clock.run_for(milliseconds)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def takes(self, selector: str, key: str, *, times: int = 1, **modifiers: bool) -> bool:
        """Whether a key pressed there, so many times, is taken by the script; otherwise it is left to the browser."""
        taken: list[bool] = self.find(selector).evaluate(
            "(element, { times, key }) => Array.from({ length: times }, () => !element.dispatchEvent("
            "new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true })))",
            {"times": times, "key": {"key": key, **modifiers}},
        )
        assert len(set(taken)) == 1
        return taken[0]

    def pixels(self, selector: str, first: int = 0, every: int = 1) -> npt.NDArray[np.uint8]:
        """What a canvas shows, (height, width, 4): its pixels, or every so many of them in both directions."""
        height, values = self.find(selector).evaluate(PIXELS, [first, every])
        return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, -1, 4)

    def drag(self, *points: tuple[float, float]) -> None:
        """With the mouse, pressed at the first point and let go at the last."""
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()


MODIFIERS = ("altKey", "ctrlKey", "metaKey")
