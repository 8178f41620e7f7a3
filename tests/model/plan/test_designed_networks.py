"""Networks of a visitor's design, from Keras to LiteRT: what they answer, and with which activations."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from model.data import Mnist
from model.ink import prepare
from model.plan.design import Design
from model.reading import Classifier, Refusal
from model.training.export import export
from model.training.network import build_convnet
from tests.conftest import Pixels

DESIGNS = ["same-c5k4p-c6k1-c4k7p-flatten-d12-d9", "flatten", "flatten-d40", "c3k7-c2k2p-c8k3p-c5k1p-flatten"]


@pytest.mark.parametrize("text", DESIGNS)
def test_every_layer_answers_as_in_keras(text: str, mnist: Mnist, tmp_path: Path) -> None:
    """Of one image, which has an interpreter of its own, and of more than are read at once."""
    architecture = Design.from_text(text).architecture()
    network = build_convnet(architecture)
    export(network, tmp_path)
    classifier = Classifier.load(tmp_path)
    images = mnist.x_test[:101]
    every_layer = keras.Model(network.input, [layer.output for layer in network.layers])
    expected = [output.numpy() for output in every_layer(images[..., np.newaxis] / np.float32(255))]
    for found, layer, shape in zip(classifier.activations(images), expected, architecture.shapes, strict=True):
        assert found.shape == (101, *shape)
        np.testing.assert_allclose(found, layer, atol=1e-5)
    np.testing.assert_allclose(classifier.probabilities(images), expected[-1], atol=1e-5)
    one = mnist.x_test[0] / np.float32(255)
    np.testing.assert_allclose(classifier.read(one).probabilities, expected[-1][0], atol=1e-5)


def test_a_run_of_any_design_is_told_what_is_no_digit(
    mnist: Mnist, tmp_path: Path, canvas: Callable[[Pixels], Pixels]
) -> None:
    export(build_convnet(Design.from_text("flatten").architecture()), tmp_path)
    refusal = Refusal.load(tmp_path)
    assert not refusal.refuses(prepare(canvas(mnist.x_test[0])))
