"""One run under way: what it was asked for, how far it has come, and what became of it."""

import base64
import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.plan import Architecture, Recipe
from model.run import Epoch, Result, Run
from model.run.curve import Curve, CurvePoint, Points
from model.run.looks import Look

if TYPE_CHECKING:  # it brings the reader of LiteRT's files, for which the first canvas need not wait
    from model.run.weights_file import SavedNetwork


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

SECONDS_OF_PACE = 5.0
SECONDS_PER_TEST = 0.5  # until one has been seen

AT_WORK = frozenset({State.STARTING, State.TRAINING})


@dataclass(frozen=True, eq=False)
class Progress:
    """One moment of a job, equal to none but itself; a new one takes its place, and nobody changes one.

    Attributes:
        batches_done: since the run began, over all epochs.
        seconds: spent training so far.
        images_per_second: of late; 0 before the first batch.
        seconds_per_test: what the last epoch's test took, which counts as no training.
        curve: at most 300 points, which cover the whole run so far.
        test_curve: the same on some of the test images now and then.
        epochs: the finished ones, each with its result on the test images.
        look: at the network as it is now; None before the first.
        sentence: why the job failed, or ended before its last batch; empty otherwise.
        run: the finished run; None before.
    """

    state: State = State.WAITING
    batches_done: int = 0
    seconds: float = 0.0
    images_per_second: float = 0.0
    seconds_per_test: float = SECONDS_PER_TEST
    curve: tuple[CurvePoint, ...] = ()
    test_curve: tuple[CurvePoint, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    look: Look | None = None
    sentence: str = ""
    run: Run | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class TrainingJob:
    """One run, from the click on Start to its end.

    Attributes:
        id: to watch and use it, also once it is finished.
        owner_id: to stop and delete it.
        visitor: who started it; empty where nobody is told apart.
        network: one that was brought back, to be made a run of without training; None for all others.
    """

    def __init__(
        self,
        ids: tuple[str, str],
        recipe: Recipe,
        architecture: Architecture,
        folder: Path,
        visitor: str = "",
        network: "SavedNetwork | None" = None,
    ) -> None:
        self.owner_id, self.id = ids
        self.recipe = recipe
        self.architecture = architecture
        self.folder = folder
        self.visitor = visitor
        self.network = network
        self.progress = Progress()
        self._seen = time.monotonic()
        self._curve = Curve(recipe.batches)
        self._test_curve = Points()
        self._pace = Pace()
        self._last_batches = self._seen

    @property
    def command(self) -> dict[str, Any]:
        """What the worker is told to do."""
        if self.network:
            content = base64.b64encode(self.network.pack()).decode("ascii")
            return {"command": "restore", "network": content, "folder": str(self.folder)}
        return {
            "command": "train",
            "recipe": self.recipe.to_json(),
            "architecture": self.architecture.to_json(),
            "folder": str(self.folder),
        }

    @property
    def batches(self) -> int:
        """Of the whole run."""
        return self.recipe.all_batches

    @property
    def images_per_second(self) -> float:
        """Of late; 0 before its first batch."""
        return self.progress.images_per_second

    @property
    def seconds_left(self) -> float | None:
        """Of training, at the present pace; None before the first batch."""
        return seconds_left(self.recipe, self.progress)

    @property
    def account(self) -> str:
        """One line for the log once it is over: who trained what, how long it took, and what came of it.

        Of the visitor it tells only what sets this one apart from others, and nothing that opens a run.
        """
        who = hashlib.sha256(self.visitor.encode()).hexdigest()[:8] if self.visitor else "somebody"
        images = f"{self.recipe.epochs} x {self.recipe.images:,} images"
        what = f"{self.recipe.optimizer}, {images}, {self.architecture.parameters:,} parameters"
        run = self.progress.run
        came_of_it = f"test accuracy {run.record.test.accuracy:.4f}" if run else self.progress.sentence
        return f"Run of {who}: {what}; {self.progress.state} after {self.progress.seconds:.1f} s. {came_of_it}".rstrip()

    def see(self) -> None:
        """Note that its owner is looking."""
        self._seen = time.monotonic()

    @property
    def seconds_unseen(self) -> float:
        """Since its owner last looked."""
        return time.monotonic() - self._seen

    def take(self, event: dict[str, Any]) -> None:
        """Move on by one of the worker's events; what comes after a cancellation is no longer wanted.

        Raises:
            KeyError, TypeError, ValueError, UnusableFile: the event is not one of the protocol's.
        """
        before = self.progress
        if before.is_over:
            return
        match event["event"]:
            case "batches":
                self._take_batches(event["losses"], event["accuracies"], event["seconds"])
            case "look":
                look = Look.from_json(event)
                epoch = look.batches / self.recipe.batches
                self._test_curve.add(epoch, [look.test.loss], [look.test.accuracy])
                self.progress = replace(before, look=look, test_curve=tuple(self._test_curve.all))
            case "epoch":
                epoch_done = Epoch(Result(**event["training"]), Result(**event["test"]), event["seconds"])
                seconds_per_test = time.monotonic() - self._last_batches
                self.progress = replace(before, epochs=(*before.epochs, epoch_done), seconds_per_test=seconds_per_test)
            case "saving":
                self.enter(State.SAVING)
            case "finished":
                self.progress = replace(before, state=State.FINISHED, run=Run.load(self.folder))
            case "cancelled":
                self.enter(State.CANCELLED)
            case "failed":
                self.fail(event["sentence"])

    def _take_batches(self, losses: Sequence[float], accuracies: Sequence[float], seconds: float) -> None:
        before = self.progress
        self._last_batches = time.monotonic()
        self._curve.add(losses, accuracies)
        batches_done = before.batches_done + len(losses)
        self.progress = replace(
            before,
            state=State.TRAINING if before.state == State.STARTING else before.state,
            batches_done=batches_done,
            seconds=seconds,
            images_per_second=self._pace.mark(seconds, images_seen(self.recipe, batches_done)),
            curve=self._curve.points,
        )

    def fail(self, sentence: str) -> None:
        self.progress = replace(self.progress, state=State.FAILED, sentence=sentence)

    def enter(self, state: State, sentence: str = "") -> None:
        self.progress = replace(self.progress, state=state, sentence=sentence or self.progress.sentence)


class Pace:
    """How fast a run goes: images a second over its last seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def mark(self, seconds: float, images: int) -> float:
        """Note how many images had been seen after so many seconds of training; images a second since a while ago."""
        self._marks.append((seconds, images))
        while len(self._marks) > 2 and self._marks[1][0] <= seconds - SECONDS_OF_PACE:
            self._marks.popleft()
        since, before = self._marks[0]
        lately = (images - before) / (seconds - since) if seconds > since else 0.0
        # The first batches compile, and so may the first one of another size: neither tells how fast it goes.
        is_young = seconds < SECONDS_OF_PACE
        return max(lately, images / seconds) if is_young and seconds else lately


def images_seen(recipe: Recipe, batches: int) -> int:
    """After so many batches; the last one of an epoch may be a smaller one."""
    epochs, others = divmod(batches, recipe.batches)
    return epochs * recipe.images + others * recipe.batch_size


def seconds_left(recipe: Recipe, progress: Progress) -> float | None:
    """Of training, at the present pace; None before the first batch."""
    if not progress.images_per_second:
        return None
    batches = recipe.all_batches - progress.batches_done
    return batches * min(recipe.batch_size, recipe.images) / progress.images_per_second


def seconds_of_tests_left(recipe: Recipe, progress: Progress) -> float:
    """Of those after the epochs that are not finished."""
    return (recipe.epochs - len(progress.epochs)) * progress.seconds_per_test
