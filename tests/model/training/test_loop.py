"""model.training: the recipe is followed, what is told is true, and the result can be used."""

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from model.data import Mnist
from model.plan import FAST, Architecture, Recipe
from model.reading import Classifier
from model.run import Epoch, Result, Run
from model.run.looks import WATCHED_IMAGES
from model.run.record import packed
from model.training import loop
from model.training.loop import BatchesReport, Diverged, Trained, train
from model.training.optimizers import OneCycle
from model.training.scoring import evaluate, loss_and_correct
from tests.runs import with_fewer_tests

SMALL = Recipe(optimizer="Adam", learning_rate=0.004, batch_size=50, epochs=2, images=3020)


class Listener:
    """Keeps what it is told, and may set the stop after some batches."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.batches: list[BatchesReport] = []
        self.epochs: list[Epoch] = []
        self.stop = threading.Event()
        self._stop_after = stop_after

    def take_batches(self, report: BatchesReport) -> None:
        self.batches.append(report)
        if self._stop_after and sum(len(report.losses) for report in self.batches) >= self._stop_after:
            self.stop.set()

    def train(self, recipe: Recipe, mnist: Mnist) -> Trained:
        return train(recipe, Architecture(), mnist, self.take_batches, self.epochs.append, self.stop)


@pytest.fixture(scope="module")
def mnist(mnist: Mnist) -> Mnist:
    """Nothing here depends on how many test images there are; the real worker's test has all of them."""
    return with_fewer_tests(mnist)


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener()


@pytest.fixture(scope="module")
def trained(mnist: Mnist, listener: Listener) -> Trained:
    return listener.train(SMALL, mnist)


def test_every_batch_of_every_epoch_is_told(trained: Trained, listener: Listener) -> None:
    told = [loss for report in listener.batches for loss in report.losses]
    assert len(told) == 2 * 61  # sixty batches of 50 and one of 20
    assert trained.record.batch_losses == packed(told)
    assert len(trained.record.batch_accuracies) == len(told)
    assert tuple(listener.epochs) == trained.record.epochs
    seconds = [report.seconds for report in listener.batches]
    assert seconds == sorted(seconds)


def test_it_learns(trained: Trained) -> None:
    first, second = trained.record.epochs
    assert trained.record.batch_losses[0] == pytest.approx(np.log(10), abs=0.3)  # chance, among ten digits
    assert second.training.loss < first.training.loss
    assert second.training.loss == pytest.approx(np.mean(trained.record.batch_losses[61:]), rel=1e-5)
    assert trained.record.test == second.test
    assert second.test.accuracy > 0.93


def test_the_test_result_is_that_of_keras(trained: Trained, mnist: Mnist) -> None:
    network = keras.models.clone_model(trained.network)
    network.set_weights(trained.network.get_weights())
    network.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = network.evaluate(mnist.x_test[..., np.newaxis] / 255, mnist.y_test, verbose=0)
    assert trained.record.test.loss == pytest.approx(loss, rel=1e-4)
    assert trained.record.test.accuracy == pytest.approx(accuracy, abs=1e-4)


def test_the_saved_run_answers_like_the_trained_network(trained: Trained, mnist: Mnist, tmp_path: Path) -> None:
    run = trained.save(tmp_path / "run")
    assert Run.load(run.folder) == run
    expected = trained.network.predict(mnist.x_test[:300, ..., np.newaxis] / 255, verbose=0)
    assert np.abs(Classifier.load(run.folder).probabilities(mnist.x_test[:300]) - expected).max() < 1e-4
    reloaded = keras.models.load_model(run.folder / "model.keras")
    assert evaluate(reloaded, mnist.x_test[:1000], mnist.y_test[:1000]).accuracy > 0.9


def test_the_same_recipe_gives_the_same_network(mnist: Mnist) -> None:
    recipe = Recipe(batch_size=100, epochs=1, images=1000)
    one, two = (Listener().train(recipe, mnist).record.batch_losses for _ in range(2))
    assert list(one) == pytest.approx(list(two), rel=1e-4)
    other = Listener().train(Recipe(batch_size=100, epochs=1, images=1000, seed=2), mnist).record.batch_losses
    assert list(one) != pytest.approx(list(other), rel=1e-4)


