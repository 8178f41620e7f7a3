"""Runs without training or with less: a worker that only plays, waiting for states, and fewer images."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.data import Mnist
from model.plan import Recipe
from model.queue import State, TrainingJob

FAKE_WORKER = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))

FINISHES, WAITS_FOR_STOP, TALKS_NONSENSE, DIES, FAILS = (Recipe(epochs=1, seed=seed) for seed in range(1, 6))
DIES_AT_ONCE, DIES_AFTER_AN_EPOCH, DIES_SAVING, DIES_SAVED, NEVER_ENDS = (
    Recipe(epochs=1, seed=seed) for seed in range(6, 11)
)


def with_fewer_tests(mnist: Mnist) -> Mnist:
    """Every fourth of the test images, the first among them.

    For tests of how a run is made and what becomes of it: to read all 10,000 takes TensorFlow a second and a half of a
    processor, after each epoch of each run, which is more than all else that such a test does.
    """
    return replace(mnist, x_test=mnist.x_test[::4], y_test=mnist.y_test[::4])


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def wait_for(job: TrainingJob, *states: State) -> None:
    wait_until(lambda: job.progress.state in states or job.progress.is_over)
    assert job.progress.state in states, job.progress
