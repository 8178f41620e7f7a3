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

from model.data import Mnist
from model.plan import Architecture, Recipe
from model.reading.epochs import EpochWeights, kept_epochs
from model.run import Epoch, Record, Result, Run
from model.run.looks import WATCHED_IMAGES, Look, Looks
from model.run.record import packed
from model.training.augmentation import AFFINE, RandomAffine
from model.training.export import export
from model.training.network import build_convnet
from model.training.optimizers import optimizer_for
from model.training.precision import has_bfloat16, in_half_precision
from model.training.scoring import IMAGES_PER_EVALUATION, Reader, loss_and_correct, scaled

# Images trained on between two returns to Python. Each return costs about a millisecond, and it is where a stop is
# noticed and progress is told: so many take about a tenth of a second.
IMAGES_PER_CALL = 1024

# A look at the network costs some milliseconds; so many times that pass until the next one.
TRAINING_PER_LOOK = 60
SECONDS_BETWEEN_LOOKS = 0.4


class Diverged(Exception):
    """The loss is no longer a number; the message is a sentence for the visitor."""

    def __init__(self) -> None:
        super().__init__("The training diverged: the loss is no longer a number. Try a learning rate a tenth as large.")


@dataclass(frozen=True)
class BatchesReport:
    """What is told while training: the losses and accuracies of the batches since the last report."""

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    seconds: float  # spent training since the run began


ReportBatches = Callable[[BatchesReport], None]
ReportEpoch = Callable[[Epoch], None]
ReportLook = Callable[[Look], None]


