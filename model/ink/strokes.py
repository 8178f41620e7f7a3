"""Drawings as strokes, and the ink of a stroke: defined here once, as arithmetic.

A stroke is the path of the pen from touching to lifting, an (n, 2) float64 array of x, y with y growing downward; a
drawing is a tuple of strokes.

The ink of a pixel follows from how far its middle is from the path of the pen, against the brush's radius. The page
computes the same while the pen moves (`pages/parts/ink.js`), to the same bytes: so there is nothing here but sums,
products, quotients and square roots of float64, which are rounded in one way everywhere, in a fixed order. What a
browser's canvas shows is not read back: browsers that guard against fingerprinting change it, and each draws edges in
its own way.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CANVAS = 280  # pixels: height and width of the page's canvas
BRUSH_WIDTHS = (12, 14, 16, 18, 20, 22, 24, 26)  # pixels: what the page offers
BRUSH_WIDTH = 18  # pixels: where the page's slider starts

# The longest way that a straight piece may be off the curve that it stands for is an eighth of this, in pixels.
FLATNESS = 0.8

# Straight pieces that are shorter than the same of these, in pixels, are reckoned so many at a time.
LENGTHS_OF_MANY = (4.0, 8.0, 16.0)
MANY = 32

Stroke = npt.NDArray[np.float64]
Drawing = tuple[Stroke, ...]
Ink = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PenStroke:
    """One stroke of the pen: `points` (n, 2) float64 in canvas pixels, and the brush's `width` in pixels."""

    points: Stroke
    width: int


def bounds(drawing: Drawing) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Upper left and lower right corner, (2,) each, of all points."""
    points = np.concatenate(drawing)
    return points.min(axis=0), points.max(axis=0)


def fitted(drawing: Drawing, size: float, centre: tuple[float, float]) -> Drawing:
    """The drawing scaled so that its longer side is `size`, and moved so that its bounding box is centred there.

    A dot keeps its size, since it has none.
    """
    low, high = bounds(drawing)
    side = float((high - low).max())
    factor = size / side if side > 0 else 1.0
    return tuple((stroke - (low + high) / 2) * factor + np.array(centre) for stroke in drawing)


def render(drawing: Drawing, brush_width: float = BRUSH_WIDTH) -> npt.NDArray[np.uint8]:
    """The drawing as a picture: (280, 280, 4) uint8, white ink on black, opaque."""
    rgba = np.full((CANVAS, CANVAS, 4), 255, np.uint8)
    rgba[..., :3] = render_ink(drawing, brush_width)[..., None]
    return rgba


def ink_of(strokes: Iterable[PenStroke]) -> Ink:
    """The ink of what the pen drew, (280, 280) uint8; where strokes cross, the darker one counts."""
    ink: Ink = np.zeros((CANVAS, CANVAS), np.uint8)
    by_width: dict[int, list[Stroke]] = {}
    for stroke in strokes:
        by_width.setdefault(stroke.width, []).append(stroke.points)
    for width, drawing in by_width.items():
        _add_ink(ink, drawing, width)
    return ink


def render_ink(drawing: Drawing, brush_width: float = BRUSH_WIDTH, size: int = CANVAS) -> Ink:
    """The same of strokes with one brush, (size, size) uint8. What lies outside is lost."""
    ink: Ink = np.zeros((size, size), np.uint8)
    _add_ink(ink, drawing, brush_width)
    return ink


def _add_ink(ink: Ink, drawing: Sequence[Stroke], brush_width: float) -> None:
    """Add the ink of strokes: 255 up to half a pixel inside the brush's edge, from there falling to 0 within one pixel.

    Where they cross, the nearest one is the darkest.
    """
    if not drawing:
        return
    radius = brush_width / 2
    paths = [pencil_path(stroke) for stroke in drawing]
    starts = np.concatenate([path[:-1] if len(path) > 1 else path for path in paths])
    ends = np.concatenate([path[1:] if len(path) > 1 else path for path in paths])
    # Squared, from each pixel's middle to the nearest path.
    distances = np.full(ink.shape, np.inf)
    _approach_all(distances, starts, ends, radius)
    is_reached = distances < (radius + 1) * (radius + 1)
    level = np.floor(255 * np.clip(radius + 0.5 - np.sqrt(distances[is_reached]), 0, 1) + 0.5).astype(np.uint8)
    ink[is_reached] = np.maximum(ink[is_reached], level)


def _approach_all(distances: Stroke, starts: Stroke, ends: Stroke, radius: float) -> None:
    """Lower the squared distances, (height, width), to those from straight pieces of path, (n, 2) each.

    Most pieces are short and many. They are reckoned many at once, each on a square that holds all that the brush can
    reach from it: what else the square holds is too far away for any ink.
    """
    lengths = np.abs(ends - starts).max(axis=1)
    shorter = 0.0
    for longest in LENGTHS_OF_MANY:
        size = math.ceil(2 * radius + longest) + 2
        if size > min(distances.shape):
            break
        alike = (shorter <= lengths) & (lengths < longest)
        _approach_many(distances, starts[alike], ends[alike], radius, size)
        shorter = longest
    is_long = lengths >= shorter
    for (x, y), (end_x, end_y) in zip(starts[is_long].tolist(), ends[is_long].tolist(), strict=True):
        _approach(distances, x, y, end_x, end_y, radius)


def _approach_many(distances: Stroke, starts: Stroke, ends: Stroke, radius: float, size: int) -> None:
    """The same of pieces from each of which the brush reaches no further than a square of this size."""
    corners = np.floor(np.minimum(starts, ends) - radius).astype(int)
    corners = np.clip(corners, 0, np.array(distances.shape[::-1]) - size)
    for first in range(0, len(starts), MANY):
        some = slice(first, first + MANY)
        squares = _squared_distances(starts[some], ends[some], corners[some], size)
        for (left, top), square in zip(corners[some].tolist(), squares, strict=True):
            reached = distances[top : top + size, left : left + size]
            np.minimum(reached, square, out=reached)


def _squared_distances(starts: Stroke, ends: Stroke, corners: npt.NDArray[np.int_], size: int) -> Stroke:
    """(n, size, size) from the middles of each square's pixels to its piece; `corners` (n, 2) are the first pixels."""
    middles = _MIDDLES[corners[:, :, None] + np.arange(size)] - starts[:, :, None]
    from_x, from_y = middles[:, 0, None, :], middles[:, 1, :, None]
    dx, dy = ((ends - starts)[:, axis, None, None] for axis in (0, 1))
    length = dx * dx + dy * dy
    along = from_x * dx + from_y * dy
    along /= np.where(length > 0, length, 1)
    np.minimum(np.maximum(along, 0, out=along), 1, out=along)
    across = along * dx
    np.subtract(from_x, across, out=across)
    across *= across
    along *= dy
    np.subtract(from_y, along, out=along)
    along *= along
    squares: Stroke = across
    squares += along
    return squares


