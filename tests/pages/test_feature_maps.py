"""pages.parts.feature_maps: every number of a layer is on its sheet, at its place and in its grey."""

import base64
import io
import re

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from model.data import Mnist
from model.plan import Architecture, LayerSummary
from model.reading import Classifier
from model.run import PRETRAINED
from pages.parts.feature_maps import columns_for, feature_maps, filter_sheet, filter_slices, unit_sheet

Floats = npt.NDArray[np.float32]


def sheet(figure: str) -> tuple[npt.NDArray[np.uint8], int]:
    """The greys of a figure's picture, and how wide it says that it is."""
    found = re.search(r'<img src="data:image/png;base64,([^"]+)" alt="[^"]+" width="(\d+)">', figure)
    assert found
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))))[..., 0], int(found[2])


def layer_of(height: int, width: int, channels: int) -> LayerSummary:
    return LayerSummary("conv2d", "Conv2D", (28, 28, 1), (height, width, channels), 0)


def greys(values: Floats, white: float) -> Floats:
    rounded: Floats = np.rint(values / np.float32(white) * 255)
    return rounded


@pytest.mark.parametrize("each", [False, True])
def test_every_number_is_at_its_place(each: bool) -> None:
    activation = np.random.default_rng(1).random((5, 4, 6), np.float32)
    activation[..., 4] = 0
    figure = feature_maps(layer_of(5, 4, 6), activation, each_its_own_scale=each, columns=3, width=3 * 4 * 7 + 4)
    greys_shown, width = sheet(figure)
    assert greys_shown.shape == (2 * 5 * 7 + 2, width) == (72, 88)
    for index in (0, 1, 2, 3, 5):
        top, left = index // 3 * 37, index % 3 * 30
        tile = greys_shown[top : top + 35, left : left + 28]
        white = activation[..., index].max() if each else activation.max()
        np.testing.assert_array_equal(tile, np.kron(greys(activation[..., index], white), np.ones((7, 7))))
    dead = greys_shown[37 : 37 + 35, 30 : 30 + 28]
    assert sorted(np.unique(dead)) == [0, 128]
    assert (dead == 128).any(axis=0).all()
    assert "6 maps of 5 × 4, 1 zero everywhere and struck through" in figure
    assert ("white is each map's largest number" in figure) == each
    assert "conv2d: 6 feature maps of 5 by 4 pixels, 1 of them zero" in figure


def test_each_layer_of_the_bundled_network_fits(mnist: Mnist) -> None:
    activations = Classifier.load(PRETRAINED).activations(mnist.x_test[:1])
    for line, activation in zip(Architecture().summary, activations, strict=True):
        figure = feature_maps(line, activation[0], width=330)
        assert figure.count("<img") == (line.output_shape != (10,))
        assert f'<b>{line.name}</b> <span class="shape">{line.output_shape}</span>' in figure
        if line.output_shape != (10,):
            picture, width = sheet(figure)
            assert picture.shape[1] == width <= 330
    assert figure.count("<li>") == 10
    assert f"<span>{activations[-1][0].max():.2f}</span>" in figure


def test_flattened_numbers_have_a_row_a_pixel_and_a_column_a_map() -> None:
    activation = np.random.default_rng(2).random(9 * 20, np.float32)
    picture, width = sheet(feature_maps(LayerSummary("flatten", "Flatten", (3, 3, 20), (180,), 0), activation))
    step = (width + 1) // 20
    np.testing.assert_array_equal(picture[::step, ::step], greys(activation.reshape(9, 20), activation.max()))


def test_a_layer_of_zeros_is_shown() -> None:
    assert "2 zero everywhere" in feature_maps(layer_of(3, 3, 2), np.zeros((3, 3, 2), np.float32))
    layer = LayerSummary("flatten", "Flatten", (3, 3, 8), (72,), 0)
    assert "72 of them zero" in feature_maps(layer, np.zeros(72, np.float32))
    assert "<li>" in feature_maps(LayerSummary("dense", "Dense", (72,), (8,), 0), np.zeros(8, np.float32))


