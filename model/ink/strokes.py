"""Drawings as strokes, and rendering them as the app's canvas draws them.

A stroke is the path of the pen from touching to lifting, an (n, 2) float64 array of x, y with y growing downward; a
drawing is a tuple of strokes.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

CANVAS = 280  # pixels: height and width of the page's canvas
BRUSH_WIDTHS = (12, 14, 16, 18, 20, 22, 24, 26)  # pixels: what the page offers
BRUSH_WIDTH = 18  # pixels: where the page's slider starts

# Coverage is counted on a grid this many times finer than the canvas: a pixel then has 17 levels, and a rendering is
# within 1 of 255 of Chromium's in the mean, with the same answers.
OVERSAMPLING = 4

FLATNESS = 2.0  # pixels: the longest straight piece that stands for a part of a curve

Stroke = npt.NDArray[np.float64]
Drawing = tuple[Stroke, ...]
Ink = npt.NDArray[np.uint8]


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
    """The drawing as the page's canvas gives it: (280, 280, 4) uint8, white ink on black, opaque."""
    rgba = np.full((CANVAS, CANVAS, 4), 255, np.uint8)
    rgba[..., :3] = render_ink(drawing, brush_width)[..., None]
    return rgba


def render_ink(
    drawing: Drawing, brush_width: float = BRUSH_WIDTH, size: int = CANVAS, oversampling: int = OVERSAMPLING
) -> Ink:
    """The same as (size, size) uint8: how much of each pixel the ink covers. What lies outside the canvas is lost.

    The canvas draws with fabric.js's PencilBrush: quadratic curves whose control points are the pen's points and whose
    ends lie halfway between them; round caps and joins. Source: fabric.js 5, `PencilBrush.convertPointsToSVGPath`.
    """
    picture = Image.new("L", (size * oversampling, size * oversampling))
    draw = ImageDraw.Draw(picture)
    # Pillow counts pixels by their middles, and the edges of its shapes belong to them.
    radius = brush_width * oversampling / 2 - 0.5
    for stroke in drawing:
        path = pencil_path(stroke) * oversampling - 0.5
        for x, y in path.tolist():
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        _draw_sides(draw, path, radius)
    return np.asarray(picture.reduce(oversampling)) if oversampling > 1 else np.asarray(picture)


def _draw_sides(draw: ImageDraw.ImageDraw, path: Stroke, radius: float) -> None:
    """Between each two points of the path, the rectangle as wide as the brush."""
    steps = np.diff(path, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    moved = lengths > 0
    starts, steps = path[:-1][moved], steps[moved]
    across = np.stack([-steps[:, 1], steps[:, 0]], axis=1) * (radius / lengths[moved])[:, None]
    corners = np.concatenate(
        [starts + across, starts + steps + across, starts + steps - across, starts - across], axis=1
    )
    for corner in corners.tolist():
        draw.polygon(corner, fill=255)


def pencil_path(stroke: Stroke) -> Stroke:
    """The line that the brush's middle follows, as (m, 2) points at most about 2 pixels apart along curves."""
    if len(stroke) > 1:
        stroke = stroke[np.r_[True, (np.diff(stroke, axis=0) != 0).any(axis=1)]]
    if len(stroke) < 3:
        return stroke
    middles = (stroke[:-1] + stroke[1:]) / 2
    starts, controls, ends = middles[:-1], stroke[1:-1], middles[1:]
    lengths = np.hypot(*(controls - starts).T) + np.hypot(*(ends - controls).T)
    pieces = np.maximum(1, np.ceil(lengths / FLATNESS)).astype(int)
    curve = np.repeat(np.arange(len(pieces)), pieces)
    position = np.arange(len(curve)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + 1
    t = (position / pieces[curve])[:, None]
    points = (1 - t) ** 2 * starts[curve] + 2 * t * (1 - t) * controls[curve] + t**2 * ends[curve]
    return np.concatenate([stroke[:1], middles[:1], points, stroke[-1:]])
