"""A network that a visitor brought back, as a finished run: built, tested here and exported, in the worker process."""

from pathlib import Path

import numpy as np

from model.data import Mnist
from model.run import Record, Run
from model.run.record import packed
from model.run.weights_file import SavedNetwork, UnusableWeights
from model.training.export import export
from model.training.network import build_convnet
from model.training.scoring import evaluate


def restore(saved: SavedNetwork, mnist: Mnist, folder: Path) -> Run:
    """Make a run of the network. Its history is not in the file; its result is measured, and not what a file claims.

    Raises:
        UnusableWeights: the numbers are so large that the network's answers are none.
        OSError: the disk is full, or the folder may not be written.
    """
    network = build_convnet(saved.architecture)
    network.set_weights([array for layer in saved.weights for array in (layer.kernel, layer.bias)])
    with np.errstate(over="ignore"):  # of weights that are far too large; what comes of them is refused below
        test = evaluate(network, mnist.x_test, mnist.y_test)
    if not np.isfinite(test.loss):
        raise UnusableWeights("With the weights in this file the network's answers are no numbers.")
    record = Record(
        recipe=saved.recipe,
        batch_losses=packed([]),
        batch_accuracies=packed([]),
        epochs=(),
        test=test,
        seconds=0.0,
        architecture=saved.architecture,
        brought_back=True,
    )
    return Run.save(folder, record, lambda unfinished: export(network, unfinished, saved.architecture))
