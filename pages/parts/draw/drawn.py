"""What a way in hands over: a drawing, and what is known of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # a drawing on the canvas need not wait for what reads photos
    from model.ink.photo import Step
    from model.ink.strokes import PenStroke

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """A drawing, wherever it came from.

    Attributes:
        ink: (h, w) uint8, how white each pixel is; None before there is any.
        hint: what to do then.
        before: what was done before there was ink, as with a photo.
        label: the digit that it is known to be; None for what the visitor brought.
        name: of the drawing's state, where the page reads it, too; see `pages/parts/pen.js`.
        is_digit: False where it was found to be none before it was read, as what looks like several digits at once.
        example: the query parameters of a link to it, may raise UnusableLink; None where it fits into none.
        strokes: of the pen, where it was drawn with one.
    """

    ink: Pixels | None
    hint: str
    before: tuple["Step", ...] = ()
    label: int | None = None
    name: str = ""
    is_digit: bool = True
    example: Callable[[], dict[str, str]] | None = None
    strokes: tuple["PenStroke", ...] = ()
