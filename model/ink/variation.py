"""The same digit in another hand: strokes changed at random, as far as a person still reads them without doubt."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.ink.strokes import CANVAS, Drawing, Stroke, bounds, fitted


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
