"""Measurements of the whole app, as a visitor with a browser sees it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from playwright.sync_api import Browser

from tests.bench.figures import megabytes, milliseconds, seconds, show
from tests.browser.server import RunningApp, app_in_new_folder
from tests.browser.visitor import Stroke, Visitor, chromium

STARTS = 5
SECONDS_TO_TRAIN = 120

# A 4 in three strokes: each changes the drawing, and so the picture in the answer.
FOUR: list[Stroke] = [
    [(105, 50), (95, 90), (80, 150)],
    [(80, 150), (140, 148), (205, 145)],
    [(165, 95), (160, 160), (155, 235)],
]
DRAWINGS = 10
STROKES = DRAWINGS * len(FOUR)

Times = dict[str, float]

# Runs before the page's own scripts and notes the times of each stroke by the page's own clock: the pen is lifted, the
# canvas sends, the server's last message before the answer comes, and the frame with the answer is painted.
STOPWATCH = """(() => {
  window.strokes = [];
  const heard = new WeakSet();
  let stroke = null;
  let picture = "";
  addEventListener("pointerup", (event) => {
    if (event.composedPath().some((node) => node.matches?.("canvas"))) stroke = { lifted: event.timeStamp };
  }, true);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", () => { if (stroke) stroke.received = performance.now(); });
    }
    if (stroke) stroke.sent ??= performance.now();
    return send.call(this, data);
  };
  new MutationObserver(() => {
    const before = picture;
    picture = document.querySelector(".st-key-answer img")?.src ?? "";
    if (!stroke?.sent || !picture || picture === before) return;
    const answered = stroke;
    stroke = null;
    requestAnimationFrame(() => window.strokes.push({ ...answered, shown: performance.now() }));
  }).observe(document, { subtree: true, childList: true, attributes: true });
})()"""


@contextmanager
def _visited_app() -> Iterator[tuple[RunningApp, Browser, Visitor]]:
    """The app, a browser, and a visitor who has its Draw page open there."""
    with chromium() as browser, app_in_new_folder() as app:
        visitor = Visitor(browser, app.url)
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
            visitor = Visitor(browser, "")
            began = time.perf_counter()
            with app_in_new_folder() as app:
                visitor.url = app.url
                visitor.open()
                visitor.key("canvas").locator("canvas.upper-canvas").wait_for()
                canvas.append(time.perf_counter() - began)
                visitor.draw(FOUR[:1])
                visitor.key("answer").get_by_role("img").wait_for()
                answer.append(time.perf_counter() - began)
                visitor.close()
    show(f"start of the server to a visible canvas, {STARTS} starts", seconds(canvas))
    show("start of the server to the first answer, one stroke drawn at once", seconds(answer))


def draw() -> None:
    """From the lifted pen to the answer on the page."""
    with _visited_app() as (app, browser, visitor):
        _draw_all(visitor)
        times = _times(visitor)
        show(f"pen lifted to the answer on the page, {len(times)} strokes", _between(times, "lifted", "shown"))
        show("of this, the canvas waits before it sends", _between(times, "lifted", "sent"))
        show("and from what the canvas sends to the answer on the page", _between(times, "sent", "shown"))
        show("of that, until the server's answer has come", _between(times, "sent", "received"))
        other = Visitor(browser, app.url)
        _start_training(other, "Notebook")
        other.key("progress").get_by_text("images a second").wait_for()
        other.close()  # the run goes on; a browser that shows its curves would be no load of the server's
        _draw_all(visitor)
        show("what the canvas sends to the answer, while a run trains", _between(_times(visitor), "sent", "shown"))


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


def _draw_all(visitor: Visitor) -> None:
    """Draw stroke by stroke, each after the answer to the one before."""
    for drawing in range(DRAWINGS):
        if visitor.tool("Clear").is_enabled():
            visitor.tool("Clear").click()
        visitor.wait_for_hint()
        for stroke in FOUR:
            before = len(_times(visitor))
            visitor.draw([[(x + drawing, y + drawing) for x, y in stroke]])
            visitor.page.wait_for_function(f"window.strokes.length > {before}")


def _times(visitor: Visitor) -> list[Times]:
    """Of every stroke so far, in milliseconds."""
    times: list[Times] = visitor.page.evaluate("window.strokes")
    return times


def _between(times: list[Times], first: str, second: str) -> str:
    return milliseconds([stroke[second] - stroke[first] for stroke in times[-STROKES:]])
