"""model.reading.classifier: LiteRT, held against Keras."""

import threading

import keras
import numpy as np
import pytest

from model.data import Mnist
from model.plan import Architecture
from model.reading import Classifier
from model.reading.classifier import IMAGES_AT_ONCE
from model.run import PRETRAINED, Run


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return keras.models.load_model(PRETRAINED / "model.keras")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(PRETRAINED)


def test_the_same_answers_as_keras(mnist: Mnist, network: keras.Model, classifier: Classifier) -> None:
    images = mnist.x_test[:1000] / np.float32(255)
    expected = network.predict(images[..., np.newaxis], verbose=0)
    found = classifier.probabilities(images)
    assert found.shape == (1000, 10)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert np.abs(found - expected).max() < 1e-4


def test_the_same_activations_as_keras(mnist: Mnist, network: keras.Model, classifier: Classifier) -> None:
    images = mnist.x_test[:150] / np.float32(255)
    every_layer = keras.Model(network.input, [layer.output for layer in network.layers])
    expected = every_layer(images[..., np.newaxis])
    found = classifier.activations(images)
    assert [layer.shape[1:] for layer in found] == list(Architecture().shapes)
    for ours, keras_own in zip(found, expected, strict=True):
        assert np.abs(ours - np.asarray(keras_own)).max() < 1e-3


def test_one_image_or_many_bytes_or_floats(mnist: Mnist, classifier: Classifier) -> None:
    number = IMAGES_AT_ONCE + 7
    together = classifier.probabilities(mnist.x_test[:number])
    for index in (0, IMAGES_AT_ONCE, number - 1):
        image = mnist.x_test[index].astype(np.float32) / 255
        assert np.abs(classifier.read(image).probabilities - together[index]).max() < 1e-5
        assert np.abs(classifier.probabilities(image[np.newaxis])[0] - together[index]).max() < 1e-5
    assert classifier.probabilities(mnist.x_test[:0]).shape == (0, 10)


def test_what_a_reading_says(mnist: Mnist, classifier: Classifier) -> None:
    reading = classifier.read(mnist.x_test[0].astype(np.float32) / 255)
    assert reading.digit == mnist.y_test[0] == 7
    assert reading.confidence == reading.probabilities[7]
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_many_threads_at_once(mnist: Mnist, classifier: Classifier) -> None:
    """Each gets the answer to its own image, while another reads in bulk."""
    images = mnist.x_test[:40].astype(np.float32) / 255
    expected = classifier.probabilities(images)
    wrong: list[int] = []

    def read(index: int) -> None:
        answers = [classifier.read(images[index]).probabilities for _ in range(50)]
        if np.abs(np.stack(answers) - expected[index]).max() > 1e-5:
            wrong.append(index)

    threads = [threading.Thread(target=read, args=(index,)) for index in range(40)]
    threads.append(threading.Thread(target=classifier.probabilities, args=(mnist.x_test[:2000],)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28, 1), (1, 20, 20)])
def test_what_is_no_image_is_refused(classifier: Classifier, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="images must be"):
        classifier.probabilities(np.zeros(shape, np.float32))


def test_the_bundled_model_is_as_good_as_its_record_says(mnist: Mnist, classifier: Classifier) -> None:
    accuracy = (classifier.probabilities(mnist.x_test).argmax(axis=1) == mnist.y_test).mean()
    assert accuracy == pytest.approx(Run.load(PRETRAINED).record.test.accuracy, abs=0.0002)
    assert accuracy >= 0.9964
