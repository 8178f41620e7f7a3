"""The training of the bundled model: many kinds of images, random affine changes, two cycles of the learning rate.

The temperature of the probabilities has to be chosen by measuring: that is done between the cycles, by digits that the
first one has not seen; the held-out writers' then join the others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.pretrain.batches import Source
from model.pretrain.cycles import CALL, Cycle, Pretraining, Progress, Settings
from model.pretrain.material import Material, Plan
from model.pretrain.renderings import Images, Labelled
from model.reading.calibration import calibration_error, cross_entropy, fitted_temperature, softmax
from model.run import Epoch, Result

IMAGES_PER_EVALUATION = 1000

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pretrained:
    """What a rebuilding gives, but for what only the finished network is measured on.

    Attributes:
        losses, accuracies: on the training images, the mean over each 25 batches.
        epochs: the history; `test` stands for the held-out images of MNIST.
        history: the same with the held-out drawings.
        chosen: what was chosen between the cycles, and the figures on held-out digits by which it was.
        seconds: spent training.
    """

    network: keras.Model
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    epochs: tuple[Epoch, ...]
    history: tuple[dict[str, float], ...]
    chosen: dict[str, float]
    settings: dict[str, Any]
    seconds: float


ReportTraining = Callable[[int, float, Progress], None]
"""Told the cycle's number, the share of it that is done, and the progress."""


def pretrain(plan: Plan, material: Material, report: ReportTraining) -> Pretrained:
    """Train for both cycles, and choose in between."""
    return _Pretrain(plan, material, report).run()


class _Pretrain:
    def __init__(self, plan: Plan, material: Material, report: ReportTraining) -> None:
        self._plan = plan
        self._material = material
        self._report = report
        self._settings = Settings()
        self._training = Pretraining(self._settings, plan.seed)
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._epochs: list[Epoch] = []
        self._history: list[dict[str, float]] = []

    def run(self) -> Pretrained:
        started = time.perf_counter()
        drawn, joining = self._material.drawn, self._material.joining
        self._cycle(0, drawn)
        chosen = self._choose()
        everything = Labelled(
            np.concatenate([drawn.images, joining.images]), np.concatenate([drawn.digits, joining.digits])
        )
        self._cycle(1, everything)
        return Pretrained(
            network=in_halves(self._training.network(chosen["temperature"])),
            losses=tuple(self._losses),
            accuracies=tuple(self._accuracies),
            epochs=tuple(self._epochs),
            history=tuple(self._history),
            chosen=chosen,
            settings=self._settings.to_json() | {"bfloat16": self._training.uses_bfloat16},
            seconds=round(time.perf_counter() - started, 1),
        )

    def _cycle(self, number: int, drawn: Labelled) -> None:
        cycle = Cycle(self._plan.batches[number], self._plan.peaks[number])
        every = max(1, cycle.batches // self._plan.reports // CALL) * CALL
        since, before = len(self._losses), 0.0

        def report(progress: Progress) -> None:
            nonlocal since, before
            self._losses.append(progress.loss)
            self._accuracies.append(progress.accuracy)
            self._report(number + 1, progress.batches / cycle.batches, progress)
            if progress.batches % every and progress.batches < cycle.batches:
                return
            training = Result(float(np.mean(self._losses[since:])), float(np.mean(self._accuracies[since:])))
            self._measure(number, progress, training, progress.seconds - before)
            since, before = len(self._losses), progress.seconds

        self._training.train(self._sources(drawn), cycle, report)

    def _measure(self, number: int, progress: Progress, training: Result, seconds: float) -> None:
        network = self._training.network()
        mnist = self._result(network, self._material.held_out_mnist)
        drawn = self._result(network, self._material.held_out_drawn)
        self._epochs.append(Epoch(training, mnist, round(seconds, 1)))
        self._history.append(
            {
                "cycle": number + 1,
                "batches": progress.batches,
                "training_loss": training.loss,
                "training_accuracy": training.accuracy,
                "held_out_mnist_accuracy": mnist.accuracy,
                # In the second cycle these writers are learned from, and the figure says no more.
                **({"held_out_drawn_accuracy": drawn.accuracy} if number == 0 else {}),
            }
        )

    def _result(self, network: keras.Model, labelled: Labelled) -> Result:
        logits, _ = logits_and_activations(network, labelled.images)
        return Result(cross_entropy(logits, labelled.digits), float(np.mean(logits.argmax(1) == labelled.digits)))

    def _choose(self) -> dict[str, float]:
        """The temperature, by the held-out drawings."""
        network = self._training.network()
        held_out = self._material.held_out_drawn
        logits, _ = logits_and_activations(network, held_out.images)
        temperature = fitted_temperature(logits, held_out.digits)
        return {
            "temperature": temperature,
            "calibration_error_before": calibration_error(softmax(logits), held_out.digits),
            "calibration_error_after": calibration_error(softmax(logits / temperature), held_out.digits),
            "drawn_accuracy": float(np.mean(logits.argmax(axis=1) == held_out.digits)),
            "mnist_accuracy": self._result(network, self._material.held_out_mnist).accuracy,
        }

    def _sources(self, drawn: Labelled) -> list[Source]:
        """Without drawn digits, the composed ones take their share too."""
        of_mnist, of_drawn, of_composed = self._plan.shares
        mnist, composed = self._material.mnist, self._material.composed
        if not len(drawn):
            return [Source("mnist", mnist, of_mnist), Source("composed", composed, of_drawn + of_composed)]
        return [
            Source("mnist", mnist, of_mnist),
            Source("drawn", drawn, of_drawn),
            Source("composed", composed, of_composed),
        ]


def in_halves(network: keras.Model) -> keras.Model:
    """The same network, its kernels rounded to what float16 can hold: the page gets them so, in half the bytes."""
    for layer in network.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel.astype(np.float16).astype(np.float32), bias])
    return network


def logits_and_activations(network: keras.Model, images: Images) -> tuple[Floats, Floats]:
    """(n, 28, 28) uint8 to the logits (n, 10) and what the last layer read, (n, 1152), of a float32 network."""
    last = network.layers[-1]
    before_last = keras.Model(network.input, last.input)
    parts = []
    for start in range(0, len(images), IMAGES_PER_EVALUATION):
        part = tf.constant(images[start : start + IMAGES_PER_EVALUATION], tf.float32)
        parts.append(before_last(part[..., tf.newaxis] / 255.0, training=False).numpy())
    activations = np.concatenate(parts)
    return activations @ last.kernel.numpy() + last.bias.numpy(), activations
