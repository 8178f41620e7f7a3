"""The curves of a run as a figure: its loss and its accuracy, in training by batch and on the test images by epoch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from model.run import Record
from model.run.curve import curve_of
from model.take_home.figure import Dot, Figure, Line, Mark, Point, Words
from model.take_home.history import batches_per_epoch

WIDTH, HEIGHT = 960, 400

INK, TRAINING, GRID = "#1d1c1a", "#8e939c", "#e4e1d9"
TEST = "#3d4450"

# The panels: where their axes cross, and how far they reach.
LEFT_EDGES = (64, 544)
TOP, BOTTOM = 56, 330
PANEL_WIDTH = 384


@dataclass(frozen=True)
class _Panel:
    """One of the two charts: a quantity over the epochs.

    Attributes:
        ticks: the values that are named at the axis, from the lowest of the panel to the highest.
        bend: what makes of a value its height; it gives most room to where a run spends most of its time.
    """

    title: str
    left: float
    epochs: float
    ticks: tuple[float, ...]
    label: str
    bend: Callable[[float], float]

    def place(self, epoch: float, value: float) -> Point:
        """Where a value belongs; one outside of the panel lies on its edge."""
        lowest, highest = self.bend(self.ticks[0]), self.bend(self.ticks[-1])
        inside = min(max(value, self.ticks[0]), self.ticks[-1])
        height = (self.bend(inside) - lowest) / (highest - lowest)
        return self.left + PANEL_WIDTH * epoch / self.epochs, BOTTOM - (BOTTOM - TOP) * height

    def marks(self, line: Sequence[Point], dots: Sequence[float]) -> Iterator[Mark]:
        """The panel with the training's line and the test's dots."""
        yield Words((self.left, TOP - 24), self.title, 16, INK)
        for tick in self.ticks:
            at = self.place(0, tick)
            yield Line((at, self.place(self.epochs, tick)), GRID)
            yield Words((at[0] - 8, at[1] + 4), self.label.format(tick), 12, INK, "end")
        for epoch in _round_epochs(self.epochs):
            x, y = self.place(epoch, self.ticks[0])
            yield Words((x, y + 20), f"{epoch}", 12, INK, "middle")
        yield Words((self.left + PANEL_WIDTH / 2, BOTTOM + 38), "Epochs", 12, INK, "middle")
        if len(line) > 1:
            yield Line(tuple(self.place(*point) for point in line), TRAINING, 1.5)
        for epoch, value in enumerate(dots, start=1):
            yield Dot(self.place(epoch, value), 4, TEST)


def curves_of(record: Record) -> Figure:
    """The curves of a run; one without a history gives empty panels.

    Loss is drawn by its square root and accuracy by its fourth power, as on the Train page.
    """
    curve = curve_of(record.batch_losses, record.batch_accuracies, batches_per_epoch(record))
    epochs = max([len(record.epochs), 1, *(point.epoch for point in curve)])
    test = record.test
    loss = _Panel("Loss", LEFT_EDGES[0], epochs, (0, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5), "{:g}", lambda loss: loss**0.5)
    accuracy = _Panel(
        "Accuracy", LEFT_EDGES[1], epochs, (0, 0.5, 0.7, 0.8, 0.9, 0.95, 1), "{:.0%}", lambda accuracy: accuracy**4
    )
    return Figure(
        WIDTH,
        HEIGHT,
        f"Loss and accuracy of a run, ending at {test.loss:.3f} and {test.accuracy:.3f} on the test images",
        (
            *loss.marks([(point.epoch, point.loss) for point in curve], [epoch.test.loss for epoch in record.epochs]),
            *accuracy.marks(
                [(point.epoch, point.accuracy) for point in curve], [epoch.test.accuracy for epoch in record.epochs]
            ),
            *_legend(),
        ),
    )


def _legend() -> Iterator[Mark]:
    y = HEIGHT - 10
    yield Line(((LEFT_EDGES[0], y - 4), (LEFT_EDGES[0] + 24, y - 4)), TRAINING, 1.5)
    yield Words((LEFT_EDGES[0] + 32, y), "training, by batch", 12, INK)
    yield Dot((LEFT_EDGES[0] + 176, y - 4), 4, TEST)
    yield Words((LEFT_EDGES[0] + 188, y), "test, after each epoch", 12, INK)


def _round_epochs(epochs: float) -> range:
    """The epochs that are named at the axis: all of a short run, every fifth or tenth of a long one."""
    step = next(step for step in (1, 2, 5, 10) if epochs / step <= 10 or step == 10)
    return range(0, int(epochs) + 1, step)
