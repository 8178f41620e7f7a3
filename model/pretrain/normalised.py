"""The network as it is trained: with batch normalisation, which goes into the plain network's weights at the end.

Normalised, the same 104,202 weights learn more, and faster (S. Ioffe, C. Szegedy, "Batch normalization", 2015). Once
they are learned, the normalisation is a factor and a constant for each channel; a convolution can do that by itself.
"""

import keras
import numpy as np

from model.plan import INPUT_SHAPE, Architecture, Conv2D, Dense, Flatten, MaxPooling2D
from model.training.network import build_convnet

EPSILON = 1e-3  # added to the variance, so that a channel that is always the same does no harm


def build_normalised() -> keras.Model:
    """The twin of the notebook's network: (n, 28, 28, 1) float32 in [0, 1] to (n, 10) logits, always float32.

    Each convolution is followed by its pooling, then the normalisation, then ReLU. In the plain network ReLU comes
    before the pooling; the result is the same, as both the normalisation and ReLU keep the order of numbers, and there
    is a quarter as much to normalise. It has no factor of its own to learn, as the next layer's weights can do that;
    a negative one would also turn the order round.
    """
    inputs = keras.Input(INPUT_SHAPE)
    x = inputs
    layers = Architecture().layers
    for layer, following in zip(layers, (*layers[1:], None), strict=True):
        match layer:
            case Conv2D():
                x = keras.layers.Conv2D(layer.filters, layer.kernel_size, use_bias=False)(x)
            case MaxPooling2D():
                x = keras.layers.MaxPooling2D(layer.pool_size)(x)
            case Flatten():
                x = keras.layers.Flatten()(x)
            case Dense():
                x = keras.layers.Dense(layer.units, dtype="float32")(x)
        if isinstance(layer, Conv2D | MaxPooling2D) and not isinstance(following, MaxPooling2D):
            x = keras.layers.BatchNormalization(scale=False, epsilon=EPSILON)(x)
            x = keras.layers.ReLU()(x)
    return keras.Model(inputs, x)


def folded(normalised: keras.Model, temperature: float = 1.0) -> keras.Model:
    """The plain network, in float32, that answers as the twin does when it is not in training.

    Its logits are divided by the temperature. Dividing the last layer's weights does that exactly, with no parameter
    more (C. Guo et al., "On calibration of modern neural networks", 2017).
    """
    kernels = [layer.get_weights()[0] for layer in normalised.layers if isinstance(layer, keras.layers.Conv2D)]
    normalisations = [
        layer.get_weights() for layer in normalised.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    weights = []
    for kernel, (offset, mean, variance) in zip(kernels, normalisations, strict=True):
        factor = 1 / np.sqrt(variance + EPSILON)
        weights += [kernel * factor, offset - mean * factor]
    weights += [values / temperature for values in normalised.layers[-1].get_weights()]
    network = build_convnet()
    network.set_weights(weights)
    return network
