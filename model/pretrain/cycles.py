"""Training, a cycle of the learning rate at a time."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from model.ink import FRAME
from model.pretrain.batches import Source, shuffled_batches, together
from model.pretrain.normalised import build_normalised, folded
from model.training.augmentation import Affine, RandomAffine
from model.training.precision import has_bfloat16

CALL = 25  # batches trained on between two returns to Python


# Stronger than what a visitor's run gets: a flag or a foot moves the centre of mass by nearly two pixels.
AFFINE = Affine(rotation=0.25, scale=0.2, shear=0.3, shift=2.0)


@dataclass(frozen=True)
class Cycle:
    """The learning rate rises along a line to `peak` and falls to zero along half a cosine, over so many batches."""

    batches: int
    peak: float
    rise: float = 0.15  # of the batches


@dataclass(frozen=True)
class Settings:
    """How the bundled network is trained; chosen on held-out MNIST images and writers."""

    batch_size: int = 256
    weight_decay: float = 0.02  # on kernels; AdamW (I. Loshchilov, F. Hutter, 2019)
    beta_2: float = 0.99
    affine: Affine = AFFINE

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """The mean cross-entropy and accuracy on the batches since the last report."""

    batches: int
    loss: float
    accuracy: float
    seconds: float


class Pretraining:
    """A network in training, cycle by cycle; the same seed gives the same network on the same machine."""

    def __init__(self, settings: Settings, seed: int, *, bfloat16: bool | None = None) -> None:
        """With `bfloat16` None, it is computed in where that is faster; weights are float32 all the same."""
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        self._settings = settings
        self._seed = seed
        self._uses_bfloat16 = has_bfloat16() if bfloat16 is None else bfloat16
        policy = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_bfloat16" if self._uses_bfloat16 else "float32")
        try:
            self._network = build_normalised()
        finally:
            keras.config.set_dtype_policy(policy)
        self._changed = RandomAffine(settings.affine, seed)
        self._rate = _Rate()
        self._optimizer = self._built_optimizer()
        self._cycles = 0

    @property
    def uses_bfloat16(self) -> bool:
        return self._uses_bfloat16

    def train(self, sources: Sequence[Source], cycle: Cycle, report: Callable[[Progress], None]) -> None:
        """Train for one cycle, going on from the weights as they are; reports each 25 batches."""
        self._cycles += 1
        self._rate.follow(cycle)
        for variable in self._optimizer.variables:  # the steps taken, and the moments
            variable.assign(keras.ops.zeros_like(variable))
        everything = together(sources)
        images, digits = tf.constant(everything.images), tf.constant(everything.digits.astype(np.int32))
        started = time.perf_counter()
        done = 0
        for batches in shuffled_batches(
            sources, self._settings.batch_size, cycle.batches, CALL, (self._seed, self._cycles)
        ):
            loss, accuracy = self._train_on(images, digits, tf.constant(batches))
            done += len(batches)
            report(Progress(done, float(loss), float(accuracy), time.perf_counter() - started))

    def network(self, temperature: float = 1.0) -> keras.Model:
        """The plain float32 network with the weights of now, its logits divided by the temperature."""
        return folded(self._network, temperature)

    @cached_property
    def _train_on(self) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        """Updates the weights once a batch; images, digits, (batches, batch size) indices to mean loss and accuracy."""
        # For any images and number of batches from the start: the next cycle and the last call of a cycle would have it
        # traced once more.
        signature = [tf.TensorSpec((None, FRAME, FRAME), tf.uint8), tf.TensorSpec((None,), tf.int32)]

        @tf.function(input_signature=[*signature, tf.TensorSpec((None, None), tf.int32)], autograph=False)  # type: ignore[untyped-decorator]
        def train_on(images: tf.Tensor, digits: tf.Tensor, batches: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            def next_step(index: tf.Tensor, losses: tf.Tensor, accuracies: tf.Tensor) -> tuple[tf.Tensor, ...]:
                loss, accuracy = self._step(tf.gather(images, batches[index]), tf.gather(digits, batches[index]))
                return index + 1, losses + loss, accuracies + accuracy

            # Written out, and not as a Python loop for AutoGraph, which cannot read one under Python 3.13.
            _, losses, accuracies = tf.while_loop(
                lambda index, *_: index < tf.shape(batches)[0], next_step, (0, 0.0, 0.0), parallel_iterations=1
            )
            number = tf.cast(tf.shape(batches)[0], tf.float32)
            return losses / number, accuracies / number

        return train_on  # type: ignore[no-any-return]

    def _step(self, images: tf.Tensor, digits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        shown = self._changed(images)
        with tf.GradientTape() as tape:
            logits = self._network(shown, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(digits, logits))
        variables = self._network.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, tf.reduce_mean(tf.cast(tf.argmax(logits, 1, tf.int32) == digits, tf.float32))

    def _built_optimizer(self) -> keras.optimizers.Optimizer:
        optimizer = keras.optimizers.AdamW(
            self._rate, weight_decay=self._settings.weight_decay, beta_2=self._settings.beta_2
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "beta"])
        optimizer.build(self._network.trainable_variables)
        return optimizer


class _Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """The learning rate along the cycle that it follows."""

    def __init__(self) -> None:
        self._peak, self._rise, self._per_batch, self._per_rise, self._per_fall = (tf.Variable(0.0) for _ in range(5))

    def follow(self, cycle: Cycle) -> None:
        self._peak.assign(cycle.peak)
        self._rise.assign(cycle.rise)
        # Factors, as TensorFlow makes of constant divisors: a seed gives the same network to the bit as with these.
        self._per_batch.assign(1 / np.float32(cycle.batches))
        self._per_rise.assign(1 / np.float32(cycle.rise))
        self._per_fall.assign(1 / np.float32(1 - cycle.rise))

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32) * self._per_batch
        falling = tf.clip_by_value((done - self._rise) * self._per_fall, 0.0, 1.0)
        return self._peak * tf.minimum(done * self._per_rise, 0.5 * (1 + tf.cos(math.pi * falling)))
