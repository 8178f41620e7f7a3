"""model.insight.robustness: every change of images against SciPy's ndimage, or against what chance must give."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from model.data import Mnist
from model.insight.robustness import CHANGES, accuracy_when_changed, changed
from model.reading import Classifier
from model.run import PRETRAINED

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def images(mnist: Mnist) -> Floats:
    return mnist.x_test[:20].astype(np.float32) / np.float32(255)


def each(images: Floats, change: Any) -> Floats:
    return np.stack([change(image) for image in images])


def about_centre(matrix: npt.NDArray[np.float64]) -> dict[str, Any]:
    """SciPy counts from the corner."""
    return {"matrix": matrix, "offset": 13.5 - matrix @ [13.5, 13.5], "order": 1, "mode": "grid-constant"}


def disk(radius: int) -> npt.NDArray[np.bool_]:
    away = np.arange(-radius, radius + 1)
    return np.add.outer(away**2, away**2) <= radius**2


@pytest.mark.parametrize("pixels", [-10, -3, 1, 7])
def test_shift(images: Floats, pixels: int) -> None:
    expected = each(images, lambda image: ndimage.shift(image, (0, pixels), order=1))
    np.testing.assert_allclose(changed(images, "shift", pixels), expected, atol=1e-6)


@pytest.mark.parametrize("degrees", [-180, -35, 5, 90, 140])
def test_rotation(images: Floats, degrees: int) -> None:
    """SciPy turns against the clock when it is told to turn rows towards columns, with rows growing downwards."""
    expected = each(images, lambda image: ndimage.rotate(image, -degrees, reshape=False, order=1, mode="grid-constant"))
    np.testing.assert_allclose(changed(images, "rotation", degrees), expected, atol=1e-5)


def test_rotation_is_clockwise() -> None:
    top = np.zeros((1, 28, 28), np.float32)
    top[0, :7, 12:16] = 1
    np.testing.assert_allclose(changed(top, "rotation", 90)[0], np.rot90(top[0], -1), atol=1e-5)


@pytest.mark.parametrize("factor", [0.3, 0.8, 1.3, 1.7])
def test_scale(images: Floats, factor: float) -> None:
    def scale(image: Floats) -> Any:
        if factor < 1:
            deviation = (1 / factor - 1) / 2
            radius = int(np.ceil(4 * deviation))
            image = ndimage.gaussian_filter(image, deviation, mode="constant", radius=radius)
        return ndimage.affine_transform(image, **about_centre(np.eye(2) / factor))

    np.testing.assert_allclose(changed(images, "scale", factor), each(images, scale), atol=1e-5)


@pytest.mark.parametrize("deviation", [0.25, 1, 2.75])
def test_blur(images: Floats, deviation: float) -> None:
    radius = int(np.ceil(4 * deviation))
    expected = each(images, lambda image: ndimage.gaussian_filter(image, deviation, mode="constant", radius=radius))
    np.testing.assert_allclose(changed(images, "blur", deviation), expected, atol=1e-5)


@pytest.mark.parametrize("radius", [-1, 1, 2, 3])
def test_thinner_and_thicker_strokes(images: Floats, radius: int) -> None:
    morphology = ndimage.grey_dilation if radius > 0 else ndimage.grey_erosion
    expected = each(images, lambda image: morphology(image, footprint=disk(abs(radius)), mode="constant"))
    np.testing.assert_array_equal(changed(images, "stroke", radius), expected)


@pytest.mark.parametrize(("between", "lower", "upper"), [(0.25, 0, 1), (1.5, 1, 2), (-0.75, 0, -1)])
def test_strokes_between_whole_pixels_are_mixtures(images: Floats, between: float, lower: int, upper: int) -> None:
    share = abs(between - lower)
    expected = changed(images, "stroke", lower) * (1 - share) + changed(images, "stroke", upper) * share
    np.testing.assert_allclose(changed(images, "stroke", between), expected, atol=1e-6)


def test_noise_has_the_deviation_that_it_says_and_grows_where_it_is() -> None:
    grey = np.full((200, 28, 28), 0.5, np.float32)
    little = changed(grey, "noise", 0.1) - 0.5
    assert little.mean() == pytest.approx(0, abs=0.002)
    assert little.std() == pytest.approx(0.1, rel=0.02)
    assert np.abs(ndimage.uniform_filter(little, (0, 3, 3)).std() / 0.1 - 1 / 3) < 0.02  # pixels don't know each other
    more = changed(grey, "noise", 0.15) - 0.5
    inside = np.abs(more) < 0.499
    np.testing.assert_allclose(more[inside], 1.5 * little[inside], atol=1e-5)


def test_missing_ink_is_the_share_that_it_says_and_stays_missing() -> None:
    white = np.ones((200, 28, 28), np.float32)
    some, more = changed(white, "gaps", 0.25), changed(white, "gaps", 0.5)
    assert (some == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert (more == 0).mean() == pytest.approx(0.5, abs=0.01)
    assert (more[some == 0] == 0).all()
    assert set(np.unique(more)) == {0, 1}


@pytest.mark.parametrize("name", CHANGES)
def test_every_amount_gives_images_and_none_changes_nothing(images: Floats, name: str) -> None:
    change = CHANGES[name]
    before = images.copy()
    for amount in {change.lowest, change.highest, *change.curve}:
        result = changed(images, name, amount)
        assert result.shape == images.shape
        assert result.dtype == np.float32
        assert 0 <= result.min() <= result.max() <= 1
    np.testing.assert_array_equal(changed(images, name, change.none), before)
    np.testing.assert_array_equal(images, before)
    assert change.none in change.curve
    assert min(change.curve) >= change.lowest
    assert max(change.curve) <= change.highest
    assert changed(images[:0], name, change.highest).shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("name", "amount", "sentence"),
    [
        ("shift", 11, "Shift goes from -10 to 10."),
        ("gaps", -0.01, "Missing ink goes from 0 to 0.95."),
        ("blur", float("nan"), "Blur goes from 0 to 3."),
        ("scale", float("inf"), "Scale goes from 0.3 to 1.7."),
        ("noise", "1", "Noise goes from 0 to 0.6."),
        ("noise", True, "Noise goes from 0 to 0.6."),
        ("colour", 1, "There is no such change."),
    ],
)
def test_what_is_out_of_its_limits_is_a_sentence(images: Floats, name: str, amount: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.")):
        changed(images, name, amount)


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match="Images must be"):
        changed(np.zeros((28, 28), np.float32), "shift", 1)


def test_accuracy_falls_with_the_amount(mnist: Mnist) -> None:
    classifier = Classifier.load(PRETRAINED)
    digits = mnist.y_test[:200]
    images = mnist.x_test[:200].astype(np.float32) / np.float32(255)
    unchanged, little, much = (
        accuracy_when_changed(classifier, images, digits, "rotation", degrees) for degrees in (0, 10, 90)
    )
    assert unchanged == (classifier.probabilities(images).argmax(axis=1) == digits).mean()
    assert unchanged >= little > 0.9
    assert much < 0.5
