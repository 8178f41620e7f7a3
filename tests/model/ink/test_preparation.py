"""model.ink.preparation: any drawing, brought into the form of an MNIST image."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from model.data import Mnist
from model.ink import prepare
from model.ink.preparation import Steps, whiteness, without_noise
from model.ink.strokes import CANVAS, render
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from tests.drawn_digits import DRAWN_DIGITS

Pixels = npt.NDArray[np.uint8]
Canvas = Callable[[Pixels], Pixels]


def enlarged(image: Pixels, times: int = 10) -> Pixels:
    return image.repeat(times, axis=0).repeat(times, axis=1)


def test_mnist_comes_back_as_it_was(mnist: Mnist, canvas: Canvas) -> None:
    """Enlarged ten times and prepared, all 10,000 test digits are themselves again, and are read as before."""
    prepared = np.stack([prepare(enlarged(canvas(image))).image for image in mnist.x_test])
    images = mnist.x_test.astype(np.float32) / np.float32(255)
    assert np.abs(prepared - images).mean() < 0.001
    # The others are the same to the bit, and so is what the network says of them.
    changed = (prepared != images).any(axis=(1, 2))
    classifier = Classifier.load(PRETRAINED)
    as_they_were = (classifier.probabilities(images[changed]).argmax(axis=1) == mnist.y_test[changed]).sum()
    as_drawn = (classifier.probabilities(prepared[changed]).argmax(axis=1) == mnist.y_test[changed]).sum()
    assert abs(int(as_drawn) - int(as_they_were)) <= 0.0005 * len(images)


@pytest.mark.parametrize("shift", [(0, 0), (-60, 0), (40, 70)])
@pytest.mark.parametrize("times", [5, 8])
def test_place_and_size_on_the_canvas_do_not_matter(
    mnist: Mnist, canvas: Canvas, shift: tuple[int, int], times: int
) -> None:
    image = mnist.x_test[0]
    ink = np.zeros((400, 400), np.uint8)
    top, left = 80 + shift[0], 80 + shift[1]
    ink[top : top + 28 * times, left : left + 28 * times] = enlarged(image, times)
    assert np.abs(prepare(canvas(ink)).image - image / 255).max() < 0.01


def test_the_longer_side_is_20_and_the_mass_is_in_the_middle(canvas: Canvas) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:240, 100:130] = 255
    ink[200:240, 100:190] = 255
    prepared = prepare(canvas(ink))
    assert prepared.cropped.shape == (200, 90)
    assert prepared.scaled.shape == (20, 9)
    centre = ndimage.center_of_mass(prepared.image)
    assert np.abs(np.array(centre) - 14).max() <= 0.5


def test_scaling_keeps_the_mean_of_the_ink(mnist: Mnist, canvas: Canvas) -> None:
    """Antialiased: no ink is lost or won by where the new pixels fall."""
    ink = enlarged(mnist.x_test[3], 7)
    prepared = prepare(canvas(ink))
    assert prepared.scaled.mean() == pytest.approx(prepared.cropped.mean(), rel=0.03)


def test_an_empty_canvas_is_empty(canvas: Canvas) -> None:
    prepared = prepare(canvas(np.zeros((280, 280), np.uint8)))
    assert prepared.is_empty
    assert not prepared.image.any()


def test_a_canvas_that_is_transparent_is_empty() -> None:
    white_but_invisible = np.full((280, 280, 4), 255, np.uint8)
    white_but_invisible[..., 3] = 0
    assert prepare(white_but_invisible).is_empty


def test_a_canvas_that_is_all_white(canvas: Canvas) -> None:
    image = prepare(canvas(np.full((280, 280), 255, np.uint8))).image
    assert image.sum() == 20 * 20
    assert image[4:24, 4:24].all()


@pytest.mark.parametrize("dot", [(0, 0), (279, 279), (140, 3)])
def test_one_dot_stays_in_the_frame(canvas: Canvas, dot: tuple[int, int]) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[dot] = 200
    prepared = prepare(canvas(ink))
    assert prepared.scaled.shape == (20, 20)
    assert prepared.image.sum() == pytest.approx(20 * 20 * 200 / 255)


def test_ink_far_to_one_side_is_not_pushed_out_of_the_frame(canvas: Canvas) -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[:20] = 255
    ink[20:, 99:101] = 1
    prepared = prepare(canvas(ink))
    assert np.isclose(prepared.image.sum() * 255, prepared.scaled.sum(), rtol=1e-5)


@settings(deadline=None, max_examples=60)
@given(
    arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60), st.just(4))),
    st.builds(Steps, st.booleans(), st.booleans(), st.booleans()),
)
def test_any_picture_is_accepted(rgba: Pixels, steps: Steps) -> None:
    prepared = prepare(rgba, steps)
    assert prepared.image.shape == (28, 28)
    assert prepared.image.dtype == np.float32
    assert 0 <= prepared.image.min() <= prepared.image.max() <= 1
    assert prepared.is_empty or not steps.scale or max(prepared.scaled.shape) == 20


@pytest.fixture
def bar(canvas: Canvas) -> Pixels:
    """A canvas with an upright bar, 140 pixels high and 30 wide, near its lower left corner."""
    ink = np.zeros((280, 280), np.uint8)
    ink[130:270, 20:50] = 255
    return canvas(ink)


def test_without_any_step_the_canvas_is_only_shrunk(bar: Pixels) -> None:
    prepared = prepare(bar, Steps(crop=False, scale=False, centre=False))
    assert prepared.cropped.shape == (280, 280)
    shrunk = bar[..., 0].reshape(28, 10, 28, 10).mean(axis=(1, 3)) / 255
    assert np.abs(prepared.image - shrunk).max() < 0.003


def test_without_cropping_the_whole_canvas_is_scaled(bar: Pixels) -> None:
    prepared = prepare(bar, Steps(crop=False))
    assert prepared.scaled.shape == (20, 20)
    assert prepared.image.sum() == pytest.approx(140 * 30 / 14**2, rel=0.02)


def test_without_scaling_a_digit_keeps_its_share_of_the_canvas(bar: Pixels) -> None:
    prepared = prepare(bar, Steps(scale=False))
    assert prepared.scaled.shape == (14, 3)
    assert np.abs(np.array(ndimage.center_of_mass(prepared.image)) - 14).max() <= 0.5


def test_without_centring_a_digit_stays_where_it_was_drawn(bar: Pixels) -> None:
    prepared = prepare(bar, Steps(centre=False))
    assert prepared.scaled.shape == (20, 4)
    rows, columns = (np.flatnonzero(prepared.image.any(axis=axis)) for axis in (1, 0))
    assert (rows[0], rows[-1]) == (8, 27), "as low as the frame allows, since the middle was at 20 of 28"
    assert (columns[0], columns[-1]) == (2, 5), "the middle was at 3.5 of 28"


@pytest.mark.parametrize(
    "no_picture", [np.zeros((28, 28), np.uint8), np.zeros((28, 28, 3), np.uint8), np.zeros((28, 28, 4), np.float32)]
)
def test_what_is_no_picture_is_refused(no_picture: Pixels) -> None:
    with pytest.raises(ValueError, match="a drawing is"):
        prepare(no_picture)


def test_ink_is_the_luma_of_a_colour_times_its_opacity() -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (90, 60, 4), dtype=np.uint8)
    rgba[:30, :, 3], rgba[30:60, :, :3] = 255, 255  # opaque, and white
    luma = rgba[..., :3] @ np.array([0.299, 0.587, 0.114])
    for picture, expected in ((rgba, luma), (rgba[::-1, ::2], luma[::-1, ::2])):
        ink = whiteness(picture)
        assert ink.dtype == np.uint8
        assert np.abs(ink - expected * picture[..., 3] / 255).max() < 0.5 + 1e-9


def test_faint_ink_counts_in_squares_of_two_by_two_alone() -> None:
    ink = np.array([[1, 2, 0, 1, 1], [3, 1, 0, 0, 1], [0, 0, 4, 0, 0], [2, 2, 0, 3, 3], [0, 1, 0, 3, 200]], np.uint8)
    kept = np.array([[1, 2, 0, 0, 0], [3, 1, 0, 0, 0], [0, 0, 4, 0, 0], [0, 0, 0, 3, 3], [0, 0, 0, 3, 200]])
    np.testing.assert_array_equal(without_noise(ink), kept)


def test_what_a_browser_makes_up_against_fingerprinting_changes_no_answer() -> None:
    """Some flip the lowest bits of some dozens of pixels of whatever is read back from a canvas."""
    random = np.random.default_rng(0)
    classifier, refusal = Classifier.load(PRETRAINED), Refusal.load(PRETRAINED)
    for digit, styles in DRAWN_DIGITS.items():
        rgba = render(tuple(np.array(stroke, np.float64) for stroke in next(iter(styles.values()))))
        rows, columns = random.integers(0, CANVAS, (2, 100))
        noisy = rgba.astype(int)
        noisy[rows, columns, :3] += random.integers(-2, 3, (100, 3))
        prepared = prepare(np.clip(noisy, 0, 255).astype(np.uint8))
        assert prepared.cropped.shape == prepare(rgba).cropped.shape
        assert classifier.read(prepared.image).digit == digit
        assert not refusal.refuses(prepared)
