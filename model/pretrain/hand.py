"""Lines, curves and rings as a hand draws them, of which digits and everything else is composed.

Coordinates are in heights of what is drawn, y growing downward.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from model.ink.strokes import Stroke

Random = np.random.Generator
Point = tuple[float, float]

HAND = 0.012  # heights: standard deviation of where a hand puts each point
POINTS_PER_PIECE = 6


def line_through(points: Sequence[Point], rng: Random) -> Stroke:
    """Straight from point to point."""
    corners = np.array(points) + rng.normal(0, HAND, (len(points), 2))
    pieces = [np.linspace(start, end, POINTS_PER_PIECE)[1:] for start, end in pairwise(corners)]
    return np.concatenate([corners[:1], *pieces])


def curve_through(points: Sequence[Point], rng: Random) -> Stroke:
    """Smoothly through all points: a Catmull-Rom spline."""
    knots = np.array(points) + rng.normal(0, HAND, (len(points), 2))
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    before, start, end, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0, 1, POINTS_PER_PIECE + 1)[1:, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([knots[:1], curve.reshape(-1, 2)])


def ring_about(middle: Point, radii: Point, turns: tuple[float, float], rng: Random) -> Stroke:
    """Part of an ellipse between two angles in turns, clockwise from the right as seen on the canvas."""
    angles = 2 * np.pi * np.linspace(*turns, max(8, round(abs(turns[1] - turns[0]) * 24)))
    drift = np.linspace(rng.normal(0, 0.06), 0, len(angles))  # a hand does not quite close a ring
    x = middle[0] + radii[0] * (1 + drift) * np.cos(angles)
    y = middle[1] + radii[1] * (1 + drift) * np.sin(angles)
    return np.stack([x, y], axis=1)
