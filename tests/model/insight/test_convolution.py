"""model.insight.convolution, against Keras and SciPy."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import sobel
from scipy.signal import correlate2d

from model.data import Mnist
from model.insight.convolution import (
    KERNEL_SIZES,
    PADDINGS,
    STRIDES,
    Filter,
    Window,
    classic_kernels,
    contributions,
    correlate,
    typed_filter,
)
from model.plan.architecture import Padding
from model.reading import Classifier
from model.run import PRETRAINED

RANDOM = np.random.default_rng(6)
EVERY_WINDOW = [
    Window(size, kernel_size, stride, padding)
    for size in (28, 13, 7)
    for kernel_size in KERNEL_SIZES
    for stride in STRIDES
    for padding in PADDINGS
]


@pytest.mark.parametrize("window", EVERY_WINDOW, ids=str)
def test_output_size_and_numbers_are_those_of_keras(window: Window) -> None:
    image = RANDOM.random((window.size, window.size), np.float32)
    kernel = RANDOM.normal(size=(window.kernel_size, window.kernel_size)).astype(np.float32)
    layer = keras.ops.conv(
        image[None, ..., None], kernel[..., None, None], strides=window.stride, padding=window.padding
    )
    expected = keras.ops.convert_to_numpy(layer)[0, ..., 0] + np.float32(0.25)
    assert correlate(image, Filter(kernel, 0.25), window, relu=False) == pytest.approx(expected, abs=1e-5)
    assert correlate(image, Filter(kernel, 0.25), window) == pytest.approx(np.maximum(expected, 0), abs=1e-5)
    assert expected.shape == (window.output_size, window.output_size)
    assert window.formula.endswith(f" {window.output_size}")


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_the_numbers_are_those_of_scipy(padding: Padding, kernel_size: int, mnist: Mnist) -> None:
    image = mnist.x_test[0] / np.float32(255)
    kernel = RANDOM.normal(size=(kernel_size, kernel_size)).astype(np.float32)
    expected = np.maximum(correlate2d(image, kernel, padding) - 0.1, 0)
    assert correlate(image, Filter(kernel, -0.1), Window(28, kernel_size, 1, padding)) == pytest.approx(
        expected, abs=1e-5
    )


def test_a_learned_filter_gives_the_networks_own_feature_map(mnist: Mnist) -> None:
    image = mnist.x_test[1] / np.float32(255)
    network = Classifier.load(PRETRAINED)
    learned = network.weights[0]
    maps = network.activations(image[None])[1][0]
    for index in range(32):
        ours = correlate(image, Filter(learned.kernel[:, :, 0, index], float(learned.bias[index])), Window(28, 3))
        assert ours == pytest.approx(maps[..., index], abs=1e-5)


def test_all_channels_together_give_the_networks_own_number(mnist: Mnist) -> None:
    network = Classifier.load(PRETRAINED)
    activations = [layer[0] for layer in network.activations(mnist.x_test[2:3])]
    learned = network.weights[1]
    for index, row, column in ((0, 0, 0), (13, 4, 5), (63, 10, 10)):
        each = contributions(activations[2], learned.kernel[..., index], row, column, Window(13, 3))
        assert each.shape == (32,)
        for channel in (0, 31):
            expected = correlate2d(activations[2][..., channel], learned.kernel[:, :, channel, index], "valid")
            assert each[channel] == pytest.approx(expected[row, column], abs=1e-5)
        assert activations[3][row, column, index] == pytest.approx(max(each.sum() + learned.bias[index], 0), abs=1e-4)


@pytest.mark.parametrize("padding", PADDINGS)
def test_channels_are_padded_and_strided_as_in_keras(padding: Padding) -> None:
    maps, kernel = RANDOM.random((9, 9, 4), np.float32), RANDOM.random((3, 3, 4), np.float32)
    expected = keras.ops.convert_to_numpy(keras.ops.conv(maps[None], kernel[..., None], strides=2, padding=padding))[
        0, ..., 0
    ]
    window = Window(9, 3, 2, padding)
    ours = [
        [contributions(maps, kernel, row, column, window).sum() for column in range(window.output_size)]
        for row in range(window.output_size)
    ]
    assert np.array(ours) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("window", "formula"),
    [
        (Window(28, 3), "(28 - 3) + 1 = 26"),
        (Window(28, 5, 2), "(28 - 5) / 2 + 1 = 12.5, rounded down: 12"),
        (Window(28, 4, 2), "(28 - 4) / 2 + 1 = 13"),
        (Window(28, 3, 1, "same"), "(28 + 2 - 3) + 1 = 28"),
        (Window(28, 1, 3, "same"), "(28 - 1) / 3 + 1 = 10"),
    ],
)
def test_the_formula_has_these_numbers_in_it(window: Window, formula: str) -> None:
    assert window.formula == formula


def test_classic_kernels_do_what_their_names_say(mnist: Mnist) -> None:
    image = mnist.x_test[0] / np.float32(255)
    inside = (slice(1, -1), slice(1, -1))
    for kernel_size in KERNEL_SIZES:
        window = Window(28, kernel_size, 1, "same")
        kernels = classic_kernels(kernel_size)
        assert correlate(image, Filter(kernels["Identity"]), window) == pytest.approx(image)
        if kernel_size == 1:
            continue
        assert [kernels[name].sum() for name in ("Blur", "Sharpen")] == pytest.approx([1, 1])
        for edges in ("Vertical edges", "Horizontal edges", "All edges"):
            assert kernels[edges].sum() == pytest.approx(0, abs=1e-5)
            assert kernels[edges].shape == (kernel_size, kernel_size)
    for name, axis in {"Vertical edges": 1, "Horizontal edges": 0}.items():
        ours = correlate(image, Filter(classic_kernels(3)[name]), Window(28, 3, 1, "same"), relu=False)
        assert ours[inside] == pytest.approx(sobel(image, axis)[inside], abs=1e-5)


@given(st.lists(st.floats(-100, 100, width=32), min_size=10, max_size=10))
def test_a_typed_filter_is_taken_as_it_is(numbers: list[float]) -> None:
    typed = typed_filter(numbers[:9], numbers[9], 3)
    assert [*typed.kernel.ravel().tolist(), typed.bias] == numbers


@pytest.mark.parametrize(
    "weights",
    [None, 5, "1,2,3", [1] * 8, [1] * 10, [1] * 8 + ["1"], [1] * 8 + [True], [1] * 8 + [None], [0] * 8 + [101]]
    + [[0.0] * 8 + [bad] for bad in (float("nan"), float("inf"), -1e300, 10**400)],
    ids=str,
)
def test_anything_else_is_one_sentence(weights: object) -> None:
    with pytest.raises(ValueError, match="A kernel of 3×3 takes 9 weights and a bias, numbers between -100 and 100"):
        typed_filter(weights, 0, 3)


@pytest.mark.parametrize("bias", [None, "0", True, [0], float("nan"), 101], ids=str)
def test_so_is_what_is_no_bias(bias: object) -> None:
    with pytest.raises(ValueError, match="A kernel of 1×1 takes 1 weight and a bias"):
        typed_filter([1], bias, 1)
