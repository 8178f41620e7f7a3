"""From a canvas to what the network reads: any drawing, brought into the form of an MNIST image.

MNIST's digits were scaled to fit a box of 20x20 pixels and placed by their centre of mass in a frame of 28x28
(Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998, section
III). A network that has seen only such images reads a drawing well when the drawing is brought into the same form.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

FRAME = 28  # pixels: height and width of what the network reads
BOX = 20  # pixels: the longer side of the digit in it

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Prepared:
    """A drawing on its way to the network, every step kept.

    Attributes:
        ink: (h, w) uint8, how white each pixel of the canvas is.
        cropped: (h', w') uint8, the ink's bounding box; (0, 0) when there is no ink.
        scaled: (h'', w'') uint8, the same with a longer side of 20 pixels; (0, 0) when there is no ink.
        image: (28, 28) float32 in [0, 1], the scaled ink centred by its mass: the network's input.
    """

    ink: Pixels
    cropped: Pixels
    scaled: Pixels
    image: npt.NDArray[np.float32]

    @property
    def is_empty(self) -> bool:
        return self.cropped.size == 0


def prepare(rgba: Pixels) -> Prepared:
    """Bring a drawing, white on black or on nothing, into the form of an MNIST image.

    Args:
        rgba: (h, w, 4) uint8, any height and width.

    Raises:
        ValueError: the array is no RGBA picture.
    """
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8:
        raise ValueError(f"a drawing is an (h, w, 4) array of uint8, not {rgba.shape} of {rgba.dtype}")
    ink = whiteness(rgba)
    cropped = crop(ink)
    scaled = scale(cropped)
    return Prepared(ink, cropped, scaled, centre(scaled).astype(np.float32) / np.float32(255))


def whiteness(rgba: Pixels) -> Pixels:
    """How white each pixel is on black: its luma (ITU-R BT.601) times its opacity; (h, w, 4) to (h, w) uint8."""
    red, green, blue, alpha = np.moveaxis(rgba.astype(np.uint32), 2, 0)
    luma = 299 * red + 587 * green + 114 * blue
    white: Pixels = ((luma * alpha + 127_500) // 255_000).astype(np.uint8)
    return white


def crop(ink: Pixels) -> Pixels:
    """The ink's bounding box; (0, 0) when there is none."""
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return np.zeros((0, 0), np.uint8)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def scale(ink: Pixels) -> Pixels:
    """The ink with a longer side of 20 pixels and its proportions kept.

    Shrinking takes the mean over the area that a new pixel covers, so that a digit enlarged by a whole factor comes
    back exactly. The rare drawing that is smaller than that, such as one dot, is enlarged smoothly.
    """
    if ink.size == 0:
        return ink
    height, width = ink.shape
    factor = BOX / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    filter_ = Image.Resampling.BOX if factor <= 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(ink).resize(size, filter_))


def centre(ink: Pixels) -> Pixels:
    """The ink in a frame of 28x28, its centre of mass moved to pixel (14, 14) by whole pixels.

    A shift by parts of a pixel would blur what was sharp. Ink whose mass lies so far to one side that the shift would
    push it out of the frame stops at the frame's edge.
    """
    frame = np.zeros((FRAME, FRAME), np.uint8)
    if ink.size == 0:
        return frame
    height, width = ink.shape
    top = _offset(ink.sum(axis=1, dtype=np.float64), FRAME - height)
    left = _offset(ink.sum(axis=0, dtype=np.float64), FRAME - width)
    frame[top : top + height, left : left + width] = ink
    return frame


def _offset(mass: npt.NDArray[np.float64], furthest: int) -> int:
    centre_of_mass = float(mass @ np.arange(mass.size) / mass.sum())
    return min(max(round(FRAME / 2 - centre_of_mass), 0), furthest)
