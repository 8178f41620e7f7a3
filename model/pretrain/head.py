"""The training of the second head, which tells digits from what is no digit by the network's last activations."""

import math
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from model.reading.refusal import Head

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class HeadSettings:
    """How the second head is trained that tells digits from the rest."""

    units: int = 128
    epochs: int = 16
    batch_size: int = 256
    learning_rate: float = 0.001
    weight_decay: float = 0.0001
    # Of the activations and of the hidden units: the non-digits of a few hundred rules must not be learned by heart.
    dropout: tuple[float, float] = (0.2, 0.3)


def train_head(digits: Floats, non_digits: Floats, settings: HeadSettings, threshold: float, seed: int) -> Head:
    """A head that gives digits low and non-digits high scores, rounded as the page gets it.

    Args:
        digits, non_digits: activations (n, 1152) of drawings of each kind.
        threshold: goes into the head as it is.
    """
    keras.utils.set_random_seed(seed)
    activations = np.concatenate([digits, non_digits])
    answers = np.repeat(np.array([0, 1], np.float32), [len(digits), len(non_digits)])
    scale = 1 / float(activations.std())
    inputs = keras.Input((activations.shape[1],))
    x = keras.layers.Dropout(settings.dropout[0])(inputs)
    hidden = keras.layers.Dense(settings.units, activation="relu")
    x = keras.layers.Dropout(settings.dropout[1])(hidden(x))
    output = keras.layers.Dense(1)
    head = keras.Model(inputs, output(x))
    batches = settings.epochs * math.ceil(len(activations) / settings.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, batches)
    head.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    head.fit(activations * scale, answers, batch_size=settings.batch_size, epochs=settings.epochs, verbose=0)
    return Head(
        hidden_weights=hidden.kernel.numpy() * scale,
        hidden_bias=hidden.bias.numpy(),
        weights=output.kernel.numpy()[:, 0],
        bias=float(output.bias.numpy()[0]),
        threshold=threshold,
    ).rounded()
