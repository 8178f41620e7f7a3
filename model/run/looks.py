"""What a network in training looks like now and then: its first filters, and what it says of ten test digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.arrays import read_arrays
from model.errors import UnusableFile
from model.plan import DIGITS
from model.run.record import Result

LOOKS_FILE = "looks.npz"

# Of MNIST's test images, the first of each digit, from 0 to 9.
WATCHED_IMAGES = (3, 2, 1, 18, 4, 8, 11, 0, 61, 7)

KEPT_LOOKS = 200  # about 800 bytes each, with the notebook's 32 filters

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Look:
    """One look at a network.

    Attributes:
        batches: after so many.
        filters: (filters, kernel_size, kernel_size) of the first layer; none where that is no convolution.
        probabilities: (10, 10), a row for each watched image.
        test: on some of the test images, other ones each time.
    """

    batches: int
    filters: Floats
    probabilities: Floats
    test: Result

    def to_json(self) -> dict[str, Any]:
        return {
            "batches": self.batches,
            "filters": np.round(self.filters.astype(float), 4).tolist(),
            "probabilities": np.round(self.probabilities.astype(float), 4).tolist(),
            "test": {"loss": self.test.loss, "accuracy": self.test.accuracy},
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Look":
        """From what the worker tells.

        Raises:
            ValueError, KeyError, TypeError: it is no look.
        """
        filters = np.array(content["filters"], np.float32)
        probabilities = np.array(content["probabilities"], np.float32)
        return cls(content["batches"], filters, probabilities, Result(**content["test"]))


class Looks:
    """All looks of a run; of too many, every second is given up."""

    def __init__(self, looks: Sequence[Look] = ()) -> None:
        self.all = list(looks)

    def add(self, look: Look) -> None:
        self.all.append(look)
        if len(self.all) > KEPT_LOOKS:
            del self.all[1:-1:2]  # the untrained network and the last one stay

    def at(self, batches: int) -> Look | None:
        """The last look before or at this batch."""
        return next((look for look in reversed(self.all) if look.batches <= batches), None)

    def save(self, folder: Path) -> None:
        """Write `looks.npz`.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        np.savez_compressed(
            folder / LOOKS_FILE,
            batches=np.array([look.batches for look in self.all], np.int32),
            filters=np.array([look.filters for look in self.all], np.float16),
            probabilities=np.array([look.probabilities for look in self.all], np.float16),
            losses=np.array([look.test.loss for look in self.all], np.float32),
            accuracies=np.array([look.test.accuracy for look in self.all], np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> "Looks":
        """What was saved.

        Raises:
            UnusableFile: nothing was, or the file is damaged.
        """
        names = ("batches", "filters", "probabilities", "losses", "accuracies")
        arrays = read_arrays(folder / LOOKS_FILE, names)
        number = len(arrays["batches"])
        is_whole = all(len(array) == number for array in arrays.values())
        if not is_whole or arrays["probabilities"].shape != (number, len(WATCHED_IMAGES), DIGITS):
            raise UnusableFile(f"The run's {LOOKS_FILE} is damaged; train it again.")
        return cls(
            [
                Look(int(batches), filters.astype(np.float32), probabilities.astype(np.float32), Result(loss, accuracy))
                for batches, filters, probabilities, loss, accuracy in zip(
                    arrays["batches"],
                    arrays["filters"],
                    arrays["probabilities"],
                    arrays["losses"].tolist(),
                    arrays["accuracies"].tolist(),
                    strict=True,
                )
            ]
        )
