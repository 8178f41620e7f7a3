"""pages.parts.draw.offer: below an answer that is none, what the drawing may hold."""

from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.pages.page import SEVEN, drawn, html, opened, stroked


def beside(label: int, left: int) -> Strokes:
    """A digit at half its size, from there on."""
    strokes = next(iter(DRAWN_DIGITS[label].values()))
    return [[(left + x // 2, 70 + y // 2) for x, y in stroke] for stroke in strokes]


def test_two_digits_side_by_side_are_read_below_the_answer() -> None:
    at = drawn(opened(), stroked([*beside(3, 0), *beside(5, 140)], width=12))
    assert not at.exception
    assert "This does not look like a digit." in html(at)
    assert "This looks like two digits:" in html(at)
    assert html(at).index("<b>3</b>") < html(at).index("<b>5</b>")


def test_nothing_else_is_said_of_one_digit() -> None:
    at = drawn(opened(), SEVEN)
    assert not at.exception
    assert 'class="offer"' not in html(at)
