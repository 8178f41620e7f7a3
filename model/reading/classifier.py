"""The trained network, answering: LiteRT, TensorFlow's own runtime for finished models, and nothing of TensorFlow."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from model.errors import UnusableFile
from model.ink import FRAME
from model.plan import DIGITS
from model.run.run import LITERT_FILE

if TYPE_CHECKING:
    from model.run.weights import LayerWeights

# Measured: the 10,000 test images take 0.8 s of a processor by 25, 1.0 s by the hundred and 1.2 s by the thousand, as
# their activations overflow its caches.
IMAGES_AT_ONCE = 25

# Each layer's output that is asked for is copied.
_LAST = slice(-1, None)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """What the network says of one image: `probabilities` (10,) float32, which sum to 1."""

    probabilities: Floats

    @property
    def digit(self) -> int:
        """The digit with the highest probability."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The probability of that digit."""
        return float(self.probabilities.max())


class Classifier:
    """A trained network that any number of threads may ask.

    Single images share one interpreter, which answers in a tenth of a millisecond, behind a lock. Larger batches build
    one of their own, so that nobody who draws waits behind them.
    """

    def __init__(self, content: bytes) -> None:
        """Take a network in.

        Args:
            content: of a LiteRT file whose outputs are the activations of every layer, the input first.

        Raises:
            ValueError: it is no such file.
        """
        self._content = content
        self._lock = threading.Lock()
        self._single = _Interpreter(content, 1)

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """The network in a run's folder.

        Raises:
            UnusableFile: its LiteRT file is missing or damaged.
        """
        file = Path(folder) / LITERT_FILE
        try:
            return cls(file.read_bytes())
        except OSError as error:
            raise UnusableFile(
                f"This model cannot answer: {LITERT_FILE} is missing from its folder; train it again."
            ) from error
        except (ValueError, RuntimeError) as error:
            raise UnusableFile(f"This model cannot answer: its {LITERT_FILE} is damaged; train it again.") from error

    def read(self, image: Floats) -> Reading:
        """Read one prepared image, (28, 28) float32 in [0, 1]."""
        with self._lock:
            return Reading(self._single.outputs(_checked(image[np.newaxis]), _LAST)[0][0])

    def read_with(self, image: Floats, layer: int) -> tuple[Reading, Floats]:
        """The same, and in the same go one layer's output, (1, ...)."""
        with self._lock:
            outputs = self._single.outputs(_checked(image[np.newaxis]), slice(layer, None))
        return Reading(outputs[-1][0]), outputs[0]

    def probabilities(self, images: npt.NDArray[Any]) -> Floats:
        """(n, 28, 28) images, float in [0, 1] or uint8 up to 255, to (n, 10) float32 probabilities."""
        images = _checked(images)
        result = np.empty((len(images), DIGITS), np.float32)
        for part, outputs in self._batches(images, _LAST):
            result[part] = outputs[0]
        return result

    def activations(self, images: npt.NDArray[Any]) -> list[Floats]:
        """(n, 28, 28) images to every layer's output, the input's (n, 28, 28, 1) first and the (n, 10) last."""
        parts = [outputs for _, outputs in self._batches(_checked(images), slice(None))]
        return [np.concatenate(layer) for layer in zip(*parts, strict=True)]

    def activations_of(self, layer: int, images: npt.NDArray[Any]) -> Floats:
        """The same of one layer alone, which for many images is faster; 0 is the input."""
        parts = [outputs[0] for _, outputs in self._batches(_checked(images), slice(layer, layer + 1 or None))]
        return np.concatenate(parts)

    @cached_property
    def weights(self) -> tuple["LayerWeights", ...]:
        """The weights of each convolution and dense layer, in the order of the layers, in Keras's layouts."""
        # The reader of LiteRT's files takes longer to import than all else that the first answer waits for.
        from model.run.weights import weights_of

        return weights_of(self._content)

    def _batches(self, images: Floats, layers: slice) -> Iterator[tuple[slice, list[Floats]]]:
        if len(images) == 1:
            with self._lock:
                outputs = self._single.outputs(images, layers)
            yield slice(0, 1), outputs
            return
        interpreters: dict[int, _Interpreter] = {}
        for start in range(0, len(images), IMAGES_AT_ONCE):
            part = images[start : start + IMAGES_AT_ONCE]
            if len(part) not in interpreters:
                interpreters[len(part)] = _Interpreter(self._content, len(part))
            yield slice(start, start + len(part)), interpreters[len(part)].outputs(part, layers)


class _Interpreter:
    """LiteRT's interpreter for a fixed number of images; not thread-safe."""

    def __init__(self, content: bytes, images: int) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._interpreter.resize_tensor_input(self._input, (images, FRAME, FRAME, 1))
        self._interpreter.allocate_tensors()
        # Of all the lists of outputs, only the signature's names keep the order of the layers.
        details = self._interpreter.get_signature_runner().get_output_details()
        self._outputs = [details[f"output_{layer}"]["index"] for layer in range(len(details))]

    def outputs(self, images: Floats, layers: slice) -> list[Floats]:
        self._interpreter.set_tensor(self._input, images[..., np.newaxis])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(output) for output in self._outputs[layers]]


def _checked(images: npt.NDArray[Any]) -> Floats:
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (FRAME, FRAME):
        raise ValueError(f"images must be (n, {FRAME}, {FRAME}), not {images.shape}")
    if images.dtype == np.uint8:
        return images.astype(np.float32) / np.float32(255)
    return images.astype(np.float32, copy=False)
