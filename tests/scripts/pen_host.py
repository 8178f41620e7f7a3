"""A canvas for the pen, made up: it notes what its brush hears, as Fabric.js listens; and hands that draw on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import CDPSession, FloatRect

from tests.scripts.stage import ADDRESS, Stage

SCRIPT = "pen.js"
LOOKS = 50  # milliseconds from one look at the page to the next
REST = 350  # milliseconds without a stroke, after which a drawing is told

Point = tuple[float, float]

AROUND = """<div class="st-key-canvas" style="margin: 20px 0 0 30px"></div><button class="elsewhere">Else</button>"""

# The canvas's own script, as far as the pen needs it: it notes the brush that it is told.
CANVAS_SCRIPT = "export default ({ data }) => { window.brush.width = data.strokeWidth; window.brush.settings = data; };"

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
    const upper = shadow.querySelector(".upper-canvas");
    const brush = { strokes: [], width: 18, foreign: [], pressed: [] };
    window.brush = brush;
    const hear = (event) => {
        if (event.isTrusted) brush.foreign.push(event.type);
        const box = upper.getBoundingClientRect();
        const place = (offset) => Number(((offset / box.width) * 280).toFixed(2));
        const heard = [event.type, place(event.clientX - box.left), place(event.clientY - box.top)];
        if (event.type === "mousedown") brush.strokes.push({ width: brush.width, heard: [] });
        brush.strokes.at(-1)?.heard.push(heard);
        const { addEventListener, removeEventListener } = EventTarget.prototype;
        const listen = event.type === "mouseup" ? removeEventListener : addEventListener;
        if (event.type !== "mousemove")
            for (const type of ["mousemove", "mouseup"]) listen.call(document, type, hear);
    };
    upper.addEventListener("mousedown", hear);
    for (const type of ["mousemove", "mouseup", "touchstart", "touchmove", "touchend"])
        upper.addEventListener(type, (event) => event.isTrusted && brush.foreign.push(type));
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
        self._knows_brush = True

    def mount(self, *, knows_brush: bool = True, is_heard: bool = True, **told: Any) -> None:
        """Call the pen in a page with a place for a canvas, and none yet."""
        self._knows_brush = knows_brush
        names = [f"{ADDRESS}streamlit-drawable-canvas-1.js"] if knows_brush else []
        # The stopped clock knows of no resources.
        self.page.evaluate("names => performance.getEntriesByType = () => names.map((name) => ({ name }))", names)
        self.stage.mount(SCRIPT, data(**told), isolated=True, around=AROUND)
        if is_heard:
            self.be_heard()

    def be_heard(self) -> None:
        """From now on what is told reaches the server."""
        self.page.evaluate(HEAR)

    def make(self, reset: str = "Reset canvas & history") -> None:
        """Put a canvas there, in place of the one before, and wait until the pen has drawn on it what is drawn."""
        self.page.evaluate(MAKE, reset)
        self.wait_for_pen()

    def wait_for_pen(self) -> None:
        for _ in range(100):
            self.stage.wind(LOOKS)
            if self.page.evaluate("brush.settings !== undefined") or not self._knows_brush:
                return
        raise AssertionError("the pen found no canvas")

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
        self.stage.find(f"[aria-label='{tool}'] i").click()  # on what the button holds

    def brush(self) -> list[dict[str, Any]]:
        """The strokes that the canvas has drawn, each with its width and what its brush heard; since it was made."""
        found: dict[str, Any] = self.page.evaluate("window.brush")
        assert found["foreign"] == []
        return list(found["strokes"])

    def drawn(self) -> list[list[Point]]:
        """The points of these, where each stroke is heard as a whole: pressed, moved, and its last point twice."""
        strokes = []
        for stroke in self.brush():
            types = [heard[0] for heard in stroke["heard"]]
            points = [(x, y) for _, x, y in stroke["heard"]]
            assert types[0] == "mousedown"
            assert types[-1] == "mouseup"
            assert set(types[1:-1]) <= {"mousemove"}
            if len(points) > 2:
                assert points[-2] == (round(points[-1][0] + 0.01, 2), points[-1][1])
                assert points[-3] == points[-1]
                points = points[:-2]
            else:
                assert points[0] == points[1]
                points = points[:1]
            strokes.append(points)
        return strokes

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

    def leave(self) -> None:
        """The pen leaves the page."""
        self.page.evaluate("document.body.lastElementChild.remove()")
        self.stage.end()


def data(**told: Any) -> dict[str, Any]:
    return {"start": "first", "strokes": [], "knowsNone": True, "width": 18} | told


def stroke(*points: Point, width: int = 18) -> list[int]:
    """As it is told."""
    return [width, *(round(8 * number) for point in points for number in point)]


@contextmanager
def pen_host(stage: Stage) -> Iterator[PenHost]:
    address = f"{ADDRESS}streamlit-drawable-canvas-1.js"
    stage.page.route(
        address, lambda route: route.fulfill(body=CANVAS_SCRIPT, content_type="text/javascript; charset=utf-8")
    )
    host = PenHost(stage)
    yield host
    stage.page.unroute(address)
    if host._cdp:
        host._cdp.detach()
