"""model.insight.relevance: the ink that matters, and what would make it another digit."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from model.data import Mnist
from model.insight.relevance import instead, relevance
from model.reading import Classifier
from model.run import PRETRAINED

DIGITS = 200
MARKED = 0.2  # of the ink

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(PRETRAINED)


def without(image: Floats, order: npt.NDArray[np.intp]) -> Floats:
    """The image without the first pixels in this order, as many as hold a fifth of its ink."""
    ink = image.ravel()[order]
    erased = np.cumsum(ink) <= MARKED * image.sum()
    rest = image.ravel().copy()
    rest[order[erased]] = 0
    return rest.reshape(image.shape)


def test_erasing_what_it_marks_lowers_the_answer_more_than_as_much_ink_elsewhere(
    mnist: Mnist, classifier: Classifier
) -> None:
    """Elsewhere: pixels at random, and a spot of neighbouring pixels, as the marked ones are neighbours, too."""
    random = np.random.default_rng(0)
    images = mnist.x_test[:DIGITS].astype(np.float32) / 255
    answers = classifier.probabilities(images).argmax(axis=1)
    rows, columns = np.mgrid[:28, :28]
    marked, scattered, together = [], [], []
    for image, answer in zip(images, answers, strict=True):
        heat = relevance(classifier, image, int(answer)).heat
        by_heat = np.argsort(-np.where(image > 0, heat, -np.inf), axis=None)
        top = by_heat[0]
        inked = np.flatnonzero(image)
        centre = random.choice(inked[inked != top])
        near = np.hypot(rows - rows.flat[centre], columns - columns.flat[centre])
        marked.append(without(image, by_heat))
        scattered.append(without(image, random.permutation(784)))
        together.append(without(image, np.argsort(near, axis=None)))

    def left(changed: list[Floats]) -> Floats:
        """The log probability of the answer."""
        found: Floats = np.log(classifier.probabilities(np.stack(changed))[np.arange(DIGITS), answers] + 1e-30)
        return found

    of_marked, of_scattered, of_together = map(left, (marked, scattered, together))
    assert of_marked.mean() < of_together.mean() - 1
    assert of_marked.mean() < of_scattered.mean() - 1
    assert (of_marked < of_scattered).mean() > 0.85
    assert (of_marked < of_together).mean() > 0.75


def test_only_ink_is_marked(mnist: Mnist, classifier: Classifier) -> None:
    image = mnist.x_test[0].astype(np.float32) / 255
    heat = relevance(classifier, image, 7).heat
    assert heat.shape == (28, 28)
    assert not heat[image == 0].any()
    assert heat.max() > 0


def test_a_spot_matters_what_erasing_it_costs(classifier: Classifier) -> None:
    """Where all the ink is under one spot, the heat is the fall of the log odds itself, by hand."""
    image = np.zeros((28, 28), np.float32)
    image[14, 14] = 1
    with_ink, without_ink = classifier.probabilities(np.stack([image, np.zeros_like(image)])).astype(np.float64)
    answer = int(with_ink.argmax())
    expected = np.log(with_ink[answer] / (1 - with_ink[answer]) / (without_ink[answer] / (1 - without_ink[answer])))
    assert relevance(classifier, image, answer).heat[14, 14] == pytest.approx(expected, rel=1e-2)


def test_a_drawing_becomes_another_digit(mnist: Mnist, classifier: Classifier) -> None:
    """A few changes at the places that are marked are enough for most pairs of digits."""
    succeeded = []
    for index, image in enumerate(mnist.x_test[:20].astype(np.float32) / 255):
        digit = int(classifier.read(image).digit)
        other = (digit + 1 + index % 9) % 10
        found = instead(classifier, image, digit, other)
        assert found.succeeded == (found.probabilities.argmax() == other)
        assert found.probabilities == pytest.approx(classifier.probabilities(found.image[np.newaxis])[0], abs=1e-5)
        assert 0 <= found.image.min() <= found.image.max() <= 1
        succeeded.append(found.succeeded)
    assert np.mean(succeeded) > 0.6


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.float32), np.ones((28, 28), np.float32)])
def test_nothing_but_black_or_white_has_an_answer_too(classifier: Classifier, image: Floats) -> None:
    digit = classifier.read(image).digit
    assert np.isfinite(relevance(classifier, image, digit).heat).all()
    assert np.isfinite(instead(classifier, image, digit, (digit + 1) % 10).adding).all()


def test_both_are_found_in_a_moment(mnist: Mnist, classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by a clock, which would tell of the machine: by how many changed drawings the network has to read."""
    read = []
    probabilities = Classifier.probabilities

    def counted(classifier: Classifier, images: npt.NDArray[Any]) -> Floats:
        read.append(len(images))
        return probabilities(classifier, images)

    monkeypatch.setattr(Classifier, "probabilities", counted)
    for image in mnist.x_test[:10].astype(np.float32) / 255:
        relevance(classifier, image, 7)
        assert sum(read) < 500
        read.clear()
        instead(classifier, image, 7, 9)
        assert sum(read) < 500
        read.clear()
