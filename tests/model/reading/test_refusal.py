"""Tests of model/reading/refusal.py and of the bundled run: what it reads, and what it refuses."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model.errors import UnusableFile
from model.ink import CANVAS, Prepared, prepare
from model.ink.strokes import BRUSH_WIDTHS, render
from model.reading import Classifier, Refusal
from model.reading.refusal import REFUSAL_FILE, Head
from model.run import PRETRAINED
from model.run.run import KERAS_FILE, LITERT_FILE, RECORD_FILE
from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.non_digits import NON_DIGITS


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(PRETRAINED)


@pytest.fixture(scope="module")
def refusal() -> Refusal:
    return Refusal.load()


def prepared(strokes: Strokes, width: int = 18) -> Prepared:
    return prepare(render(tuple(np.array(stroke, np.float64) for stroke in strokes), width))


@pytest.mark.parametrize("digit", DRAWN_DIGITS)
def test_digits_in_every_style_are_read(classifier: Classifier, digit: int) -> None:
    styles = DRAWN_DIGITS[digit]
    assert len(styles) >= 5
    for style, strokes in styles.items():
        for width in BRUSH_WIDTHS:
            assert classifier.read(prepared(strokes, width).image).digit == digit, (style, width)


@pytest.mark.parametrize("digit", DRAWN_DIGITS)
def test_digits_in_every_style_are_not_refused(refusal: Refusal, digit: int) -> None:
    for style, strokes in DRAWN_DIGITS[digit].items():
        assert not refusal.refuses(prepared(strokes)), style


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_nine_in_ten_of_what_is_no_digit_are_refused(refusal: Refusal, kind: str) -> None:
    answers = {
        (name, width): refusal.refuses(prepared(strokes, width))
        for name, strokes in NON_DIGITS[kind].items()
        for width in (12, 18, 24)
    }
    taken = [key for key, refused in answers.items() if not refused]
    assert len(taken) <= 0.1 * len(answers), taken


def test_an_empty_canvas_is_no_digit(refusal: Refusal) -> None:
    assert refusal.refuses(prepare(np.zeros((CANVAS, CANVAS, 4), np.uint8)))


def test_one_score_is_that_of_many(refusal: Refusal) -> None:
    images = np.stack([prepared(strokes).image for strokes in DRAWN_DIGITS[4].values()])
    assert [refusal.score(image) for image in images] == pytest.approx(refusal.scores(images).tolist(), abs=1e-3)


def test_what_is_read_and_refused_in_one_go_is_the_same_as_in_two(classifier: Classifier, tmp_path: Path) -> None:
    empty = prepare(np.zeros((CANVAS, CANVAS, 4), np.uint8))
    drawings = [*map(prepared, DRAWN_DIGITS[4].values()), *map(prepared, NON_DIGITS["letters"].values()), empty]
    own = Refusal.load(PRETRAINED, lambda _: classifier)
    shutil.copy(PRETRAINED / LITERT_FILE, tmp_path)
    for refusal, network in ((own, classifier), (own, Classifier.load(tmp_path))):
        for drawing in drawings:
            reading, is_refused = refusal.read_by(network, drawing)
            assert np.array_equal(reading.probabilities, classifier.read(drawing.image).probabilities)
            assert is_refused == refusal.refuses(drawing)


def test_a_head_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    head = Head(
        random.normal(size=(6, 3)).astype(np.float32),
        random.normal(size=3).astype(np.float32),
        random.normal(size=3).astype(np.float32),
        0.5,
        -1.25,
    )
    head.save(tmp_path)
    again = Head.load(tmp_path)
    activations = random.normal(size=(4, 6)).astype(np.float32)
    assert np.array_equal(head.scores(activations), again.scores(activations))
    hidden = np.maximum(activations @ head.hidden_weights + head.hidden_bias, 0)
    assert head.scores(activations) == pytest.approx(hidden @ head.weights + 0.5, abs=1e-5)
    assert again.threshold == -1.25


def test_a_run_without_a_head_is_served_by_the_bundled_one(tmp_path: Path, refusal: Refusal) -> None:
    for name in (KERAS_FILE, LITERT_FILE, RECORD_FILE):
        shutil.copy(PRETRAINED / name, tmp_path)
    image = prepared(NON_DIGITS["letters"]["A, 1"]).image
    assert Refusal.load(tmp_path).score(image) == refusal.score(image)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_damaged_head_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / REFUSAL_FILE).write_bytes(content)
    with pytest.raises(UnusableFile, match=r"refusal\.npz"):
        Head.load(tmp_path)
