"""A digit cut out of a picture: its ink, white on black, on a canvas, as if it had been drawn there."""

import cv2
import numpy as np
import numpy.typing as npt

from model.ink.bars import strokes_through
from model.ink.rules import line_width
from model.ink.strokes import CANVAS, fitted, render_ink

DIGIT = 200  # pixels of the canvas: the longer side of the digit that is cut out

# A pen's line is thin against a brush's: what is thinner than this, as a share of the digit, is made so wide.
THINNEST = 0.075
BRUSH = 16  # pixels: in which bars are drawn

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Ink = npt.NDArray[np.uint8]


def cut_out(contrast: Floats, mask: Mask, others: Mask, gap: float = 0.0) -> Ink:
    """The ink on a canvas, (280, 280) uint8: soft at its edges, and as bold as a brush at least.

    Args:
        contrast: (h, w) how far each pixel stands out; of the digit's box alone.
        mask: (h, w) the digit's pixels in it, one at least.
        others: (h, w) other ink in it.
        gap: pixels between pieces of the digit, over which they are joined; 0 leaves them as they are.
    """
    strength = float(np.median(contrast[mask]))
    softened = np.clip((contrast / strength - 0.25) / 0.5, 0, 1)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ink = (softened * (near & ~others) * 255).astype(np.uint8)
    factor = DIGIT / max(ink.shape)
    size = (max(1, round(ink.shape[1] * factor)), max(1, round(ink.shape[0] * factor)))
    digit = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC), np.uint8)
    return _on_canvas(_emboldened(_joined(digit, gap * factor)))


def drawn_through(mask: Mask) -> Ink | None:
    """The same of a digit that consists of bars, as strokes of a brush through them; None where it does not."""
    found = strokes_through(mask)
    if found is None:
        return None
    return render_ink(fitted(found, DIGIT - BRUSH, (CANVAS / 2, CANVAS / 2)), BRUSH)


def _joined(digit: Ink, gap: float) -> Ink:
    """The grey closing by a disc that reaches over the gap."""
    if not gap:
        return digit
    reach = int(np.ceil(gap)) + 2
    padded = np.pad(digit, reach)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disc(reach))
    return np.asarray(closed[reach:-reach, reach:-reach], np.uint8)


def _emboldened(digit: Ink) -> Ink:
    lacking = THINNEST * DIGIT - line_width(digit > 127)
    margin = int(np.ceil(max(lacking, 0) / 2))
    if not margin:
        return digit
    return np.asarray(cv2.dilate(np.pad(digit, margin), np.ones((2 * margin + 1,) * 2, np.uint8)), np.uint8)


def _disc(diameter: int) -> Ink:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter | 1, diameter | 1)), np.uint8)


def _on_canvas(digit: Ink) -> Ink:
    height, width = digit.shape
    top, left = (CANVAS - height) // 2, (CANVAS - width) // 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    canvas[top : top + height, left : left + width] = digit
    return canvas