@dataclass(frozen=True)
class Trained:
    """A trained network, its record, and what was kept of it on the way."""

    network: keras.Model
    record: Record
    epochs: EpochWeights
    looks: Looks

    def save(self, folder: Path) -> Run:
        """Write the run's folder, whole or not at all.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        return Run.save(folder, self.record, self.write)

    def write(self, folder: Path) -> None:
        """Every file of a run but its record."""
        export(self.network, folder, self.record.architecture)
        self.epochs.save(folder)
        self.looks.save(folder)


def train(
    recipe: Recipe,
    architecture: Architecture,
    mnist: Mnist,
    report_batches: ReportBatches,
    report_epoch: ReportEpoch,
    stop: threading.Event | None = None,
    report_look: ReportLook | None = None,
) -> Trained:
    """Train a fresh network; the same recipe gives the same network on the same machine.

    Args:
        report_batches: called several times a second with the training loss and accuracy of each batch.
        report_epoch: called after each epoch, when the test images have been read.
        stop: once set, training ends after the batches at work, and what was learned so far is the result.
        report_look: called now and then, the first time with the untrained network.

    Raises:
        Diverged: the loss became infinite or not a number.
    """
    reports = (report_batches, report_epoch, report_look or (lambda _: None))
    return _Training(recipe, architecture, mnist, reports, stop or threading.Event()).run()


class _Training:
    """One run from its first batch to its record."""

    def __init__(
        self,
        recipe: Recipe,
        architecture: Architecture,
        mnist: Mnist,
        reports: tuple[ReportBatches, ReportEpoch, ReportLook],
        stop: threading.Event,
    ) -> None:
        keras.utils.set_random_seed(recipe.seed)
        self.recipe = recipe
        self.architecture = architecture
        self.mnist = mnist
        self.report_batches, self.report_epoch, self.report_look = reports
        self.stop = stop
        self.random = np.random.default_rng(recipe.seed)
        self.network = build_convnet(architecture)
        # What is trained: the network itself, or the same one in half precision, whose weights are copied back.
        is_half = recipe.half_precision and has_bfloat16()
        self.trained = in_half_precision(self.network) if is_half else self.network
        self.optimizer = optimizer_for(recipe)
        self.optimizer.build(self.trained.trainable_variables)
        self.prepare = RandomAffine(AFFINE, recipe.seed) if recipe.augmentation else scaled
        # The whole set stays in memory as bytes, and each batch is scaled when its turn comes: as float32 it would take
        # four times the memory.
        chosen = self._chosen_images()
        self.images = tf.constant(mnist.x_train[chosen])
        self.digits = tf.constant(mnist.y_train[chosen])
        # For any number of batches of any size from the start: an epoch's last ones would have it traced twice more.
        any_batches = [tf.TensorSpec((None, None), tf.int32)]
        self.train_on = tf.function(self._train_on, input_signature=any_batches, autograph=False)
        self.reader = Reader(self.network)
        self.samples = self._samples()
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self.epochs: list[Epoch] = []
        self.kept_at: list[float] = []
        self.kept: list[npt.NDArray[np.float32]] = []
        self.looks = Looks()
        self.seconds = 0.0
        self.next_look = 0.0

    def run(self) -> Trained:
        self._keep_weights()
        self._look()
        kept = kept_epochs(self.recipe.epochs)
        while len(self.epochs) < self.recipe.epochs and self._epoch():
            if len(self.epochs) in kept:
                self._keep_weights()
        stopped = len(self.epochs) < self.recipe.epochs
        # A stop between two epochs leaves the network as the last one's test, look and weights have it.
        is_within_an_epoch = len(self.losses) > len(self.epochs) * self.recipe.batches
        if is_within_an_epoch:
            self._keep_weights()
            self._look_again()
        record = Record(
            recipe=self.recipe,
            batch_losses=packed(self.losses),
            batch_accuracies=packed(self.accuracies),
            epochs=tuple(self.epochs),
            test=self.epochs[-1].test if self.epochs and not is_within_an_epoch else self._test(),
            seconds=round(self.seconds, 3),
            stopped=stopped,
            architecture=self.architecture,
        )
        return Trained(self.network, record, EpochWeights.of(self.kept_at, self.kept), self.looks)

    def _epoch(self) -> bool:
        """Train on every image once; False when a stop cut it short."""
        first, seconds_before = len(self.losses), self.seconds
        for batches in self._shuffled_batches():
            if self.stop.is_set():
                return False
            started = time.perf_counter()
            self._train_and_report(batches)
            if self.seconds + time.perf_counter() - started >= self.next_look:
                self._look()
            self.seconds += time.perf_counter() - started
        done = Result(float(np.mean(self.losses[first:])), float(np.mean(self.accuracies[first:])))
        self.epochs.append(Epoch(done, self._test(), round(self.seconds - seconds_before, 3)))
        self.report_epoch(self.epochs[-1])
        self._look_again()
        return True

    def _train_and_report(self, batches: npt.NDArray[np.int32]) -> None:
        started = time.perf_counter()
        losses, accuracies = (tuple(values.numpy().tolist()) for values in self.train_on(tf.constant(batches)))
        if not np.isfinite(losses).all():
            raise Diverged
        self.losses += losses
        self.accuracies += accuracies
        self.report_batches(BatchesReport(losses, accuracies, self.seconds + time.perf_counter() - started))

    def _train_on(self, batches: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Update the weights once a batch; (batches, batch size) indices to each batch's loss and accuracy."""
        number = tf.shape(batches)[0]

        def step(index: tf.Tensor, losses: tf.TensorArray, accuracies: tf.TensorArray) -> tuple[tf.Tensor, ...]:
            images = self.prepare(tf.gather(self.images, batches[index]))
            digits = tf.gather(self.digits, batches[index])
            with tf.GradientTape() as tape:
                each, correct = loss_and_correct(self.trained(images, training=True), digits)
                loss = tf.reduce_mean(each)
            variables = self.trained.trainable_variables
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
        at_once = max(1, IMAGES_PER_CALL // size)
        for start in range(0, len(full), at_once):
            yield full[start : start + at_once]
        if len(order) % size:
            yield order[full.size :].reshape(1, -1)

    def _chosen_images(self) -> slice | npt.NDArray[np.int64]:
        if self.recipe.images == len(self.mnist.x_train):
            return slice(None)
        return np.sort(self.random.choice(len(self.mnist.x_train), self.recipe.images, replace=False))

    def _look(self) -> None:
        """Tell how the network looks by now, by the watched images and some more of the test images."""
        started = time.perf_counter()
        self._copy_weights()
        chosen = np.concatenate([WATCHED_IMAGES, next(self.samples)])
        probabilities, losses, correct = self.reader.read(self.mnist.x_test[chosen], self.mnist.y_test[chosen])
        if not np.isfinite(losses).all():
            raise Diverged
        watched = len(WATCHED_IMAGES)
        result = Result(float(losses[watched:].mean()), float(correct[watched:].mean()))
        look = Look(len(self.losses), self._first_filters(), probabilities[:watched], result)
        self.looks.add(look)
        self.report_look(look)
        cost = time.perf_counter() - started
        # The first one compiles, which the others need not.
        pause = TRAINING_PER_LOOK * cost if len(self.looks.all) > 1 else 0.0
        self.next_look = self.seconds + max(SECONDS_BETWEEN_LOOKS, pause)

    def _look_again(self) -> None:
        """Where an epoch or the run ends, whose network is looked at in any case."""
        if self.looks.all[-1].batches < len(self.losses):
            self._look()

    def _first_filters(self) -> npt.NDArray[np.float32]:
        """(filters, kernel_size, kernel_size) of the first layer, which looks at the one grey channel."""
        kernels = [weight for weight in self.network.get_weights()[:1] if weight.ndim == 4]
        return np.moveaxis(kernels[0][:, :, 0], 2, 0) if kernels else np.zeros((0, 1, 1), np.float32)

    def _samples(self) -> Iterator[npt.NDArray[np.int64]]:
        """Some of the test images that are not watched, other ones each time until all have had their turn."""
        others = np.setdiff1d(np.arange(len(self.mnist.x_test)), WATCHED_IMAGES)
        size = IMAGES_PER_EVALUATION - len(WATCHED_IMAGES)
        while True:
            order = np.random.default_rng(0).permutation(others)
            yield from order[: len(order) // size * size].reshape(-1, size)

    def _keep_weights(self) -> None:
        self._copy_weights()
        self.kept_at.append(len(self.losses) / self.recipe.batches)
        self.kept.append(np.concatenate([weight.ravel() for weight in self.network.get_weights()]))

    def _copy_weights(self) -> None:
        if self.trained is not self.network:
            self.network.set_weights(self.trained.get_weights())

    def _test(self) -> Result:
        self._copy_weights()
        result = self.reader.evaluate(self.mnist.x_test, self.mnist.y_test)
        if not np.isfinite(result.loss):
            raise Diverged
        return result
