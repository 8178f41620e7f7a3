"""Which digits of MNIST are like a drawing: not pixel by pixel, but to the network, at its Flatten layer.

A run's folder holds a file with a short code of each of the 60,000 training images: their activations in 128 principal
components, a byte each. A search goes through all codes for the most promising few, asks the network for these images'
activations, and compares them exactly. Measured with the bundled network: of the true eight nearest, the codes alone
find 70 %; with the comparison, 99 %.

`python -m model.insight.neighbours [FOLDER ...]` writes the file for runs that have none. No TensorFlow.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.npy import read_array, read_mapped
from model.data.training_images import TrainingImages
from model.errors import UnusableFile
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.run import LITERT_FILE

NEIGHBOURS_FILE = "neighbours.npy"

COMPONENTS = 128
CANDIDATES = 96  # images whose activations are compared exactly
NEAREST = 8
SHOWN_ON_MAP = slice(0, None, 30)  # 2,000 of the training images

# A network may end in a Flatten of 50,000 numbers, too many to find components of: they are folded to so many at most.
FOLDED = 2048
LEARNED_FROM = slice(0, None, 10)  # the components are those of 6,000 images
OVERSAMPLED = 16
ITERATIONS = 4
IMAGES_AT_ONCE = 200  # of the largest Flatten, their activations take 40 MB
CODES_AT_ONCE = 4_000  # half a megabyte as floats: they stay in the processor's cache

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Neighbour:
    """A training image that is near to a drawing.

    Attributes:
        index: its place among the training images.
        distance: Euclidean, between the two images' activations.
    """

    index: int
    distance: float


@dataclass(frozen=True, eq=False)
class _Components:
    """The way from activations to places along their principal components.

    Attributes:
        mean: (m,) of the folded activations.
        basis: (m, 128), orthonormal columns, the largest variance first. A vector of fewer numbers than 128 has as many
            components as numbers.
    """

    mean: Floats
    basis: npt.NDArray[np.float16]

    def places(self, folded: Floats) -> Floats:
        """(n, m) to (n, components)."""
        return (folded - self.mean) @ self.basis.astype(np.float32)


class Neighbours:
    """The training images as a network sees them; any number of threads may ask."""

    def __init__(
        self, classifier: Classifier, layer: int, components: _Components, codes: npt.NDArray[np.int8], step: float
    ) -> None:
        self._classifier = classifier
        self._layer = layer
        self._components = components
        self._codes = codes
        self._step = step
        self._squares = np.concatenate([np.square(part).sum(axis=1) for part in self._parts()])

    @classmethod
    def load(cls, folder: Path, classifier: Classifier) -> "Neighbours":
        """The neighbours of the network in a run's folder, which is this classifier.

        Raises:
            UnusableFile: the file is missing, damaged, or another network's.
        """
        run = Run.load(folder)
        try:
            with (folder / NEIGHBOURS_FILE).open("rb") as file:
                digest = read_array(file, np.uint8, 32)
                mean = read_array(file, np.float32, None)
                basis = read_array(file, np.float16, mean.size, min(COMPONENTS, mean.size))
                step = read_array(file, np.float32)
                codes = read_mapped(file, np.int8, 60_000, basis.shape[1])
        except FileNotFoundError as error:
            raise UnusableFile(
                "This model's neighbours are not here: they are found within a minute after a run has ended, "
                "and runs of an older version have none."
            ) from error
        except (OSError, ValueError) as error:
            raise UnusableFile(_damaged("is damaged")) from error
        if digest.tobytes() != _digest(folder):
            raise UnusableFile(_damaged("belongs to another network"))
        return cls(classifier, _layer(run), _Components(mean, basis), codes, float(step))

    @property
    def map(self) -> Floats:
        """Where 2,000 training images lie along the first two components: (2000, 2)."""
        return self._codes[SHOWN_ON_MAP, :2].astype(np.float32) * self._step

    def place(self, image: Floats) -> Floats:
        """Where one prepared image, (28, 28) float32 in [0, 1], lies on the same map: (2,)."""
        return self._components.places(_folded(self._activation(image)[np.newaxis]))[0, :2]

    def nearest(self, image: Floats, training: TrainingImages) -> list[Neighbour]:
        """The eight training images that are nearest to one prepared image, the nearest first."""
        activation = self._activation(image)
        candidates = self._candidates(activation)
        # One by one takes no longer than all at once, and no memory.
        distances = [np.linalg.norm(self._activation(each) - activation) for each in training.pick(candidates)]
        return [Neighbour(int(candidates[at]), float(distances[at])) for at in np.argsort(distances)[:NEAREST]]

    def _candidates(self, activation: Floats) -> npt.NDArray[np.intp]:
        code = self._components.places(_folded(activation[np.newaxis]))[0] / self._step
        # Squared distances but for the square of the code itself, which is the same for all.
        # Not as a product of matrices: its threads would wait for each other on a busy server.
        products = np.concatenate([np.einsum("nc,c->n", part, code) for part in self._parts()])
        distances = self._squares - 2 * products
        nearest: npt.NDArray[np.intp] = np.argpartition(distances, CANDIDATES)[:CANDIDATES]
        return nearest

    def _parts(self) -> Iterator[Floats]:
        for start in range(0, len(self._codes), CODES_AT_ONCE):
            yield self._codes[start : start + CODES_AT_ONCE].astype(np.float32)

    def _activation(self, image: npt.NDArray[np.float32] | npt.NDArray[np.uint8]) -> Floats:
        activation: Floats = self._classifier.activations_of(self._layer, image[np.newaxis])[0]
        return activation


class Interrupted(Exception):
    """The search for neighbours was given up, since something else is to be done."""


def write_neighbours(
    folder: Path, training: TrainingImages, is_interrupted: Callable[[], bool] = lambda: False
) -> None:
    """Find the codes of all training images and write them into a run's folder; takes some five seconds.

    Args:
        is_interrupted: asked many times a second.

    Raises:
        Interrupted: it was, and nothing is written.
        UnusableFile: the folder's network is missing or damaged.
        OSError: the disk is full, or the folder may not be written.
    """
    layer = _layer(Run.load(folder))
    classifier = Classifier.load(folder)

    def folded_activations(indices: range) -> Iterator[Floats]:
        for start in range(0, len(indices), IMAGES_AT_ONCE):
            if is_interrupted():
                raise Interrupted
            images = training.pick(indices[start : start + IMAGES_AT_ONCE])
            yield _folded(classifier.activations_of(layer, images))

    every = range(len(training))
    components = _principal_components(np.concatenate([*folded_activations(every[LEARNED_FROM])]))
    places = np.concatenate([components.places(part) for part in folded_activations(every)])
    # One step for all components, so that distances between codes are distances between activations.
    step = np.float32(np.abs(places).max() / 127 or 1)
    unfinished = folder / f"{NEIGHBOURS_FILE}.part"
    try:
        with unfinished.open("wb") as file:
            np.save(file, np.frombuffer(_digest(folder), np.uint8))
            np.save(file, components.mean)
            np.save(file, components.basis)
            np.save(file, step)
            np.save(file, np.rint(places / step).astype(np.int8))
        unfinished.replace(folder / NEIGHBOURS_FILE)
    finally:
        unfinished.unlink(missing_ok=True)


def _principal_components(activations: Floats) -> _Components:
    """Of (n, m) folded activations.

    The subspace that holds most of their variance is found by iteration from a random one (N. Halko, P.-G. Martinsson,
    J. Tropp, "Finding structure with randomness", 2011), in a tenth of the time that all components would take.
    """
    mean = activations.mean(axis=0)
    centred = activations - mean
    width = min(COMPONENTS + OVERSAMPLED, centred.shape[1])
    subspace = np.random.default_rng(0).standard_normal((centred.shape[1], width), np.float32)
    for _ in range(ITERATIONS):
        subspace, _ = np.linalg.qr(centred.T @ (centred @ subspace))
    within = centred @ subspace
    _, rotation = np.linalg.eigh(within.T @ within)
    basis = subspace @ rotation[:, ::-1][:, :COMPONENTS]
    return _Components(mean, np.ascontiguousarray(basis, np.float16))


def _folded(activations: Floats) -> Floats:
    """(n, numbers) to (n, 2048) where they are more: sums of numbers with random signs, which keep distances about.

    Source: K. Weinberger and others, "Feature hashing for large scale multitask learning", 2009.
    """
    number, numbers = activations.shape
    if numbers <= FOLDED:
        return activations
    folds = -(-numbers // FOLDED)
    signs = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), numbers)
    padded = np.zeros((number, folds * FOLDED), np.float32)
    np.multiply(activations, signs, out=padded[:, :numbers])
    folded: Floats = padded.reshape(number, folds, FOLDED).sum(axis=1)
    return folded


def _layer(run: Run) -> int:
    """Which of the network's layers is Flatten."""
    return [line.kind for line in run.record.architecture.summary].index("Flatten")


def _digest(folder: Path) -> bytes:
    """Tells the network in this folder from any other."""
    return hashlib.sha256((folder / LITERT_FILE).read_bytes()).digest()


def _damaged(how: str) -> str:
    return (
        f"This model's neighbours cannot be shown: {NEIGHBOURS_FILE} {how}; "
        "write it anew with `python -m model.insight.neighbours` and the model's folder."
    )


def main() -> int:
    """The command line; 0 when all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m model.insight.neighbours",
        description="Write the file of neighbours into the folders of finished runs.",
    )
    parser.add_argument("folders", type=Path, nargs="*", default=[PRETRAINED], metavar="FOLDER")
    arguments = parser.parse_args()
    try:
        training = TrainingImages.unpack()
        for folder in arguments.folders:
            write_neighbours(folder, training)
            size = (folder / NEIGHBOURS_FILE).stat().st_size
            sys.stdout.write(f"{folder / NEIGHBOURS_FILE}: {size / 1e6:.1f} MB\n")
    except (UnusableFile, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