def test_filters_are_grey_where_they_are_zero() -> None:
    kernel = np.zeros((3, 3, 2, 4), np.float32)
    kernel[0, 0, 0, 1], kernel[1, 2, 1, 1], kernel[2, 2, 1, 3] = 0.25, -0.5, 0.5
    strongest, width = sheet(filter_sheet(kernel, columns=4, width=4 * 3 + 3 * 2))
    assert strongest.shape == (3, width)
    assert np.unique(strongest[:, :3]).tolist() == [128]
    assert strongest[1, 5 + 2] == 0
    assert strongest[2, 15 + 2] == 255
    first, _ = sheet(filter_sheet(kernel, channel=0, columns=4, width=18))
    assert first[0, 5] == 255
    assert np.unique(first[:, 10:]).tolist() == [0, 128]  # nothing, between two filters, and zero
    assert "of 2 slices each the strongest; grey is zero, white +0.50, black &minus;0.50" in filter_sheet(kernel)
    slices, _ = sheet(filter_slices(kernel[..., 1], columns=2, width=8))
    assert (slices[0, 0], slices[1, 5 + 2]) == (191, 0)


@pytest.mark.parametrize(("number", "columns"), [(1, 1), (2, 2), (7, 3), (13, 4), (20, 5), (32, 8), (64, 8), (128, 16)])
def test_sheets_are_about_square(number: int, columns: int) -> None:
    assert columns_for(number) == columns


def test_a_unit_that_looks_at_the_image_is_a_picture_of_its_weights() -> None:
    kernel = np.random.default_rng(5).normal(size=(6 * 4, 70)).astype(np.float32)
    figure = unit_sheet(kernel, (6, 4, 1), width=8 * 4 * 2 + 7 * 2)
    shown, _ = sheet(figure)
    limit = np.abs(kernel[:, :64]).max()
    for unit in (0, 9, 63):
        top, left = unit // 8 * 14, unit % 8 * 10
        tile = shown[top : top + 12 : 2, left : left + 8 : 2]
        assert np.abs(tile - (kernel[:, unit].reshape(6, 4) / (2 * limit) + 0.5) * 255).max() <= 0.51
    assert "The first 64 of 70 units, each with 6 × 4 weights;" in figure


def test_a_unit_that_looks_at_maps_shows_its_strongest_slice() -> None:
    kernel = np.random.default_rng(6).normal(size=(3 * 3 * 5, 2)).astype(np.float32)
    kernel.reshape(3, 3, 5, 2)[..., 4, 1] *= 9
    shown, _ = sheet(unit_sheet(kernel, (3, 3, 5), width=8))
    limit = np.abs(kernel).max()
    expected = (kernel.reshape(3, 3, 5, 2)[..., 4, 1] / (2 * limit) + 0.5) * 255
    assert np.abs(shown[:3, -3:] - expected).max() <= 0.51


@pytest.mark.parametrize(("numbers", "shape"), [(20, (4, 5)), (23, (5, 5))])
def test_weights_of_a_vector_are_laid_out_in_rows_and_filled_up_with_grey(numbers: int, shape: tuple[int, int]) -> None:
    kernel = np.random.default_rng(7).normal(size=(numbers, 2)).astype(np.float32)
    figure = unit_sheet(kernel, (numbers,), width=13)
    shown, _ = sheet(figure)
    first = np.append(kernel[:, 0], np.zeros(shape[0] * shape[1] - numbers)).reshape(shape)
    assert np.abs(shown[: shape[0], : shape[1]] - (first / (2 * np.abs(kernel).max()) + 0.5) * 255).max() <= 0.51
    assert f"2 units, each with {numbers} weights in rows of 5;" in figure


def test_a_flattened_image_is_laid_out_as_the_image() -> None:
    image = np.random.default_rng(8).random((28, 28), np.float32)
    layer = LayerSummary("flatten", "Flatten", (28, 28, 1), (784,), 0)
    shown, _ = sheet(feature_maps(layer, image.ravel(), width=56))
    np.testing.assert_array_equal(shown[::2, ::2] if shown.shape[0] > 28 else shown, greys(image, image.max()))


@pytest.mark.parametrize("maps", [(27, 27, 3), (13, 13, 12), (3, 3, 128)])
def test_a_flattened_vector_is_no_tower(maps: tuple[int, int, int]) -> None:
    numbers = int(np.prod(maps))
    layer = LayerSummary("flatten", "Flatten", maps, (numbers,), 0)
    shown, width = sheet(feature_maps(layer, np.ones(numbers, np.float32)))
    assert shown.shape[0] <= 2 * width
