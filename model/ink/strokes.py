"""Drawings as strokes, and the ink of a stroke: defined here once, as arithmetic.

A stroke is the path of the pen from touching to lifting, an (n, 2) float64 array of x, y with y growing downward; a
drawing is a tuple of strokes.

The ink of a pixel follows from how far its middle is from the path of the pen, against the brush's radius. The page
computes the same while the pen moves (`pages/parts/ink.js`), to the same bytes: so there is nothing here but sums,
products, quotients and square roots of float64, which are rounded in one way everywhere, in a fixed order. What a
browser's canvas shows is not read back: browsers that guard against fingerprinting change it, and each draws edges in
its own way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

CANVAS = 280  # pixels: height and width of the page's canvas
BRUSH_WIDTHS = (12, 14, 16, 18, 20, 22, 24, 26)  # pixels: what the page offers
BRUSH_WIDTH = 18  # pixels: where the page's slider starts

# The longest way that a straight piece may be off the curve that it stands for is an eighth of this, in pixels.
FLATNESS = 0.8

# Of a straight piece, in pixels: a longer one is looked at part by part.
PART = 8.0
PARTS_AT_ONCE = 1_000  # so that the longest drawing takes no more than some megabytes

Stroke = npt.NDArray[np.float64]
Drawing = tuple[Stroke, ...]
Ink = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int_]


@dataclass(frozen=True)
class PenStroke:
    """One stroke of the pen: `points` (n, 2) float64 in canvas pixels, and the brush's `width` in pixels."""

    points: Stroke
    width: int

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all points."""
        (left, top), (right, bottom) = self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()
        return left, top, right, bottom


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
    paths = [pencil_path(stroke) for stroke in drawing]
    starts = np.concatenate([path[:-1] if len(path) > 1 else path for path in paths])
    ends = np.concatenate([path[1:] if len(path) > 1 else path for path in paths])
    ways = ends - starts
    parts = np.maximum(np.ceil(np.hypot(*ways.T) / PART), 1).astype(int)
    piece, number = _counted(parts)
    steps = (ways / parts[:, None])[piece]
    froms = starts[piece] + steps * number[:, None]
    for first in range(0, len(piece), PARTS_AT_ONCE):
        some = slice(first, first + PARTS_AT_ONCE)
        _add_parts(ink, _Parts(starts, ways, piece[some], froms[some], steps[some]), brush_width / 2)


@dataclass(frozen=True)
class _Parts:
    """Parts of straight pieces of path.

    Attributes:
        starts: (pieces, 2), the first ends of the pieces.
        ways: (pieces, 2), from there to their other ends.
        piece: (n,), of each part, the piece that it is of.
        froms: (n, 2), the first ends of the parts, nearly.
        steps: (n, 2), from there to their other ends.
    """

    starts: Stroke
    ways: Stroke
    piece: Whole
    froms: Stroke
    steps: Stroke


def _add_parts(ink: Ink, parts: _Parts, radius: float) -> None:
    """Add the ink of the pixels that the brush reaches from parts of the path.

    Of a row's pixels, those between two columns are well within the brush's edge, and those beyond two others out of
    its reach. Only what lies between these needs a distance: to the whole piece, so that it is the same in every part.
    """
    height, width = ink.shape
    near = _Near.to(parts, radius, height)
    if not near.row.size:
        return
    first, end = near.columns(near.reach, 0, width)
    inner_first, inner_end = near.columns(radius - 0.5, first, end)
    _fill(ink, near.row, inner_first, inner_end)
    beside, number = _counted(np.concatenate([inner_first - first, end - inner_end]))
    column = np.concatenate([first, inner_end])[beside] + number
    beside %= len(near.row)
    row, flat = near.row[beside], ink.reshape(-1)
    is_open = flat[row * width + column] < 255
    row, column, beside = row[is_open], column[is_open], beside[is_open]
    squares = _squared_distances(row, column, parts.starts, parts.ways, parts.piece[near.part[beside]])
    levels = 255 * np.minimum(np.maximum(radius + 0.5 - np.sqrt(squares), 0), 1) + 0.5
    np.maximum.at(flat, row * width + column, levels.astype(np.uint8))


@dataclass(frozen=True)
class _Near:
    """The rows that the brush reaches from each part, n in all, and where the part lies from there.

    Attributes:
        part, row: (n,).
        xs: (n,) twice, the part's ends along the row.
        squares: (n,) twice, how far they are from the row's middle, squared.
        reach: (n,), who is so near to the part as the brush reaches is as near as this to one of its ends.
    """

    part: Whole
    row: Whole
    xs: tuple[Floats, Floats]
    squares: tuple[Floats, Floats]
    reach: Floats

    @classmethod
    def to(cls, parts: _Parts, radius: float, height: int) -> "_Near":
        (x, y), (dx, dy) = parts.froms.T, parts.steps.T
        reach = np.sqrt((radius + 0.5) ** 2 + (dx * dx + dy * dy) / 4)
        low, high = np.minimum(y, y + dy) - reach, np.maximum(y, y + dy) + reach
        top = np.minimum(np.maximum(np.ceil(low - 0.5), 0), height).astype(int)
        bottom = np.minimum(np.maximum(np.floor(high + 0.5), top), height).astype(int)
        rows = bottom - top
        part, number = _counted(rows)
        row = np.repeat(top, rows) + number
        xs = np.repeat(x, rows), np.repeat(x + dx, rows)
        off = row + 0.5 - np.repeat(y, rows)
        end_off = off - np.repeat(dy, rows)
        return cls(part, row, xs, (off * off, end_off * end_off), np.repeat(reach, rows))

    def columns(self, radius: Floats | float, low: Whole | int, high: Whole | int) -> tuple[Whole, Whole]:
        """The first column that a disc around either end, or what is between them, holds, and the one after the last.

        Both are within these bounds, and the same where there is none such column.
        """
        square = radius * np.abs(radius)  # there is no disc with a radius below zero
        with np.errstate(invalid="ignore"):
            half, end_half = (np.sqrt(square - off) for off in self.squares)  # not a number beyond the disc
            first = np.ceil(np.fmin(self.xs[0] - half, self.xs[1] - end_half) - 0.5)
            end = np.floor(np.fmax(self.xs[0] + half, self.xs[1] + end_half) + 0.5)
        first = np.fmin(np.maximum(first, low), high)
        return first.astype(int), np.fmax(np.minimum(end, high), first).astype(int)


def _fill(ink: Ink, row: Whole, first: Whole, end: Whole) -> None:
    """Darken the pixels from the first column to the one before the last of each row; a row may come many times."""
    top, left = int(row.min()), int(first.min())
    height, width = int(row.max()) + 1 - top, int(end.max()) + 1 - left
    line = (row - top) * width - left
    # How many begin at each pixel, less how many end there.
    changes = np.bincount(line + first, minlength=height * width)
    changes -= np.bincount(line + end, minlength=height * width)
    is_within = np.cumsum(changes, out=changes).reshape(height, width)[:, :-1] > 0
    ink[top : top + height, left : left + width - 1][is_within] = 255


def _squared_distances(row: Whole, column: Whole, starts: Stroke, ways: Stroke, piece: Whole) -> Floats:
    """(n,) from the middles of pixels to the straight pieces of these numbers, (n,); all `starts` and `ways` (m, 2)."""
    (x, y), (dx, dy) = starts.T, ways.T
    length = dx * dx + dy * dy
    length = np.where(length > 0, length, 1)[piece]
    from_x, from_y, dx, dy = column + 0.5 - x[piece], row + 0.5 - y[piece], dx[piece], dy[piece]
    along = np.minimum(np.maximum((from_x * dx + from_y * dy) / length, 0), 1)
    off_x, off_y = from_x - along * dx, from_y - along * dy
    squares: Floats = off_x * off_x + off_y * off_y
    return squares


def _counted(numbers: Whole) -> tuple[Whole, Whole]:
    """Each index as often as its number says, and from 0 on how often it has come before."""
    index = np.repeat(np.arange(len(numbers)), numbers)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(numbers) - numbers, numbers)


def pencil_path(stroke: Stroke) -> Stroke:
    """The line that the brush's middle follows, as the (m, 2) ends of straight pieces.

    The canvas draws with Fabric.js's PencilBrush: quadratic curves whose control points are the pen's points and whose
    ends lie halfway between them, and a straight piece at either end. Source: Fabric.js 7, `getSmoothPathFromPoints`.
    """
    if len(stroke) > 1:
        is_same = stroke[1:] == stroke[:-1]
        stroke = np.concatenate([stroke[:1], stroke[1:][~(is_same[:, 0] & is_same[:, 1])]])
    if len(stroke) < 3:
        return stroke
    middles = (stroke[:-1] + stroke[1:]) / 2
    starts, controls, ends = middles[:-1], stroke[1:-1], middles[1:]
    bends = starts - 2 * controls + ends
    sizes = np.sqrt(bends[:, 0] * bends[:, 0] + bends[:, 1] * bends[:, 1])
    pieces = np.maximum(1, np.ceil(np.sqrt(2 * sizes / FLATNESS))).astype(int)
    curve, number = _counted(pieces)
    t = ((number + 1) / pieces[curve])[:, None]
    rest = 1 - t
    points = rest * rest * starts[curve] + 2 * t * rest * controls[curve] + t * t * ends[curve]
    return np.concatenate([stroke[:1], middles[:1], points, stroke[-1:]])
