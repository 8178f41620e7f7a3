"""model.training.restoring and its way through the queue: a network that is brought back becomes a run, tested anew."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data import Mnist
from model.plan import FAST, Architecture, Conv2D, Dense, Flatten
from model.queue import State, TrainingQueue
from model.queue.queue import QueueFull, StillTraining
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.limits import Limits
from model.run.store import RunStore
from model.run.weights import LayerWeights
from model.run.weights_file import SavedNetwork, UnusableWeights
from model.training.restoring import restore
from tests.runs import FAKE_WORKER, FINISHES, WAITS_FOR_STOP, wait_for

BUNDLED = SavedNetwork(Architecture(), FAST, Classifier.load(PRETRAINED).weights)
SMALL = Architecture((Conv2D(2, padding="same"), Flatten(), Dense(10)))


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TrainingQueue]:
    """One whose worker only plays."""
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(waiting_runs=3))
    yield queue
    queue.close()


def test_the_run_answers_as_the_network_did_and_its_test_is_measured(mnist: Mnist, tmp_path: Path) -> None:
    run = restore(BUNDLED, mnist, tmp_path / "run")
    assert Run.load(tmp_path / "run") == run
    assert run.record.test.accuracy == pytest.approx(Run.load(PRETRAINED).record.test.accuracy, abs=2e-4)
    assert run.record.brought_back
    assert (run.record.recipe, run.record.epochs, len(run.record.batch_losses)) == (FAST, (), 0)
    images = mnist.x_test[:50]
    expected = Classifier.load(PRETRAINED).probabilities(images)
    np.testing.assert_allclose(Classifier.load(run.folder).probabilities(images), expected, atol=1e-5)


def test_another_design_comes_back_too(mnist: Mnist, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    shapes = [((3, 3, 1, 2), (2,)), ((1568, 10), (10,))]
    layers = [[random.normal(size=shape).astype(np.float32) for shape in pair] for pair in shapes]
    saved = SavedNetwork(SMALL, FAST, tuple(LayerWeights(*pair) for pair in layers))
    run = restore(SavedNetwork.unpack(saved.pack()), mnist, tmp_path / "run")
    assert run.record.architecture == SMALL
    for found, (kernel, bias) in zip(Classifier.load(run.folder).weights, layers, strict=True):
        np.testing.assert_array_equal(found.kernel, kernel)
        np.testing.assert_array_equal(found.bias, bias)


def test_weights_that_answer_nothing_leave_no_run(mnist: Mnist, tmp_path: Path) -> None:
    first, *others = BUNDLED.weights
    huge = LayerWeights(np.full_like(first.kernel, 3e38), first.bias)
    with pytest.raises(UnusableWeights, match="answers are no numbers"):
        restore(replace(BUNDLED, weights=(huge, *others)), mnist, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_it_comes_before_the_runs_that_wait_to_train(queue: TrainingQueue) -> None:
    first, second = queue.start(WAITS_FOR_STOP), queue.start(WAITS_FOR_STOP)
    wait_for(first, State.TRAINING)
    brought, brought_later = queue.bring_back(BUNDLED), queue.bring_back(BUNDLED)
    assert [queue.runs_before(job) for job in (brought, brought_later, second)] == [1, 2, 3]
    queue.stop(first)
    for job in (brought, brought_later):
        wait_for(job, State.FINISHED)
        assert queue.store.find(job.id) == job.progress.run
    wait_for(second, State.TRAINING)
    queue.stop(second)


def test_its_place_is_bounded_as_any_runs_is(queue: TrainingQueue) -> None:
    training = queue.start(WAITS_FOR_STOP, visitor="a")
    wait_for(training, State.TRAINING)
    with pytest.raises(StillTraining):
        queue.bring_back(BUNDLED, visitor="a")
    for _ in range(3):
        queue.start(FINISHES)
    with pytest.raises(QueueFull):
        queue.bring_back(BUNDLED)
    queue.stop(training)
