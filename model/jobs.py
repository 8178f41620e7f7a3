"""Who trains when: one queue for the whole server.

Nothing here imports TensorFlow. The queue is one object of this module and lives as long as the web process: a job
belongs to the server, not to the browser tab that started it, and any tab that knows its id finds it again.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from model.architecture import Architecture
from model.curve import Curve, CurvePoint
from model.recipe import Recipe
from model.run import Epoch, Result, Run
from model.store import RunStore
from model.worker_process import WORKER, WorkerProcess

logger = logging.getLogger(__name__)

IDLE_SECONDS = 300.0  # how long a worker without work stays warm; it holds about 600 MB
WAITING_JOBS = 20
REMEMBERED_JOBS = 200


class State(StrEnum):
    """Where a job stands; the last three are its end."""

    WAITING = "waiting"
    STARTING = "starting"
    TRAINING = "training"
    STOPPING = "stopping"
    SAVING = "saving"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


OVER = frozenset({State.FINISHED, State.CANCELLED, State.FAILED})

LAST_EVENTS = frozenset({"finished", "cancelled", "failed"})


class QueueFull(Exception):
    """So many runs are waiting that no more are taken; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class Progress:
    """One moment of a job; a new one takes its place, and nobody changes one.

    Attributes:
        batches_done: since the run began, over all epochs.
        seconds: spent training so far.
        curve: at most 300 points, which cover the whole run so far.
        epochs: the finished ones, each with its result on the test images.
        sentence: why the job failed; empty otherwise.
        run: the finished run; None before.
    """

    state: State = State.WAITING
    batches_done: int = 0
    seconds: float = 0.0
    curve: tuple[CurvePoint, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    sentence: str = ""
    run: Run | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class TrainingJob:
    """One run, from the click on Start to its end. Its id is also the finished run's."""

    def __init__(self, job_id: str, recipe: Recipe, architecture: Architecture, folder: Path) -> None:
        self.id = job_id
        self.recipe = recipe
        self.architecture = architecture
        self.folder = folder
        self.progress = Progress()
        self._curve = Curve(recipe.batches)

    @property
    def batches(self) -> int:
        """Of the whole run."""
        return self.recipe.batches * self.recipe.epochs

    @property
    def images_per_second(self) -> float:
        """On average since the run began; 0 before its first batch."""
        progress = self.progress
        return progress.batches_done * self.recipe.batch_size / progress.seconds if progress.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Of training, at the pace so far; None before the first batch."""
        progress = self.progress
        if not progress.batches_done:
            return None
        return progress.seconds / progress.batches_done * (self.batches - progress.batches_done)

    def take(self, event: dict[str, Any]) -> None:
        """Move on by one of the worker's events; what comes after a cancellation is no longer wanted."""
        before = self.progress
        if before.is_over:
            return
        match event["event"]:
            case "batches":
                self._curve.add(event["losses"], event["accuracies"])
                self.progress = replace(
                    before,
                    state=State.TRAINING if before.state == State.STARTING else before.state,
                    batches_done=before.batches_done + len(event["losses"]),
                    seconds=event["seconds"],
                    curve=self._curve.points,
                )
            case "epoch":
                epoch = Epoch(Result(**event["training"]), Result(**event["test"]), event["seconds"])
                self.progress = replace(before, epochs=(*before.epochs, epoch))
            case "saving":
                self.progress = replace(before, state=State.SAVING)
            case "finished":
                self.progress = replace(before, state=State.FINISHED, run=Run.load(self.folder))
            case "cancelled":
                self.enter(State.CANCELLED)
            case "failed":
                self.fail(event["sentence"])

    def fail(self, sentence: str) -> None:
        self.progress = replace(self.progress, state=State.FAILED, sentence=sentence)

    def enter(self, state: State) -> None:
        self.progress = replace(self.progress, state=state)


class TrainingQueue:
    """Trains one job at a time in a worker process, the others waiting in the order of their start.

    A thread of its own takes the jobs, one after the other, starts a worker where none is running, and follows what it
    tells. Every method may be called from any thread.
    """

    def __init__(
        self,
        store: RunStore | None = None,
        worker: Sequence[str] = WORKER,
        idle_seconds: float = IDLE_SECONDS,
        waiting_jobs: int = WAITING_JOBS,
    ) -> None:
        self.store = store or RunStore()
        self._command = tuple(worker)
        self._idle_seconds = idle_seconds
        self._waiting_jobs = waiting_jobs
        self._changed = threading.Condition()
        # All of these are read and written with the condition's lock held.
        self._jobs: OrderedDict[str, TrainingJob] = OrderedDict()
        self._waiting: deque[TrainingJob] = deque()
        self._current: TrainingJob | None = None
        self._worker: WorkerProcess | None = None
        self._warm_up_wanted = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def warm_up(self) -> None:
        """Start the worker now, so that the first run need not wait the seconds that TensorFlow takes to import."""
        with self._changed:
            self._warm_up_wanted = True
            self._wake()

    def start(self, recipe: Recipe, architecture: Architecture | None = None) -> TrainingJob:
        """Put a run at the queue's end.

        Raises:
            QueueFull: too many are waiting.
        """
        with self._changed:
            if len(self._waiting) >= self._waiting_jobs:
                raise QueueFull(f"{len(self._waiting)} runs are waiting already; try again in a few minutes.")
            job_id = self.store.new_id()
            job = TrainingJob(job_id, recipe, architecture or Architecture(), self.store.folder(job_id))
            self._jobs[job_id] = job
            self._waiting.append(job)
            self._forget_old_jobs()
            self._wake()
            return job

    def find(self, job_id: str) -> TrainingJob | None:
        with self._changed:
            return self._jobs.get(job_id)

    def stop(self, job: TrainingJob) -> None:
        """End a run and keep what it learned; one that has learned nothing yet is cancelled."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.enter(State.CANCELLED)
            elif job is self._current and self._worker and not job.progress.is_over:
                job.enter(State.STOPPING if job.progress.batches_done else State.CANCELLED)
                self._worker.send(command="stop")

    def runs_before(self, job: TrainingJob) -> int:
        """How many runs come before a waiting job, the one that trains now included."""
        with self._changed:
            if job not in self._waiting:
                return 0
            return self._waiting.index(job) + (self._current is not None)

    def worker_pid(self) -> int | None:
        """Process id of the worker; None when none is running."""
        with self._changed:
            return self._worker.pid if self._worker and self._worker.is_alive else None

    def close(self) -> None:
        """End the worker and the thread."""
        with self._changed:
            self._closed = True
            if self._worker:
                self._worker.close()
            self._changed.notify_all()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="training-queue", daemon=True)
            self._thread.start()
            self.store.prune()
        self._changed.notify_all()

    def _forget_old_jobs(self) -> None:
        over = [job_id for job_id, job in self._jobs.items() if job.progress.is_over]
        for job_id in over[: max(0, len(self._jobs) - REMEMBERED_JOBS)]:
            del self._jobs[job_id]

    def _serve(self) -> None:
        while True:
            with self._changed:
                woken = self._changed.wait_for(
                    lambda: self._waiting or self._warm_up_wanted or self._closed,
                    timeout=self._idle_seconds if self._worker else None,
                )
                if self._closed:
                    return
                if not woken:
                    self._end_worker()
                    continue
                self._warm_up_wanted = False
                worker = self._living_worker()
                job = self._current = self._waiting.popleft() if self._waiting else None
                if job:
                    job.enter(State.STARTING)
            if job:
                self._follow(job, worker)
                with self._changed:
                    self._current = None
                self.store.prune()

    def _living_worker(self) -> WorkerProcess:
        if self._worker is None or not self._worker.is_alive:
            self._end_worker()
            self._worker = WorkerProcess(self._command)
        return self._worker

    def _end_worker(self) -> None:
        if self._worker:
            self._worker.close()
            self._worker = None

    def _follow(self, job: TrainingJob, worker: WorkerProcess) -> None:
        """Train one job to its end."""
        with self._changed:
            worker.send(
                command="train",
                recipe=job.recipe.to_json(),
                architecture=job.architecture.to_json(),
                folder=str(job.folder),
            )
        try:
            for event in worker.events():
                with self._changed:
                    job.take(event)
                if event["event"] in LAST_EVENTS:
                    return
        except Exception:
            logger.exception("The training process sent what cannot be read")
        worker.kill()
        how = worker.how_it_ended()
        logger.warning(
            "The training process ended in the middle of a run (%s). Its last words:\n%s", how, worker.last_words()
        )
        with self._changed:
            job.fail(f"The training process ended in the middle of the run ({how}); press Start to train again.")


# The server's own. Pages are run again and again, and their caches can be cleared by any visitor; a module lives on.
training_queue = TrainingQueue()
