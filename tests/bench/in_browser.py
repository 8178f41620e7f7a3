"""Measurements of the whole app, as a visitor with a browser sees it."""

import base64
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import Browser

from model.ink.strokes import BRUSH_WIDTH
from model.reading import portable
from model.run import PRETRAINED, Run
from pages.parts.scripts import joined
from tests.bench.figures import kilobytes, megabytes, milliseconds, seconds, show
from tests.browser.devices import new_device
from tests.browser.server import RunningApp, app_in_new_folder
from tests.browser.visitor import Stroke, Visitor, chromium

STARTS = 5
SECONDS_TO_TRAIN = 120

# A 4 in two strokes.
FOUR: list[Stroke] = [
    [(105, 50), (95, 90), (80, 150), (140, 148), (205, 145)],
    [(165, 95), (160, 160), (155, 235)],
]
DRAWINGS = 10
MANY_STROKES = 1_000

# How often each piece of a frame's work is repeated, since a page's clock counts tenths of a millisecond.
REPEATS = 10

Times = dict[str, list[float]]

# Runs before the page's own scripts and notes times by the page's own clock. It hears of the drawing where the
# page's own reader does, on the board that whoever comes first makes. A frame is painted when the next task comes.
STOPWATCH = """(() => {
  const painted = new MessageChannel();
  const waiting = [];
  painted.port1.onmessage = () => waiting.splice(0).forEach((tell) => tell(performance.now()));
  const whenPainted = (tell) => { waiting.push(tell); painted.port2.postMessage(0); };

  const board = (globalThis.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null }));
  const places = () => {
    const { strokes, live } = board.drawing ?? { strokes: [], live: null };
    return strokes.reduce((sum, stroke) => sum + stroke.points.length, live ? live.points.length : 0);
  };
  const times = (window.times = { moved: [], lifted: [], answered: [], sent: [], work: [], frames: [] });
  let moved = null;     // when the pen was where it first added ink that is not shown yet
  let inked = 0;        // places that have been shown
  let lifted = null;    // when the pen was last lifted
  let shownSince = true;
  let answeredSince = true;
  let sentSince = true;
  let event = null;

  const note = (each) => { event = each; };
  for (const type of ["pointermove", "pointerup"]) addEventListener(type, note, true);
  board.addEventListener("change", () => {
    if (!board.drawing) return;
    if (board.drawing.live && places() > inked && event?.type === "pointermove") {
      moved ??= (event.getCoalescedEvents?.()[0] ?? event).timeStamp;
      inked = places();
    } else if (!board.drawing.live) {
      inked = places();
      moved = null;
      if (inked && event?.type === "pointerup") {
        lifted = event.timeStamp;
        shownSince = answeredSince = sentSince = false;
      }
      event = null;
    }
  });

  // The page's own reader does all of a frame's work in one call back.
  const records = new MutationObserver(() => {});
  records.observe(document, { subtree: true, childList: true, characterData: true });
  const isLive = ({ target }) => (target.closest ? target : target.parentElement)?.closest(".answer.live");
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => request((stamp) => {
    records.takeRecords();
    const began = performance.now();
    call(stamp);
    const ended = performance.now();
    if (!records.takeRecords().some(isLive)) return;
    if (board.drawing?.live) {
      times.work.push(ended - began);
      if (moved !== null) {
        const since = moved;
        moved = null;
        whenPainted((now) => times.moved.push(now - since));
      }
    } else if (!shownSince) {
      shownSince = true;
      const since = lifted;
      whenPainted((now) => times.lifted.push(now - since));
    }
  });

  // The longest time from one frame to the next, from each touch of the pen to its lifting.
  let last = null;
  const tick = (stamp) => {
    if (board.drawing?.live) {
      if (last === null) times.frames.push(0);
      else times.frames.push(Math.max(times.frames.pop(), stamp - last));
      last = stamp;
    } else last = null;
    request(tick);
  };
  request(tick);

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (!sentSince && performance.now() - lifted > 200) {
      sentSince = true;
      times.sent.push(performance.now() - lifted);
    }
    return send.call(this, data);
  };

  new MutationObserver(() => {
    if (answeredSince || !board.drawing || board.drawing.live) return;
    const answer = document.querySelector(".st-key-answer .answer[data-drawing]");
    if (answer?.dataset.drawing !== board.drawing.name) return;
    answeredSince = true;
    const since = lifted;
    request(() => whenPainted((now) => times.answered.push(now - since)));
  }).observe(document, { subtree: true, childList: true, attributes: true });
})()"""

