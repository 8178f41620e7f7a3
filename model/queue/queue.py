"""Who trains when: one queue for the whole server.

Nothing here imports TensorFlow. The queue is one object of this module and lives as long as the web process: a job
belongs to the server, not to the browser tab that started it, and any tab that knows one of its ids finds it again.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from model.plan import Architecture, Recipe
from model.queue.job import Progress, State, TrainingJob, seconds_of_tests_left
from model.queue.lane import Lane
from model.queue.worker_process import WORKER
from model.run.limits import Limits
from model.run.store import RunStore, watch_id

if TYPE_CHECKING:  # it brings the reader of LiteRT's files, for which the first canvas need not wait
    from model.run.weights_file import SavedNetwork

__all__ = [
    "NotStarted",
    "Progress",
    "QueueFull",
    "State",
    "StillTraining",
    "TrainingJob",
    "TrainingQueue",
    "training_queue",
]

logger = logging.getLogger(__name__)

REMEMBERED_JOBS = 200

# Until a run has been seen here; then what it took counts.
IMAGES_PER_SECOND = 4000.0
SECONDS_AROUND_A_RUN = 3.0  # to begin it and to save it


class NotStarted(Exception):
    """No run is started now; the message is a sentence for the visitor."""


class QueueFull(NotStarted):
    """So many runs are waiting that no more are taken."""


class StillTraining(NotStarted):
    """This visitor has a run that waits or trains."""


class TrainingQueue:
    """Trains as many jobs at a time as the limits say, the others waiting in the order of their start.

    Each lane has a thread of its own, which takes one job after the other, starts a worker where none is running, and
    follows what it tells. Every method may be called from any thread.
    """

    def __init__(
        self, store: RunStore | None = None, worker: Sequence[str] = WORKER, limits: Limits | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.store = store or RunStore(limits=self.limits)
        self._changed = threading.Condition()
        # All of these are read and written with the condition's lock held. The jobs are under their watchers' ids.
        self._jobs: OrderedDict[str, TrainingJob] = OrderedDict()
        self._waiting: deque[TrainingJob] = deque()
        self._lanes = [Lane(worker, self.limits, self._changed) for _ in range(self.limits.runs_at_once)]
        self._images_per_second = IMAGES_PER_SECOND
        self._warm_up_wanted = False
        self._closed = False
        self._is_serving = False

    def warm_up(self) -> None:
        """Start a worker now, so that the first run need not wait the seconds that TensorFlow takes to import."""
        with self._changed:
            self._warm_up_wanted = True
            self._wake()

    def start(self, recipe: Recipe, architecture: Architecture | None = None, visitor: str = "") -> TrainingJob:
        """Put a run at the queue's end.

        Args:
            visitor: who starts it; each has one run at a time.

        Raises:
            QueueFull: too many are waiting.
            StillTraining: this visitor has one already.
        """
        with self._changed:
            self._check_room(visitor)
            owner_id = self.store.new_id()
            ids = owner_id, watch_id(owner_id)
            job = TrainingJob(ids, recipe, architecture or Architecture(), self.store.folder(ids[1]), visitor)
            self._take_in(job, len(self._waiting))
            return job

    def bring_back(self, network: "SavedNetwork", visitor: str = "") -> TrainingJob:
        """Make a run of a network that a visitor brought: it takes seconds, so it comes before all that wait to train.

        Raises:
            QueueFull, StillTraining: as above.
        """
        with self._changed:
            self._check_room(visitor)
            owner_id = self.store.new_id()
            ids = owner_id, watch_id(owner_id)
            folder = self.store.folder(ids[1])
            job = TrainingJob(ids, network.recipe, network.architecture, folder, visitor, network)
            self._take_in(job, sum(other.network is not None for other in self._waiting))
            return job

    def find(self, run_id: str) -> TrainingJob | None:
        """The job with this id, be it its watchers' or its owner's."""
        with self._changed:
            return self._jobs.get(run_id) or self._jobs.get(watch_id(run_id))

    def running_of(self, visitor: str) -> TrainingJob | None:
        """The run that this visitor started and that is not over."""
        with self._changed:
            theirs = (job for job in self._jobs.values() if job.visitor == visitor and not job.progress.is_over)
            return next(theirs, None)

    def stop(self, job: TrainingJob, *, keep: bool = True) -> None:
        """End a run, and keep what it learned or not; one that has learned nothing yet is cancelled."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.enter(State.CANCELLED)
                return
            for lane in self._lanes:
                if lane.job is job:
                    lane.stop(keep=keep)

    def delete(self, owner_id: str) -> None:
        """End a run, as its owner wants, and remove what there is of it; nothing, where the id is made up."""
        with self._changed:
            job = self._jobs.pop(watch_id(owner_id), None)
        if job:
            self.stop(job, keep=False)
        self.store.delete(owner_id)

    def runs_before(self, job: TrainingJob) -> int:
        """How many runs come before a waiting job, those that train now included."""
        with self._changed:
            return len(self._before(job))

    def seconds_before(self, job: TrainingJob) -> float:
        """About how long a waiting job will wait."""
        with self._changed:
            return sum(map(self._seconds_left, self._before(job))) / len(self._lanes)

    def worker_pid(self) -> int | None:
        """Process id of a worker; None when none is running."""
        with self._changed:
            alive = (lane.worker.pid for lane in self._lanes if lane.worker and lane.worker.is_alive)
            return next(alive, None)

    def close(self) -> None:
        """End the workers and the threads."""
        with self._changed:
            self._closed = True
            for lane in self._lanes:
                if lane.worker:
                    lane.worker.close()
            self._changed.notify_all()

    def _check_room(self, visitor: str) -> None:
        """Raises a NotStarted where no run of this visitor can be taken now."""
        self._drop_absent()
        if visitor and any(job.visitor == visitor and not job.progress.is_over for job in self._jobs.values()):
            raise StillTraining("A run of yours waits or trains already; stop it before you start another.")
        if len(self._waiting) >= self.limits.waiting_runs:
            raise QueueFull(f"{len(self._waiting)} runs are waiting already; try again in a few minutes.")

    def _take_in(self, job: TrainingJob, place: int) -> None:
        self._jobs[job.id] = job
        self._waiting.insert(place, job)
        self._forget_old_jobs()
        self._wake()

    def _before(self, job: TrainingJob) -> list[TrainingJob]:
        self._drop_absent()
        if job not in self._waiting:
            return []
        training = [lane.job for lane in self._lanes if lane.job]
        return training + list(self._waiting)[: self._waiting.index(job)]

    def _seconds_left(self, job: TrainingJob) -> float:
        if job.network:
            return SECONDS_AROUND_A_RUN
        training = job.seconds_left
        if training is None:
            training = job.recipe.images * job.recipe.epochs / self._images_per_second
        tests = seconds_of_tests_left(job.recipe, job.progress)
        return min(training + tests, self.limits.seconds_per_run) + SECONDS_AROUND_A_RUN

    def _drop_absent(self) -> None:
        """Take those out of the queue whose owners have left."""
        absent = [job for job in self._waiting if job.seconds_unseen > self.limits.seconds_away]
        for job in absent:
            self._waiting.remove(job)
            minutes = self.limits.seconds_away / 60
            job.enter(
                State.CANCELLED,
                f"You were away for more than {minutes:.0f} minutes, so your place in the queue has gone to others; "
                "press Start for a new one.",
            )

    def _wake(self) -> None:
        if not self._is_serving:
            self._is_serving = True
            for lane in self._lanes:
                threading.Thread(target=self._serve, args=(lane,), name="training-queue", daemon=True).start()
            self.store.prune()
        self._changed.notify_all()

    def _forget_old_jobs(self) -> None:
        over = [job_id for job_id, job in self._jobs.items() if job.progress.is_over]
        for job_id in over[: max(0, len(self._jobs) - REMEMBERED_JOBS)]:
            del self._jobs[job_id]

    def _has_work(self, lane: Lane) -> bool:
        """Whether it is this lane's turn: the first of those that are free, since its worker is the likeliest warm."""
        free = next(each for each in self._lanes if each.job is None)
        return self._closed or (lane is free and bool(self._waiting or self._warm_up_wanted))

    def _serve(self, lane: Lane) -> None:
        """A lane's life; whatever becomes of a job, the next one has its turn."""
        while not self._closed:
            job = self._next_job(lane)
            if job is None:
                continue
            try:
                lane.follow(job)
            except Exception:
                logger.exception("A run ended in a way that nobody foresaw")
                job.fail("The training failed for a reason that stands in the server's log.")
            logger.info(job.account)
            if job.progress.state is not State.FINISHED:
                self.store.remove(job.id)  # the worker may have been writing, or even have written, when it ended
            with self._changed:
                lane.end_job()
                if not self._closed:
                    lane.replace_worn_worker()
                self._images_per_second = job.images_per_second or self._images_per_second
                self._changed.notify_all()
            self.store.prune()

    def _next_job(self, lane: Lane) -> TrainingJob | None:
        """Wait until it is this lane's turn; None when there is nothing to train, and the worker came or went alone."""
        with self._changed:
            idle = self.limits.idle_seconds if lane.worker else None
            woken = self._changed.wait_for(lambda: self._has_work(lane), timeout=idle)
            if self._closed:
                return None
            if not woken:
                lane.end_worker()
                return None
            self._warm_up_wanted = False
            self._drop_absent()
            job = lane.job = self._waiting.popleft() if self._waiting else None
            lane.keep_worker()
            if job:
                job.enter(State.STARTING)
                self._changed.notify_all()  # another lane's turn comes
            return job


# The server's own. Pages are run again and again, and their caches can be cleared by any visitor; a module lives on.
training_queue = TrainingQueue(limits=Limits.from_environment())
