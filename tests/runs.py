"""Runs without training: a worker that only plays, recipes that tell it how a run goes, and waiting for states."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from model.plan import Recipe
from model.queue import State, TrainingJob

FAKE_WORKER = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))

FINISHES, WAITS_FOR_STOP, TALKS_NONSENSE, DIES, FAILS = (Recipe(epochs=1, seed=seed) for seed in range(1, 6))
DIES_AT_ONCE, DIES_AFTER_AN_EPOCH, DIES_SAVING, DIES_SAVED, NEVER_ENDS = (
    Recipe(epochs=1, seed=seed) for seed in range(6, 11)
)


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def wait_for(job: TrainingJob, *states: State) -> None:
    wait_until(lambda: job.progress.state in states or job.progress.is_over)
    assert job.progress.state in states, job.progress
