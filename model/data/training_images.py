"""MNIST's training images, looked at a few at a time: without the 47 MB of memory that all of them take.

They are unpacked once into a temporary file without a name, which goes with the process.
"""

import io
import os
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from model.data.mnist import MNIST_FILE, check_mnist
from model.errors import UnusableFile
from model.ink import FRAME
from model.plan import DIGITS

PIXELS = FRAME * FRAME  # a byte each
IMAGES_AT_ONCE = 2_000

Pixels = npt.NDArray[np.uint8]


class TrainingImages:
    """The images that the network learned from; any number of threads may ask for some of them.

    Attributes:
        digits: (60000,) uint8, what they show; read-only.
        averages: (10, 28, 28) float32 in [0, 1], of the images of each digit; read-only.
    """

    def __init__(self, file: IO[bytes], start: int, digits: Pixels, averages: npt.NDArray[np.float32]) -> None:
        """Take in a file that has the images' pixels from `start` on; it may be closed afterwards."""
        self.digits = digits
        self.averages = averages
        for array in (digits, averages):
            array.setflags(write=False)
        self._start = start
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    @classmethod
    def unpack(cls, file: Path = MNIST_FILE) -> "TrainingImages":
        """Unpack them; takes a third of a second.

        Raises:
            UnusableFile: MNIST is missing or damaged, or there is no room for temporary files.
        """
        with zipfile.ZipFile(io.BytesIO(check_mnist(file))) as arrays:
            with arrays.open("y_train.npy") as member:
                digits = np.lib.format.read_array(member)
            try:
                with arrays.open("x_train.npy") as member, tempfile.TemporaryFile() as unpacked:
                    shutil.copyfileobj(member, unpacked)
                    unpacked.seek(0)
                    np.lib.format.read_magic(unpacked)
                    np.lib.format.read_array_header_1_0(unpacked)
                    start = unpacked.tell()
                    return cls(unpacked, start, digits, _averages(unpacked, digits))
            except OSError as error:
                raise UnusableFile(
                    "The training images cannot be shown: the server has no room for temporary files; make some."
                ) from error

    def __len__(self) -> int:
        return len(self.digits)

    def pick(self, indices: Iterable[int]) -> Pixels:
        """Some of the images, (n, 28, 28) uint8."""
        # Read and not mapped: what is mapped and looked at counts as the process's own memory for as long as it likes.
        pixels = b"".join(os.pread(self._descriptor, PIXELS, self._start + index * PIXELS) for index in indices)
        return np.frombuffer(pixels, np.uint8).reshape(-1, FRAME, FRAME)


def _averages(file: IO[bytes], digits: Pixels) -> npt.NDArray[np.float32]:
    """Of each digit's images, (10, 28, 28), which the file has from where it stands."""
    sums = np.zeros((DIGITS, PIXELS), np.float32)
    for first in range(0, len(digits), IMAGES_AT_ONCE):
        part = digits[first : first + IMAGES_AT_ONCE]
        pixels = np.frombuffer(file.read(len(part) * PIXELS), np.uint8).reshape(len(part), PIXELS)
        sums += (part == np.arange(DIGITS)[:, np.newaxis]).astype(np.float32) @ pixels.astype(np.float32)
    averages = sums / np.bincount(digits, minlength=DIGITS)[:, np.newaxis] / np.float32(255)
    return averages.reshape(DIGITS, FRAME, FRAME).astype(np.float32)
