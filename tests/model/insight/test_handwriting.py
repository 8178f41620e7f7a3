"""model.insight.handwriting: a visitor's digits, counted and packed."""

import io

import numpy as np
import pytest
from PIL import Image

from model.ink import prepare
from model.ink.strokes import render
from model.insight.handwriting import JudgedDigit, as_npz, as_png, by_digit, score
from tests.drawn_digits import DRAWN_DIGITS


def digits() -> list[JudgedDigit]:
    """26 digits, 24 of them read right, one wrong and one taken for none."""
    found = []
    for number in range(26):
        truth = number % 10
        drawing = render(tuple(np.array(stroke, np.float64) for stroke in next(iter(DRAWN_DIGITS[truth].values()))))
        answer = {3: 8, 14: None}.get(number, truth)
        found.append(JudgedDigit.of(prepare(drawing), truth, answer))
    return found


DIGITS = digits()


def test_the_score_has_a_proper_interval() -> None:
    result = score(DIGITS)
    assert (result.right, result.number) == (24, 26)
    # By R: prop.test(24, 26, correct = FALSE).
    assert result.interval == pytest.approx((0.7586, 0.9786), abs=0.0002)
    assert score([]).interval == (0, 1)


def test_each_digit_is_counted_by_what_it_was() -> None:
    results = [(result.right, result.number) for result in by_digit(DIGITS)]
    assert results == [(3, 3), (3, 3), (3, 3), (2, 3), (2, 3), (3, 3), (2, 2), (2, 2), (2, 2), (2, 2)]


def test_the_archive_holds_all_there_is() -> None:
    with np.load(io.BytesIO(as_npz(DIGITS)), allow_pickle=False) as arrays:
        assert arrays["images"].shape == (26, 28, 28)
        assert arrays["drawings"].shape == (26, 280, 280)
        assert arrays["labels"].tolist() == [number % 10 for number in range(26)]
        assert arrays["answers"][[2, 3, 14]].tolist() == [2, 8, -1]
        for image, drawing in zip(arrays["images"], arrays["drawings"], strict=True):
            rgba = np.repeat(drawing[..., None], 4, axis=2)
            rgba[..., 3] = 255
            assert np.array_equal(np.rint(prepare(rgba).image * 255), image)


def test_the_sheet_shows_ten_in_a_row_and_frames_the_wrong_ones() -> None:
    with Image.open(io.BytesIO(as_png(DIGITS))) as image:
        sheet = np.asarray(image)
    assert sheet.shape == (3 * 140, 10 * 140)
    assert sheet[2, 3 * 140 + 2] == 255
    assert sheet[2, 2 * 140 + 2] == 0
    with Image.open(io.BytesIO(as_png(DIGITS[:4]))) as image:
        assert image.size == (4 * 140, 140)
