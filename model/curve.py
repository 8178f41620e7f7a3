"""The curve of a run: its loss and accuracy over time, in as many points as a chart can show."""

from collections.abc import Sequence
from dataclasses import dataclass

CURVE_POINTS = 300  # as many as a chart on a screen can show apart


@dataclass(frozen=True)
class CurvePoint:
    """The mean training loss and accuracy of some batches in a row, up to `epoch` passes over the images."""

    epoch: float
    loss: float
    accuracy: float


def curve_of(losses: Sequence[float], accuracies: Sequence[float], batches_per_epoch: int) -> tuple[CurvePoint, ...]:
    """The curve of a run of which every batch is known."""
    curve = Curve(batches_per_epoch)
    curve.add(losses, accuracies)
    return curve.points


class Curve:
    """Means of batches in a row, of so many each that all of a run fits into a bounded number of points."""

    def __init__(self, batches_per_epoch: int) -> None:
        self._batches_per_epoch = batches_per_epoch
        self._batches_per_point = 1
        self._points: list[CurvePoint] = []
        self._pending: list[tuple[float, float]] = []
        self._batches = 0

    @property
    def points(self) -> tuple[CurvePoint, ...]:
        return tuple(self._points)

    def add(self, losses: Sequence[float], accuracies: Sequence[float]) -> None:
        for batch in zip(losses, accuracies, strict=True):
            self._batches += 1
            self._pending.append(batch)
            if len(self._pending) == self._batches_per_point:
                self._add_point()

    def _add_point(self) -> None:
        loss, accuracy = (sum(values) / len(values) for values in zip(*self._pending, strict=True))
        self._points.append(CurvePoint(self._batches / self._batches_per_epoch, loss, accuracy))
        self._pending = []
        if len(self._points) == CURVE_POINTS:
            self._points = [_mean(*pair) for pair in zip(self._points[::2], self._points[1::2], strict=True)]
            self._batches_per_point *= 2


def _mean(first: CurvePoint, second: CurvePoint) -> CurvePoint:
    return CurvePoint(second.epoch, (first.loss + second.loss) / 2, (first.accuracy + second.accuracy) / 2)
