"""model.training.worker and model.queue.queue: the process that trains, as it is, stopped, killed and left behind."""

import os
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from model.data import Mnist
from model.data.training_images import TrainingImages
from model.insight.neighbours import NEIGHBOURS_FILE, Interrupted
from model.plan import Architecture, Recipe
from model.queue import State, TrainingQueue
from model.queue.worker_process import ROOT
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.store import RunStore
from model.run.weights_file import SavedNetwork
from model.training import worker
from tests.runs import wait_for, wait_until

SMALL = Recipe(epochs=2, images=1500)


def test_neighbours_are_found_while_nobody_waits_for_the_worker(
    finished_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their folders stay on the list until it is done; one is passed over that is deleted meanwhile, or has them."""
    (finished_run / NEIGHBOURS_FILE).unlink()
    commands: queue.Queue[dict[str, Any]] = queue.Queue()
    done: list[Path] = []

    def write(folder: Path, _: object, is_interrupted: Callable[[], bool]) -> None:
        if len(done) == 1:
            commands.put({"command": "train"})
        if is_interrupted():
            raise Interrupted
        done.append(folder)

    monkeypatch.setattr(worker, "write_neighbours", write)
    monkeypatch.setattr(TrainingImages, "unpack", lambda: None)
    folders = deque([finished_run, finished_run / "deleted", PRETRAINED, finished_run])
    worker._write_neighbours(folders, commands)
    assert (done, folders) == ([finished_run], deque([finished_run]))
    worker._write_neighbours(folders, commands)  # which are not empty
    assert len(folders) == 1
    commands.get()
    done.clear()
    worker._write_neighbours(folders, commands)
    assert (done, folders) == ([finished_run], deque())


def test_neighbours_are_looked_for_once_nobody_has_asked_for_anything_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: queue.Queue[dict[str, Any]] = queue.Queue()
    looked = 0

    def look(*_: object) -> None:
        nonlocal looked
        looked += 1
        commands.put({"command": "train"})

    monkeypatch.setattr(worker, "_write_neighbours", look)
    commands.put({"command": "restore"})
    assert worker._next(commands, deque([Path("run")])) == {"command": "restore"}
    assert looked == 0
    monkeypatch.setattr(worker, "SECONDS_OF_REST", 0.01)
    assert worker._next(commands, deque([Path("run")])) == {"command": "train"}
    assert looked == 1


@pytest.mark.parametrize("keep", [True, False])
def test_a_run_that_was_stopped_while_the_worker_started_is_not_begun(
    monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    monkeypatch.setattr(worker, "_mnist", lambda: pytest.fail("it was begun"))
    stop = worker.Stop()
    stop.ask(keep=keep)
    events: list[str] = []
    worker._train({"recipe": SMALL.to_json(), "architecture": Architecture().to_json()}, events.append, stop)
    assert events == ["cancelled"]


@pytest.mark.parametrize("moment", ["starting", "training"])
def test_the_worker_dies_with_a_killed_server(tmp_path: Path, moment: str) -> None:
    """SIGKILL gives the server no time to say goodbye: the worker sees its stdin close."""
    server = subprocess.Popen(
        (
            sys.executable,
            "-c",
            "import time\n"
            "from pathlib import Path\n"
            "from model.queue.queue import State, TrainingQueue\n"
            "from model.plan.recipe import Recipe\n"
            "from model.run.store import RunStore\n"
            f"queue = TrainingQueue(RunStore(Path({str(tmp_path / 'runs')!r})))\n"
            "job = queue.start(Recipe())\n"
            f"while job.progress.state != State({moment!r}): time.sleep(0.01)\n"
            "print(queue.worker_pid(), flush=True)\n"
            "time.sleep(100)\n",
        ),
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    process = psutil.Process(int(server.stdout.readline()))
    server.kill()
    server.communicate()
    gone, alive = psutil.wait_procs([process], timeout=60)
    assert (gone, alive) == ([process], [])
    assert list(tmp_path.rglob("*")) == [], "neither half a run nor a temporary file"


# The tests with the real queue come last: its worker ends with the last of them.
@pytest.fixture(scope="module")
def real_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainingQueue]:
    queue = TrainingQueue(RunStore(tmp_path_factory.mktemp("runs")))
    queue.warm_up()
    yield queue
    queue.close()


def test_the_real_worker_trains_and_its_network_reads(real_queue: TrainingQueue, mnist: Mnist) -> None:
    job = real_queue.start(SMALL)
    wait_for(job, State.FINISHED)
    assert job.progress.batches_done == job.batches == 48
    assert job.progress.run is not None
    read = Classifier.load(job.folder).probabilities(mnist.x_test).argmax(axis=1)
    assert (read == mnist.y_test).mean() == pytest.approx(job.progress.run.record.test.accuracy, abs=0.0005)
    assert job.progress.run.record.test.accuracy > 0.7


def test_the_real_worker_makes_a_run_of_a_network_that_was_brought_back(real_queue: TrainingQueue) -> None:
    bundled = Run.load(PRETRAINED)
    job = real_queue.bring_back(SavedNetwork(Architecture(), SMALL, Classifier.load(PRETRAINED).weights))
    wait_for(job, State.FINISHED)
    assert job.progress.run
    assert job.progress.run.record.test.accuracy == pytest.approx(bundled.record.test.accuracy, abs=2e-4)
    assert job.progress.run.record.recipe == SMALL


def test_the_real_worker_stops_and_keeps_what_it_learned(real_queue: TrainingQueue) -> None:
    job = real_queue.start(Recipe())
    wait_until(lambda: job.progress.batches_done >= 50)
    real_queue.stop(job)
    assert job.progress.state == State.STOPPING
    batches = job.progress.batches_done
    wait_for(job, State.FINISHED)
    assert job.progress.batches_done - batches < 64
    assert job.progress.run is not None
    assert job.progress.run.record.stopped


def test_a_run_that_cannot_be_saved_says_so(real_queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunStore, "folder", lambda _, run_id: Path("/proc/no") / run_id)
    job = real_queue.start(Recipe(epochs=1, images=500))
    wait_for(job, State.FAILED)
    assert job.progress.sentence.startswith("The trained model could not be saved: ")


def test_the_real_worker_killed_while_training(real_queue: TrainingQueue) -> None:
    job = real_queue.start(Recipe())
    wait_for(job, State.TRAINING)
    pid = real_queue.worker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(job, State.FAILED)
    assert "signal 9" in job.progress.sentence
    assert not job.folder.exists()
    cancelled = real_queue.start(Recipe())
    wait_for(cancelled, State.STARTING)
    real_queue.stop(cancelled)
    assert cancelled.progress.state == State.CANCELLED
    wait_for(real_queue.start(Recipe(epochs=1, images=500)), State.FINISHED)
    assert cancelled.progress.state == State.CANCELLED
