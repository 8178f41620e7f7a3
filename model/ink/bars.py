"""A digit in bars, as a display shows it, drawn in strokes of a pen that lead through its bars."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from model.ink.rules import Line, line_width, lines_across
from model.ink.strokes import Drawing, Stroke

LONGEST = 1.7  # times as long as wide, a piece is a bar
FILLED = 0.7  # of the box around it, a bar fills
ROUND = 0.5  # of a bar, a corner takes: a pen turns in a bow
UNCOVERED = 0.08  # of a piece in which bars touch, what is none of them
MOST_BARS = 7  # of a display's digit; a dashed line has more, and shows its own bows

Mask = npt.NDArray[np.bool_]
Point = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Bar:
    start: Point
    end: Point
    width: float


def strokes_through(mask: Mask) -> Drawing | None:
    """The strokes, in the mask's pixels, that lead through all bars; None where not all of it is bars.

    Ends of bars that are next to each other become one point. From there the pen goes on where it has to turn least,
    as in an Eulerian trail.
    """
    bars = _bars(mask) or _bars_in_one(mask)
    if not 2 <= len(bars) <= MOST_BARS:
        return None
    width = float(np.median([bar.width for bar in bars]))
    points, places = _joints(bars, width)
    trails = _trails(points, places)
    return tuple(_rounded(points[trail]) for trail in trails) or None


def _bars(mask: Mask) -> list[_Bar]:
    """Each piece as the middle line of the smallest box around it; none where one is no bar."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    bars: list[_Bar] = []
    if mask.sum() < FILLED * sum(map(cv2.contourArea, contours)):
        return bars  # there are rings among them
    for contour in contours:
        (x, y), sides, angle = cv2.minAreaRect(contour)
        # The box goes through the middles of pixels, and half of one is missing on each side.
        across, down = (side + 1 for side in sides)
        if cv2.contourArea(contour) < FILLED * (across - 1) * (down - 1) or max(across, down) < LONGEST * min(
            across, down
        ):
            return []
        turn = np.radians(angle if across > down else angle + 90)
        half = np.array([np.cos(turn), np.sin(turn)]) * (max(across, down) - min(across, down)) / 2
        bars.append(_Bar(np.array([x, y]) - half, np.array([x, y]) + half, min(across, down)))
    return bars


def _bars_in_one(mask: Mask) -> list[_Bar]:
    """The bars of a piece that consists of nothing else, along and across; none where it does not."""
    height, width = mask.shape
    thickness = line_width(mask)
    across = list(lines_across(mask, 0.35 * width, thickness, thickness / 2))
    if not across:
        return []
    down = [line.turned() for line in lines_across(mask.T, 0.2 * height, thickness, thickness / 2)]
    covered = np.zeros(mask.shape, np.uint8)
    for line in (*across, *down):
        covered[line.rows, line.columns] = 1
    reach = int(thickness) | 1
    near = cv2.dilate(covered, np.ones((reach, reach), np.uint8))
    if not down or (mask & (near == 0)).sum() > UNCOVERED * mask.sum():
        return []
    ends = [np.array(end) for line in across for end in (line.start, line.end)]
    bars = [_bar(np.array(line.start), np.array(line.end), thickness) for line in across]
    for line in down:
        bars += [_bar(*piece, thickness) for piece in pairwise(_parted(line, ends, 1.5 * thickness))]
    return bars


def _bar(start: Point, end: Point, width: float) -> _Bar:
    """From rows and columns to x and y."""
    return _Bar(start[::-1], end[::-1], width)


def _parted(line: Line, ends: list[Point], reach: float) -> list[Point]:
    """A line down from its start to its end, with the places in between where lines across end."""
    start, end = np.array(line.start), np.array(line.end)
    along = (end - start) / max(line.length, 1e-9)
    places = sorted(float((other - start) @ along) for other in ends if _is_beside(other, start, along, reach))
    between: list[float] = []
    for place in places:
        if 2 * reach < place < line.length - 2 * reach and (not between or place - between[-1] > reach):
            between.append(place)
    return [start, *(start + place * along for place in between), end]


def _is_beside(point: Point, start: Point, along: Point, reach: float) -> bool:
    off = point - start - ((point - start) @ along) * along
    return float(np.hypot(*off)) <= reach


def _joints(bars: list[_Bar], width: float) -> tuple[Point, list[tuple[int, int]]]:
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
