"""What the visitors of a load test draw, as the canvas sends it, a stroke at a time, and the right answers."""

import base64
import io
import json
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
from PIL import Image

from model.ink import prepare
from model.ink.strokes import BRUSH_WIDTH, Drawing, render
from model.reading import Classifier
from model.run import PRETRAINED
from pages.parts.pictures import data_uri
from tests.drawn_digits import DRAWN_DIGITS

Stroke = list[tuple[int, int]]


@dataclass(frozen=True)
class Message:
    """The canvas after one stroke.

    Attributes:
        canvas: what the canvas sends, as JSON: its strokes and its PNG.
        picture: the 28x28 picture that the page must show then, as a data URI.
        digit: what the bundled model reads.
    """

    canvas: str
    picture: str
    digit: int


@cache
def messages() -> tuple[tuple[Message, ...], ...]:
    """Of every digit that the tests have as strokes, one message for each of its strokes."""
    classifier = Classifier.load(PRETRAINED)
    return tuple(
        tuple(_message(strokes, classifier) for strokes in accumulate([stroke] for stroke in drawing))
        for styles in DRAWN_DIGITS.values()
        for drawing in styles.values()
    )


def _message(strokes: list[Stroke], classifier: Classifier) -> Message:
    drawing: Drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
    rgba = render(drawing)
    prepared = prepare(rgba)
    return Message(
        canvas=canvas_value([fabric_path(stroke) for stroke in strokes], png_uri(rgba)),
        picture=data_uri(prepared.image),
        digit=classifier.read(prepared.image).digit,
    )


def canvas_value(objects: list[Any], picture: str) -> str:
    """The JSON that stands for the canvas's value in the websocket."""
    raw = {"version": "7.4.0", "objects": objects, "background": "#000000"}
    return json.dumps({"drawing": {"raw": raw, "data": picture}})


def png_uri(rgba: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def fabric_path(stroke: Stroke) -> dict[str, Any]:
    """A stroke as Fabric.js describes it: what the canvas sends beside the pixels, and about as long."""
    (x, y), *rest = stroke
    xs, ys = [point[0] for point in stroke], [point[1] for point in stroke]
    return {
        "type": "Path",
        "version": "7.4.0",
        "originX": "center",
        "originY": "center",
        "left": (min(xs) + max(xs)) / 2,
        "top": (min(ys) + max(ys)) / 2,
        "width": max(xs) - min(xs),
        "height": max(ys) - min(ys),
        "fill": None,
        "stroke": "#ffffff",
        "strokeWidth": BRUSH_WIDTH,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "strokeMiterLimit": 10,
        "path": [["M", x, y], *(["L", x, y] for x, y in rest)],
    }
