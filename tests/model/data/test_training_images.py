"""model.data.training_images: MNIST's training images, one by one."""

import tempfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from model.data import Mnist
from model.data.training_images import TrainingImages
from model.errors import UnusableFile


def test_images_digits_and_averages_are_mnists(mnist: Mnist) -> None:
    unpacked = TrainingImages.unpack()
    assert np.array_equal(unpacked.digits, mnist.y_train)
    assert len(unpacked) == 60_000
    chosen = [0, 59_999, 12_345, 12_346, 0]
    assert np.array_equal(unpacked.pick(chosen), mnist.x_train[chosen])
    assert np.array_equal(unpacked.pick(range(60_000)), mnist.x_train)
    assert unpacked.pick([]).shape == (0, 28, 28)
    for digit in range(10):
        expected = mnist.x_train[mnist.y_train == digit].mean(axis=0) / 255
        assert np.abs(unpacked.averages[digit] - expected).max() < 1e-5
    assert not unpacked.digits.flags.writeable
    assert not unpacked.averages.flags.writeable


def test_they_take_little_memory() -> None:
    process = psutil.Process()
    TrainingImages.unpack()  # what the libraries take the first time is not meant
    before = process.memory_info().rss
    unpacked = TrainingImages.unpack()
    assert all(unpacked.pick([index]).any() for index in range(0, 60_000, 10))
    assert process.memory_info().rss - before < 12_000_000


def test_damaged_images_are_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "mnist.npz"
    damaged.write_bytes(b"digits")
    with pytest.raises(UnusableFile, match="are damaged"):
        TrainingImages.unpack(damaged)


def test_no_room_for_temporary_files_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(UnusableFile, match="no room for temporary files"):
        TrainingImages.unpack()
