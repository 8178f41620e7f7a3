"""The weights that a run had after each of its epochs, in one file: what the epoch time machine goes through."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.arrays import read_arrays
from model.errors import UnusableFile
from model.plan import Architecture
from model.reading.classifier import Classifier
from model.run.run import LITERT_FILE
from model.run.weights import exchanged, unpacked

EPOCHS_FILE = "epochs.npz"

KEPT_EPOCHS = 30  # the untrained network included; about 200 KB each

_LARGEST = float(np.finfo(np.float16).max)

Halves = npt.NDArray[np.float16]


def kept_epochs(epochs: int) -> frozenset[int]:
    """After which epochs of a run the weights are kept: all of them where there are few, else evenly spread."""
    chosen = np.linspace(0, epochs, min(epochs + 1, KEPT_EPOCHS))
    return frozenset(np.rint(chosen).astype(int).tolist())


@dataclass(frozen=True, eq=False)
class EpochWeights:
    """A run's weights over time.

    Attributes:
        epochs: for each row, how many epochs the network had learned; 0 is the untrained one, and a run that was
            stopped ends within an epoch.
        weights: (n, parameters) float16, in the order of `keras.Model.get_weights`.
    """

    epochs: tuple[float, ...]
    weights: Halves

    @classmethod
    def of(cls, epochs: Sequence[float], rows: Sequence[npt.NDArray[np.float32]]) -> "EpochWeights":
        """From rows of float32; what half precision cannot hold becomes the largest number that it can."""
        return cls(tuple(epochs), np.stack([np.clip(row, -_LARGEST, _LARGEST).astype(np.float16) for row in rows]))

    def save(self, folder: Path) -> None:
        """Write `epochs.npz`.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        np.savez(folder / EPOCHS_FILE, epochs=np.array(self.epochs, np.float32), weights=self.weights)

    @classmethod
    def load(cls, folder: Path) -> "EpochWeights":
        """What this run kept.

        Raises:
            UnusableFile: it kept nothing, or the file is damaged.
        """
        arrays = read_arrays(folder / EPOCHS_FILE, ("epochs", "weights"))
        epochs, weights = arrays["epochs"], arrays["weights"]
        if epochs.ndim != 1 or weights.ndim != 2 or not 0 < len(epochs) == len(weights) <= KEPT_EPOCHS + 1:
            raise UnusableFile(f"The run's {EPOCHS_FILE} is damaged; train it again.")
        return cls(tuple(epochs.tolist()), weights)


class TimeMachine:
    """The networks that a run went through, ready to answer, one for each kept epoch."""

    def __init__(self, content: bytes, architecture: Architecture, kept: EpochWeights) -> None:
        self.epochs = kept.epochs
        self._content = content
        self._architecture = architecture
        self._weights = kept.weights

    @classmethod
    def load(cls, folder: Path, architecture: Architecture) -> "TimeMachine":
        """Of the run in this folder.

        Raises:
            UnusableFile: the run kept no weights, or a file is missing or damaged.
        """
        try:
            content = (folder / LITERT_FILE).read_bytes()
        except OSError as error:
            raise UnusableFile(f"The run's {LITERT_FILE} is missing; train it again.") from error
        return cls(content, architecture, EpochWeights.load(folder))

    def classifier(self, position: int) -> Classifier:
        """The network at this place in `epochs`; takes some milliseconds.

        Raises:
            UnusableFile: the kept weights are not this network's.
        """
        try:
            weights = unpacked(self._weights[position], self._architecture)
            return Classifier(exchanged(self._content, weights))
        except ValueError as error:
            raise UnusableFile("The weights that this run kept are not its network's; train it again.") from error