def _approach(distances: Stroke, x: float, y: float, end_x: float, end_y: float, radius: float) -> None:
    """Lower the squared distances, (height, width), to those from a straight piece of path."""
    rows = _within(min(y, end_y), max(y, end_y), radius, distances.shape[0])
    columns = _within(min(x, end_x), max(x, end_x), radius, distances.shape[1])
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    dx, dy = end_x - x, end_y - y
    length = dx * dx + dy * dy
    from_x = _MIDDLES[columns] - x
    from_y = (_MIDDLES[rows] - y)[:, None]
    if length > 0:
        along = np.minimum(np.maximum((from_x * dx + from_y * dy) / length, 0), 1)
        from_x, from_y = from_x - along * dx, from_y - along * dy
    np.minimum(distances[rows, columns], from_x * from_x + from_y * from_y, out=distances[rows, columns])


def _within(low: float, high: float, radius: float, size: int) -> slice:
    """The rows, or columns, that the brush can reach from anywhere between these two places."""
    return slice(max(int(low - radius) - 1, 0), min(int(high + radius) + 2, size))


# Of pixels: more than any picture here has in a row or a column.
_MIDDLES = np.arange(4096) + 0.5


def pencil_path(stroke: Stroke) -> Stroke:
    """The line that the brush's middle follows, as the (m, 2) ends of straight pieces.

    The canvas draws with Fabric.js's PencilBrush: quadratic curves whose control points are the pen's points and whose
    ends lie halfway between them, and a straight piece at either end. Source: Fabric.js 7, `getSmoothPathFromPoints`.
    """
    if len(stroke) > 1:
        stroke = stroke[np.r_[True, (np.diff(stroke, axis=0) != 0).any(axis=1)]]
    if len(stroke) < 3:
        return stroke
    middles = (stroke[:-1] + stroke[1:]) / 2
    starts, controls, ends = middles[:-1], stroke[1:-1], middles[1:]
    bends = starts - 2 * controls + ends
    sizes = np.sqrt(bends[:, 0] * bends[:, 0] + bends[:, 1] * bends[:, 1])
    pieces = np.maximum(1, np.ceil(np.sqrt(2 * sizes / FLATNESS))).astype(int)
    curve = np.repeat(np.arange(len(pieces)), pieces)
    position = np.arange(len(curve)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + 1
    t = (position / pieces[curve])[:, None]
    rest = 1 - t
    points = rest * rest * starts[curve] + 2 * t * rest * controls[curve] + t * t * ends[curve]
    return np.concatenate([stroke[:1], middles[:1], points, stroke[-1:]])
