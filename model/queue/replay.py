"""A finished run, shown again as it went: what its watchers saw at any of its batches."""

from functools import cached_property

from model.errors import UnusableFile
from model.queue.job import Progress, State, images_seen
from model.run import Run
from model.run.curve import CurvePoint, Points, curve_of
from model.run.looks import Looks


class Replay:
    """Moments of a finished run, in the form of those of a job under way."""

    def __init__(self, run: Run) -> None:
        """Of any run; one that kept no looks is replayed without them."""
        self.run = run
        self.batches = len(run.record.batch_losses)
        try:
            self._looks = Looks.load(run.folder)
        except UnusableFile:
            self._looks = Looks()

    @property
    def seconds(self) -> float:
        """How long the run trained."""
        return self.run.record.seconds

    @cached_property
    def end(self) -> Progress:
        """How it stood after its last batch."""
        return self.at(self.batches)

    def at(self, batches: int) -> Progress:
        """How it stood after so many batches, from 0 to `batches`."""
        record = self.run.record
        done = max(0, min(batches, self.batches))
        seconds = self.seconds * done / self.batches if self.batches else 0.0
        curve = curve_of(record.batch_losses[:done], record.batch_accuracies[:done], record.recipe.batches)
        return Progress(
            state=State.TRAINING,
            batches_done=done,
            seconds=seconds,
            images_per_second=images_seen(record.recipe, done) / seconds if seconds else 0.0,
            seconds_per_test=0.0,  # a record does not tell
            curve=curve,
            test_curve=self._test_curve(done),
            epochs=record.epochs if done == self.batches else record.epochs[: done // record.recipe.batches],
            look=self._looks.at(done),
        )

    def _test_curve(self, batches: int) -> tuple[CurvePoint, ...]:
        """The looks' results on the test images up to this batch."""
        points = Points()
        for look in self._looks.all:
            if look.batches <= batches:
                epoch = look.batches / self.run.record.recipe.batches
                points.add(epoch, [look.test.loss], [look.test.accuracy])
        return tuple(points.all)
