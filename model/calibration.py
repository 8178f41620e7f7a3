"""Honest confidence: how far probabilities are from the share of right answers, and the temperature that mends them."""

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


def calibration_error(probabilities: Floats, digits: Digits, bins: int = BINS) -> float:
    """How far confidence is from accuracy, in the mean over all answers: the expected calibration error.

    Answers are put into bins by their confidence, equally wide between 0 and 1; of each bin counts the difference
    between its mean confidence and its accuracy (M. P. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", 2015).

    Args:
        probabilities: (n, 10).
        digits: (n,), the right ones.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    surplus = confidence - (probabilities.argmax(axis=1) == digits)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(bin_of, surplus, bins)).sum() / len(digits))
