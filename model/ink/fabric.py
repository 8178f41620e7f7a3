"""The canvas's own description of strokes, Fabric.js's JSON, from and to the points of the pen."""

from itertools import pairwise
from typing import Any

import numpy as np

from model.ink.stroke_text import PenStroke

MOST_OBJECTS = 1_000


def pen_strokes(drawing: dict[str, Any]) -> tuple[PenStroke, ...]:
    """The pen's strokes in what the canvas sent, which may be anything; what is no stroke is left out.

    The brush makes a path of quadratic curves whose control points are the pen's points; see `model.ink.strokes`.
    """
    objects = drawing.get("objects")
    if not isinstance(objects, list):
        return ()
    found = (_pen_stroke(each) for each in objects[:MOST_OBJECTS])
    return tuple(stroke for stroke in found if stroke)


def _pen_stroke(described: Any) -> PenStroke | None:
    try:
        path = described["path"]
        points = [command[1:3] for command in path if command[0] in ("Q", "L")]
        array = np.array(points, np.float64)
        width = round(float(described["strokeWidth"]))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return None
    if array.ndim != 2 or array.shape[1] != 2 or not np.isfinite(array).all() or not 1 <= width <= 60:
        return None
    return PenStroke(array, width)


def drawing_of(strokes: tuple[PenStroke, ...]) -> dict[str, Any]:
    """What the canvas takes for a drawing that it begins with; without a place of its own a path lies where it is."""
    return {"objects": [_described(stroke) for stroke in strokes]}


def _described(stroke: PenStroke) -> dict[str, Any]:
    points = stroke.points.tolist()
    first, last = points[0], points[-1]
    # A dot is a line too short to see; without a length nothing would be drawn.
    path: list[list[Any]] = [["M", first[0] - 0.01, first[1]]]
    for (x, y), (next_x, next_y) in pairwise(points):
        path.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    path.append(["L", last[0] + 0.01, last[1]])
    return {
        "type": "Path",
        "path": path,
        "fill": None,
        "stroke": "#ffffff",
        "strokeWidth": stroke.width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "originX": "center",
        "originY": "center",
    }
