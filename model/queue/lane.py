"""A place to train: one worker process at most, and the job that it trains."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from model.queue.job import AT_WORK, State, TrainingJob
from model.queue.worker_process import WorkerProcess
from model.run.limits import Limits

logger = logging.getLogger(__name__)

# After a run's time is up it has so long to keep what it learned.
SECONDS_TO_SAVE = 30.0

LAST_EVENTS = frozenset({"finished", "cancelled", "failed"})

# TensorFlow never gives back what it took for a loop's graph: measured, 12 MB a run. After so many runs a fresh process
# takes over, so that a worker stays below 1.1 GB.
RUNS_OF_A_WORKER = 8


class Lane:
    """What is guarded by the queue's lock: all methods but `follow` are called with it held."""

    def __init__(self, command: Sequence[str], limits: Limits, lock: threading.Condition) -> None:
        self.job: TrainingJob | None = None
        self.worker: WorkerProcess | None = None
        self._trained: list[Path] = []  # folders of the runs that this worker trained
        self._command = command
        self._limits = limits
        self._lock = lock

    def keep_worker(self) -> None:
        """Start a worker where there is none or it has died; there stays none where the system has no room for it."""
        if self.worker and self.worker.is_alive:
            return
        self.end_worker()
        try:
            self.worker = WorkerProcess(self._command)
        except OSError as error:
            logger.warning("The training process could not be started: %s", error)

    def end_job(self) -> None:
        """The job is over."""
        assert self.job
        self._trained.append(self.job.folder)
        self.job = None

    def replace_worn_worker(self) -> None:
        """Where a worker has trained enough, let a fresh one go on with what it had still to do."""
        if len(self._trained) < RUNS_OF_A_WORKER:
            return
        folders = self._trained
        self.end_worker()
        self.keep_worker()
        for folder in folders:
            if self.worker:
                self.worker.send(command="index", folder=str(folder))

    def end_worker(self) -> None:
        self._trained = []
        if self.worker:
            self.worker.close()
            self.worker = None

    def stop(self, *, keep: bool) -> None:
        """End the job, and keep what it learned where it has learned something."""
        job, worker = self.job, self.worker
        if job is None or worker is None:
            return
        if job.progress.state in AT_WORK or (not keep and not job.progress.is_over):
            keep = keep and job.progress.batches_done > 0
            job.enter(State.STOPPING if keep else State.CANCELLED)
            worker.send(command="stop", keep=keep)

    def follow(self, job: TrainingJob) -> None:
        """Train a job to its end, in the calling thread; the lock is taken for each step."""
        worker = self.worker
        if worker is None:
            job.fail("The training process could not be started: the server is short of memory. Try again in a minute.")
            return
        limit = threading.Timer(self._limits.seconds_per_run, self._end_in_time, (job,))
        last_limit = threading.Timer(self._limits.seconds_per_run + SECONDS_TO_SAVE, worker.kill)
        for timer in (limit, last_limit):
            timer.daemon = True
            timer.start()
        try:
            self._train(job, worker)
        finally:
            limit.cancel()
            last_limit.cancel()

    def _train(self, job: TrainingJob, worker: WorkerProcess) -> None:
        with self._lock:
            if job.progress.is_over:
                return  # stopped before the worker heard of it
            worker.send(**job.command)
        try:
            for event in worker.events():
                with self._lock:
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
        with self._lock:
            if not job.progress.is_over:
                job.fail(f"The training process ended in the middle of the run ({how}); press Start to train again.")

    def _end_in_time(self, job: TrainingJob) -> None:
        """Stop the job, whose time is up, and keep what it learned."""
        minutes = self._limits.seconds_per_run / 60
        with self._lock:
            if job is self.job and not job.progress.is_over:
                job.enter(job.progress.state, f"It was stopped at the limit of {minutes:.2g} minutes for one run.")
                self.stop(keep=True)
