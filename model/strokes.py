"""Drawings as strokes: reading them from files, and rendering them as the app's canvas draws them.

A stroke is the path of the pen from touching to lifting, an (n, 2) float64 array of x, y with y growing downward; a
drawing is a tuple of strokes. No TensorFlow and no Streamlit.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from model.errors import UnusableFile

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


@dataclass(frozen=True)
class DrawnDigit:
    """One digit as somebody wrote it.

    Attributes:
        label: 0 to 9.
        writer: who wrote it; a name that is the same for all of one person's digits.
        source: the data set it comes from; empty where unknown.
        strokes: in the units of the device.
        box: width and height of the square that the writer wrote in, in the same units; None where unknown.
    """

    label: int
    writer: str
    source: str
    strokes: Drawing
    box: tuple[float, float] | None


def read_drawn_digits(file: Path) -> tuple[DrawnDigit, ...]:
    """Read digits from JSON Lines, plain or gzipped.

    One digit a line: {"label": 7, "writer": "...", "src": "...", "strokes": [[[x, y], ...], ...], "box": [w, h]}, where
    box, and src, which names the data set, may be missing.

    Raises:
        UnusableFile: the file cannot be read, or a line is no such digit.
    """
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnusableFile(f"The drawn digits in {file.name} cannot be read: {error}.") from error
    digits = tuple(_digit(line, f"{file.name}, line {number}") for number, line in _lines(text))
    if not digits:
        raise UnusableFile(f"There are no drawn digits in {file.name}.")
    return digits


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _digit(line: str, place: str) -> DrawnDigit:
    try:
        fields = json.loads(line)
        label, strokes, box = fields["label"], fields["strokes"], fields.get("box")
        drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
        writer, source = str(fields["writer"]), str(fields.get("src", ""))
        square = None if box is None else (float(box[0]), float(box[1]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UnusableFile(
            f"{place}, is no drawn digit: it lacks a label, a writer or strokes of x, y points."
        ) from error
    if type(label) is not int or not 0 <= label <= 9:
        raise UnusableFile(f"{place}, has the label {label!r}, which is no digit from 0 to 9.")
    if not drawing or any(
        stroke.ndim != 2 or stroke.shape[0] == 0 or stroke.shape[1] != 2 or not np.isfinite(stroke).all()
        for stroke in drawing
    ):
        raise UnusableFile(f"{place}, has no strokes, or a stroke that is no list of x, y points.")
    if square is not None and not min(square) > 0:
        raise UnusableFile(f"{place}, has a box without a size.")
    return DrawnDigit(label, writer, source, drawing, square)


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


def on_canvas(digit: DrawnDigit, share: float = 0.65) -> Drawing:
    """The digit in canvas pixels, where the writer put it: its box becomes the canvas.

    Without a box its own bounding box takes that share of the canvas, in the middle.
    """
    if digit.box is None:
        return fitted(digit.strokes, share * CANVAS, (CANVAS / 2, CANVAS / 2))
    factor = CANVAS / max(digit.box)
    return tuple(stroke * factor for stroke in digit.strokes)


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


@dataclass(frozen=True)
class Variation:
    """How far a drawing is changed at random; see `varied`. Angles in radians, the rest as shares of the digit's size.

    The limits were chosen by eye: a changed digit must still be read by a person without doubt.
    """

    rotation: float = 0.16
    slant: float = 0.4  # horizontal shear, to the right or, less often, to the left
    stretch: float = 0.25  # width against height: at most this much, as a logarithm
    stroke_shift: float = 0.025  # standard deviation: each stroke against the others
    stroke_stretch: float = 0.05  # standard deviation
    stroke_rotation: float = 0.05  # standard deviation
    warp: float = 0.02  # standard deviation of each of the slow waves that bend the whole
    # Longer side, as a share of the canvas. In boxes made for pen tablets people write small, a third of the box: a
    # wide brush then fills bows and rings, and a network that has not seen it reads 1 in 100 more of them wrongly.
    smallest: float = 0.2
    largest: float = 0.92
    mouse: float = 0.5  # share of drawings made with a mouse


def varied(drawing: Drawing, rng: np.random.Generator, variation: Variation = Variation()) -> Drawing:
    """The same digit as it could have been drawn on the canvas: elsewhere, in another size, slant and hand."""
    low, high = bounds(drawing)
    side = max(float((high - low).max()), 1e-9)
    strokes = [(stroke - (low + high) / 2) / side for stroke in drawing]
    strokes = [_restroked(stroke, rng, variation) for stroke in strokes]
    angle = rng.uniform(-variation.rotation, variation.rotation)
    slant = np.clip(rng.normal(0.1, 0.4) * variation.slant, -variation.slant, variation.slant)
    stretch = np.exp(rng.uniform(-variation.stretch, variation.stretch) / 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([stretch, 1 / stretch])
    waves = rng.normal(0, variation.warp, (2, 2, 2)), rng.uniform(0.5, 1.3, (2, 2)), rng.uniform(0, 2 * np.pi, (2, 2))
    strokes = [_warped(stroke, *waves) @ matrix.T for stroke in strokes]
    size = np.exp(rng.uniform(np.log(variation.smallest), np.log(variation.largest))) * CANVAS
    slack = (CANVAS - size) / 2
    x, y = rng.uniform(-slack, slack, 2) * 0.9 + CANVAS / 2
    placed = fitted(tuple(strokes), size, (float(x), float(y)))
    return mouse_like(placed, rng) if rng.random() < variation.mouse else placed


def _restroked(stroke: Stroke, rng: np.random.Generator, variation: Variation) -> Stroke:
    """One stroke, a little moved, stretched and turned about its own middle."""
    middle = stroke.mean(axis=0)
    angle = rng.normal(0, variation.stroke_rotation)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scales = np.exp(rng.normal(0, variation.stroke_stretch, 2))
    changed: Stroke = ((stroke - middle) * scales) @ turn.T + middle + rng.normal(0, variation.stroke_shift, 2)
    return changed


def _warped(
    stroke: Stroke,
    amplitudes: npt.NDArray[np.float64],
    frequencies: npt.NDArray[np.float64],
    phases: npt.NDArray[np.float64],
) -> Stroke:
    """The stroke bent by slow waves along x and y: the same for all strokes of a drawing, so that they still meet."""
    angles = 2 * np.pi * stroke[:, :, None] * frequencies + phases
    bent: Stroke = stroke + np.einsum("nij,ijk->nk", np.sin(angles), amplitudes)
    return bent


def mouse_like(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """The drawing, in canvas pixels, as a mouse or a touchpad gives it.

    Points are far apart, so that bows become corners, each off by a pixel or two, on whole pixels.
    """
    spacing = rng.uniform(5, 28)
    jitter = rng.uniform(0, 1.6)
    return tuple(_mouse_stroke(stroke, spacing, jitter, rng) for stroke in drawing)


def _mouse_stroke(stroke: Stroke, spacing: float, jitter: float, rng: np.random.Generator) -> Stroke:
    if len(stroke) > 1:
        lengths = np.r_[0.0, np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))]
        count = max(2, round(lengths[-1] / spacing) + 1)
        positions = np.linspace(0, lengths[-1], count)
        if count > 2:  # a hand on a mouse is not evenly fast
            positions[1:-1] += rng.uniform(-0.3, 0.3, count - 2) * lengths[-1] / (count - 1)
        stroke = np.stack([np.interp(positions, lengths, stroke[:, axis]) for axis in (0, 1)], axis=1)
    return np.rint(stroke + rng.normal(0, jitter, stroke.shape))
