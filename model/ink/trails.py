"""Bars drawn in strokes of a pen that lead through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.ink.strokes import Drawing, Stroke

ROUND = 0.5  # of a bar, a corner takes: a pen turns in a bow

Point = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bar:
    """A straight bar: the middles of its ends, x and y, and its width, in pixels."""

    start: Point
    end: Point
    width: float


def strokes_along(bars: Sequence[Bar]) -> Drawing:
    """The strokes that lead through all bars.

    Ends of bars that are next to each other become one point. From there the pen goes on where it has to turn least,
    as in an Eulerian trail.
    """
    width = float(np.median([bar.width for bar in bars]))
    points, places = _joints(bars, width)
    return tuple(_rounded(points[trail]) for trail in _trails(points, places))


def _joints(bars: Sequence[Bar], width: float) -> tuple[Point, list[tuple[int, int]]]:
    """Points (n, 2) in which bars meet or end, and for each bar the two that it leads between."""
    ends = np.array([end for bar in bars for end in (bar.start, bar.end)])
    lengths = np.repeat([float(np.hypot(*(bar.end - bar.start))) for bar in bars], 2)
    group = np.arange(len(ends))
    apart = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1))
    reach = np.minimum(2.2 * width, 0.8 * np.minimum(lengths[:, None], lengths[None]) + width)
    for first, second in np.argwhere(np.triu(apart <= reach, 1)).tolist():
        if first // 2 != second // 2:
            group[group == group[second]] = group[first]
    names, number = np.unique(group, return_inverse=True)
    points = np.array([ends[group == name].mean(axis=0) for name in names])
    return points, [(int(number[2 * bar]), int(number[2 * bar + 1])) for bar in range(len(bars))]


def _trails(points: Point, bars: list[tuple[int, int]]) -> list[list[int]]:
    """Ways along all bars, each once, as numbers of points: from loose ends, straight on where there is a choice."""
    left = [bar for bar in bars if bar[0] != bar[1]]
    trails: list[list[int]] = []
    while left:
        degrees = np.bincount(np.ravel(left), minlength=len(points))
        odd = np.flatnonzero(degrees % 2)
        start = int(odd[np.argmin(degrees[odd])] if odd.size else left[0][0])
        trail = [start]
        while ways := [bar for bar in left if trail[-1] in bar]:
            chosen = min(ways, key=lambda bar: _turn(points, trail, sum(bar) - trail[-1]))
            left.remove(chosen)
            trail.append(sum(chosen) - trail[-1])
        trails.append(trail)
    return trails


def _turn(points: Point, trail: list[int], onward: int) -> float:
    """How far the pen turns towards the next point, in radians."""
    if len(trail) < 2:
        return 0.0
    before, after = points[trail[-1]] - points[trail[-2]], points[onward] - points[trail[-1]]
    cosine = before @ after / max(float(np.hypot(*before) * np.hypot(*after)), 1e-9)
    return float(np.arccos(np.clip(cosine, -1, 1)))


def _rounded(points: Point) -> Stroke:
    """A stroke whose corners are cut by quadratic curves."""
    if len(points) < 3:
        return points
    pieces = [points[:1]]
    t = np.linspace(0, 1, 8)[:, None]
    for (before, corner), (_, after) in pairwise(pairwise(points)):
        start, end = corner + ROUND * (before - corner), corner + ROUND * (after - corner)
        pieces.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    return np.concatenate([*pieces, points[-1:]])