def test_the_weights_after_each_epoch_are_kept(trained: Trained) -> None:
    kept = trained.epochs
    assert list(kept.epochs) == [0, 1, 2]
    last = np.concatenate([weight.ravel() for weight in trained.network.get_weights()])
    assert np.abs(kept.weights[-1] - last).max() < 0.001
    assert np.abs(kept.weights[0] - last).max() > 0.01


def test_looks_begin_with_the_untrained_network(trained: Trained) -> None:
    first = trained.looks.all[0]
    assert first.batches == 0
    assert first.filters.shape == (32, 3, 3)
    assert first.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert first.test.loss == pytest.approx(np.log(10), abs=0.3)
    assert all(earlier.batches < later.batches for earlier, later in pairwise(trained.looks.all))


def test_every_epoch_ends_with_a_look_and_the_last_is_at_the_trained_network(trained: Trained, mnist: Mnist) -> None:
    last = trained.looks.all[-1]
    assert {61, 122} <= {look.batches for look in trained.looks.all}
    assert last.batches == 122
    images = mnist.x_test[list(WATCHED_IMAGES), ..., np.newaxis] / 255
    assert last.probabilities == pytest.approx(trained.network.predict(images, verbose=0), abs=1e-4)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(optimizer="SGD", learning_rate=0.05, batch_size=50, epochs=1, images=3000),
        Recipe("AdamW", 0.004, "one-cycle", 50, epochs=2, images=3000, augmentation=True, half_precision=True),
    ],
    ids=["SGD", "AdamW, random changes, half precision"],
)
def test_other_recipes_learn_too(mnist: Mnist, recipe: Recipe) -> None:
    trained = Listener().train(recipe, mnist)
    assert trained.record.test.accuracy > 0.8
    assert {str(weight.dtype) for weight in trained.network.get_weights()} == {"float32"}


def test_a_stop_keeps_what_was_learned(mnist: Mnist) -> None:
    record = Listener(stop_after=10).train(Recipe(epochs=3), mnist).record
    assert record.stopped
    assert 10 <= len(record.batch_losses) < 30
    assert record.epochs == ()
    assert 0.1 < record.test.accuracy < 0.97


def test_a_stop_between_two_epochs_keeps_them_as_they_were(mnist: Mnist) -> None:
    listener = Listener(stop_after=5)
    trained = listener.train(Recipe(batch_size=100, epochs=3, images=500), mnist)
    assert trained.record.stopped
    assert len(trained.record.epochs) == 1
    assert trained.record.test == trained.record.epochs[0].test
    assert list(trained.epochs.epochs) == [0, 1]
    assert trained.looks.all[-1].batches == 5


def test_a_stop_before_the_first_batch(mnist: Mnist) -> None:
    listener = Listener()
    listener.stop.set()
    assert listener.train(Recipe(), mnist).record.batch_losses == packed([])


def test_a_loss_that_is_no_number_ends_the_run(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    def overflowing(*arguments: Any, **options: Any) -> tuple[tf.Tensor, tf.Tensor]:
        loss, correct = loss_and_correct(*arguments, **options)
        return loss * float("inf") * 0.0, correct

    monkeypatch.setattr(loop, "loss_and_correct", overflowing)
    listener = Listener()
    with pytest.raises(Diverged, match=r"^The training diverged[^\n]*Try a learning rate"):
        listener.train(SMALL, mnist)
    assert listener.batches == []


def test_a_test_loss_that_is_no_number_ends_the_run(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last batch may be the one that spoils the network, after its own loss was taken."""
    monkeypatch.setattr("model.training.scoring.Reader.evaluate", lambda *_: Result(float("nan"), 0.1))
    with pytest.raises(Diverged):
        Listener().train(Recipe(batch_size=500, epochs=1, images=500), mnist)


def test_a_learning_rate_far_too_large_learns_nothing(mnist: Mnist, trained: Trained) -> None:
    record = Listener().train(Recipe(learning_rate=1.0, images=3000, epochs=1), mnist).record
    assert record.is_no_better_than_chance
    assert not trained.record.is_no_better_than_chance


def test_one_cycle_rises_for_a_fifth_and_falls_to_zero() -> None:
    schedule = OneCycle(FAST.learning_rate, 100)
    assert float(schedule(0)) == 0
    assert float(schedule(20)) == pytest.approx(FAST.learning_rate)
    assert float(schedule(60)) == pytest.approx(FAST.learning_rate / 2)
    assert float(schedule(100)) == pytest.approx(0, abs=1e-9)
