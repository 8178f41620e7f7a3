"""The training of the bundled model: many kinds of images, random affine changes, two cycles of the learning rate.

What has to be chosen by measuring (the temperature of the probabilities, the score from which a drawing is refused) is
chosen between the cycles, by digits that the first one has not seen; the held-out writers' then join the others.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.augmentation import AFFINE, Affine, RandomAffine
from model.calibration import calibration_error, cross_entropy, fitted_temperature, softmax
from model.network import build_convnet
from model.precision import has_bfloat16
from model.pretrain.material import Material, Plan
from model.pretrain.renderings import Images, Labelled
from model.refusal import Head
from model.run import Epoch, Result

CALL = 25  # batches trained on between two returns to Python
IMAGES_PER_EVALUATION = 1000

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """Images of one kind, and the share of each batch that is taken from them."""

    name: str
    images: Labelled
    share: float


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
    weight_decay: float = 0.004  # on kernels; AdamW (I. Loshchilov, F. Hutter, 2019)
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
            self._network = build_convnet()
        finally:
            keras.config.set_dtype_policy(policy)
        self._last = self._network.layers[-1]
        self._before_last = keras.Model(self._network.input, self._last.input)
        self._changed = RandomAffine(self._settings.affine, seed)
        self._cycles = 0

    @property
    def uses_bfloat16(self) -> bool:
        return self._uses_bfloat16

    def train(self, sources: Sequence[Source], cycle: Cycle, report: Callable[[Progress], None]) -> None:
        """Train for one cycle, going on from the weights as they are; reports each 25 batches."""
        self._cycles += 1
        optimizer = keras.optimizers.AdamW(
            _Rate(cycle), weight_decay=self._settings.weight_decay, beta_2=self._settings.beta_2
        )
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        optimizer.build(self._network.trainable_variables)
        images = tf.constant(np.concatenate([source.images.images for source in sources]))
        digits = tf.constant(np.concatenate([source.images.digits for source in sources]).astype(np.int32))

        @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[untyped-decorator]
        def train_on(batches: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            def step(index: tf.Tensor, losses: tf.Tensor, accuracies: tf.Tensor) -> tuple[tf.Tensor, ...]:
                chosen = tf.gather(digits, batches[index])
                changed = self._changed(tf.gather(images, batches[index]))
                with tf.GradientTape() as tape:
                    logits = self._logits(changed, training=True)
                    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(chosen, logits))
                variables = self._network.trainable_variables
                optimizer.apply(tape.gradient(loss, variables), variables)
                right = tf.reduce_mean(tf.cast(tf.argmax(logits, 1, tf.int32) == chosen, tf.float32))
                return index + 1, losses + loss, accuracies + right

            # Written out, and not as a Python loop for AutoGraph, which cannot read one under Python 3.13.
            _, losses, accuracies = tf.while_loop(
                lambda index, *_: index < tf.shape(batches)[0], step, (0, 0.0, 0.0), parallel_iterations=1
            )
            number = tf.cast(tf.shape(batches)[0], tf.float32)
            return losses / number, accuracies / number

        started = time.perf_counter()
        for done, batches in self._calls(sources, cycle.batches):
            loss, accuracy = train_on(tf.constant(batches))
            report(Progress(done, float(loss), float(accuracy), time.perf_counter() - started))

    def network(self, temperature: float = 1.0) -> keras.Model:
        """A float32 network with the weights of now, whose logits are divided by the temperature.

        Dividing the last layer's weights does that exactly, with no parameter more (C. Guo et al., "On calibration of
        modern neural networks", 2017).
        """
        network = build_convnet()
        *weights, kernel, bias = (np.asarray(value, np.float32) for value in self._network.get_weights())
        network.set_weights([*weights, kernel / temperature, bias / temperature])
        return network

    def _logits(self, images: tf.Tensor, *, training: bool) -> tf.Tensor:
        """(n, 28, 28, 1) to (n, 10) float32, before the softmax, whose logarithm would lose precision."""
        activations = tf.cast(self._before_last(images, training=training), tf.float32)
        return tf.matmul(activations, tf.cast(self._last.kernel, tf.float32)) + tf.cast(self._last.bias, tf.float32)

    def _calls(self, sources: Sequence[Source], batches: int) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
        """Indices (batches, batch size) of the images to train on next, with the number of batches done after them."""
        counts = [round(source.share * self._settings.batch_size) for source in sources]
        counts[0] += self._settings.batch_size - sum(counts)
        starts = np.cumsum([0] + [len(source.images) for source in sources[:-1]])
        streams = [
            _Shuffled(len(source.images), int(start), np.random.default_rng([self._seed, self._cycles, number]))
            for number, (source, start) in enumerate(zip(sources, starts, strict=True))
        ]
        for first in range(0, batches, CALL):
            number = min(CALL, batches - first)
            rows = [
                np.concatenate([stream.take(count) for stream, count in zip(streams, counts, strict=True)])
                for _ in range(number)
            ]
            yield first + number, np.stack(rows).astype(np.int32)


class _Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """The learning rate along a cycle."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32) / self.cycle.batches
        falling = tf.clip_by_value((done - self.cycle.rise) / (1 - self.cycle.rise), 0.0, 1.0)
        return self.cycle.peak * tf.minimum(done / self.cycle.rise, 0.5 * (1 + tf.cos(math.pi * falling)))


