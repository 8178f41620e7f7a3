"""model.ink.photo: digits out of photos, and one sentence where there is none."""

from contextlib import suppress

import numpy as np
import pytest

from model.data import Mnist
from model.ink.contrast import otsu
from model.ink.photo import MOST_DIGITS, Photo, find_digits, read_photo
from model.ink.picture_file import UnusablePicture
from model.ink.preparation import prepare_ink
from model.ink.strokes import fitted, render_ink
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from tests.bench.pictures import digits_of, outcome_of
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS
from tests.paper import PAPERS, file_of, photo_of
from tests.scenes import KINDS, Outcome, scene

SAMPLE = 5  # scenes of each kind
HARD = ("touching", "circle", "segments", "stencil", "dashed", "receipt", "other scripts")  # where more may be refused

FIRST = {digit: next(iter(styles.values())) for digit, styles in DRAWN_DIGITS.items()}
PHOTO = photo_of(FIRST[7], PAPERS["ballpoint"], side=480)
WHOLE = file_of(PHOTO)


CLASSIFIER = Classifier.load(PRETRAINED)
REFUSAL = Refusal.load()


def digits_in(photo: Photo) -> list[int | None]:
    """What is read, None for what is no digit."""
    return [CLASSIFIER.read(prepare_ink(mark.ink).image).digit if mark.is_digit else None for mark in photo.found]


def read(content: bytes) -> int | None:
    (digit,) = digits_in(read_photo(content, REFUSAL))
    return digit


@pytest.mark.parametrize("paper", PAPERS)
def test_a_digit_is_read_from_paper_of_every_kind(paper: str) -> None:
    for digit in (2, 4, 7):
        photo = read_photo(file_of(photo_of(FIRST[digit], PAPERS[paper], seed=digit, side=480)), REFUSAL)
        assert photo.found[0].ink.shape == (280, 280)
        assert digits_in(photo) == [digit]


def test_every_step_is_kept() -> None:
    photo = read_photo(WHOLE, REFUSAL)
    steps = photo.steps(0)
    assert [step.name for step in steps] == ["Grey", "Even paper", "Threshold", "Candidates", "Cut out"]
    assert all(step.picture.dtype == np.uint8 and step.picture.ndim == 2 for step in steps)
    grey, _, threshold, _, cut = (step.picture for step in steps)
    assert set(np.unique(threshold)) == {0, 255}
    assert grey[threshold > 0].mean() < grey[threshold == 0].mean() - 50
    assert np.array_equal(cut, photo.found[0].ink)


def test_an_mnist_image_as_a_file_is_read(mnist: Mnist) -> None:
    right = sum(read(file_of(mnist.x_test[index], "PNG")) == mnist.y_test[index] for index in range(10))
    assert right >= 9


WITHOUT_DIGIT = {
    "nothing but paper": file_of(np.full((300, 300), 200, np.uint8)),
    "noise": file_of(np.random.default_rng(0).integers(0, 255, (600, 600), np.uint8), "PNG"),
    "one pixel": file_of(np.zeros((1, 1), np.uint8), "PNG"),
}


@pytest.mark.parametrize("content", WITHOUT_DIGIT.values(), ids=WITHOUT_DIGIT)
def test_where_no_digit_stands_out_there_is_one_sentence(content: bytes) -> None:
    with pytest.raises(UnusablePicture, match=r"^No digit stands out"):
        read_photo(content, REFUSAL)


def test_otsu_parts_two_groups() -> None:
    values = np.concatenate([np.full(900, 20), np.full(100, 200)]).astype(np.float32)
    assert 20 < otsu(values) <= 200


def scenes_of(kind: str) -> list[Outcome]:
    digits = digits_of(None)
    return [outcome_of(scene(kind, digits, seed), CLASSIFIER, REFUSAL) for seed in range(SAMPLE)]


@pytest.mark.parametrize("kind", KINDS)
def test_digits_are_read_in_scenes_of_every_kind(kind: str) -> None:
    """A sample, of which one may be wrong; `make bench ARGS=pictures` tells the shares."""
    outcomes = scenes_of(kind)
    every = sum(each.digits for each in outcomes)
    assert sum(each.wrong for each in outcomes) <= 1
    assert sum(each.right for each in outcomes) >= (0.7 if kind in HARD else 0.9) * every


def test_several_digits_are_read_line_by_line() -> None:
    sheet = np.full((400, 640), 220, np.uint8)
    for row, line in enumerate(((3, 5, 7), (2, 0, 4))):
        for column, digit in enumerate(line):
            strokes = tuple(np.array(stroke, np.float64) for stroke in FIRST[digit])
            ink = render_ink(fitted(strokes, 110, (120 + 200 * column, 100 + 200 * row + 14 * column)), 9, 640)[:400]
            sheet = np.minimum(sheet, 255 - ink)
    photo = read_photo(file_of(sheet), REFUSAL)
    assert digits_in(photo) == [3, 5, 7, 2, 0, 4]
    lefts = [mark.box[1] for mark in photo.found]
    assert lefts[:3] == sorted(lefts[:3])


def test_of_many_digits_the_first_are_read_and_the_others_counted() -> None:
    sheet = np.full((720, 960), 220, np.uint8)
    strokes = tuple(np.array(stroke, np.float64) for stroke in FIRST[3])
    for row in range(6):
        for column in range(8):
            ink = render_ink(fitted(strokes, 70, (80 + 112 * column, 80 + 112 * row)), 7, 960)[:720]
            sheet = np.minimum(sheet, 255 - ink)
    photo = read_photo(file_of(sheet), REFUSAL)
    assert digits_in(photo) == [3] * MOST_DIGITS
    assert photo.left_out == 8


def test_what_is_no_digit_is_kept_and_said_to_be_none() -> None:
    for kind in ("letters", "scribbles", "pairs"):
        for number, strokes in enumerate([*NON_DIGITS[kind].values()][:4]):
            photo = read_photo(file_of(photo_of(strokes, PAPERS["ballpoint"], seed=number, side=480)), REFUSAL)
            if kind == "pairs":
                assert None in digits_in(photo) or len(photo.found) == 2
            else:
                assert digits_in(photo) == [None]


@pytest.mark.parametrize("size", [(1, 1), (2, 40), (40, 2), (9, 9), (160, 160), (960, 20)])
def test_pictures_of_any_form_are_searched(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for picture in (
        np.zeros((*size, 3)),
        rng.integers(0, 255, (*size, 3)),
        np.tile(np.arange(size[1])[:, None] % 255, (size[0], 1, 3)),
    ):
        with suppress(UnusablePicture):
            photo = find_digits(picture.astype(np.uint8), REFUSAL)
            assert len(photo.found) >= 1
