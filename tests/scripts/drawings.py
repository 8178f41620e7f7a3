"""Drawings of many kinds for the page's reader, always the same: what people draw, and what nobody would."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from model.ink.strokes import BRUSH_WIDTHS, CANVAS
from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.non_digits import NON_DIGITS

# Of each stroke its width, then x and y of its points in turn, in eighths of a pixel: what the pen tells.
Told = list[list[int]]

MADE_UP: tuple[Told, ...] = (
    [],
    [[18, 0, 0]],
    [[18, 8 * CANVAS, 8 * CANVAS]],
    [[26, 1120, 1120, 1120, 1120, 1120, 1120]],
    [[12, -2240, 4480]],  # as far away as a stroke may go
    [[12, -60, 1120, -60, 1500]],  # beside the canvas, and its edge is in
    [[1, 1121, 1123]],
    [[2, 1120, 1120, 1121, 1121]],
    [[60, 1120, 1120]],
    [[60, -2240, -2240, 4480, 4480, 4480, -2240, -2240, 4480]],
    [[18, 1120, 1120, 1200, 1120, 1120, 1120, 1200, 1120, 1200, 1120, 1120, 1120]],  # back and forth
    [[18, 400, 400, 1800, 1800], [12, 1800, 400, 400, 1800], [26, 1120, 1120]],
    [[18, 0, 0, 8 * CANVAS, 0, 8 * CANVAS, 8 * CANVAS, 0, 8 * CANVAS, 0, 0]],
)


def drawings(number: int, seed: int = 1) -> list[Told]:
    """So many: those made up, then what people drew, varied, and now and then a scrawl or a sprinkle of dots."""
    rng = np.random.default_rng(seed)
    styles = [strokes for kind in (*DRAWN_DIGITS.values(), *NON_DIGITS.values()) for strokes in kind.values()]
    ways = (_scrawl, _dots, *[_varied] * 8)

    def more() -> Iterator[Told]:
        yield from MADE_UP
        place = 0
        while True:
            yield ways[rng.integers(len(ways))](styles[place % len(styles)], rng)
            place += 1

    found = more()
    return [next(found) for _ in range(number)]


def _varied(strokes: Strokes, rng: np.random.Generator) -> Told:
    """Turned, stretched, tiny or huge, anywhere and beyond the edges; by a link's widths and quarters, too."""
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.3 else rng.normal(0, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    size = np.exp(rng.uniform(-4, 1) if rng.random() < 0.3 else rng.uniform(-1, 0.3))
    stretch = np.diag(np.exp(rng.normal(0, 0.3, 2)))
    shift = rng.normal(0, 80 if rng.random() < 0.3 else 20, 2) + CANVAS / 2
    is_linked = rng.random() < 0.2
    step = 4 if is_linked else 8
    width = int(rng.integers(1, 61)) if is_linked else int(rng.choice(BRUSH_WIDTHS))
    told = []
    for stroke in strokes:
        if rng.random() < 0.1:
            width = int(rng.choice(BRUSH_WIDTHS))
        points = (np.array(stroke) - CANVAS / 2) @ (size * turn @ stretch).T + shift
        if rng.random() < 0.3:
            points = _with_points_between(points, rng)
        told.append(_told(np.rint(points * step) * (8 // step), width))
    return told


def _with_points_between(points: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """As a fast pen gives them, with a tremble; some twice."""
    places = np.linspace(0, len(points) - 1, 6 * len(points))
    dense = np.stack([np.interp(places, np.arange(len(points)), axis) for axis in points.T], axis=1)
    return (dense + rng.normal(0, 0.3, dense.shape))[np.sort(rng.integers(0, len(dense), len(dense)))]


def _scrawl(_: Strokes, rng: np.random.Generator) -> Told:
    points = rng.uniform(-0.2 * CANVAS, 1.2 * CANVAS, (rng.integers(2, 12), 2))
    return [_told(points * 8, int(rng.choice(BRUSH_WIDTHS)))]


def _dots(_: Strokes, rng: np.random.Generator) -> Told:
    places = rng.uniform(-10, CANVAS + 10, (rng.integers(1, 4), 1, 2))
    return [_told(place * 8, int(rng.choice(BRUSH_WIDTHS))) for place in places]


def _told(eighths: npt.NDArray[np.float64], width: int) -> list[int]:
    within = np.clip(np.rint(eighths), -8 * CANVAS, 16 * CANVAS).astype(int)
    return [width, *within.ravel().tolist()]
