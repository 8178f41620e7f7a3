"""model.data: MNIST, and what is said when it is not there."""

from pathlib import Path

import numpy as np
import pytest

from model.data import Mnist, load_mnist, load_test_digits
from model.data.mnist import MNIST_FILE, check_mnist
from model.errors import UnusableFile


def test_shapes_types_and_digits(mnist: Mnist) -> None:
    assert mnist.x_train.shape == (60_000, 28, 28)
    assert mnist.y_train.shape == (60_000,)
    assert mnist.x_test.shape == (10_000, 28, 28)
    assert mnist.y_test.shape == (10_000,)
    for array in (mnist.x_train, mnist.y_train, mnist.x_test, mnist.y_test):
        assert array.dtype == np.uint8
    # Counts published with the data set.
    assert np.bincount(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(mnist.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_the_test_digits_can_be_had_alone(mnist: Mnist) -> None:
    digits = load_test_digits()
    assert np.array_equal(digits.images, mnist.x_test)
    assert np.array_equal(digits.labels, mnist.y_test)
    assert not digits.images.flags.writeable


def test_nobody_can_change_what_everybody_shares(mnist: Mnist) -> None:
    with pytest.raises(ValueError, match="read-only"):
        mnist.x_test[0, 0, 0] = 1


def test_a_missing_file_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"^The MNIST images are missing[^\n]*git checkout[^\n]*\.$"):
        load_mnist(tmp_path / "mnist.npz")


@pytest.mark.parametrize("change", ["one byte", "half the file", "not an archive"])
def test_a_damaged_file_gives_one_sentence(tmp_path: Path, change: str) -> None:
    content = bytearray(MNIST_FILE.read_bytes())
    content[5_000_000] ^= 1
    damaged = {"one byte": content, "half the file": content[:5_000_000], "not an archive": bytearray(b"digits")}[
        change
    ]
    file = tmp_path / "mnist.npz"
    file.write_bytes(damaged)
    for read in (load_mnist, load_test_digits, check_mnist):
        with pytest.raises(UnusableFile, match=r"^The MNIST images are damaged[^\n]*git checkout[^\n]*\.$"):
            read(file)
