"""What the pen in the page tells: the strokes of a drawing, as plain numbers that any client may have made up."""

from typing import Any

import numpy as np

from model.ink.strokes import CANVAS, PenStroke

EIGHTHS = 8  # of a pixel: the unit of what is told

# Far more than anybody draws; so many keep the server busy for a second or two. The pen in the page takes down no more.
MOST_STROKES = 2_000
MOST_POINTS = 40_000
MOST_LENGTH = 250_000  # pixels of line in all, along x and along y
MAXIMUM_WIDTH = 60  # pixels
FURTHEST = CANVAS  # pixels beyond the canvas: a stroke may leave it


def told(strokes: tuple[PenStroke, ...]) -> list[list[int]]:
    """The strokes as they are told: of each its width, then x and y of its points in turn, in eighths of a pixel."""
    return [[stroke.width, *np.rint(stroke.points * EIGHTHS).astype(int).ravel().tolist()] for stroke in strokes]


def heard(strokes: object) -> tuple[PenStroke, ...]:
    """The strokes that were told.

    Raises:
        ValueError: this is no drawing, or one that is too large.
    """
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        raise ValueError("no list of strokes, or one that is too long")
    if sum(len(stroke) for stroke in strokes if isinstance(stroke, list)) > 2 * MOST_POINTS + len(strokes):
        raise ValueError("too many points")
    found = tuple(_stroke(stroke) for stroke in strokes)
    if sum(float(np.abs(np.diff(stroke.points, axis=0)).sum()) for stroke in found) > MOST_LENGTH:
        raise ValueError("lines that are too long")
    return found


def _stroke(numbers: Any) -> PenStroke:
    is_stroke = isinstance(numbers, list) and len(numbers) >= 3 and len(numbers) % 2 == 1
    if not is_stroke or set(map(type, numbers)) != {int}:
        raise ValueError("no stroke: its width, and x and y of its points, as whole numbers")
    width, *points = numbers
    if not 1 <= width <= MAXIMUM_WIDTH:
        raise ValueError("a width that no brush has")
    if min(points) < -FURTHEST * EIGHTHS or max(points) > (CANVAS + FURTHEST) * EIGHTHS:
        raise ValueError("a point too far from the canvas")
    return PenStroke(np.array(points, np.float64).reshape(-1, 2) / EIGHTHS, width)
