"""Measurements of Evaluate: the test of a model, and what it takes to see how much the model can bear."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from model.data import load_test_digits
from model.insight import evaluate
from model.insight.robustness import CHANGES, accuracy_when_changed, changed
from model.reading import Classifier
from model.run import PRETRAINED
from pages.parts.evaluate.robustness import EVERY, twelve
from tests.bench.figures import milliseconds, show

TIMES = 5

Floats = npt.NDArray[np.float32]


def evaluating() -> None:
    """With the bundled model."""
    classifier = Classifier.load(PRETRAINED)
    test = load_test_digits()
    show("the test: 10,000 images read, and all figures", _timed(lambda: _all_figures(classifier)))
    numbers = twelve(test.labels)
    images = test.images.astype(np.float32) / np.float32(255)
    for name, change in CHANGES.items():
        read = partial(_read_changed, classifier, images[numbers], name, change.highest)
        show(f"{change.label}: twelve digits changed and read", _timed(read))
    show("a curve over 1,000 digits: Rotation, 19 points", _timed(lambda: _curve(classifier)))


def _read_changed(classifier: Classifier, images: Floats, name: str, amount: float) -> None:
    classifier.probabilities(changed(images, name, amount))


def _all_figures(classifier: Classifier) -> None:
    test = load_test_digits()
    evaluation = evaluate(classifier, test.images, test.labels)
    assert evaluation.loss > 0
    assert len(evaluation.by_digit) == 10
    assert len(evaluation.mistakes) == len(test.labels) - evaluation.right


def _curve(classifier: Classifier) -> None:
    test = load_test_digits()
    images = test.images[::EVERY].astype(np.float32) / np.float32(255)
    for amount in CHANGES["rotation"].curve:
        accuracy_when_changed(classifier, images, test.labels[::EVERY], "rotation", amount)


def _timed(measured: Callable[[], object]) -> str:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        measured()
        times.append((time.perf_counter() - began) * 1000)
    return milliseconds(times)
