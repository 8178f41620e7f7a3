"""Training in Keras: a recipe and MNIST in, a trained network and its record out."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.architecture import Architecture
from model.data import Mnist
from model.network import build_convnet
from model.recipe import Recipe
from model.run import KERAS_FILE, LITERT_FILE, Epoch, Record, Result, Run, packed

# Batches trained on between two returns to Python. Each return costs about a millisecond, and it is where a stop is
# noticed and progress is told: eight batches take about a tenth of a second.
BATCHES_PER_CALL = 8
IMAGES_PER_EVALUATION = 500

ONE_CYCLE_RISE = 0.2  # of the run
ADAM_BETA_2 = 0.99  # forgets old gradients sooner than the usual 0.999, as a run of a few hundred batches needs


class Diverged(Exception):
    """The loss is no longer a number; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class BatchesReport:
    """What is told while training: the losses and accuracies of the batches since the last report."""

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    seconds: float  # spent training since the run began


ReportBatches = Callable[[BatchesReport], None]
ReportEpoch = Callable[[Epoch], None]


@dataclass(frozen=True)
class Trained:
    """A trained network and its record."""

    network: keras.Model
    record: Record

    def save(self, folder: Path) -> Run:
        """Write the run's folder, whole or not at all.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        return Run.save(folder, self.record, lambda unfinished: export(self.network, unfinished))


def train(
    recipe: Recipe,
    architecture: Architecture,
    mnist: Mnist,
    report_batches: ReportBatches,
    report_epoch: ReportEpoch,
    stop: threading.Event | None = None,
) -> Trained:
    """Train a fresh network; the same recipe gives the same network on the same machine.

    Args:
        report_batches: called several times a second with the training loss and accuracy of each batch.
        report_epoch: called after each epoch, when the test images have been read.
        stop: once set, training ends after the batches at work, and what was learned so far is the result.

    Raises:
        Diverged: the loss became infinite or not a number.
    """
    return _Training(recipe, architecture, mnist, report_batches, report_epoch, stop or threading.Event()).run()


def evaluate(network: keras.Model, images: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> Result:
    """Mean cross-entropy and accuracy of a network on (n, 28, 28) uint8 images, as the notebook prints them."""

    @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[untyped-decorator]
    def summed(images: tf.Tensor, digits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        loss, correct = _loss_and_correct(network, images, digits, training=False)
        return tf.reduce_sum(loss), tf.reduce_sum(correct)

    loss = correct = 0.0
    for start in range(0, len(images), IMAGES_PER_EVALUATION):
        part = slice(start, start + IMAGES_PER_EVALUATION)
        part_loss, part_correct = summed(tf.constant(images[part]), tf.constant(digits[part]))
        loss += float(part_loss)
        correct += float(part_correct)
    return Result(loss / len(images), correct / len(images))


def export(network: keras.Model, folder: Path) -> None:
    """Write the network as a Keras file, and as a LiteRT file whose outputs are all layers' activations, in order."""
    network.save(folder / KERAS_FILE)
    every_layer = keras.Model(network.input, [layer.output for layer in network.layers])
    every_layer.export(folder / LITERT_FILE, format="litert", verbose=False)


