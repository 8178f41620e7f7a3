"""The training of the second head, which tells digits from what is no digit by the network's last activations."""

import math
from dataclasses import dataclass, replace

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.pretrain.material import Material, Plan
from model.pretrain.renderings import Images, Labelled
from model.reading import Classifier
from model.reading.refusal import LAYER, Head

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


def teach_head(network: Classifier, plan: Plan, material: Material, settings: HeadSettings) -> Head:
    """A head for this network; the same whether the material was gathered by the plan or by its `for_head`.

    Its threshold is chosen by the held-out drawings, with a head that has not learned from their writers; then these
    join the others.
    """
    keras.utils.set_random_seed(plan.seed)
    tf.config.experimental.enable_op_determinism()
    each = plan.non_digits // 2
    random = np.random.default_rng(plan.seed)
    mnist = material.mnist.images
    digits = [
        mnist[np.sort(random.choice(len(mnist), min(each, len(mnist)), replace=False))],
        material.composed.images[:each],
        _first_copies(material.drawn, plan),
    ]
    known = network.activations_of(LAYER, np.concatenate(digits))
    joining = _first_copies(material.joining, plan)
    non_digits = network.activations_of(LAYER, material.non_digits)
    before = train_head(known, non_digits, settings, 0.0, plan.seed)
    scores = before.scores(network.activations_of(LAYER, material.held_out_drawn.images))
    threshold = float(np.quantile(scores, 1 - plan.refused))
    if not len(joining):
        return replace(before, threshold=threshold)
    known = np.concatenate([known, network.activations_of(LAYER, joining)])
    return train_head(known, non_digits, settings, threshold, plan.seed)


def _first_copies(drawn: Labelled, plan: Plan) -> Images:
    """Of each drawn digit as many renderings as the head learns from."""
    if not len(drawn):
        return drawn.images
    height, width = drawn.images.shape[1:]
    copies = drawn.images.reshape(-1, plan.copies, height, width)
    return copies[:, : plan.head_copies].reshape(-1, height, width)


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
    head.optimizer.build(head.trainable_variables)  # or else the first step does, and is traced once more
    head.fit(activations * scale, answers, batch_size=settings.batch_size, epochs=settings.epochs, verbose=0)
    return Head(
        hidden_weights=hidden.kernel.numpy() * scale,
        hidden_bias=hidden.bias.numpy(),
        weights=output.kernel.numpy()[:, 0],
        bias=float(output.bias.numpy()[0]),
        threshold=threshold,
    ).rounded()
