"""Tests of model/reading/calibration.py: how honest probabilities are."""

import keras
import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from model.reading.calibration import calibration_error, cross_entropy, fitted_temperature, reliability, softmax


@pytest.fixture
def logits() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(0, 3, (4000, 10)).astype(np.float32)


def test_softmax_and_cross_entropy_are_keras_s(logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    digits = np.random.default_rng(2).integers(0, 10, len(logits))
    assert softmax(logits) == pytest.approx(keras.ops.convert_to_numpy(keras.ops.softmax(logits)), abs=1e-6)
    expected = keras.losses.sparse_categorical_crossentropy(digits, logits, from_logits=True)
    assert cross_entropy(logits, digits) == pytest.approx(float(keras.ops.mean(expected)), rel=1e-5)


def test_the_temperature_is_found_again(logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    random = np.random.default_rng(3)
    digits = np.array([random.choice(10, p=row / row.sum()) for row in softmax(logits).astype(np.float64)])
    assert fitted_temperature(logits, digits) == pytest.approx(1, abs=0.06)
    assert fitted_temperature(2 * logits, digits) == pytest.approx(2, abs=0.12)


def test_the_calibration_error_is_the_mean_gap_between_confidence_and_accuracy() -> None:
    probabilities = np.full((100, 10), 0.2 / 9, np.float32)
    probabilities[:, 3] = 0.8
    digits = np.where(np.arange(100) < 70, 3, 4)
    assert calibration_error(probabilities, digits) == pytest.approx(0.1, abs=1e-6)
    # In two bins the gaps of opposite sign don't make up for one another.
    probabilities[:50] = np.float32(0.4 / 9)
    probabilities[:50, 3] = 0.6
    assert calibration_error(probabilities, digits) == pytest.approx(0.5 * 0.4 + 0.5 * 0.4, abs=1e-6)


def test_full_confidence_has_a_bin() -> None:
    assert calibration_error(np.eye(10, dtype=np.float32), np.arange(10)) == 0


def test_reliability_is_scikit_learns_calibration_curve() -> None:
    """The confidence of an answer as the probability of its being right: a question of two classes."""
    random = np.random.default_rng(4)
    probabilities = softmax(random.normal(0, 2, (3000, 10)).astype(np.float32))
    digits = np.where(random.random(3000) < 0.6, probabilities.argmax(axis=1), random.integers(0, 10, 3000))
    found = reliability(probabilities, digits, bins=12)
    right = probabilities.argmax(axis=1) == digits
    share, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=12)
    np.testing.assert_allclose([bin_.accuracy for bin_ in found], share)
    np.testing.assert_allclose([bin_.confidence for bin_ in found], confidence, rtol=1e-6)
    assert sum(bin_.answers for bin_ in found) == 3000
    assert sum(bin_.right for bin_ in found) == right.sum()
    for bin_ in found:
        assert 0 <= bin_.lowest <= bin_.confidence < bin_.highest
