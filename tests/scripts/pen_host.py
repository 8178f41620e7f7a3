"""A canvas for the pen, made up: it notes what its brush hears, as Fabric.js listens; and hands that draw on it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import CDPSession, FloatRect

from model.ink.pen import heard
from model.ink.strokes import ink_of
from tests.scripts.stage import Stage

SCRIPT = "pen.js"
LOOKS = 50  # milliseconds from one look at the page to the next
FRAME = 20  # milliseconds: more than the page takes until it paints again
REST = 350  # milliseconds without a stroke, after which a drawing is told

Point = tuple[float, float]

AROUND = """<div class="st-key-canvas" style="margin: 20px 0 0 30px"></div><button class="elsewhere">Else</button>"""

MAKE = """(reset) => {
    const host = document.createElement("div");
    document.querySelector(".st-key-canvas").replaceChildren(document.createElement("p"), host);
    const shadow = host.attachShadow({ mode: "open" });
    shadow.innerHTML = `
        <style>
            .dc-container { width: 280px; height: 280px; position: relative; }
            canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
            .dc-toolbar { position: absolute; }
        </style>
        <div class="canvas-root"><div class="dc-root">
            <div class="dc-container">
                <canvas class="dc-canvas" width="280" height="280"></canvas>
                <canvas class="upper-canvas" width="280" height="280"></canvas>
            </div>
            <div class="dc-toolbar"><div class="dc-toolbar-card">
                <button class="dc-icon-button" aria-label="Update the app with this drawing">u</button>
                <button class="dc-icon-button" aria-label="Undo"><i>u</i></button>
                <button class="dc-icon-button" aria-label="Redo"><i>r</i></button>
                <button class="dc-icon-button" aria-label="Edit">e</button>
                <button class="dc-icon-button" aria-label="${reset}"><i>c</i></button>
            </div></div>
        </div></div>`;
    window.brush = { heard: [], pressed: [] };
    const upper = shadow.querySelector(".upper-canvas");
    for (const type of ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend"])
        upper.addEventListener(type, () => brush.heard.push(type));
    for (const button of shadow.querySelectorAll("button"))
        button.addEventListener("click", () => brush.pressed.push(button.getAttribute("aria-label")));
}"""


# Who tells the server, as pages/parts/told.js does.
HEAR = """() => {
    digitsBoard.tell = (value) =>
        window.told.push({ kind: "state", name: "drawing", value: structuredClone(value), call: window.ends.length });
    digitsBoard.dispatchEvent(new Event("hears"));
}"""


class PenHost:
    """The pen on a made-up canvas."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.page = stage.page
        self._cdp: CDPSession | None = None

    def mount(self, *, is_heard: bool = True, **told: Any) -> None:
        """Call the pen in a page with a place for a canvas, and none yet."""
        self.stage.mount(SCRIPT, data(**told), isolated=True, around=AROUND)
        if is_heard:
            self.be_heard()

    def be_heard(self) -> None:
        """From now on what is told reaches the server."""
        self.page.evaluate(HEAR)

    def make(self, reset: str = "Reset canvas & history") -> None:
        """Put a canvas there, in place of the one before, and wait until the pen has found it."""
        self.page.evaluate(MAKE, reset)
        self.wait_for_pen()

    def wait_for_pen(self) -> None:
        self.stage.wind(LOOKS)
        assert self.stage.find(".dc-root[data-brush]").count() == 1

    @property
    def box(self) -> FloatRect:
        box = self.stage.find(".upper-canvas").bounding_box()
        assert box
        return box

    def place(self, point: Point) -> Point:
        """Of a point of the canvas, on the page."""
        box = self.box
        return box["x"] + point[0] * box["width"] / 280, box["y"] + point[1] * box["height"] / 280

    def press(self, point: Point, button: Any = "left") -> None:
        self.page.mouse.move(*self.place(point))
        self.page.mouse.down(button=button)

    def go(self, *points: Point) -> None:
        for point in points:
            self.page.mouse.move(*self.place(point))

    def draw(self, *points: Point) -> None:
        self.press(points[0])
        self.go(*points[1:])
        self.page.mouse.up()

    def touch(self, kind: str, *fingers: tuple[int, Point]) -> None:
        """All fingers that touch the page now; for touchEnd, those that lift, or all."""
        points = [{"id": finger, **dict(zip("xy", self.place(point), strict=True))} for finger, point in fingers]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def stylus(self, kind: str, point: Point) -> None:
        x, y = self.place(point)
        pressed = {} if kind == "mouseMoved" else {"clickCount": 1}
        buttons = 0 if kind == "mouseReleased" else 1
        self.cdp.send(
            "Input.dispatchMouseEvent",
            {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "pointerType": "pen"} | pressed,
        )

    @property
    def cdp(self) -> CDPSession:
        self._cdp = self._cdp or self.page.context.new_cdp_session(self.page)
        return self._cdp

    def click(self, tool: str) -> None:
        self.stage.find(f"[aria-label='{tool}'] :is(i, svg)").click()  # on what the button holds

    def ink(self) -> npt.NDArray[np.uint8]:
        """What the canvas shows, (280, 280), with the next frame."""
        self.stage.wind(FRAME)
        pixels = self.stage.pixels(".dc-canvas:not(.upper-canvas)")
        assert (pixels == pixels[..., :1] | np.array([0, 0, 0, 255], np.uint8)).all()
        return pixels[..., 0]

    def drawn(self) -> list[list[Point]]:
        """The points of the strokes that are finished; with a live one they are what the canvas shows.

        Of all that was done, its own brush has heard nothing, and its own tools have not been pressed.
        """
        board = self.board()
        assert board
        strokes = [*board["strokes"], *([board["live"]] if board["live"] else [])]
        ink = ink_of(heard([[stroke["width"], *stroke["points"]] for stroke in strokes]))
        np.testing.assert_array_equal(self.ink(), ink)
        assert self.page.evaluate("window.brush ?? null") in (None, {"heard": [], "pressed": []})
        return [
            [(x / 8, y / 8) for x, y in zip(stroke["points"][::2], stroke["points"][1::2], strict=True)]
            for stroke in board["strokes"]
        ]

    def told(self) -> list[dict[str, Any]]:
        """The drawings told since it was last asked."""
        told = self.stage.told()
        assert {(each.kind, each.name) for each in told} <= {("state", "drawing")}
        return [each.value for each in told]

    def board(self) -> dict[str, Any] | None:
        """What the page's reader is shown."""
        found: dict[str, Any] | None = self.page.evaluate("globalThis.digitsBoard?.drawing ?? null")
        return found

    def shown(self) -> list[list[int]]:
        """The strokes that the page's reader is shown, as they are told."""
        board = self.board()
        assert board
        return [[stroke["width"], *stroke["points"]] for stroke in board["strokes"]]

    def close(self) -> None:
        if self._cdp:
            self._cdp.detach()

    def leave(self) -> None:
        """The pen leaves the page."""
        self.page.evaluate("document.body.lastElementChild.remove()")
        self.stage.end()


def data(**told: Any) -> dict[str, Any]:
    return {"start": "first", "strokes": [], "knowsNone": True, "width": 18} | told


def stroke(*points: Point, width: int = 18) -> list[int]:
    """As it is told."""
    return [width, *(round(8 * number) for point in points for number in point)]