# What one frame is made of, each by itself, with the page's own scripts. Given the packed model and drawings, each as
# it grows: its finished strokes, and the one that is being drawn.
WORK = """async ([script, told, packed, drawings, repeats]) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { Paper, Reader, prepared } = await import(address);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const reader = new Reader(told, bytes(packed));
  const timed = (work) => {
    const began = performance.now();
    for (let i = 0; i < repeats; i++) work();
    return (performance.now() - began) / repeats;
  };
  const times = { ink: [], preparation: [], network: [], refusal: [], all: [] };
  const paper = new Paper();
  for (let round = 0; round < 2; round++) {  // the first one warms up
    for (const kind of Object.keys(times)) times[kind] = [];
    for (const { strokes, live } of drawings) {
      paper.show(strokes, live);
      const ink = paper.show(strokes, live).slice();
      const frame = prepared(ink);
      times.ink.push(timed(() => paper.show(strokes, live)));
      times.preparation.push(timed(() => prepared(ink)));
      times.network.push(timed(() => reader.network.read(frame)));
      const flattened = reader.judge.outputs.at(-2);
      times.refusal.push(timed(() => reader.head.score(flattened.values)));
      times.all.push(timed(() => reader.read(prepared(paper.show(strokes, live)))));
    }
  }
  return times;
}"""


# Whether the canvas shows ink where the last stroke ended.
IS_BACK = """([x, y]) => {
  const host = [...document.querySelectorAll(".st-key-canvas *")].find((each) => each.shadowRoot);
  const canvas = host?.shadowRoot.querySelector("canvas.dc-canvas");
  const copy = new OffscreenCanvas(280, 280).getContext("2d", { willReadFrequently: true });
  if (canvas) copy.drawImage(canvas, 0, 0);
  return canvas && copy.getImageData(x, y, 1, 1).data[0] > 127;
}"""


@contextmanager
def _visited_app() -> Iterator[tuple[RunningApp, Browser, Visitor]]:
    """The app, a browser, and a visitor who has its Draw page open there."""
    with chromium() as browser, app_in_new_folder() as app:
        visitor = Visitor(new_device(browser), app.url)
        visitor.page.add_init_script(STOPWATCH)
        visitor.open()
        visitor.wait_for_canvas()
        yield app, browser, visitor
        visitor.close()


def start() -> None:
    """From `streamlit run app.py` to a page that can be used, in an empty tab of a browser that has nothing cached."""
    canvas, answer = [], []
    with chromium() as browser:
        for _ in range(STARTS):
            visitor = Visitor(new_device(browser), "")
            began = time.perf_counter()
            with app_in_new_folder() as app:
                visitor.url = app.url
                visitor.open()
                visitor.key("canvas").locator("canvas.upper-canvas").wait_for()
                canvas.append(time.perf_counter() - began)
                visitor.draw(FOUR[:1])
                visitor.key("answer").locator(".verdict:visible").first.wait_for()
                answer.append(time.perf_counter() - began)
                visitor.close()
    show(f"start of the server to a visible canvas, {STARTS} starts", seconds(canvas))
    show("start of the server to the first answer, one stroke drawn at once", seconds(answer))


def visit() -> None:
    """What the first visit of Draw weighs, in a browser that has nothing cached, and what opening it again does.

    The server's own first visitor has been there: what that one is sent has not been packed yet.
    """
    with chromium() as browser, app_in_new_folder() as app:
        first = Visitor(new_device(browser), app.url)
        first.open_draw()
        first.close()
        visitor = Visitor(new_device(browser), app.url)
        weight = _Weight(visitor)
        visitor.open()
        visitor.wait_for_canvas()
        _wait_for_reader(visitor)
        show("first visit of Draw, over HTTP", f"{kilobytes(weight.http)} in {weight.requests} answers")
        show("the same, over the websocket", kilobytes(weight.received))
        weight.begin_anew()
        visitor.draw(FOUR)
        _wait_for_server(visitor)
        show("a digit of two strokes: sent, and received", f"{weight.sent:,} bytes, {kilobytes(weight.received)}")
        weight.begin_anew()
        visitor.go_to("Layers")
        visitor.go_to("Draw")
        _wait_for_reader(visitor)
        show("to another page and back, over the websocket", kilobytes(weight.received))
        visitor.close()


