"""model.ink.fabric: the canvas's strokes, whatever it sent in their place."""

import numpy as np
import pytest

from model.ink.fabric import drawing_of, pen_strokes
from model.ink.stroke_text import PenStroke

STROKES = (PenStroke(np.array([[10.0, 20], [30, 60], [90, 61]]), 18), PenStroke(np.array([[200.0, 200]]), 26))


def test_strokes_come_back() -> None:
    back = pen_strokes(drawing_of(STROKES))
    for stroke, expected in zip(back, STROKES, strict=True):
        assert stroke.width == expected.width
        assert np.abs(stroke.points - expected.points).max() < 0.02


@pytest.mark.parametrize(
    "objects",
    [
        None,
        5,
        "x",
        {},
        [5],
        [{}],
        [{"type": "Path"}],
        [{"path": 5, "strokeWidth": 18}],
        [{"path": [], "strokeWidth": 18}],
        [{"path": [["Q", "a", "b"]], "strokeWidth": 18}],
        [{"path": [["L", 1]], "strokeWidth": 18}],
        [{"path": [["L", float("nan"), 1]], "strokeWidth": 18}],
        [{"path": [["L", 1, 1]], "strokeWidth": 1e9}],
        [{"path": [["L", 1, 1]], "strokeWidth": float("inf")}],
        [{"path": [["L", 1, 1]], "strokeWidth": None}],
    ],
)
def test_what_is_no_stroke_is_left_out(objects: object) -> None:
    assert pen_strokes({"objects": objects}) == ()
