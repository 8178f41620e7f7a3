"""A digit in bars, as a display shows it, drawn in strokes of a pen that lead through its bars."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from model.ink.rules import Line, line_width, lines_across
from model.ink.strokes import Drawing
from model.ink.trails import Bar, strokes_along

LONGEST = 1.7  # times as long as wide, a piece is a bar
FILLED = 0.7  # of the box around it, a bar fills
HOLE = 0.02  # of the largest piece: with a larger hole in it, a piece is no bar
UNCOVERED = 0.08  # of a piece in which bars touch, what is none of them
MOST_BARS = 7  # of a display's digit; a dashed line has more, and shows its own bows

Mask = npt.NDArray[np.bool_]
Point = npt.NDArray[np.float64]


def strokes_through(mask: Mask) -> Drawing | None:
    """The strokes, in the mask's pixels, that lead through all bars; None where not all of it is bars."""
    bars = _bars(mask) or (_bars_in_one(mask) if _pieces(mask) == 1 else [])
    if not 2 <= len(bars) <= MOST_BARS:
        return None
    return strokes_along(bars) or None


def _pieces(mask: Mask) -> int:
    return cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1


def _bars(mask: Mask) -> list[Bar]:
    """Each piece as the middle line of the smallest box around it; none where one is no bar."""
    contours, hierarchy = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    bars: list[Bar] = []
    is_hole = hierarchy[0, :, 3] >= 0
    areas = np.array([*map(cv2.contourArea, contours)])
    if areas[is_hole].max(initial=0) > HOLE * areas.max():
        return bars  # there are rings among them
    contours = [contour for contour, hole in zip(contours, is_hole, strict=True) if not hole]
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
        bars.append(Bar(np.array([x, y]) - half, np.array([x, y]) + half, min(across, down)))
    return bars


def _bars_in_one(mask: Mask) -> list[Bar]:
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


def _bar(start: Point, end: Point, width: float) -> Bar:
    """From rows and columns to x and y."""
    return Bar(start[::-1], end[::-1], width)


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
