"""model.insight.hierarchy, against Keras: the patches are cut where the network looks."""

import keras
import numpy as np
import pytest

from model.data import Mnist
from model.insight.hierarchy import PATCHES, Excitations, excitations
from model.plan import Architecture, Conv2D, Dense, Flatten, MaxPooling2D
from model.reading import Classifier
from model.run import PRETRAINED
from model.training.export import export
from model.training.network import build_convnet

IMAGES = 300


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(PRETRAINED)


@pytest.fixture(scope="module")
def found(classifier: Classifier, mnist: Mnist) -> list[Excitations]:
    return excitations(classifier, Architecture().summary, mnist.x_train[:IMAGES], lambda _: None)


def test_the_strongest_are_the_strongest_of_all(found: list[Excitations], classifier: Classifier, mnist: Mnist) -> None:
    activations = classifier.activations(mnist.x_train[:IMAGES])
    assert [each.line.name for each in found] == ["conv2d", "conv2d_1", "conv2d_2"]
    for each, layer in zip(found, (1, 3, 5), strict=True):
        largest = np.sort(activations[layer].max(axis=(1, 2)), axis=0)[::-1]
        assert each.values == pytest.approx(largest[:PATCHES].T)
        places = activations[layer][each.images, each.rows, each.columns, np.arange(len(each.values))[:, None]]
        assert np.array_equal(places, each.values)
        assert all(len(set(images)) == PATCHES for images in each.images)


def test_a_patch_alone_excites_its_filter_as_much(
    found: list[Excitations], classifier: Classifier, mnist: Mnist
) -> None:
    """Nothing outside the receptive field counts, and everything in it does."""
    for number, each in enumerate(found):
        assert each.line.receptive_field.size == (3, 8, 18)[number]
        for index in each.strongest(4):
            x = each.patches(mnist.x_train, index)[..., None]
            for layer in range(number + 1):
                x = keras.ops.max_pool(x, 2) if layer else x
                learned = classifier.weights[layer]
                x = keras.ops.relu(keras.ops.conv(x, learned.kernel) + learned.bias)
            assert x.shape[:3] == (PATCHES, 1, 1)
            assert keras.ops.convert_to_numpy(x)[:, 0, 0, index] == pytest.approx(each.values[index], abs=1e-4)


def test_beyond_the_edge_of_an_image_there_are_zeros(tmp_path_factory: pytest.TempPathFactory) -> None:
    convolutions = (Conv2D(4, 5, "same"), MaxPooling2D(), Conv2D(3, 3, "same"), MaxPooling2D(), Conv2D(2, 7, "same"))
    architecture = Architecture((*convolutions, Flatten(), Dense(10)))
    keras.utils.set_random_seed(3)
    network = build_convnet(architecture)
    folder = tmp_path_factory.mktemp("padded")
    export(network, folder)
    images = np.zeros((9, 28, 28), np.uint8)
    images[:, 0, 0] = images[:, 27, 27] = 255
    for each in excitations(Classifier.load(folder), architecture.summary, images, lambda _: None):
        if each.line.receptive_field.size > 28:
            assert np.array_equal(each.patches(images, 1), images / np.float32(255))
            continue
        for index in range(len(each.values)):
            patches = each.patches(images, index)
            assert patches.shape == (9, *2 * (each.line.receptive_field.size,))
            padded = np.pad(images / np.float32(255), ((0, 0), (14, 14), (14, 14)))
            top, left = (
                each.line.receptive_field.pixels(int(places[index, 0])).start + 14
                for places in (each.rows, each.columns)
            )
            size = each.line.receptive_field.size
            assert np.array_equal(patches[0], padded[each.images[index, 0], top : top + size, left : left + size])


def test_the_progress_ends_at_all(classifier: Classifier, mnist: Mnist) -> None:
    shares: list[float] = []
    excitations(classifier, Architecture().summary, mnist.x_train[:250], shares.append)
    assert shares == [0.8, 1.0]
