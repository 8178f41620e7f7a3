"""The network in Keras, built with the Functional API as in the notebook."""

import keras

from model.plan import INPUT_SHAPE, Architecture, Conv2D, Dense, Flatten, Layer, MaxPooling2D


def build_convnet(architecture: Architecture | None = None) -> keras.Model:
    """An untrained network: (n, 28, 28, 1) float32 in [0, 1] to (n, 10) probabilities.

    Without an architecture, the notebook's own. Initial weights come from Keras's global seed
    (`keras.utils.set_random_seed`).
    """
    architecture = architecture or Architecture()
    inputs = keras.Input(shape=INPUT_SHAPE, name="input_layer")
    x = inputs
    lines = architecture.summary[1:]
    last = len(lines) - 1
    for index, (layer, line) in enumerate(zip(architecture.layers, lines, strict=True)):
        x = _keras_layer(layer, line.name, is_last=index == last)(x)
    return keras.Model(inputs=inputs, outputs=x, name="convnet")


def _keras_layer(layer: Layer, name: str, *, is_last: bool) -> keras.layers.Layer:
    match layer:
        case Conv2D():
            return keras.layers.Conv2D(
                layer.filters, layer.kernel_size, padding=layer.padding, activation="relu", name=name
            )
        case MaxPooling2D():
            return keras.layers.MaxPooling2D(layer.pool_size, name=name)
        case Flatten():
            return keras.layers.Flatten(name=name)
        case Dense():
            return keras.layers.Dense(layer.units, activation="softmax" if is_last else "relu", name=name)
