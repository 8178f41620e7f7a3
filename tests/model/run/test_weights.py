"""model.run.weights: what LiteRT keeps of a network, held against what Keras keeps."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.plan import Architecture, Conv2D, Dense, Flatten, MaxPooling2D
from model.reading import Classifier
from model.run import PRETRAINED
from model.run.run import KERAS_FILE
from model.run.weights import by_layer, exchanged, unpacked, weights_of
from model.training.export import export
from model.training.network import build_convnet

ARCHITECTURES = {
    "without convolution": Architecture((Flatten(), Dense(10))),
    "two alike": Architecture((Conv2D(8, 5), Conv2D(8, 5), Conv2D(8, 5), Flatten(), Dense(12), Dense(12), Dense(10))),
    "one filter, one pixel": Architecture((Conv2D(1, 1), MaxPooling2D(3), Conv2D(1, 7), Flatten(), Dense(10))),
}


def assert_same_weights(network: keras.Model, architecture: Architecture, folder: Path) -> None:
    classifier = Classifier.load(folder)
    found = by_layer(architecture, classifier.weights)
    expected = {layer.name: layer.get_weights() for layer in network.layers if layer.get_weights()}
    assert len(found) == len(expected)
    for ours, (kernel, bias) in zip(found.values(), expected.values(), strict=True):
        np.testing.assert_array_equal(ours.kernel, kernel)
        np.testing.assert_array_equal(ours.bias, bias)
        assert not ours.kernel.flags.writeable
        assert not ours.bias.flags.writeable
    assert classifier.weights is classifier.weights


def test_the_bundled_network_has_the_weights_of_its_keras_file() -> None:
    assert_same_weights(keras.models.load_model(PRETRAINED / KERAS_FILE), Architecture(), PRETRAINED)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("trained", [True, False])
def test_any_network_has_the_weights_that_keras_exported(
    architecture: Architecture, tmp_path: Path, *, trained: bool
) -> None:
    """An untrained one has biases that are all zero, and alike where layers are as wide."""
    network = build_convnet(architecture)
    if trained:
        random = np.random.default_rng(1)
        network.set_weights([random.normal(size=weights.shape) for weights in network.get_weights()])
    export(network, tmp_path)
    assert_same_weights(network, architecture, tmp_path)
    assert set(by_layer(architecture, Classifier.load(tmp_path).weights)) == {
        line.name for line in architecture.summary if line.parameters
    }


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ValueError, match="not the weights of this architecture"):
        by_layer(ARCHITECTURES["two alike"], Classifier.load(PRETRAINED).weights)


def test_weights_exchanged_with_themselves_leave_the_file_as_it_was() -> None:
    content = (PRETRAINED / "model.tflite").read_bytes()
    assert exchanged(content, weights_of(content)) == content


def test_other_weights_are_read_back() -> None:
    content = (PRETRAINED / "model.tflite").read_bytes()
    numbers = np.arange(Architecture().parameters, dtype=np.float32)
    others = unpacked(numbers, Architecture())
    found = weights_of(exchanged(content, others))
    for layer, other in zip(found, others, strict=True):
        assert (layer.kernel == other.kernel).all()
        assert (layer.bias == other.bias).all()
    assert (others[0].bias == np.arange(288, 320)).all()  # after the 9 x 32 numbers of the first kernel