class _Shuffled:
    """Indices from `start` on, without end: each once in random order, and then again in another."""

    def __init__(self, number: int, start: int, random: np.random.Generator) -> None:
        self._number = number
        self._start = start
        self._random = random
        self._left = np.empty(0, np.int64)

    def take(self, number: int) -> npt.NDArray[np.int64]:
        while len(self._left) < number:
            self._left = np.concatenate([self._left, self._random.permutation(self._number)])
        taken, self._left = self._left[:number], self._left[number:]
        return taken + self._start


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


@dataclass(frozen=True)
class HeadSettings:
    """How the second head is trained that tells digits from the rest."""

    units: int = 64
    epochs: int = 8
    batch_size: int = 256
    learning_rate: float = 0.001
    weight_decay: float = 0.0001
    # Of the activations and of the hidden units: the non-digits of a few hundred rules must not be learned by heart.
    dropout: tuple[float, float] = (0.2, 0.3)


def train_head(digits: Floats, non_digits: Floats, settings: HeadSettings, threshold: float, seed: int) -> Head:
    """A head that gives digits low and non-digits high scores.

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
    )


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
    head: Head
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
        self._head_settings = HeadSettings()
        self._training = Pretraining(self._settings, plan.seed)
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._epochs: list[Epoch] = []
        self._history: list[dict[str, float]] = []

    def run(self) -> Pretrained:
        started = time.perf_counter()
        drawn, joining = self._material.drawn, self._material.joining
        self._cycle(0, drawn)
        chosen = self._choose(drawn)
        everything = Labelled(
            np.concatenate([drawn.images, joining.images]), np.concatenate([drawn.digits, joining.digits])
        )
        self._cycle(1, everything)
        network = self._training.network(chosen["temperature"])
        return Pretrained(
            network=network,
            head=self._head(network, everything, chosen["refusal_threshold"]),
            losses=tuple(self._losses),
            accuracies=tuple(self._accuracies),
            epochs=tuple(self._epochs),
            history=tuple(self._history),
            chosen=chosen,
            settings=self._settings.to_json()
            | {"bfloat16": self._training.uses_bfloat16, "head": asdict(self._head_settings)},
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

    def _choose(self, drawn: Labelled) -> dict[str, float]:
        """The temperature and the refusal's threshold, by the held-out drawings."""
        network = self._training.network()
        held_out = self._material.held_out_drawn
        logits, activations = logits_and_activations(network, held_out.images)
        temperature = fitted_temperature(logits, held_out.digits)
        scores = self._head(network, drawn, threshold=0.0).scores(activations)
        return {
            "temperature": temperature,
            "refusal_threshold": float(np.quantile(scores, 1 - self._plan.refused)),
            "calibration_error_before": calibration_error(softmax(logits), held_out.digits),
            "calibration_error_after": calibration_error(softmax(logits / temperature), held_out.digits),
            "drawn_accuracy": float(np.mean(logits.argmax(axis=1) == held_out.digits)),
            "mnist_accuracy": self._result(network, self._material.held_out_mnist).accuracy,
        }

    def _head(self, network: keras.Model, drawn: Labelled, threshold: float) -> Head:
        """The second head on this network's activations, taught on half as many digits of each kind as non-digits."""
        random = np.random.default_rng(self._plan.seed)
        kinds = [kind.images for kind in (self._material.mnist, drawn, self._material.composed) if len(kind)]
        each = len(self._material.non_digits) // 2
        digits = [images[random.choice(len(images), min(each, len(images)), replace=False)] for images in kinds]
        _, of_digits = logits_and_activations(network, np.concatenate(digits))
        _, of_non_digits = logits_and_activations(network, self._material.non_digits)
        return train_head(of_digits, of_non_digits, self._head_settings, threshold, self._plan.seed)

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