class _Weight:
    """Counts the bytes that a page takes: of HTTP as they came over the wire, of the websocket the messages."""

    def __init__(self, visitor: Visitor) -> None:
        self.begin_anew()
        network = visitor.context.new_cdp_session(visitor.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", self._loaded)
        network.on("Network.webSocketFrameReceived", self._received)
        network.on("Network.webSocketFrameSent", self._sent)

    def begin_anew(self) -> None:
        self.http = self.requests = self.received = self.sent = 0

    def _loaded(self, event: dict[str, Any]) -> None:
        self.http += int(event["encodedDataLength"])
        self.requests += 1

    def _received(self, event: dict[str, Any]) -> None:
        self.received += len(base64.b64decode(event["response"]["payloadData"]))

    def _sent(self, event: dict[str, Any]) -> None:
        self.sent += len(base64.b64decode(event["response"]["payloadData"]))


def draw() -> None:
    """From the pen to the answer on the page: the page's own while the pen moves, and the server's once it rests."""
    _work()
    with _visited_app() as (app, browser, visitor):
        _wait_for_reader(visitor)
        _draw_all(visitor, 2)  # the scripts get quick by it
        _times(visitor)
        _draw_all(visitor)
        _show_drawing(_times(visitor), "")
        other = Visitor(new_device(browser), app.url)
        _start_training(other, "Notebook")
        other.key("progress").get_by_text("images a second").wait_for(timeout=120_000)
        other.close()  # the run goes on; a browser that shows its curves would be no load of the server's
        _draw_all(visitor)
        _show_drawing(_times(visitor), ", while a run trains")
    with _visited_app() as (app, _, visitor):
        _wait_for_reader(visitor)
        _draw_all(visitor, 2)
        _times(visitor)
        with app.held():
            _draw_all(visitor, has_server=False)
        times = _times(visitor)
        show("pen moved to the answer painted, the server stopped", milliseconds(times["moved"]))
        show("pen lifted to the final look, the server stopped", milliseconds(times["lifted"]))


def _show_drawing(times: Times, when: str) -> None:
    show(f"pen moved to the answer painted, {len(times['moved'])} frames{when}", milliseconds(times["moved"]))
    show(f"of this, the page's own work in a frame{when}", milliseconds(times["work"], digits=1))
    longest = f"median {np.median(times['frames']):.0f} ms, at most {max(times['frames']):.0f} ms"
    show(f"longest frame of each of {len(times['frames'])} strokes{when}", longest)
    show(f"pen lifted to the final look of the page's own answer{when}", milliseconds(times["lifted"]))
    show(f"pen lifted to the server's answer, {len(times['answered'])} digits{when}", milliseconds(times["answered"]))
    show(f"of this, until the pen rests and the page sends{when}", milliseconds(times["sent"]))


def strokes() -> None:
    """A drawing of very many strokes: whether the page's work grows with them, and the way back to it."""
    with chromium() as browser, app_in_new_folder() as app:
        visitor = Visitor(new_device(browser), app.url)
        visitor.open_draw()
        _wait_for_reader(visitor)
        many = [
            [(10 + i % 50 * 5, 10 + i // 50 * 12), (14 + i % 50 * 5, 18 + i // 50 * 12)] for i in range(MANY_STROKES)
        ]
        with _longest_task(browser, visitor, "the first hundred strokes"):
            visitor.draw(many[:100])
        visitor.draw(many[100:-100])
        with _longest_task(browser, visitor, "the last hundred"):
            visitor.draw(many[-100:])
        _wait_for_server(visitor)
        with _longest_task(browser, visitor, "one stroke undone"):
            visitor.tool("Undo").click()
            _wait_for_server(visitor)
        with _longest_task(browser, visitor, "one stroke drawn again"):
            visitor.tool("Redo").click()
            _wait_for_server(visitor)
        visitor.go_to("Layers")
        with _longest_task(browser, visitor, "back to Draw"):
            began = time.perf_counter()
            visitor.go_to("Draw")
            visitor.page.wait_for_function(IS_BACK, arg=many[-1][-1])
            show("back to Draw until the last stroke is there", f"{time.perf_counter() - began:.1f} s")
        visitor.close()


@contextmanager
def _longest_task(browser: Browser, visitor: Visitor, what: str) -> Iterator[None]:
    """In processor time, which other programs do not make longer."""
    browser.start_tracing(page=visitor.page, categories=["toplevel", "__metadata"])
    yield
    events = json.loads(browser.stop_tracing())["traceEvents"]
    pages = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event.get("tdur", 0) / 1000 for event in events if (event["pid"], event["tid"]) in pages and event["ph"] == "X"
    ]
    show(f"longest task of the page: {what}", f"{max(tasks):.0f} ms, in all {sum(tasks):,.0f} ms")


def _work() -> None:
    """Of one frame: with the bundled model, as a 4 grows, a tenth of the way at a time."""
    from pages.parts.draw import reader  # Streamlit warns where it is imported before it is told not to

    packed = portable.pack(Run.load(PRETRAINED))
    drawings = [drawing for shift in range(2) for drawing in _growing(shift)]
    exported = joined(*reader.SCRIPTS) + "\nexport { Paper, Reader, prepared };\n"
    with chromium() as browser:
        page = browser.new_page()
        weights = base64.b64encode(packed.weights).decode()
        times: Times = page.evaluate(WORK, [exported, packed.description, weights, drawings, REPEATS])
    show(f"work of one frame: ink, {len(drawings)} drawings", milliseconds(times["ink"], digits=2))
    show("preparation", milliseconds(times["preparation"], digits=2))
    show("network", milliseconds(times["network"], digits=2))
    show("refusal", milliseconds(times["refusal"], digits=2))
    show("all of it", milliseconds(times["all"], digits=2))
    told = json.dumps(packed.description)
    show("the model as it is sent", kilobytes(len(told) + len(gzip.compress(packed.weights))))


def _growing(shift: int) -> list[dict[str, Any]]:
    """The 4, its points as close as a hand's, as it stands at every tenth of each stroke."""
    strokes = [
        {"width": BRUSH_WIDTH, "points": np.rint(8 * (_hand_like(stroke) + shift)).astype(int).ravel().tolist()}
        for stroke in FOUR
    ]
    return [
        {"strokes": strokes[:number], "live": {**stroke, "points": stroke["points"][: 2 * count]}}
        for number, stroke in enumerate(strokes)
        for count in np.linspace(1, len(stroke["points"]) // 2, 10).astype(int).tolist()
    ]


def _hand_like(stroke: Stroke) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A point every four pixels."""
    points = np.array(stroke, np.float64)
    lengths = np.r_[0, np.hypot(*np.diff(points, axis=0).T).cumsum()]
    places = np.arange(0, lengths[-1], 4)
    return np.stack([np.interp(places, lengths, points[:, axis]) for axis in (0, 1)], axis=1)


def memory() -> None:
    """Of both processes: resident memory, which counts what they share with others in full."""
    with _visited_app() as (app, _, visitor):
        web = psutil.Process(app.process.pid)
        show("web process, one page opened", megabytes(web.memory_info().rss))
        _draw_all(visitor)
        show(f"web process, {DRAWINGS} digits drawn", megabytes(web.memory_info().rss))
        _start_training(visitor, "Fast")
        highest_web = highest_worker = 0
        end = time.monotonic() + SECONDS_TO_TRAIN
        while not visitor.key("use").is_visible():
            if time.monotonic() > end:
                raise TimeoutError(visitor.key("progress").inner_text())
            highest_web = max(highest_web, web.memory_info().rss)
            highest_worker = max([highest_worker, *(worker.memory_info().rss for worker in web.children())])
            time.sleep(0.1)
        show("web process, at most, while it trains", megabytes(highest_web))
        show("worker process, at most, with the Fast preset on all images", megabytes(highest_worker))


def _start_training(visitor: Visitor, preset: str) -> None:
    visitor.open("/train")
    visitor.page.get_by_role("radio", name=preset).click()
    visitor.page.wait_for_timeout(1000)  # as a hand would, which waits until the page shows what was chosen
    visitor.key("start").get_by_role("button").click()


def _draw_all(visitor: Visitor, drawings: int = DRAWINGS, *, has_server: bool = True) -> None:
    """Draw digit by digit, each after the answer to the one before; without a server, the page's own."""
    for drawing in range(drawings):
        if visitor.tool("Clear").is_enabled():
            visitor.tool("Clear").click()
        visitor.key("answer").locator(".hint:visible").first.wait_for()
        _write(visitor, [[(x + drawing, y + drawing) for x, y in stroke] for stroke in FOUR])
        if has_server:
            _wait_for_server(visitor)
        else:
            visitor.page.wait_for_timeout(500)  # a hand rests, too


def _write(visitor: Visitor, strokes: Sequence[Stroke]) -> None:
    """As a hand does: a point every four pixels, with time between them, so that there are frames to look at."""
    box = visitor.key("canvas").locator("canvas.upper-canvas").bounding_box()
    assert box
    mouse = visitor.page.mouse
    for stroke in strokes:
        for number, (x, y) in enumerate(_hand_like(stroke).tolist()):
            mouse.move(box["x"] + x, box["y"] + y)
            if number == 0:
                mouse.down()
            time.sleep(0.008)
        mouse.up()


def _wait_for_reader(visitor: Visitor) -> None:
    """Until the page has what it reads with: it draws a place for its own answer."""
    visitor.key("answer").locator(".answer.live").wait_for(state="attached")


def _wait_for_server(visitor: Visitor) -> None:
    """Until the server has answered to what is drawn now."""
    visitor.page.wait_for_function(
        """() => {
          const answer = document.querySelector(".st-key-answer .answer[data-drawing]");
          const { drawing } = globalThis.digitsBoard;
          return drawing && !drawing.live && answer?.dataset.drawing === drawing.name;
        }"""
    )


def _times(visitor: Visitor) -> Times:
    """In milliseconds, of all that happened since they were last asked for."""
    visitor.page.wait_for_timeout(100)  # for what is being painted
    times: Times = visitor.page.evaluate(
        "Object.fromEntries(Object.entries(window.times).map(([what, each]) => [what, each.splice(0)]))"
    )
    return times
