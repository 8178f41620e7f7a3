"""A trained network as files: for Keras, and for LiteRT with every layer's activations."""

import tempfile
from functools import lru_cache
from pathlib import Path

import keras
import numpy as np

from model.plan import Architecture
from model.run.run import KERAS_FILE, LITERT_FILE
from model.run.weights import exchanged, unpacked
from model.training.network import build_convnet


def export(network: keras.Model, folder: Path, architecture: Architecture | None = None) -> None:
    """Write the network as a Keras file, and as a LiteRT file whose outputs are all layers' activations, in order.

    Args:
        architecture: of the network; with it, the second network of an architecture takes a few milliseconds, since its
            weights are written over those of a file that is kept.

    Raises:
        OSError: the disk is full, or the folder may not be written.
    """
    network.save(folder / KERAS_FILE)
    if architecture is None:
        (folder / LITERT_FILE).write_bytes(_converted(network))
        return
    numbers = np.concatenate([weight.ravel() for weight in network.get_weights()])
    try:
        content = exchanged(litert_template(architecture), unpacked(numbers, architecture))
    except ValueError:  # an architecture whose weights LiteRT orders in another way
        content = _converted(network)
    (folder / LITERT_FILE).write_bytes(content)


@lru_cache(maxsize=8)
def litert_template(architecture: Architecture) -> bytes:
    """The LiteRT file of a network of this architecture; takes about a second, and none when asked again."""
    network = build_convnet(architecture)
    # All different: of equal arrays, such as untrained biases, LiteRT would keep only one, or none.
    random = np.random.default_rng(0)
    network.set_weights([random.normal(size=weight.shape) for weight in network.get_weights()])
    return _converted(network)


def _converted(network: keras.Model) -> bytes:
    every_layer = keras.Model(network.input, [layer.output for layer in network.layers])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / LITERT_FILE
        every_layer.export(file, format="litert", verbose=False)
        return file.read_bytes()
