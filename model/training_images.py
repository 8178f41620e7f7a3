"""MNIST's training images, looked at one by one: without the 47 MB of memory that all of them take.

They are unpacked once into a temporary file without a name, of which the system keeps in memory what is read often; it
goes with the process.
"""

import io
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from model.architecture import DIGITS
from model.data import ARRAYS, MNIST_FILE, check_mnist
from model.drawing import FRAME
from model.errors import UnusableFile

IMAGES_AT_ONCE = 2_000

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class TrainingImages:
    """The images that the network learned from; all arrays read-only.

    Attributes:
        images: (60000, 28, 28) uint8, on disk.
        digits: (60000,) uint8, what they show.
        averages: (10, 28, 28) float32 in [0, 1], of the images of each digit.
    """

    images: Pixels
    digits: Pixels
    averages: npt.NDArray[np.float32]

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
                    images, averages = _images_and_averages(unpacked, digits)
            except OSError as error:
                raise UnusableFile(
                    "The training images cannot be shown: the server has no room for temporary files; make some."
                ) from error
        for array in (digits, averages):
            array.setflags(write=False)
        return cls(images, digits, averages)


def _images_and_averages(file: IO[bytes], digits: Pixels) -> tuple[Pixels, npt.NDArray[np.float32]]:
    """The images where they lie in the file, which may be closed afterwards, and the average of each digit's."""
    file.seek(0)
    np.lib.format.read_magic(file)
    np.lib.format.read_array_header_1_0(file)
    start = file.tell()
    sums = np.zeros((DIGITS, FRAME * FRAME), np.float32)
    # Read and not mapped: what is mapped and looked at counts as the process's own memory for as long as it likes.
    for first in range(0, len(digits), IMAGES_AT_ONCE):
        part = digits[first : first + IMAGES_AT_ONCE]
        pixels = np.frombuffer(file.read(len(part) * FRAME * FRAME), np.uint8).reshape(len(part), -1)
        sums += (part == np.arange(DIGITS)[:, np.newaxis]).astype(np.float32) @ pixels.astype(np.float32)
    averages = sums / np.bincount(digits, minlength=DIGITS)[:, np.newaxis] / np.float32(255)
    images = np.memmap(file, np.uint8, "r", start, ARRAYS["x_train"])
    return images, averages.reshape(DIGITS, FRAME, FRAME).astype(np.float32)
