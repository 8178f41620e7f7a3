"""model.queue.queue: who trains when, and what becomes of a run whose process dies, with a worker that only plays."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.plan import Architecture, Recipe
from model.queue import State, TrainingQueue, lane
from model.queue import queue as queue_module
from model.queue.job import Pace, images_seen
from model.queue.queue import QueueFull, StillTraining
from model.reading import Classifier
from model.run import PRETRAINED
from model.run.curve import CURVE_POINTS, curve_of
from model.run.limits import Limits
from model.run.store import RunStore
from model.run.weights_file import SavedNetwork
from tests.runs import (
    DIES,
    DIES_AFTER_AN_EPOCH,
    DIES_AT_ONCE,
    DIES_SAVED,
    DIES_SAVING,
    FAILS,
    FAKE_WORKER,
    FINISHES,
    NEVER_ENDS,
    TALKS_NONSENSE,
    WAITS_FOR_STOP,
    wait_for,
    wait_until,
)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TrainingQueue]:
    """One whose worker only plays."""
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(waiting_runs=3))
    yield queue
    queue.close()


def test_a_run_from_start_to_end(queue: TrainingQueue) -> None:
    job = queue.start(FINISHES)
    wait_for(job, State.FINISHED)
    progress = job.progress
    assert progress.batches_done == 2
    assert [point.loss for point in progress.curve] == [2.0, 1.0]
    assert [point.epoch for point in progress.curve] == [1 / 938, 2 / 938]
    assert len(progress.epochs) == 1
    assert progress.run is not None
    assert queue.find(job.id) is job
    assert queue.store.find(job.id) == progress.run


def test_pace_and_time_left(queue: TrainingQueue) -> None:
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.TRAINING)
    assert job.images_per_second == 2 * 64 / 0.5
    assert job.seconds_left == pytest.approx(0.25 * 936)


def test_the_pace_counts_images_and_no_more_than_there_are() -> None:
    recipe = Recipe(images=600, batch_size=512, epochs=2)
    assert [images_seen(recipe, batches) for batches in range(5)] == [0, 512, 600, 1112, 1200]


def test_the_pace_is_that_of_the_last_seconds_and_not_of_the_first_batch_which_compiles() -> None:
    pace = Pace()
    assert pace.mark(2.0, 100) == 50
    assert pace.mark(4.0, 104) == 26  # another batch that compiles
    pace = Pace()
    pace.mark(2.0, 100)
    assert [pace.mark(2.0 + second, 100 + 1000 * second) for second in range(1, 20)] == [1000] * 19
    assert pace.mark(1000.0, 20_000) < 2


def test_three_visitors_one_after_the_other(queue: TrainingQueue) -> None:
    first, second, third = (queue.start(WAITS_FOR_STOP) for _ in range(3))
    wait_for(first, State.TRAINING)
    assert [queue.runs_before(job) for job in (first, second, third)] == [0, 1, 2]
    assert (second.progress.state, third.progress.state) == (State.WAITING, State.WAITING)
    queue.stop(second)
    assert second.progress.state == State.CANCELLED
    assert queue.runs_before(third) == 1
    queue.stop(first)
    wait_for(first, State.FINISHED)
    wait_for(third, State.TRAINING)
    assert second.progress.state == State.CANCELLED
    queue.stop(third)
    wait_for(third, State.FINISHED)


def test_a_full_queue_says_so(queue: TrainingQueue) -> None:
    wait_for(queue.start(WAITS_FOR_STOP), State.TRAINING)
    waiting = [queue.start(FINISHES) for _ in range(3)]
    with pytest.raises(QueueFull, match=r"^3 runs are waiting already[^\n]*\.$"):
        queue.start(FINISHES)
    queue.stop(waiting[0])
    assert queue.start(FINISHES).progress.state == State.WAITING


@pytest.mark.parametrize("recipe", [TALKS_NONSENSE, DIES, DIES_AT_ONCE, DIES_AFTER_AN_EPOCH, DIES_SAVING, DIES_SAVED])
def test_a_worker_that_dies_fails_its_run_and_the_next_one_works(
    queue: TrainingQueue, recipe: Recipe, caplog: pytest.LogCaptureFixture
) -> None:
    job, next_job = queue.start(recipe), queue.start(FINISHES)
    wait_for(job, State.FAILED)
    assert job.progress.sentence.startswith("The training process ended in the middle of the run (")
    wait_for(next_job, State.FINISHED)
    assert [folder.name for folder in next_job.folder.parent.iterdir()] == [next_job.id]
    if recipe is DIES:
        assert "exit code 7" in caplog.text
        assert "out of patience" in caplog.text


def test_a_run_is_found_by_both_of_its_ids_and_deleted_by_its_owners(queue: TrainingQueue) -> None:
    job = queue.start(FINISHES)
    wait_for(job, State.FINISHED)
    assert queue.find(job.owner_id) is queue.find(job.id) is job
    assert job.owner_id != job.id == job.folder.name
    queue.delete(job.id)  # which its watchers know
    assert queue.find(job.id) is job
    queue.delete(job.owner_id)
    assert queue.find(job.id) is None
    assert not job.folder.exists()


def test_a_run_that_trains_is_deleted(queue: TrainingQueue) -> None:
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.TRAINING)
    queue.delete(job.owner_id)
    assert job.progress.state == State.CANCELLED
    wait_for(queue.start(FINISHES), State.FINISHED)
    assert not job.folder.exists()


def test_a_run_is_stopped_and_nothing_is_kept(queue: TrainingQueue) -> None:
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.TRAINING)
    queue.stop(job, keep=False)
    assert job.progress.state == State.CANCELLED
    wait_for(queue.start(FINISHES), State.FINISHED)
    assert not job.folder.exists()
    assert job.progress.state == State.CANCELLED


def test_one_run_for_each_visitor(queue: TrainingQueue) -> None:
    job = queue.start(WAITS_FOR_STOP, visitor="Ada")
    with pytest.raises(StillTraining, match=r"^A run of yours [^\n]*\.$"):
        queue.start(FINISHES, visitor="Ada")
    other = queue.start(FINISHES, visitor="Grace")
    assert queue.running_of("Ada") is job
    wait_for(job, State.TRAINING)
    queue.stop(job)
    wait_for(other, State.FINISHED)
    assert queue.running_of("Ada") is None
    wait_for(queue.start(FINISHES, visitor="Ada"), State.FINISHED)


def test_a_place_in_the_queue_is_kept_for_a_while(tmp_path: Path) -> None:
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(seconds_away=0.3))
    first, left, stayed = (queue.start(recipe) for recipe in (WAITS_FOR_STOP, FINISHES, FINISHES))
    wait_for(first, State.TRAINING)
    assert queue.runs_before(stayed) == 2
    assert queue.seconds_before(stayed) > queue.seconds_before(left) > 0

    def only_the_first() -> bool:
        stayed.see()
        return queue.runs_before(stayed) == 1

    wait_until(only_the_first)
    assert left.progress.state == State.CANCELLED
    assert left.progress.sentence.startswith("You were away for more than")
    queue.stop(first)
    wait_for(stayed, State.FINISHED)
    queue.close()


def test_a_run_ends_at_its_time_limit_and_keeps_what_it_learned(tmp_path: Path) -> None:
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(seconds_per_run=0.6))
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.FINISHED)
    assert job.progress.sentence == "It was stopped at the limit of 0.01 minutes for one run."
    queue.close()


def test_a_worker_that_does_not_stop_in_time_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "SECONDS_TO_SAVE", 0.2)
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(seconds_per_run=0.6))
    wait_for(queue.start(NEVER_ENDS), State.FAILED)
    wait_for(queue.start(FINISHES), State.FINISHED)
    queue.close()


def test_two_runs_at_once_where_the_limits_allow_it(tmp_path: Path) -> None:
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(runs_at_once=2))
    jobs = [queue.start(WAITS_FOR_STOP) for _ in range(3)]
    for job in jobs[:2]:
        wait_for(job, State.TRAINING)
    assert queue.runs_before(jobs[2]) == 2
    for job in jobs:
        wait_for(job, State.TRAINING)
        queue.stop(job)
        wait_for(job, State.FINISHED)
    queue.close()


def test_a_run_that_fails_keeps_the_worker(queue: TrainingQueue) -> None:
    job = queue.start(FAILS)
    wait_for(job, State.FAILED)
    assert job.progress.sentence == "It went wrong."
    pid = queue.worker_pid()
    wait_for(queue.start(FINISHES), State.FINISHED)
    assert queue.worker_pid() == pid


def test_a_worker_that_cannot_start_fails_its_run(tmp_path: Path) -> None:
    queue = TrainingQueue(RunStore(tmp_path), (sys.executable, "-c", "import sys; sys.exit('no TensorFlow here')"))
    for _ in range(2):
        job = queue.start(FINISHES)
        wait_for(job, State.FAILED)
        assert "exit code 1" in job.progress.sentence
    queue.close()


def test_a_worker_that_is_no_program_fails_its_run(tmp_path: Path) -> None:
    """As on a host that has no memory left for another process."""
    queue = TrainingQueue(RunStore(tmp_path), (str(tmp_path / "no-such-program"),))
    for _ in range(2):
        job = queue.start(FINISHES)
        wait_for(job, State.FAILED)
        assert job.progress.sentence.startswith("The training process could not be started: ")
    queue.close()


def test_what_nobody_foresaw_fails_one_run_alone(queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as broken:
        broken.setattr(lane.Lane, "_train", stumble)
        wait_for(queue.start(FINISHES), State.FAILED)
    wait_for(queue.start(FINISHES), State.FINISHED)


def test_nobody_waits_for_a_worker_that_does_not_listen(tmp_path: Path) -> None:
    """A network that is brought back is more than a pipe holds; pages ask the queue all the same."""
    queue = TrainingQueue(RunStore(tmp_path), (sys.executable, "-c", "import time; time.sleep(100)"))
    weights = Classifier.load(PRETRAINED).weights
    job = queue.bring_back(SavedNetwork(Architecture(), FINISHES, weights))
    wait_for(job, State.STARTING)
    (lane,) = queue._lanes
    wait_until(lambda: lane.worker and lane.worker._commands.empty())  # taken out, and stuck in the pipe
    assert queue.find(job.id) is job
    queue.close()


def test_the_log_says_who_trained_what_and_nothing_that_opens_a_run(
    queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    # "Somebody" is the visitor of another test, whose queue may be about to end.
    monkeypatch.setattr(queue_module.logger, "info", lambda line: None if "somebody" in line else told.append(line))
    first, second = queue.start(FINISHES, visitor="a token"), queue.start(DIES, visitor="another")
    wait_until(lambda: len(told) == 2)
    assert "RMSprop, 1 x 60,000 images, 104,202 parameters; finished after" in told[0]
    assert "test accuracy 0.99" in told[0]
    assert "; failed after" in told[1]
    assert told[0].split(":")[0] != told[1].split(":")[0], "two visitors are told apart"
    for secret in ("a token", "another", first.id, first.owner_id, second.id, second.owner_id):
        assert secret not in "".join(told)


def test_a_stop_after_the_end_changes_nothing(queue: TrainingQueue) -> None:
    job = queue.start(FINISHES)
    wait_for(job, State.FINISHED)
    before = job.progress
    queue.stop(job)
    assert job.progress is before


def test_an_idle_worker_goes_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    queue = TrainingQueue(RunStore(tmp_path), FAKE_WORKER, Limits(idle_seconds=0.2))
    assert queue.worker_pid() is None
    queue.warm_up()
    wait_until(queue.worker_pid)
    wait_until(lambda: queue.worker_pid() is None)
    wait_for(queue.start(FINISHES), State.FINISHED)
    queue.close()
    wait_until(lambda: not list(temporary.iterdir()))


def test_a_worker_that_has_trained_enough_is_replaced_and_what_it_had_to_do_is_done(
    queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "RUNS_OF_A_WORKER", 2)
    jobs_done, workers = [], []
    for _ in range(3):
        job = queue.start(WAITS_FOR_STOP)
        wait_for(job, State.TRAINING)
        jobs_done.append(job)
        workers.append(queue.worker_pid())
        queue.stop(job)
        wait_for(job, State.FINISHED)
    assert workers[0] == workers[1] != workers[2]
    first, second, third = (job.folder / "indexed" for job in jobs_done)
    wait_until(lambda: first.exists() and second.exists())
    assert not third.exists()


def test_a_queue_that_is_closed_starts_no_worker(queue: TrainingQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "RUNS_OF_A_WORKER", 1)
    job = queue.start(WAITS_FOR_STOP)
    wait_for(job, State.TRAINING)
    queue.close()
    wait_for(job, State.FAILED)
    wait_until(lambda: queue._lanes[0].job is None)
    assert queue.worker_pid() is None


def test_a_long_curve_stays_short() -> None:
    batches = 5 * 938 + 3
    curve = curve_of([1.0] * batches, [0.5] * batches, 938)
    assert CURVE_POINTS / 2 <= len(curve) < CURVE_POINTS
    assert curve[-1].epoch == pytest.approx(5, abs=0.03)
    assert {(point.loss, point.accuracy) for point in curve} == {(1.0, 0.5)}
