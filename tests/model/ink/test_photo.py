"""model.ink.photo: digits out of photos, and one sentence where there is none."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from model.data import Mnist
from model.ink import prepare
from model.ink.components import pieces_of
from model.ink.photo import otsu, read_photo
from model.ink.picture_file import UnusablePicture
from model.reading import Classifier
from model.run import PRETRAINED
from tests.drawn_digits import DRAWN_DIGITS
from tests.paper import PAPERS, file_of, photo_of

FIRST = {digit: next(iter(styles.values())) for digit, styles in DRAWN_DIGITS.items()}
PHOTO = photo_of(FIRST[7], PAPERS["ballpoint"], side=480)
WHOLE = file_of(PHOTO)


CLASSIFIER = Classifier.load(PRETRAINED)


def read(content: bytes) -> int:
    return CLASSIFIER.read(prepare(read_photo(content).drawing).image).digit


@pytest.mark.parametrize("paper", PAPERS)
def test_a_digit_is_read_from_paper_of_every_kind(paper: str) -> None:
    for digit in (2, 4, 7):
        photo = read_photo(file_of(photo_of(FIRST[digit], PAPERS[paper], seed=digit, side=480)))
        assert photo.drawing.shape == (280, 280, 4)
        assert CLASSIFIER.read(prepare(photo.drawing).image).digit == digit


def test_every_step_is_kept() -> None:
    photo = read_photo(WHOLE)
    assert [step.name for step in photo.steps] == ["Grey", "Even paper", "Threshold", "Cut out"]
    assert all(step.picture.dtype == np.uint8 and step.picture.ndim == 2 for step in photo.steps)
    grey, _, threshold, cut = (step.picture for step in photo.steps)
    assert set(np.unique(threshold)) == {0, 255}
    assert grey[threshold > 0].mean() < grey[threshold == 0].mean() - 50
    assert np.array_equal(cut, photo.drawing[..., 0])


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
        read_photo(content)


@given(
    st.integers(1, 12).flatmap(
        lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=12)
    )
)
@settings(deadline=None)
def test_pieces_are_scipys(rows: list[list[bool]]) -> None:
    mask = np.array(rows, bool)
    expected, number = ndimage.label(mask, np.ones((3, 3)))
    pieces = pieces_of(mask)
    assert pieces
    assert len(pieces.areas) == number
    pairs = set(zip(expected[mask].tolist(), pieces.labels[mask].tolist(), strict=True))
    assert len(pairs) == number
    for old, new in pairs:
        where: npt.NDArray[np.intp] = np.argwhere(expected == old)
        assert pieces.areas[new - 1] == len(where)
        assert pieces.boxes[new - 1].tolist() == [*where.min(axis=0), *(where.max(axis=0) + 1)]


def test_noise_has_too_many_runs_to_be_followed() -> None:
    assert pieces_of(np.indices((300, 300)).sum(axis=0) % 2 == 0) is None


def test_otsu_parts_two_groups() -> None:
    values = np.concatenate([np.full(900, 20), np.full(100, 200)]).astype(np.float32)
    assert 20 < otsu(values) <= 200
