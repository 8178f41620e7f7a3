"""model.ink.rules and model.ink.bars: straight lines taken away from what is written, and bars drawn through."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from model.ink.bars import strokes_through
from model.ink.rules import line_width, without_rules
from model.ink.strokes import fitted, render_ink
from tests.drawn_digits import DRAWN_DIGITS

Mask = npt.NDArray[np.bool_]
SIDE = 320


def digit(label: int, height: float = 120, middle: tuple[float, float] = (160, 160)) -> Mask:
    strokes = tuple(np.array(stroke, np.float64) for stroke in next(iter(DRAWN_DIGITS[label].values())))
    return np.asarray(render_ink(fitted(strokes, height, middle), 9, SIDE) > 127)


def lines(*ends: tuple[float, float, float, float], width: int = 3) -> Mask:
    image = Image.new("L", (SIDE, SIDE))
    for line in ends:
        ImageDraw.Draw(image).line(line, fill=255, width=width)
    return np.asarray(image) > 0


def alike(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("label", range(10))
@pytest.mark.parametrize("slope", [0, 25, -25])
def test_a_rule_through_a_digit_is_taken_away_and_the_digit_stays(label: int, slope: int) -> None:
    written = digit(label)
    ruled = written | lines((10, 190 - slope, 310, 190 + slope))
    assert alike(without_rules(ruled), written) > 0.9


@pytest.mark.parametrize("label", range(10))
def test_the_sides_of_a_box_that_a_digit_touches_are_taken_away(label: int) -> None:
    written = digit(label, 138, (160, 158))
    box = lines((70, 90, 250, 92), (250, 92, 248, 226), (248, 226, 72, 222), (72, 222, 70, 90))
    found = without_rules(written | box)
    assert (written & box).any()
    assert alike(found, written) > 0.9


def test_a_row_of_boxes_that_is_askew_is_taken_away_and_what_touches_none_stays() -> None:
    corners = [(10 + 60 * number, 100 + 10 * number) for number in range(6)]
    sides = [(x, y, x - 12, y + 70) for x, y in corners]
    rules = lines((*corners[0], *corners[-1]), (*sides[0][2:], *sides[-1][2:]), *sides, width=2)
    written = digit(3, 44, (94, 146)) | digit(7, 44, (214, 166))
    assert not (written & rules).any()
    assert alike(without_rules(written | rules), written) > 0.95


def test_a_line_that_only_what_is_below_hangs_on_is_no_rule() -> None:
    """As in a 4 whose upper stem is written apart."""
    written = lines((100, 160, 220, 160), (150, 160, 146, 250), (152, 70, 151, 148), width=9)
    assert np.array_equal(without_rules(written), written)


@pytest.mark.parametrize("label", range(10))
def test_a_digit_alone_is_left_as_it_is(label: int) -> None:
    for strokes in DRAWN_DIGITS[label].values():
        drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
        written = render_ink(fitted(drawing, 150, (160, 160)), 10, SIDE) > 127
        assert np.array_equal(without_rules(written), written)


def test_a_displays_eight_is_no_frame() -> None:
    eight = lines(
        (100, 60, 180, 60),
        (100, 140, 180, 140),
        (100, 220, 180, 220),
        (100, 60, 100, 220),
        (180, 60, 180, 220),
        width=9,
    )
    assert np.array_equal(without_rules(eight), eight)


def test_the_width_of_lines() -> None:
    for width in (3, 9, 15):
        assert line_width(lines((20, 160, 300, 160), width=width)) == pytest.approx(width, rel=0.35)


BARS = {
    "top": (106, 60, 174, 60),
    "upper left": (100, 66, 100, 136),
    "upper right": (180, 66, 180, 136),
    "middle": (107, 140, 173, 140),
    "lower left": (100, 144, 100, 214),
    "lower right": (180, 144, 180, 214),
    "bottom": (106, 220, 174, 220),
}


@pytest.mark.parametrize(
    ("left_out", "strokes"),
    [(("upper right",), 1), (("lower left",), 1), (("middle",), 1), (("upper left", "lower right"), 1)],
)
def test_a_pen_leads_through_all_bars(left_out: tuple[str, ...], strokes: int) -> None:
    """A 6, a 9, a 0 and a 2: each can be drawn in one stroke."""
    shown = {name: bar for name, bar in BARS.items() if name not in left_out}
    mask = np.zeros((SIDE, SIDE), bool)
    for x, y, end_x, end_y in shown.values():
        mask |= lines((x, y, end_x, end_y), width=8)
    found = strokes_through(mask)
    assert found is not None
    assert len(found) == strokes
    points = np.concatenate(found)
    for x, y, end_x, end_y in shown.values():
        middle = np.array([(x + end_x) / 2, (y + end_y) / 2])
        assert np.hypot(*(points - middle).T).min() < 9


def test_what_is_no_bar_is_not_drawn_through() -> None:
    assert strokes_through(digit(3)) is None
    assert strokes_through(lines((100, 100, 100, 200), width=9)) is None