class _OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A straight line up to the peak and a straight line down to zero."""

    def __init__(self, peak: float, steps: int) -> None:
        self.peak = peak
        self.steps = steps

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32) / self.steps
        return self.peak * tf.minimum(done / ONE_CYCLE_RISE, (1 - done) / (1 - ONE_CYCLE_RISE))


def _optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    rate: float | _OneCycle = recipe.learning_rate
    if recipe.schedule == "one-cycle":
        rate = _OneCycle(recipe.learning_rate, recipe.epochs * recipe.batches)
    if recipe.optimizer == "Adam":
        return keras.optimizers.Adam(rate, beta_2=ADAM_BETA_2)
    return keras.optimizers.RMSprop(rate)


def _loss_and_correct(
    network: keras.Model, images: tf.Tensor, digits: tf.Tensor, *, training: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    """For each of n uint8 images its cross-entropy and 1.0 where it was read rightly; both (n,) float32."""
    scaled = tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0
    probabilities = network(scaled, training=training)
    loss = keras.losses.sparse_categorical_crossentropy(digits, probabilities)
    read = tf.argmax(probabilities, axis=1, output_type=tf.int32)
    return loss, tf.cast(read == tf.cast(digits, tf.int32), tf.float32)


class _Training:
    """One run from its first batch to its record."""

    def __init__(
        self,
        recipe: Recipe,
        architecture: Architecture,
        mnist: Mnist,
        report_batches: ReportBatches,
        report_epoch: ReportEpoch,
        stop: threading.Event,
    ) -> None:
        keras.utils.set_random_seed(recipe.seed)
        self.recipe = recipe
        self.architecture = architecture
        self.mnist = mnist
        self.report_batches = report_batches
        self.report_epoch = report_epoch
        self.stop = stop
        self.random = np.random.default_rng(recipe.seed)
        self.network = build_convnet(architecture)
        self.optimizer = _optimizer(recipe)
        self.optimizer.build(self.network.trainable_variables)
        # The whole set stays in memory as bytes, and each batch is scaled when its turn comes: as float32 it would take
        # four times the memory.
        chosen = self._chosen_images()
        self.images = tf.constant(mnist.x_train[chosen])
        self.digits = tf.constant(mnist.y_train[chosen])
        self.train_on = tf.function(self._train_on, reduce_retracing=True, autograph=False)
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self.epochs: list[Epoch] = []
        self.seconds = 0.0

    def run(self) -> Trained:
        for _ in range(self.recipe.epochs):
            if not self._epoch():
                break
        stopped = len(self.epochs) < self.recipe.epochs
        record = Record(
            recipe=self.recipe,
            batch_losses=packed(self.losses),
            batch_accuracies=packed(self.accuracies),
            epochs=tuple(self.epochs),
            test=self._test() if stopped else self.epochs[-1].test,
            seconds=round(self.seconds, 3),
            stopped=stopped,
            architecture=self.architecture,
        )
        return Trained(self.network, record)

    def _epoch(self) -> bool:
        """Train on every image once; False when a stop cut it short."""
        first, seconds_before = len(self.losses), self.seconds
        for batches in self._shuffled_batches():
            if self.stop.is_set():
                return False
            self._train_and_report(batches)
        done = Result(float(np.mean(self.losses[first:])), float(np.mean(self.accuracies[first:])))
        self.epochs.append(Epoch(done, self._test(), round(self.seconds - seconds_before, 3)))
        self.report_epoch(self.epochs[-1])
        return True

    def _train_and_report(self, batches: npt.NDArray[np.int32]) -> None:
        started = time.perf_counter()
        losses, accuracies = (tuple(values.numpy().tolist()) for values in self.train_on(tf.constant(batches)))
        self.seconds += time.perf_counter() - started
        if not np.isfinite(losses).all():
            raise Diverged(
                "The training diverged: the loss is no longer a number. Try a learning rate a tenth as large."
            )
        self.losses += losses
        self.accuracies += accuracies
        self.report_batches(BatchesReport(losses, accuracies, self.seconds))

    def _train_on(self, batches: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Update the weights once a batch; (batches, batch size) indices to each batch's loss and accuracy."""
        number = tf.shape(batches)[0]

        def step(index: tf.Tensor, losses: tf.TensorArray, accuracies: tf.TensorArray) -> tuple[tf.Tensor, ...]:
            images = tf.gather(self.images, batches[index])
            digits = tf.gather(self.digits, batches[index])
            with tf.GradientTape() as tape:
                each, correct = _loss_and_correct(self.network, images, digits, training=True)
                loss = tf.reduce_mean(each)
            variables = self.network.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return index + 1, losses.write(index, loss), accuracies.write(index, tf.reduce_mean(correct))

        # Written out, and not as a Python loop for AutoGraph, which cannot read one under Python 3.13.
        _, losses, accuracies = tf.while_loop(
            lambda index, *_: index < number,
            step,
            (0, tf.TensorArray(tf.float32, number), tf.TensorArray(tf.float32, number)),
            parallel_iterations=1,
        )
        return losses.stack(), accuracies.stack()

    def _shuffled_batches(self) -> Iterator[npt.NDArray[np.int32]]:
        """The epoch's images in random order, as arrays (batches, batch size); the last may be one smaller batch."""
        order = self.random.permutation(self.recipe.images).astype(np.int32)
        size = self.recipe.batch_size
        full = order[: len(order) // size * size].reshape(-1, size)
        for start in range(0, len(full), BATCHES_PER_CALL):
            yield full[start : start + BATCHES_PER_CALL]
        if len(order) % size:
            yield order[full.size :].reshape(1, -1)

    def _chosen_images(self) -> slice | npt.NDArray[np.int64]:
        if self.recipe.images == len(self.mnist.x_train):
            return slice(None)
        return np.sort(self.random.choice(len(self.mnist.x_train), self.recipe.images, replace=False))

    def _test(self) -> Result:
        return evaluate(self.network, self.mnist.x_test, self.mnist.y_test)
