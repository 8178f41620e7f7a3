"""When a drawing is no digit: a small second head on the bundled network's activations that says how strange it looks.

The network itself cannot tell: it was taught to choose among ten digits, and is as sure of an A as of a 4. Measured on
letters of other hands than those it was taught on, with 0.8 % of real digits refused: the network's highest probability
finds 16 of 100 of them, the energy of its logits 30, the distance to the training digits' activations 14; this head,
which has seen letters, scribbles and digits side by side, finds more than 90.

The head belongs to the bundled network, whose activations it knows; but the question is the same whichever network
reads the digit. So a folder without a head, such as a visitor's run, is served by the bundled network and its head:
that is one more answer of 0.1 ms. No TensorFlow.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from model.errors import UnusableFile
from model.ink import Prepared
from model.reading.classifier import Classifier, Reading
from model.run import PRETRAINED

REFUSAL_FILE = "refusal.npz"

# The layer whose activations the head reads, counted from the end: Flatten, just before the ten probabilities.
LAYER = -2

# Of a scale, to either side, that hidden weights are rounded to. Of 13,000 digits, letters and scribbles, two were
# judged otherwise than with weights that were not rounded.
STEPS = 31

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """A perceptron with one hidden layer of ReLU units: activations (n, inputs) to scores (n,).

    Attributes:
        hidden_weights: (inputs, units).
        hidden_bias: (units,).
        weights: (units,).
        bias: a scalar.
        threshold: a drawing with a higher score is no digit.
    """

    hidden_weights: Floats
    hidden_bias: Floats
    weights: Floats
    bias: float
    threshold: float

    def scores(self, activations: Floats) -> Floats:
        """How strange each drawing looks, (n,): the logit of its being no digit, as the head was taught."""
        hidden = np.maximum(activations @ self.hidden_weights + self.hidden_bias, 0)
        return np.asarray(hidden @ self.weights + self.bias, np.float32)

    def in_steps(self) -> tuple[npt.NDArray[np.int8], Floats]:
        """The hidden weights as whole numbers (inputs, units) from -STEPS to STEPS, and each unit's scale (units,).

        Their products are the weights, as the head is rounded to them when it is taught (see `rounded`).
        """
        scales = np.maximum(np.abs(self.hidden_weights).max(axis=0), np.float32(1e-12)) / np.float32(STEPS)
        return np.rint(self.hidden_weights / scales).astype(np.int8), scales

    def rounded(self) -> "Head":
        """The same head with hidden weights that a page can be sent in a third of the bytes."""
        steps, scales = self.in_steps()
        return replace(self, hidden_weights=steps * scales)

    def save(self, folder: Path) -> None:
        """Write refusal.npz into the folder.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        np.savez(
            folder / REFUSAL_FILE,
            hidden_weights=self.hidden_weights.astype(np.float32),
            hidden_bias=self.hidden_bias.astype(np.float32),
            weights=self.weights.astype(np.float32),
            bias=np.float32(self.bias),
            threshold=np.float32(self.threshold),
        )

    @classmethod
    def load(cls, folder: Path) -> "Head":
        """The head in this folder.

        Raises:
            UnusableFile: it is missing or damaged.
        """
        try:
            content = io.BytesIO((folder / REFUSAL_FILE).read_bytes())
            with np.load(content, allow_pickle=False) as arrays:
                head = cls(
                    arrays["hidden_weights"],
                    arrays["hidden_bias"],
                    arrays["weights"],
                    float(arrays["bias"]),
                    float(arrays["threshold"]),
                )
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise UnusableFile(
                f"The model cannot tell what is no digit: {REFUSAL_FILE} is missing or damaged; "
                "get it back with `git checkout model/pretrained`."
            ) from error
        return head


class Refusal:
    """Says of a drawing that it is no digit; any number of threads may ask."""

    def __init__(self, network: Classifier, head: Head) -> None:
        """The network is the one on whose activations the head was trained."""
        self._network = network
        self._head = head

    @classmethod
    def load(cls, folder: Path = PRETRAINED, network_in: Callable[[Path], Classifier] = Classifier.load) -> "Refusal":
        """What belongs to this run, or what comes with the app where the run has none.

        Args:
            folder: of the run.
            network_in: gives the network in a folder.

        Raises:
            UnusableFile: a file is missing or damaged.
        """
        if not (folder / REFUSAL_FILE).is_file():
            folder = PRETRAINED
        return cls(network_in(folder), Head.load(folder))

    @property
    def threshold(self) -> float:
        """A drawing with a higher score is no digit."""
        return self._head.threshold

    def refuses(self, prepared: Prepared) -> bool:
        """Whether the drawing does not look like a digit; an empty canvas does not."""
        return prepared.is_empty or self.score(prepared.image) > self.threshold

    def read_by(self, network: Classifier, prepared: Prepared) -> tuple[Reading, bool]:
        """What a network reads in a drawing, and whether it is refused: in one go where the head belongs to it."""
        if network is not self._network:
            return network.read(prepared.image), self.refuses(prepared)
        reading, activations = network.read_with(prepared.image, LAYER)
        return reading, prepared.is_empty or float(self._head.scores(activations)[0]) > self.threshold

    def score(self, image: Floats) -> float:
        """How strange one prepared image, (28, 28) float32 in [0, 1], looks. Measured: 0.06 ms."""
        return float(self.scores(image[np.newaxis])[0])

    def scores(self, images: npt.NDArray[np.float32] | npt.NDArray[np.uint8]) -> Floats:
        """The same of (n, 28, 28) images, float in [0, 1] or uint8 up to 255: (n,)."""
        return self._head.scores(self._network.activations_of(LAYER, images))

    def confidences(self, images: Floats) -> Floats:
        """How probable the digit is that the network takes each of (n, 28, 28) images for: (n,)."""
        return np.asarray(self._network.probabilities(images).max(axis=1), np.float32)
