"""The curve of a run: its loss and accuracy over time, in as many points as a chart can show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CURVE_POINTS = 300  # as many as a chart on a screen can show apart

Range = tuple[float, float]


@dataclass(frozen=True)
class CurvePoint:
    """The mean loss and accuracy of some batches in a row, up to `epoch` passes over the images.

    The ranges go from the lowest to the highest of the batches that were averaged.
    """

    epoch: float
    loss: float
    accuracy: float
    losses: Range
    accuracies: Range


def curve_of(losses: Sequence[float], accuracies: Sequence[float], batches_per_epoch: int) -> tuple[CurvePoint, ...]:
    """The curve of a run of which every batch is known."""
    curve = Curve(batches_per_epoch)
    curve.add(losses, accuracies)
    return curve.points


class Points:
    """Points in a row; when they have become too many, each two become their mean."""

    def __init__(self) -> None:
        self.all: list[CurvePoint] = []

    def add(self, epoch: float, losses: Sequence[float], accuracies: Sequence[float]) -> bool:
        """Take one point in, the mean of these; True when the points have just become half as many."""
        self.all.append(
            CurvePoint(epoch, _mean(losses), _mean(accuracies), _range(losses), _range(accuracies)),
        )
        if len(self.all) < CURVE_POINTS:
            return False
        self.all = [_joined(*pair) for pair in zip(self.all[::2], self.all[1::2], strict=True)]
        return True


class Curve:
    """Means of batches in a row, of so many each that all of a run fits into a bounded number of points."""

    def __init__(self, batches_per_epoch: int) -> None:
        self._batches_per_epoch = batches_per_epoch
        self._batches_per_point = 1
        self._points = Points()
        self._pending: list[tuple[float, float]] = []
        self._batches = 0

    @property
    def points(self) -> tuple[CurvePoint, ...]:
        return tuple(self._points.all)

    def add(self, losses: Sequence[float], accuracies: Sequence[float]) -> None:
        for batch in zip(losses, accuracies, strict=True):
            self._batches += 1
            self._pending.append(batch)
            if len(self._pending) == self._batches_per_point:
                if self._points.add(self._batches / self._batches_per_epoch, *zip(*self._pending, strict=True)):
                    self._batches_per_point *= 2
                self._pending = []


def smoothed(values: Sequence[float], reach: int) -> list[float]:
    """Moving means of each value and up to `reach` neighbours on either side; fewer at the ends, evenly."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    reached = np.minimum(reach, np.minimum(index, len(values) - 1 - index))
    means: list[float] = ((sums[index + reached + 1] - sums[index - reached]) / (2 * reached + 1)).tolist()
    return means


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _range(values: Sequence[float]) -> Range:
    return min(values), max(values)


def _joined(first: CurvePoint, second: CurvePoint) -> CurvePoint:
    return CurvePoint(
        second.epoch,
        (first.loss + second.loss) / 2,
        (first.accuracy + second.accuracy) / 2,
        _range((*first.losses, *second.losses)),
        _range((*first.accuracies, *second.accuracies)),
    )
