"""What moving a digit in its frame does to what a network says of it, and to the maps inside a convnet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from model.ink import FRAME
from model.plan import LayerSummary
from model.reading import Classifier

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Images = TypeVar("Images", Floats, Bytes)

SHIFTS = tuple(range(9))  # pixels
DIRECTIONS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # down, right: each digit goes one of these ways

# Two maps are told apart by more than this share of their largest number; LiteRT's sums differ by less with the place.
TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Places:
    """All the places in the frame where a digit can stand whole.

    Attributes:
        ink: (h, w) float32, the digit without its margins; (0, 0) when there is none.
        top, left: where it stands in the image, the first row and column of its ink.
    """

    ink: Floats
    top: int
    left: int

    @classmethod
    def of(cls, image: Floats) -> "Places":
        """Of a (28, 28) image."""
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        if rows.size == 0:
            return cls(np.zeros((0, 0), np.float32), 0, 0)
        ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return cls(ink, int(rows[0]), int(columns[0]))

    @property
    def tops(self) -> int:
        """How many there are from top to bottom."""
        return FRAME - len(self.ink) + 1

    @property
    def lefts(self) -> int:
        return FRAME - int(self.ink.shape[1]) + 1

    def images(self) -> Floats:
        """The digit at each place, (tops * lefts, 28, 28), row by row."""
        height, width = self.ink.shape
        images = np.zeros((self.tops, self.lefts, FRAME, FRAME), np.float32)
        for top in range(self.tops):
            for left in range(self.lefts):
                images[top, left, top : top + height, left : left + width] = self.ink
        return images.reshape(-1, FRAME, FRAME)


def shifted(images: Images, down: int, right: int) -> Images:
    """(n, 28, 28) images moved by whole pixels; what leaves the frame is lost, and zeros come in."""
    result = np.zeros_like(images)
    to_rows, from_rows = _overlap(down)
    to_columns, from_columns = _overlap(right)
    result[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    return result


@dataclass(frozen=True)
class ShiftCurve:
    """Accuracy against shift, an entry for each of `shifts`.

    Attributes:
        shifts: pixels.
        accuracies: of each network, by its name.
        ink: the share of the ink that is still in the frame.
    """

    shifts: tuple[int, ...]
    accuracies: dict[str, tuple[float, ...]]
    ink: tuple[float, ...]


def shift_curve(
    networks: Mapping[str, Classifier],
    images: Bytes,
    digits: Bytes,
    report: Callable[[float], None],
    shifts: Sequence[int] = SHIFTS,
) -> ShiftCurve:
    """Measure how well networks read digits that are moved, a quarter of them in each of the four directions.

    Args:
        images, digits: (n, 28, 28) uint8 and (n,), right answers.
        report: told the share of the work that is done.
    """
    accuracies: dict[str, list[float]] = {name: [] for name in networks}
    ink = []
    for number, shift in enumerate(shifts):
        moved = np.empty_like(images)
        for way, (down, right) in enumerate(DIRECTIONS):
            moved[way::4] = shifted(images[way::4], down * shift, right * shift)
        ink.append(float(moved.sum(dtype=np.int64) / images.sum(dtype=np.int64)))
        for name, classifier in networks.items():
            read = classifier.probabilities(moved).argmax(axis=1)
            accuracies[name].append(float(np.mean(read == digits)))
        report((number + 1) / len(shifts))
    return ShiftCurve(tuple(shifts), {name: tuple(each) for name, each in accuracies.items()}, tuple(ink))


def moved_along(
    classifier: Classifier, lines: Sequence[LayerSummary], image: Floats, shifts: Sequence[int]
) -> list[tuple[float, ...]]:
    """For each layer and shift, the share of its numbers that moved along with the digit, unchanged.

    The digit goes to the side where it has more room. Only numbers that the digit makes are counted, before or after:
    those that differ from what an empty image gives. A map can only move by whole numbers of its own, so after a
    pooling the best such move is taken. A vector has no places to move along: its numbers would have to stay.

    Args:
        lines: the network's layers, the input first.
        image: (28, 28), not empty.
    """
    places = Places.of(image)
    way = 1 if places.lefts - 1 - places.left >= places.left else -1
    moved = [shifted(image[np.newaxis], 0, way * shift)[0] for shift in shifts]
    shares = []
    for line, (empty, before, *after) in zip(
        lines, classifier.activations(np.stack([np.zeros_like(image), image, *moved])), strict=True
    ):
        step = line.receptive_field.step if before.ndim == 3 else 0
        shares.append(
            tuple(
                max(_share_moved(empty, before, now, way * move) for move in _whole_moves(shift, step))
                for shift, now in zip(shifts, after, strict=True)
            )
        )
    return shares


def _whole_moves(shift: int, step: int) -> tuple[int, ...]:
    """By how many numbers a map can move that has one every `step` pixels; a vector, whose step is 0, by none."""
    return (shift // step, -(-shift // step)) if step else (0,)


def _share_moved(empty: Floats, before: Floats, after: Floats, right: int) -> float:
    """Of the numbers that the digit makes, (h, w, c) or (n,), the share that is the same `right` columns further."""
    tolerance = TOLERANCE * float(np.abs(before).max())
    if right:
        to_columns, from_columns = _overlap(right)
        before, after = before[:, from_columns], after[:, to_columns]
        empty_before, empty_after = empty[:, from_columns], empty[:, to_columns]
    else:
        empty_before = empty_after = empty
    made = (np.abs(before - empty_before) > tolerance) | (np.abs(after - empty_after) > tolerance)
    same = np.abs(before - after) <= tolerance
    return float(same[made].mean()) if made.any() else 1.0


def _overlap(by: int) -> tuple[slice, slice]:
    """Where what is moved goes to, and where it comes from, along one axis."""
    return slice(max(by, 0), min(by, 0) or None), slice(max(-by, 0), min(-by, 0) or None)
