"""Connected pieces of a black-and-white picture, by its runs: SciPy's `label`, without SciPy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pieces:
    """The pieces of a mask, numbered from 1.

    Attributes:
        labels: (h, w) int32, the piece that a pixel belongs to; 0 where there is none.
        areas: (n,) pixels of each piece.
        boxes: (n, 4) top, left, bottom and right of each, the last two excluded.
    """

    labels: npt.NDArray[np.int32]
    areas: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.int64]


def pieces_of(mask: Mask, most_runs: int = 20_000) -> Pieces | None:
    """Pixels that touch, at corners too, form a piece; None where the mask has more runs than that, as noise has.

    A run is a row's pixels without a gap. Runs of neighbouring rows that touch are joined, as in A. Rosenfeld and
    J. Pfaltz, "Sequential operations in digital picture processing", 1966.
    """
    rows, starts, ends = _runs(mask)
    if len(rows) > most_runs:
        return None
    numbers = _joined(len(rows), *_touching(rows, starts, ends))
    boxes = np.empty((numbers.max(initial=0), 4), np.int64)
    boxes[:, :2], boxes[:, 2:] = np.iinfo(np.int64).max, 0
    areas = np.zeros(len(boxes), np.int64)
    np.add.at(areas, numbers - 1, ends - starts)
    for column, values, extreme in (
        (0, rows, np.minimum),
        (1, starts, np.minimum),
        (2, rows + 1, np.maximum),
        (3, ends, np.maximum),
    ):
        extreme.at(boxes[:, column], numbers - 1, values)
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = np.repeat(numbers, ends - starts)
    return Pieces(labels, areas, boxes)


def _runs(mask: Mask) -> tuple[npt.NDArray[np.int64], ...]:
    """Row, first column and the column after the last of each run, in the order of reading."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    return rows, starts, np.nonzero(edges == -1)[1]


def _touching(
    rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[list[int], list[int]]:
    """Pairs of runs in neighbouring rows that touch: for each run, those of the row above."""
    uppers: list[int] = []
    lowers: list[int] = []
    above = 0
    for run, (row, start, end) in enumerate(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)):
        while above < run and (rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] < start)):
            above += 1
        other = above
        while other < run and rows[other] == row - 1 and starts[other] <= end:
            uppers.append(other)
            lowers.append(run)
            other += 1
    return uppers, lowers


def _joined(count: int, uppers: list[int], lowers: list[int]) -> npt.NDArray[np.int64]:
    """A number from 1 for each run, the same for all that are joined."""
    parents = list(range(count))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    for upper, lower in zip(uppers, lowers, strict=True):
        parents[root(lower)] = root(upper)
    roots = np.array([root(run) for run in range(count)], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64) + 1
