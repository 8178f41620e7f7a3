"""A run as a notebook: the data, the network, the recipe and the test in plain Keras, and the app's way with a drawing.

Nothing of the app is needed to execute it. The order of the images and the initial weights come from the run's own
seed, so it ends at the run's accuracy, but for what rounding does. Of a run that it cannot do again, it says so.
"""

import inspect
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from model.ink import preparation
from model.plan import INPUT_SHAPE, Architecture, Conv2D, Dense, Layer, Recipe
from model.run import Record
from model.take_home.recipe_code import augmentation_code, optimizer_code, training_code

Cell = dict[str, Any]


def notebook(record: Record) -> bytes:
    """The run as an .ipynb file, format 4.5, not yet executed."""
    cells = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(_cells(record), start=1)]
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _cells(record: Record) -> Iterator[Cell]:
    recipe, architecture = record.recipe, record.architecture
    yield _words(_introduction(record))
    yield _code(_IMPORTS)
    yield _words(
        "## The data\n\n"
        "MNIST: 60,000 images to learn from and 10,000 to be tested on. A file `mnist.npz` beside this notebook is "
        "used where there is one; otherwise Keras fetches it, once."
    )
    yield _code(_DATA)
    yield _code(_chosen_images(recipe))
    yield _words(
        f"## The network\n\nFrom {INPUT_SHAPE} numbers to ten probabilities, with {architecture.parameters:,} "
        "parameters, built with Keras's Functional API."
    )
    yield _code(_network_code(architecture))
    yield _words(f"## The recipe\n\n{_recipe_sentence(recipe)}")
    yield _code(optimizer_code(recipe))
    if recipe.augmentation:
        yield _words(
            "Each image is turned, scaled, slanted and shifted a little, at random, whenever it is shown. What follows "
            "is the app's own code, word for word."
        )
        yield _code(augmentation_code(recipe))
    yield _code(training_code(recipe))
    yield _words(
        "## The test\n\nOn images that the network has never learned from. "
        f"In the app, the run's network has a loss of {record.test.loss:.4f} and an accuracy of "
        f"{record.test.accuracy:.4f}."
    )
    yield _code(_TEST)
    yield _words(
        "## Your own drawing\n\n"
        "The network knows only images that were made as MNIST's were, so a drawing has to be brought into that form. "
        "What follows is the app's own code, word for word."
    )
    yield _code(inspect.getsource(preparation).rstrip())
    yield _code(_READ)
    yield _words(
        "As there is no canvas here, the first test image, ten times enlarged, stands for a drawing. For one of your "
        'own, white on black: `read(np.asarray(Image.open("my digit.png").convert("RGBA")))`.'
    )
    yield _code(_READ_ONE)


def _introduction(record: Record) -> str:
    return "\n\n".join(
        [
            "# A small network that reads handwritten digits",
            _origin(record),
            "You need Python with the packages `tensorflow`, `keras` and `pillow`.",
        ]
    )


def _origin(record: Record) -> str:
    """What the run was, and how near to it this notebook comes."""
    read = f"read {record.test.accuracy:.2%} of MNIST's test images right"
    if record.brought_back:
        return (
            f"This notebook is of a network that was brought to the app as a file, and {read} there. The file names "
            "the network's design and a recipe, and nobody can tell whether its weights came from them: the notebook "
            "trains such a network from the start, and may end elsewhere."
        )
    if record.drawn_accuracy is not None:
        return (
            f"This notebook is of the app's own network, which {read}. It also learned from digits that people drew, "
            "which are not part of MNIST. The notebook trains the same network on MNIST alone, by the nearest recipe "
            "that the app has, so it ends a little lower, and reads drawings less well."
        )
    stopped = (
        " The run was stopped early; the notebook trains to the end, and so ends elsewhere." if record.stopped else ""
    )
    return (
        f"This notebook does again what a run in the app did: it trained for {record.seconds:.0f} seconds and then "
        f"{read}.{stopped}"
    )


def _recipe_sentence(recipe: Recipe) -> str:
    epochs = "one epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    return (
        f"{recipe.optimizer}, learning rate {recipe.learning_rate:g} ({recipe.schedule}), batches of "
        f"{recipe.batch_size}, {epochs} over {recipe.images:,} images, seed {recipe.seed}. The loss is the "
        f"cross-entropy of integer labels.{_HALF_PRECISION if recipe.half_precision else ''}"
    )


def _chosen_images(recipe: Recipe) -> str:
    lines = [
        f"SEED = {recipe.seed}",
        "keras.utils.set_random_seed(SEED)  # of the initial weights",
        "random = np.random.default_rng(SEED)  # of the choice and the order of the images",
    ]
    if recipe.images < 60_000:
        lines += [
            "",
            f"chosen = np.sort(random.choice(len(train_images), {recipe.images}, replace=False))",
            "train_images, train_labels = train_images[chosen], train_labels[chosen]",
        ]
    return "\n".join(lines)


def _network_code(architecture: Architecture) -> str:
    """The layers as calls, in the order in which the data pass through them."""
    lines = [f"inputs = keras.Input(shape={INPUT_SHAPE})", "x = inputs"]
    last = len(architecture.layers) - 1
    for index, layer in enumerate(architecture.layers):
        lines.append(f"x = {_layer_code(layer, is_last=index == last)}(x)")
    return "\n".join([*lines, "model = keras.Model(inputs=inputs, outputs=x)", "model.summary()"])


def _layer_code(layer: Layer, *, is_last: bool) -> str:
    """A layer as a call: its settings have Keras's names."""
    settings = asdict(layer)
    if isinstance(layer, Conv2D | Dense):
        settings["activation"] = "softmax" if is_last else "relu"
    arguments = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    return f"layers.{type(layer).__name__}({arguments})"


def _words(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> Cell:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}


_HALF_PRECISION = " Where the processor does so faster, the app multiplies in bfloat16; here it is float32."

_IMPORTS = """\
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers"""

_DATA = """\
if Path("mnist.npz").is_file():
    with np.load("mnist.npz", allow_pickle=False) as arrays:
        train_images, train_labels = arrays["x_train"], arrays["y_train"]
        test_images, test_labels = arrays["x_test"], arrays["y_test"]
else:
    (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()

train_images = train_images.reshape((-1, 28, 28, 1)).astype("float32") / 255
test_images = test_images.reshape((-1, 28, 28, 1)).astype("float32") / 255"""

_TEST = """\
test_loss, test_accuracy = model.evaluate(test_images, test_labels, verbose=0)
print(f"Test loss: {test_loss:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")"""

_READ = """\
def read(rgba):
    \"\"\"The digit that the network reads in a drawing, (h, w, 4) uint8, and the probabilities of all ten.\"\"\"
    image = prepare(rgba).image
    probabilities = model.predict(image[np.newaxis, ..., np.newaxis], verbose=0)[0]
    return int(probabilities.argmax()), probabilities"""

_READ_ONE = """\
enlarged = np.rint(test_images[0, ..., 0] * 255).astype(np.uint8).repeat(10, axis=0).repeat(10, axis=1)
drawing = np.dstack([enlarged, enlarged, enlarged, np.full_like(enlarged, 255)])

digit, probabilities = read(drawing)
print(f"Read as {digit}; it is a {test_labels[0]}")"""
