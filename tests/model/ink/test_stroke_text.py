"""model.ink.stroke_text: strokes survive the way through an address, and whatever else stands there is one sentence."""

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.ink.preparation import prepare_ink
from model.ink.stroke_text import (
    MAXIMUM_CHARACTERS,
    UnusableLink,
    decode,
    encode,
    simplified,
)
from model.ink.strokes import PenStroke, Stroke, ink_of
from model.reading import Classifier
from model.run import PRETRAINED
from tests.drawn_digits import DRAWN_DIGITS

DRAWINGS = [
    (digit, tuple(np.array(stroke, np.float64) for stroke in strokes))
    for digit, styles in DRAWN_DIGITS.items()
    for strokes in styles.values()
]


def as_pen_strokes(drawing: tuple[Stroke, ...], width: int = 18) -> tuple[PenStroke, ...]:
    return tuple(PenStroke(points, width) for points in drawing)


def test_drawn_digits_come_back_and_are_read_as_before() -> None:
    classifier = Classifier.load(PRETRAINED)
    for _, drawing in DRAWINGS:
        text = encode(as_pen_strokes(drawing))
        back = decode(text)
        assert len(text) < 500
        for stroke, points in zip(back, drawing, strict=True):
            assert np.abs(stroke.points - points).max() <= 1 / 8
        before, after = (prepare_ink(ink_of(strokes)).image for strokes in (as_pen_strokes(drawing), back))
        assert np.abs(before - after).mean() < 0.01
        assert classifier.read(before).digit == classifier.read(after).digit


def test_each_stroke_keeps_its_width() -> None:
    thin, thick = (np.array([[40.0, y], [240.0, y]]) for y in (80, 200))
    back = decode(encode((PenStroke(thin, 12), PenStroke(thick, 26))))
    assert [stroke.width for stroke in back] == [12, 26]
    rows = ink_of(back).max(axis=1) > 127
    assert np.count_nonzero(rows[:140]) == pytest.approx(12, abs=1)
    assert np.count_nonzero(rows[140:]) == pytest.approx(26, abs=1)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(-20, 300), st.integers(-20, 300)), min_size=1, max_size=8),
            st.integers(1, 60),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_strokes_come_back(strokes: list[tuple[list[tuple[int, int]], int]]) -> None:
    sent = tuple(PenStroke(np.array(points, np.float64), width) for points, width in strokes)
    for stroke, back in zip(sent, decode(encode(sent)), strict=True):
        assert np.array_equal(stroke.points, back.points)
        assert stroke.width == back.width


def test_a_long_drawing_is_thinned_and_one_that_is_too_long_refused() -> None:
    angles = np.linspace(0, 20 * np.pi, 3000)
    spiral = np.stack([140 + 3 * angles / 2 * np.cos(angles), 140 + 3 * angles / 2 * np.sin(angles)], axis=1)
    text = encode((PenStroke(spiral, 12),))
    assert len(text) <= MAXIMUM_CHARACTERS
    (back,) = decode(text)
    assert 100 < len(back.points) < 3000
    assert ink_of((back,)).any()
    noise = np.random.default_rng(0).uniform(0, 280, (3000, 2))
    with pytest.raises(UnusableLink, match="too many strokes"):
        encode((PenStroke(noise, 12),))
    with pytest.raises(UnusableLink, match="draw something first"):
        encode(())


def test_thinning_leaves_no_point_further_off_than_it_may() -> None:
    angles = np.linspace(0, 6, 200)
    curve = np.stack([40 * angles, 80 * np.sin(angles)], axis=1)
    thinned = simplified(curve, 1.0)
    assert 5 < len(thinned) < 40
    assert np.abs(np.interp(curve[:, 0], thinned[:, 0], thinned[:, 1]) - curve[:, 1]).max() < 2
    there_and_back = np.array([[0.0, 0], [100, 0], [0, 0]])
    assert np.array_equal(simplified(there_and_back, 1.0), there_and_back)


def text_of(*numbers: int) -> str:
    return base64.urlsafe_b64encode(bytes(numbers)).rstrip(b"=").decode()


HOSTILE = {
    "empty": "",
    "not base64": "%00<script>",
    "one character": "A",
    "spaces": "AQ AQ",
    "padding": "AQEBAAA=",
    "letters of another script": "АБВ",
    "of another form": text_of(2, 18, 1, 0, 0),
    "no strokes": text_of(1),
    "no width": text_of(1, 0, 1, 0, 0),
    "a huge width": text_of(1, 61, 1, 0, 0),
    "no points": text_of(1, 18, 0),
    "fewer points than it says": text_of(1, 18, 3, 0, 0),
    "more points than may be": text_of(1, 18, 0xFF, 0x7F, 0, 0),
    "cut off": text_of(1, 18, 1, 0, 0x80),
    "a stroke cut off": text_of(1, 18, 1, 0, 0, 18),
    "a number that never ends": text_of(1, 18, 1, *[0xFF] * 200, 0),
    "far outside": text_of(1, 18, 1, 0xFE, 0xFF, 0x7F, 0),
    "lines without end": text_of(1, 18, 0x80 | 50, 1, *[0xC0, 0x0C, 0, 0xBF, 0x0C, 0] * 89),
    "too long": "A" * (MAXIMUM_CHARACTERS + 1),
    "very long": "AQ" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_drawing_is_one_sentence(text: str) -> None:
    with pytest.raises(UnusableLink, match=r"^The drawing in this link is damaged; .*\.$"):
        decode(text)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_drawing_or_one_sentence(content: bytes) -> None:
    try:
        strokes = decode(base64.urlsafe_b64encode(b"\x01" + content).rstrip(b"=").decode())
    except UnusableLink:
        return
    assert decode(encode(strokes))
    assert ink_of(strokes[:3]).shape == (280, 280)
