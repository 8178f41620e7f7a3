"""model.ink.offers: what else a drawing may hold, as a digit in a ring or two side by side."""

from itertools import count

import numpy as np
import pytest

from model.ink.offers import Kind, Offer, offer_in
from model.ink.preparation import prepare_ink
from model.ink.strokes import Drawing, PenStroke, fitted, ink_of
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS
from tests.scenes import BARS, seven_bars

CLASSIFIER = Classifier.load(PRETRAINED)
REFUSAL = Refusal.load()

TURNS = np.linspace(0, 2 * np.pi, 40)
RING = (np.stack([140 + 85 * np.cos(TURNS), 140 + 100 * np.sin(TURNS)], axis=1),)
LINE = (np.array([[60.0, 232], [140, 230], [220, 234]]),)
CROSS = (np.array([[25.0, 80], [75, 140], [125, 200]]), np.array([[125.0, 80], [75, 140], [25, 200]]))


def digit(label: int, size: float = 120, x: float = 140, y: float = 140) -> Drawing:
    strokes = next(iter(DRAWN_DIGITS[label].values()))
    return fitted(tuple(np.array(stroke, np.float64) for stroke in strokes), size, (x, y))


def offered(*drawings: Drawing, width: int = 12) -> Offer | None:
    strokes = tuple(PenStroke(stroke, width) for drawing in drawings for stroke in drawing)
    return offer_in(strokes, REFUSAL, is_digit=not REFUSAL.refuses(prepare_ink(ink_of(strokes))))


def read(offer: Offer | None) -> tuple[Kind | None, list[int]]:
    if offer is None:
        return None, []
    return offer.kind, [CLASSIFIER.read(prepared.image).digit for prepared in offer.digits]


@pytest.mark.parametrize("label", range(10))
def test_a_digit_in_a_ring_is_offered(label: int) -> None:
    assert read(offered(digit(label, 100), RING)) == (Kind.RING, [label])


@pytest.mark.parametrize("label", [1, 7])
def test_a_digit_on_a_line_is_offered(label: int) -> None:
    assert read(offered(digit(label, 150, y=130), LINE)) == (Kind.LINE, [label])


@pytest.mark.parametrize("labels", [(3, 5), (1, 0), (7, 4), (2, 9, 6)])
def test_digits_side_by_side_are_offered_from_the_left(labels: tuple[int, ...]) -> None:
    step = 280 / len(labels)
    drawings = [digit(label, 0.75 * step, step * (number + 0.5)) for number, label in zip(count(), labels)]
    assert read(offered(*drawings, width=10)) == (Kind.ROW, [*labels])


def test_what_is_written_again_is_offered_without_what_is_crossed_out() -> None:
    assert read(offered(digit(8, 120, 75), CROSS, digit(3, 120, 210))) == (Kind.CROSSED_OUT, [3])


@pytest.mark.parametrize("label", range(10))
def test_bars_of_a_display_are_joined_where_they_are_not_read_as_they_are(label: int) -> None:
    bars = seven_bars(label, (90, 180), gap=26)
    strokes = tuple(np.array([start, end]) + np.array([95, 50]) for start, end in bars)
    assert len(strokes) == BARS[label].count("1")
    own = CLASSIFIER.read(prepare_ink(ink_of(PenStroke(stroke, 12) for stroke in strokes)).image).digit
    found = read(offered(strokes))
    assert (found[1] or [own]) == [label]


def test_nothing_is_offered_in_one_stroke_or_in_plain_digits() -> None:
    assert offered(digit(3)[:1]) is None
    for label in range(10):
        assert read(offered(digit(label, 180)))[1] in ([], [label])


def test_letters_are_seldom_taken_for_digits_side_by_side() -> None:
    letters = [tuple(np.array(stroke, np.float64) for stroke in strokes) for strokes in NON_DIGITS["letters"].values()]
    assert sum(offered(letter, width=18) is not None for letter in letters[::3]) <= len(letters[::3]) // 10
