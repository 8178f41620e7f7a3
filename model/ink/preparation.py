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
FAINT = 3  # of 255: as little ink as a browser makes up

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Steps:
    """Which steps of the preparation are done; all of them, unless the lesson is what happens without.

    Attributes:
        crop: take the ink's bounding box. Without it, the whole canvas is taken.
        scale: bring what was taken to a longer side of 20 pixels. Without it, it keeps its share of the canvas.
        centre: put the centre of mass in the frame's middle. Without it, what was taken stays where it was drawn.
    """

    crop: bool = True
    scale: bool = True
    centre: bool = True


ALL_STEPS = Steps()


@dataclass(frozen=True)
class Prepared:
    """A drawing on its way to the network, every step kept. A step that is left out keeps what came before it.

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


def prepare(rgba: Pixels, steps: Steps = ALL_STEPS) -> Prepared:
    """Bring a drawing, white on black or on nothing, into the form of an MNIST image.

    Args:
        rgba: (h, w, 4) uint8, any height and width.

    Raises:
        ValueError: the array is no RGBA picture.
    """
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8:
        raise ValueError(f"a drawing is an (h, w, 4) array of uint8, not {rgba.shape} of {rgba.dtype}")
    return prepare_ink(without_noise(whiteness(rgba)), steps)


def prepare_ink(ink: Pixels, steps: Steps = ALL_STEPS) -> Prepared:
    """The same from the ink on, (h, w) uint8."""
    box = bounding_box(ink) if steps.crop or not ink.any() else (slice(0, ink.shape[0]), slice(0, ink.shape[1]))
    cropped = ink[box]
    # One pixel of the frame for each tenth of a canvas of 280 pixels: what an app does that only shrinks its canvas.
    shrinking = FRAME / max(*ink.shape, 1)
    scaled = scale(cropped) if steps.scale else _resized(cropped, shrinking)
    frame = centre(scaled) if steps.centre else _placed_as_drawn(scaled, box, shrinking)
    return Prepared(ink, cropped, scaled, frame.astype(np.float32) / np.float32(255))


def whiteness(rgba: Pixels) -> Pixels:
    """How white each pixel is on black: its luma (ITU-R BT.601) times its opacity; (h, w, 4) to (h, w) uint8."""
    # Four bytes as one number, red the lowest: to take every fourth byte, four times, would cost half as much again.
    pixels = np.ascontiguousarray(rgba).view("<u4")[..., 0]
    white = 299 * (pixels & 255)
    white += 587 * (pixels >> 8 & 255)
    white += 114 * (pixels >> 16 & 255)
    white *= pixels >> 24
    white += 127_500
    white //= 255_000
    return white.astype(np.uint8)


def without_noise(ink: Pixels) -> Pixels:
    """Ink that was read back from a browser's canvas, without what some browsers change in it.

    Those that guard against fingerprinting flip the lowest bits of some dozens of pixels, wherever they are; one in a
    corner would make the bounding box that of the whole canvas. What is as faint as that and stands alone, without
    ink on each side of a square of two by two, is none.
    """
    has_ink = ink > 0
    pairs = has_ink[:-1] & has_ink[1:]
    squares = pairs[:, :-1] & pairs[:, 1:]
    in_squares = np.zeros_like(pairs)
    in_squares[:, :-1] = squares
    in_squares[:, 1:] |= squares
    counts = ink > FAINT
    counts[:-1] |= in_squares
    counts[1:] |= in_squares
    return ink * counts


def bounding_box(ink: Pixels) -> tuple[slice, slice]:
    """The rows and the columns from the first ink to the last; both empty when there is none."""
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def crop(ink: Pixels) -> Pixels:
    """The ink's bounding box; (0, 0) when there is none."""
    return ink[bounding_box(ink)]


def scale(ink: Pixels) -> Pixels:
    """The ink with a longer side of 20 pixels and its proportions kept.

    Shrinking takes the mean over the area that a new pixel covers, so that a digit enlarged by a whole factor comes
    back exactly. The rare drawing that is smaller than that, such as one dot, is enlarged smoothly.
    """
    return _resized(ink, BOX / max(ink.shape)) if ink.size else ink


def _resized(ink: Pixels, factor: float) -> Pixels:
    if ink.size == 0:
        return ink
    height, width = ink.shape
    new_width, new_height = max(1, round(width * factor)), max(1, round(height * factor))
    filter_ = Image.Resampling.BOX if factor <= 1 else Image.Resampling.BILINEAR
    # Along the rows, then along the columns. In one call Pillow chooses the order by the shape, and as it rounds to a
    # byte in between, a pixel may differ by 1; the page's preparation (`pages/parts/draw/preparation.js`) knows one.
    narrowed = Image.fromarray(ink).resize((new_width, height), filter_)
    return np.asarray(narrowed.resize((new_width, new_height), filter_))


def centre(ink: Pixels) -> Pixels:
    """The ink in a frame of 28x28, its centre of mass moved to pixel (14, 14) by whole pixels.

    A shift by parts of a pixel would blur what was sharp. Ink whose mass lies so far to one side that the shift would
    push it out of the frame stops at the frame's edge.
    """
    if not ink.any():
        return _framed(ink, 0, 0)
    top = FRAME / 2 - _centre_of_mass(ink.sum(axis=1, dtype=np.float64))
    left = FRAME / 2 - _centre_of_mass(ink.sum(axis=0, dtype=np.float64))
    return _framed(ink, top, left)


def _centre_of_mass(mass: npt.NDArray[np.float64]) -> float:
    return float(mass @ np.arange(mass.size) / mass.sum())


def _placed_as_drawn(ink: Pixels, box: tuple[slice, slice], shrinking: float) -> Pixels:
    """The ink in a frame of 28x28, its middle where the middle of this box of the canvas was."""
    rows, columns = box
    height, width = ink.shape
    top = (rows.start + rows.stop) / 2 * shrinking - height / 2
    left = (columns.start + columns.stop) / 2 * shrinking - width / 2
    return _framed(ink, top, left)


def _framed(ink: Pixels, top: float, left: float) -> Pixels:
    """The ink in a frame of 28x28, as near to this place as whole pixels and the frame's edges allow."""
    frame = np.zeros((FRAME, FRAME), np.uint8)
    height, width = ink.shape
    first_row = min(max(round(top), 0), FRAME - height)
    first_column = min(max(round(left), 0), FRAME - width)
    frame[first_row : first_row + height, first_column : first_column + width] = ink
    return frame
