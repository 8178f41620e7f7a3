"""Takes the README's picture of the running app anew: `python -m tests.screenshot`."""

from itertools import pairwise

from tests.browser.devices import new_device
from tests.browser.server import ROOT, app_in_new_folder
from tests.browser.visitor import Point, Stroke, Visitor, chromium
from tests.drawn_digits import DRAWN_DIGITS, Strokes

PICTURE = ROOT / ".readme" / "draw.png"
SIZE = (1280, 720)


def main() -> None:
    PICTURE.parent.mkdir(exist_ok=True)
    with chromium() as browser, app_in_new_folder() as app:
        visitor = Visitor(new_device(browser, SIZE), app.url)
        visitor.open()
        visitor.wait_for_canvas()
        visitor.draw(rounded(DRAWN_DIGITS[2]["loop at the foot"]))
        visitor.wait_for_digit(2)
        visitor.page.mouse.move(0, 0)
        visitor.page.screenshot(path=PICTURE, animations="disabled")
        visitor.close()


def rounded(strokes: Strokes) -> list[Stroke]:
    """The strokes with their corners cut twice (Chaikin's algorithm): a hand draws rounder than the tests' points."""
    return [_cut(_cut(stroke)) for stroke in strokes]


def _cut(stroke: Stroke) -> Stroke:
    cut: list[Point] = [stroke[0]]
    for (x0, y0), (x1, y1) in pairwise(stroke):
        cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1), (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
    return [*cut, stroke[-1]]


if __name__ == "__main__":
    main()
