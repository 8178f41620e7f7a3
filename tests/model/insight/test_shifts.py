"""model.insight.shifts, against NumPy and Keras's own layers."""

import keras
import numpy as np
import pytest
from scipy import ndimage

from model.data import Mnist
from model.insight.shifts import DIRECTIONS, Places, moved_along, shift_curve, shifted
from model.lesson import LessonNetwork, load_lesson_network
from model.training.network import build_convnet


@pytest.fixture(scope="module")
def networks() -> dict[str, LessonNetwork]:
    return {name: load_lesson_network(name) for name in ("convnet", "dense")}


@pytest.mark.parametrize("right", [-28, -5, 0, 1, 8, 28])
@pytest.mark.parametrize("down", [-7, 0, 2])
def test_shifted_is_what_scipy_shifts(mnist: Mnist, down: int, right: int) -> None:
    images = mnist.x_test[:3]
    expected = ndimage.shift(images, (0, down, right), order=0)
    assert np.array_equal(shifted(images, down, right), expected)


def test_a_digit_stands_whole_at_every_place(mnist: Mnist) -> None:
    image = mnist.x_test[0] / np.float32(255)
    places = Places.of(image)
    images = places.images()
    assert len(images) == places.tops * places.lefts
    assert np.allclose(images.sum(axis=(1, 2)), image.sum())
    assert len(np.unique(images, axis=0)) == len(images)
    assert np.array_equal(images[places.top * places.lefts + places.left], image)
    assert images[0][0].any()
    assert images[0][:, 0].any()
    assert images[-1][-1].any()
    assert images[-1][:, -1].any()


def test_an_empty_image_has_no_ink() -> None:
    assert Places.of(np.zeros((28, 28), np.float32)).ink.shape == (0, 0)


def test_the_curve_is_the_accuracy_on_digits_moved_by_hand(mnist: Mnist, networks: dict[str, LessonNetwork]) -> None:
    images, digits = mnist.x_test[:200], mnist.y_test[:200]
    shares: list[float] = []
    classifiers = {name: network.classifier for name, network in networks.items()}
    curve = shift_curve(classifiers, images, digits, shares.append, shifts=(0, 3, 8))
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])
    assert curve.shifts == (0, 3, 8)
    for shift, kept in zip(curve.shifts, curve.ink, strict=True):
        moved = np.stack(
            [
                ndimage.shift(image, np.multiply(DIRECTIONS[number % 4], shift), order=0)
                for number, image in enumerate(images)
            ]
        )
        assert kept == pytest.approx(moved.sum(dtype=float) / images.sum(dtype=float))
        for name, network in networks.items():
            keras_network = build_convnet(network.record.architecture)
            keras_network.set_weights(
                [array for each in network.classifier.weights for array in (each.kernel, each.bias)]
            )
            read = keras_network(moved[..., None] / np.float32(255)).numpy().argmax(axis=1)
            assert curve.accuracies[name][curve.shifts.index(shift)] == pytest.approx(
                np.mean(read == digits), abs=0.006
            )


def test_convolutions_move_along_and_flatten_does_not(mnist: Mnist, networks: dict[str, LessonNetwork]) -> None:
    convnet = networks["convnet"]
    lines = convnet.record.architecture.summary
    for image in mnist.x_test[:5] / np.float32(255):
        shares = dict(
            zip([line.name for line in lines], moved_along(convnet.classifier, lines, image, (1, 2, 4)), strict=True)
        )
        assert (*shares["input_layer"], *shares["conv2d"]) == (1,) * 6
        assert (*shares["max_pooling2d"][1:], *shares["conv2d_1"][1:]) == (1,) * 4
        assert shares["max_pooling2d_1"][2] == shares["conv2d_2"][2] == 1
        assert max(shares["max_pooling2d"][0], shares["max_pooling2d_1"][1], *shares["flatten"]) < 0.7


def test_how_much_moved_along_is_counted_as_in_keras(mnist: Mnist, networks: dict[str, LessonNetwork]) -> None:
    """The first pooling's maps after a shift by 1: the better of standing still and moving by one number."""
    convnet = networks["convnet"]
    image = mnist.x_test[0] / np.float32(255)
    kernel, bias = convnet.classifier.weights[0].kernel, convnet.classifier.weights[0].bias
    images = np.stack([np.zeros_like(image), image, np.roll(image, 1, axis=1)])[..., None]
    maps = keras.ops.relu(keras.ops.conv(images, kernel) + bias)
    empty, before, after = keras.ops.convert_to_numpy(keras.ops.max_pool(maps, 2))
    tolerance = 1e-4 * before.max()
    shares = []
    for now, then in ((after, before), (after[:, 1:], before[:, :-1])):
        background = empty[0, 0]
        made = (abs(now - background) > tolerance) | (abs(then - background) > tolerance)
        shares.append((abs(now - then) <= tolerance)[made].mean())
    pooling = moved_along(convnet.classifier, convnet.record.architecture.summary, image, (1,))[2][0]
    assert pooling == pytest.approx(max(shares), abs=1e-3)
