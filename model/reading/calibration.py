"""Honest confidence: how far probabilities are from the share of right answers, and the temperature that mends them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 15  # of confidence, for the calibration error

Floats = npt.NDArray[np.float32]
Digits = npt.NDArray[Any]


def softmax(logits: Floats) -> Floats:
    """(n, 10) logits to probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def cross_entropy(logits: Floats, digits: Digits) -> float:
    """The mean negative logarithm of the probability that (n, 10) logits give the right digit, in nats."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(digits)), digits]))


def fitted_temperature(logits: Floats, digits: Digits) -> float:
    """What the logits must be divided by to make the right digits most probable.

    Source: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", 2017.
    """
    temperatures = np.geomspace(0.5, 4, 400)
    return float(temperatures[np.argmin([cross_entropy(logits / temperature, digits) for temperature in temperatures])])


@dataclass(frozen=True)
class ConfidenceBin:
    """The answers whose confidence lies between two bounds, and how well it was founded.

    Attributes:
        lowest, highest: the bounds; the upper one is part of the next bin, but for the last.
        answers: how many there are, one at least.
        right: how many of them are right.
        confidence: the mean over them.
    """

    lowest: float
    highest: float
    answers: int
    right: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """The share of right answers: of an honest network it is the confidence."""
        return self.right / self.answers


def reliability(probabilities: Floats, digits: Digits, bins: int = BINS) -> tuple[ConfidenceBin, ...]:
    """Answers by their confidence, in bins equally wide between 0 and 1; a bin without an answer is left out.

    Args:
        probabilities: (n, 10).
        digits: (n,), the right ones.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    answers = np.bincount(bin_of, minlength=bins)
    right = np.bincount(bin_of, probabilities.argmax(axis=1) == digits, bins)
    sums = np.bincount(bin_of, confidence, bins)
    return tuple(
        ConfidenceBin(
            index / bins, (index + 1) / bins, int(answers[index]), int(right[index]), sums[index] / answers[index]
        )
        for index in np.flatnonzero(answers).tolist()
    )


def calibration_error(probabilities: Floats, digits: Digits, bins: int = BINS) -> float:
    """How far confidence is from accuracy, in the mean over all answers: the expected calibration error.

    Of each bin of confidence counts the difference between its mean confidence and its accuracy (M. P. Naeini,
    G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015).

    Args:
        probabilities: (n, 10).
        digits: (n,), the right ones.
    """
    found = reliability(probabilities, digits, bins)
    return sum(bin_.answers * abs(bin_.confidence - bin_.accuracy) for bin_ in found) / len(digits)
