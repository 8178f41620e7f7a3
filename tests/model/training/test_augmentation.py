"""Tests of `model.training.augmentation`."""

import numpy as np
import pytest

from model.data import Mnist
from model.training.augmentation import Affine, RandomAffine


def test_images_are_changed_within_limits(mnist: Mnist) -> None:
    images = mnist.x_test[:50]
    scaled = images[..., None] / np.float32(255)
    still = RandomAffine(Affine(0, 0, 0, 0), seed=1)(images)
    assert still.numpy() == pytest.approx(scaled, abs=1e-6)
    # Moved by whole pixels, and not out of the picture: nothing of the ink is lost or blurred.
    moved = RandomAffine(Affine(shift=2, sharp=1), seed=1)(images).numpy()
    assert np.array_equal(np.sort(moved.reshape(50, -1)), np.sort(scaled.reshape(50, -1)))
    assert np.abs(moved - scaled).max(axis=(1, 2, 3)).astype(bool).mean() > 0.5
    turned = RandomAffine(Affine(sharp=0), seed=1)(images).numpy()
    assert turned.min() >= 0
    assert turned.max() <= 1
    assert turned.sum(axis=(1, 2, 3)) == pytest.approx(scaled.sum(axis=(1, 2, 3)), rel=0.6)
