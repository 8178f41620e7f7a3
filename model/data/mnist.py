"""MNIST: 70,000 handwritten digits, read from the file that comes with the project."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import UnusableFile

MNIST_FILE = Path(__file__).parent.parent / "mnist.npz"

# Of the whole file: an array that is only slightly wrong would still train, to a result that nobody can explain.
MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"

ARRAYS: dict[str, tuple[int, ...]] = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}


@dataclass(frozen=True)
class Mnist:
    """The images, white ink on black with values from 0 to 255, and their digits from 0 to 9; all uint8, read-only.

    `x_train` (60000, 28, 28), `y_train` (60000,), `x_test` (10000, 28, 28), `y_test` (10000,).
    Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
    """

    x_train: npt.NDArray[np.uint8]
    y_train: npt.NDArray[np.uint8]
    x_test: npt.NDArray[np.uint8]
    y_test: npt.NDArray[np.uint8]


def load_mnist(file: Path = MNIST_FILE) -> Mnist:
    """Read and check MNIST; takes about half a second.

    Raises:
        UnusableFile: the file is missing, or is not byte for byte the one that belongs here.
    """
    content = check_mnist(file)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Mnist(**{name: _checked(name, arrays[name]) for name in ARRAYS})


@dataclass(frozen=True)
class DigitSet:
    """A set of images with their digits: `images` (n, 28, 28) and `labels` (n,), uint8, read-only; see `Mnist`."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]


def load_test_digits(file: Path = MNIST_FILE) -> DigitSet:
    """Read and check what a page needs of MNIST: 8 MB in a tenth of a second, the training images left packed.

    Raises:
        UnusableFile: as above.
    """
    with np.load(io.BytesIO(check_mnist(file)), allow_pickle=False) as arrays:
        return DigitSet(*(_checked(name, arrays[name]) for name in ("x_test", "y_test")))


def load_test_images(indices: Sequence[int], file: Path = MNIST_FILE) -> npt.NDArray[np.uint8]:
    """Some of the test images, (n, 28, 28) uint8, without the others in memory.

    Raises:
        UnusableFile: as above.
    """
    with np.load(io.BytesIO(check_mnist(file)), allow_pickle=False) as arrays:
        chosen: npt.NDArray[np.uint8] = arrays["x_test"][list(indices)]
    return chosen


def check_mnist(file: Path = MNIST_FILE) -> bytes:
    """The file's content, checked but not unpacked; takes about ten milliseconds.

    Raises:
        UnusableFile: as above.
    """
    mend = f"get it back with `git checkout model/{file.name}`."
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnusableFile(f"The MNIST images are missing, as {file.name} cannot be read; {mend}") from error
    if hashlib.sha256(content).hexdigest() != MNIST_SHA256:
        raise UnusableFile(f"The MNIST images are damaged, as {file.name} is not the file that belongs here; {mend}")
    return content


def _checked(name: str, array: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The array, made read-only, since everybody shares it."""
    if array.dtype != np.uint8 or array.shape != ARRAYS[name]:
        raise UnusableFile(f"The MNIST images are damaged: {name} is {array.dtype} {array.shape}.")
    array.setflags(write=False)
    return array
