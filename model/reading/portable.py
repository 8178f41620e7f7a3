"""A finished network and the head that says what is no digit, packed for the page, which reads while the pen moves.

The page's own reader is `pages/parts/draw/network.js`. It gets the layers as JSON, and all numbers as bytes, so that it
gives the very answers of this server. A network whose kernels are all such as float16 can hold, as the bundled one's
are, goes so, in half the bytes; any other as float32. The head's hidden weights are whole steps of a scale for each
unit; see `Head.in_steps`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.plan import Architecture
from model.reading.classifier import Classifier
from model.reading.refusal import REFUSAL_FILE, Head
from model.run import PRETRAINED, Run

# Multiply-adds of a network that the page can read with at every frame: some three times the notebook's.
MOST_WORK = 10_000_000


@dataclass(frozen=True)
class Portable:
    """What the page's reader is made from.

    Attributes:
        description: as JSON; its fields are explained in `network.js`.
        weights: all numbers, little-endian.
    """

    description: dict[str, Any]
    weights: bytes


def is_light(architecture: Architecture) -> bool:
    """Whether the page can read with this network while the pen moves; a heavier one is left to the server."""
    return sum(line.multiply_adds for line in architecture.summary) <= MOST_WORK


def pack(run: Run) -> Portable:
    """The network of a run, and the head that judges for it; what belongs to the app where the run has none.

    Raises:
        UnusableFile: a file of the run or of the app is missing or damaged.
    """
    network, content = _network(run)
    judge = None
    head_folder = run.folder
    if not (run.folder / REFUSAL_FILE).is_file():
        head_folder = PRETRAINED
        judge, more = _network(Run.load(PRETRAINED))
        content += more
    head = Head.load(head_folder)
    description = {"network": network, "judge": judge, "head": list(head.hidden_weights.shape)}
    return Portable(description, content + _head(head))


def _network(run: Run) -> tuple[dict[str, Any], bytes]:
    weights = Classifier.load(run.folder).weights
    with np.errstate(over="ignore"):  # what is too large for a half becomes infinite, and so another number
        in_halves = all(np.array_equal(layer.kernel.astype(np.float16), layer.kernel) for layer in weights)
    kernels = _halves if in_halves else _floats
    content = b"".join(kernels(layer.kernel) + _floats(layer.bias) for layer in weights)
    return {"layers": run.record.architecture.to_json(), "inHalves": in_halves}, content


def _head(head: Head) -> bytes:
    steps, scales = head.in_steps()
    return (
        steps.tobytes()
        + b"".join(_floats(array) for array in (scales, head.hidden_bias, head.weights))
        + _floats(np.array([head.bias, head.threshold]))
    )


def _floats(array: npt.NDArray[Any]) -> bytes:
    return array.astype("<f4").tobytes()


def _halves(array: npt.NDArray[Any]) -> bytes:
    """All low bytes, then all high ones: so they pack by a tenth better."""
    return array.astype("<f2").view(np.uint8).reshape(-1, 2).T.tobytes()
