"""What the visitors of a load test draw, as the pen in the page tells it, and the right answers."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np

from model.ink.pen import told
from model.ink.preparation import prepare_ink
from model.ink.strokes import BRUSH_WIDTH, PenStroke, ink_of
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from pages.parts.pictures import data_uri
from tests.drawn_digits import DRAWN_DIGITS

Stroke = list[tuple[int, int]]


@dataclass(frozen=True)
class Message:
    """A drawing when the pen has been lifted after one of its strokes.

    Attributes:
        strokes: so far, as the pen tells them.
        picture: the 28x28 picture that the page must show then, as a data URI.
        digit: what the bundled model reads.
        is_digit: whether it takes the drawing for one.
    """

    strokes: list[list[int]]
    picture: str
    digit: int
    is_digit: bool


@cache
def messages() -> tuple[tuple[Message, ...], ...]:
    """Of every digit that the tests have as strokes, what there is to tell after each; the last is the whole digit."""
    classifier, refusal = Classifier.load(PRETRAINED), Refusal.load()
    return tuple(
        tuple(_message(strokes, classifier, refusal) for strokes in accumulate([stroke] for stroke in drawing))
        for styles in DRAWN_DIGITS.values()
        for drawing in styles.values()
    )


def _message(drawing: list[Stroke], classifier: Classifier, refusal: Refusal) -> Message:
    strokes = tuple(PenStroke(np.array(stroke, np.float64), BRUSH_WIDTH) for stroke in drawing)
    prepared = prepare_ink(ink_of(strokes))
    return Message(
        strokes=told(strokes),
        picture=data_uri(prepared.image),
        digit=classifier.read(prepared.image).digit,
        is_digit=not refusal.refuses(prepared),
    )
