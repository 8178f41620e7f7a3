"""How well a network reads a set of images: loss, accuracy, what it confuses, and its mistakes; NumPy alone."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from model.plan import DIGITS
from model.reading import Classifier

# Images that are scaled to float32 at once: 3 MB of them, where all 10,000 would take 31 MB.
IMAGES_AT_ONCE = 1_000

# Keras's: a probability that was rounded to zero would have an infinite loss.
SMALLEST_PROBABILITY = 1e-7

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class DigitFigures:
    """How one digit is read; shares from 0 to 1.

    Attributes:
        digit: from 0 to 9.
        images: how many show it.
        precision: of the images that are read as this digit, the share that show it; 0 where none is.
        recall: of the images that show it, the share that are read as it; 0 where there is none.
        f1: the harmonic mean of both; 0 where both are.
    """

    digit: int
    images: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a network answered to a set of images; nothing in it may be changed, since many share it.

    Attributes:
        digits: (n,), what the images show, from 0 to 9.
        probabilities: (n, 10) float32, what the network answered.
    """

    digits: npt.NDArray[Any]
    probabilities: Floats

    @cached_property
    def predicted(self) -> Indices:
        """(n,), the digit that each image is read as."""
        predicted: Indices = self.probabilities.argmax(axis=1)
        return predicted

    @cached_property
    def confidence(self) -> Floats:
        """(n,), how probable the network holds that digit to be."""
        highest: Floats = self.probabilities.max(axis=1)
        return highest

    @property
    def right(self) -> int:
        """How many images are read right."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        return self.right / len(self.digits)

    @cached_property
    def loss(self) -> float:
        """The mean cross-entropy, in nats, as Keras computes it from probabilities."""
        of_the_right_digit = self.probabilities[np.arange(len(self.digits)), self.digits].astype(np.float64)
        return float(-np.log(of_the_right_digit.clip(SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)).mean())

    @cached_property
    def confusion(self) -> npt.NDArray[np.intp]:
        """(10, 10), how many images that show the row's digit are read as the column's."""
        pairs = self.digits.astype(np.intp) * DIGITS + self.predicted
        return np.bincount(pairs, minlength=DIGITS * DIGITS).reshape(DIGITS, DIGITS)

    @cached_property
    def by_digit(self) -> tuple[DigitFigures, ...]:
        """An entry for each of the ten digits."""
        right = self.confusion.diagonal()
        precision = _shares(right, self.confusion.sum(axis=0))
        images = self.confusion.sum(axis=1)
        recall = _shares(right, images)
        f1 = _shares(2 * right, self.confusion.sum(axis=0) + images)
        return tuple(
            DigitFigures(digit, int(images[digit]), float(precision[digit]), float(recall[digit]), float(f1[digit]))
            for digit in range(DIGITS)
        )

    @cached_property
    def mistakes(self) -> Indices:
        """The images that are read wrong, those first of which the network was most sure."""
        return self._most_sure_first(np.flatnonzero(self.predicted != self.digits))

    def read_as(self, digit: int, predicted: int) -> Indices:
        """The images that show one digit and are read as the other; of right answers the least sure first."""
        found = self._most_sure_first(np.flatnonzero((self.digits == digit) & (self.predicted == predicted)))
        return found[::-1] if digit == predicted else found

    def _most_sure_first(self, images: Indices) -> Indices:
        return images[np.argsort(-self.confidence[images], kind="stable")]


def evaluate(classifier: Classifier, images: npt.NDArray[Any], digits: npt.NDArray[Any]) -> Evaluation:
    """Let a network read (n, 28, 28) images, uint8 or float in [0, 1], that show these (n,) digits.

    Measured: 10,000 images take about a second.
    """
    probabilities = np.empty((len(images), DIGITS), np.float32)
    for start in range(0, len(images), IMAGES_AT_ONCE):
        part = slice(start, start + IMAGES_AT_ONCE)
        probabilities[part] = classifier.probabilities(images[part])
    probabilities.setflags(write=False)
    return Evaluation(digits, probabilities)


def wilson_interval(right: int, number: int, level: float = 0.95) -> tuple[float, float]:
    """Where a share most likely lies of which `right` of `number` were seen; from 0 to 1 if nothing was.

    Unlike the textbook's plus or minus it never leaves [0, 1] and holds for few or extreme counts, too (E. B. Wilson,
    "Probable inference, the law of succession, and statistical inference", 1927).

    Args:
        level: how often, in many repetitions, such an interval holds the true share.
    """
    if number == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / number
    middle = (share + z**2 / (2 * number)) / (1 + z**2 / number)
    reach = z / (1 + z**2 / number) * sqrt(share * (1 - share) / number + z**2 / (4 * number**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _shares(part: npt.NDArray[np.intp], whole: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
