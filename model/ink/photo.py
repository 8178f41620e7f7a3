"""From a photo of a digit to a drawing: paper made even, ink told from paper, the digit found and cut out.

Whatever the picture (dark on light or light on dark, uneven light, a photo or a screenshot), it ends as white ink on a
black canvas and takes the same road as a drawing from there. Every step is kept as a picture. No Streamlit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from model.ink.components import Mask, Pieces, pieces_of
from model.ink.picture_file import UnusablePicture, open_picture
from model.ink.strokes import CANVAS

DIGIT = 200  # pixels of the canvas: the longer side of the digit that is cut out

SMALLEST_SIDE = 160  # pixels: smaller pictures are enlarged first, so that lines are wider than the blur
WIDE = 0.9  # of the shorter side: a window in which ink is taken to cover less than half of the paper
BROADEST = 0.16  # of the shorter side: no line is broader, and no shadow finer
LEAST_CONTRAST = 18  # grey levels, of 255, by which ink differs from paper
LEAST_HEIGHT = 0.04  # of the picture's longer side
SPECK = 0.02  # of the largest piece: what is smaller is dirt
FINE = 0.04  # of the digit's longer side: lines finer than that do not speak more for ink
NEAR = 0.15  # of the digit's longer side: a piece as near as that belongs to it, as the bar of a 5

# A pen's line is thin against a brush's: what is thinner than this, as a share of the digit, is made so wide.
THINNEST = 0.075

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Step:
    """One step as a picture, (h, w) uint8, with its name and a sentence on it."""

    name: str
    picture: Grey
    sentence: str


@dataclass(frozen=True)
class Photo:
    """A digit out of a picture.

    Attributes:
        drawing: (280, 280, 4) uint8, white ink on black, as the canvas gives it.
        steps: on the way there; the first is the picture itself, grey.
    """

    drawing: npt.NDArray[np.uint8]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Found:
    """Pixels of the digit in `mask` (h, w), its `box` (top, left, bottom, right), and how far it stands out."""

    contrast: Floats
    mask: Mask
    box: tuple[int, int, int, int]
    touches_edge: bool
    score: float

    @property
    def breadth(self) -> float:
        """How broad its lines are, as a share of its longer side: shadows and sheets of paper are broader than ink."""
        top, left, bottom, right = self.box
        return line_width(self.mask[top:bottom, left:right]) / max(bottom - top, right - left)


def read_photo(content: bytes) -> Photo:
    """The digit in a picture's file.

    Raises:
        UnusablePicture: it is no such file, too large, damaged, or no digit stands out in it.
    """
    return find_digit(np.asarray(Image.fromarray(open_picture(content)).convert("L")))


def find_digit(grey: Grey) -> Photo:
    """The digit in an (h, w) picture.

    Raises:
        UnusablePicture: none stands out.
    """
    enlarged = _enlarged(grey)
    found = _best(enlarged)
    cut = _cut_out(found)
    return Photo(
        _on_canvas(cut),
        (
            Step("Grey", enlarged, "Only brightness counts, not colour."),
            Step("Even paper", _shown(found.contrast), "How far each pixel stands out from the paper around it."),
            Step("Threshold", found.mask.astype(np.uint8) * 255, "Ink or paper: the digit's pixels, and no others."),
            Step("Cut out", _on_canvas(cut)[..., 0], "White ink on black, with lines as wide as a brush's at least."),
        ),
    )


def _enlarged(grey: Grey) -> Grey:
    height, width = grey.shape
    if max(height, width) >= SMALLEST_SIDE:
        return grey
    factor = SMALLEST_SIDE / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))


def _best(grey: Grey) -> _Found:
    """What stands out most, whether darker or lighter than the paper."""
    found = [each for contrast in _contrasts(grey) for each in _candidates(contrast)]
    if not found:
        raise UnusablePicture(
            "No digit stands out in this picture; write it large and dark on plain paper, filling the picture."
        )
    return max(found, key=lambda each: (not each.touches_edge, each.score / max(each.breadth, FINE) ** 2))


def _contrasts(grey: Grey) -> Iterator[Floats]:
    """How far each pixel is darker, and lighter, than the paper, as two ways tell what the paper is like.

    One looks far around, and is not misled by a broad marker's ink; the other follows the edges of shadows and sheets.
    """
    smooth = np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(1)), np.float32)
    far = _paper(grey)
    yield np.maximum(far - smooth, 0)
    yield np.maximum(smooth - far, 0)
    yield np.maximum(_without_lines(grey, darker=True) - smooth, 0)
    yield np.maximum(smooth - _without_lines(grey, darker=False), 0)


def _candidates(contrast: Floats) -> list[_Found]:
    threshold = otsu(contrast)
    found = _largest(contrast, threshold)
    if found is None or found.touches_edge:
        # Ruled lines, or a shadow's edge, lead to the picture's edge; ink is darker than both.
        stronger = contrast[contrast > threshold]
        other = _largest(contrast, otsu(stronger)) if stronger.size else None
        return [each for each in (found, other) if each]
    return [found]


def _paper(grey: Grey) -> Floats:
    """How bright the paper is at each pixel: the median of a wide window, then the mean of what is surely not ink."""
    height, width = grey.shape
    small = Image.fromarray(grey).reduce(max(1, round(max(height, width) * WIDE / 20)))
    window = max(3, int(min(small.size) * WIDE) | 1)
    pixels = np.asarray(small, np.float32)
    median = np.asarray(_median(small, window), np.float32)
    off = np.abs(pixels - median)
    is_paper = (off <= max(otsu(off) / 2, LEAST_CONTRAST / 3)).astype(np.float32)
    weights = np.maximum(_blurred(is_paper, window / 4), np.float32(1e-6))
    smooth = _blurred(pixels * is_paper, window / 4) / weights
    return _as_large_as(grey, np.asarray(smooth, np.float32))


def _without_lines(grey: Grey, *, darker: bool) -> Floats:
    """How bright the paper is at each pixel, when all that is darker (lighter) in lines is taken away.

    The grey closing (opening) by a square that is broader than any line. Source: J. Serra, "Image analysis and
    mathematical morphology", 1982, chapter XII.
    """
    side = min(grey.shape) * BROADEST
    small = Image.fromarray(grey).reduce(max(1, round(side / 20)))
    window = max(3, int(min(small.size) * BROADEST) | 1)
    pixels = np.asarray(small, np.float32)
    first, second = (np.max, np.min) if darker else (np.min, np.max)
    return _as_large_as(grey, _extremes(_extremes(pixels, window, first), window, second))


def _extremes(values: Floats, window: int, extreme: Callable[..., Floats]) -> Floats:
    """The largest, or the smallest, value in each pixel's window."""
    for axis in (0, 1):
        margins = [(window // 2, window // 2) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, margins, mode="edge")
        values = extreme(np.lib.stride_tricks.sliding_window_view(padded, window, axis), axis=-1)
    return values


def _as_large_as(grey: Grey, small: Floats) -> Floats:
    height, width = grey.shape
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), np.float32)


def _median(image: Image.Image, window: int) -> Image.Image:
    """The median of each pixel's window; at the picture's edges it is reflected."""
    margin = min(window // 2, min(image.size) - 1)
    padded = Image.fromarray(np.pad(np.asarray(image), margin, mode="reflect"))
    median = padded.filter(ImageFilter.MedianFilter(2 * margin + 1))
    return median.crop((margin, margin, margin + image.width, margin + image.height))


def _blurred(values: Floats, radius: float) -> Floats:
    """The mean of what is around each value, by a Gaussian of this standard deviation; (h, w), small."""
    across, down = (_gaussian(length, radius) for length in (values.shape[1], values.shape[0]))
    return np.asarray(down @ values @ across.T, np.float32)


def _gaussian(length: int, radius: float) -> Floats:
    """(length, length) weights of each place for the mean at each; at the ends they lack what would lie beyond."""
    places = np.arange(length, dtype=np.float32)
    weights = np.exp(-np.square((places[:, None] - places) / radius) / 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def otsu(values: npt.NDArray[np.float32]) -> float:
    """The threshold that parts values from 0 to 255 into two groups as far apart and as close in themselves as can be.

    Source: N. Otsu, "A threshold selection method from gray-level histograms", 1979.
    """
    counts = np.bincount(np.clip(values, 0, 255).astype(np.uint8).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    above = below[-1] - below
    mass = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(np.nan_to_num(between).argmax()) + 1


def _largest(contrast: Floats, threshold: float) -> _Found | None:
    """The piece of ink that stands out most, with what is near enough to belong to it."""
    pieces = pieces_of(contrast >= max(threshold, LEAST_CONTRAST / 2))
    if pieces is None or not pieces.areas.size:
        return None
    height, width = contrast.shape
    strength = np.bincount(pieces.labels.ravel(), contrast.ravel(), len(pieces.areas) + 1)[1:] / pieces.areas
    tops, lefts, bottoms, rights = pieces.boxes.T
    is_large = np.maximum(bottoms - tops, rights - lefts) >= LEAST_HEIGHT * max(height, width)
    at_edge = (tops == 0) | (lefts == 0) | (bottoms == height) | (rights == width)
    eligible = is_large & (strength >= LEAST_CONTRAST)
    if (eligible & ~at_edge).any():
        eligible &= ~at_edge
    if not eligible.any():
        return None
    # How far it stands out counts for more than how large it is: a shadow is large and soft.
    scores = np.where(eligible, strength**2 * np.sqrt(pieces.areas), 0)
    main = int(scores.argmax())
    mask, box = _gathered(pieces, main, ~at_edge)
    return _Found(contrast, mask, box, bool(at_edge[main]), float(scores[main]))


def _gathered(pieces: Pieces, main: int, may_join: Mask) -> tuple[Mask, tuple[int, int, int, int]]:
    """The main piece with those near its box that are more than specks."""
    top, left, bottom, right = (int(edge) for edge in pieces.boxes[main])
    reach = NEAR * max(bottom - top, right - left)
    tops, lefts, bottoms, rights = pieces.boxes.T
    is_near = (tops < bottom + reach) & (bottoms > top - reach) & (lefts < right + reach) & (rights > left - reach)
    joins = is_near & may_join & (pieces.areas >= SPECK * pieces.areas[main])
    joins[main] = True
    chosen = np.concatenate([[False], joins])
    boxes = pieces.boxes[joins]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return chosen[pieces.labels], (int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _cut_out(found: _Found) -> Grey:
    """The digit alone, (h, w) with a longer side of 200 pixels: soft at its edges, and as bold as a brush at least."""
    top, left, bottom, right = found.box
    strength = float(np.median(found.contrast[found.mask]))
    softened = np.clip((found.contrast / strength - 0.25) / 0.5, 0, 1)
    near = np.asarray(Image.fromarray(found.mask).convert("L").filter(ImageFilter.MaxFilter(3))) > 0
    ink = (softened * near * 255).astype(np.uint8)[top:bottom, left:right]
    factor = DIGIT / max(ink.shape)
    size = (max(1, round(ink.shape[1] * factor)), max(1, round(ink.shape[0] * factor)))
    digit = Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)
    return _emboldened(digit)


def _emboldened(digit: Image.Image) -> Grey:
    lacking = THINNEST * DIGIT - line_width(np.asarray(digit) > 127)
    margin = int(np.ceil(max(lacking, 0) / 2))
    if not margin:
        return np.asarray(digit)
    padded = np.pad(np.asarray(digit), margin)
    return np.asarray(Image.fromarray(padded).filter(ImageFilter.MaxFilter(2 * margin + 1)))


def line_width(mask: Mask) -> float:
    """About how wide the lines are, in pixels: a long line's area is half its outline times its width."""
    padded = np.pad(mask, 1)
    steps = sum(int(np.count_nonzero(np.diff(padded.astype(np.int8), axis=axis))) for axis in (0, 1))
    # An outline counted in steps along rows and columns is longer than the line, by 4/pi over all directions.
    return 2 * np.count_nonzero(mask) / max(steps * np.pi / 4, 1)


def _on_canvas(digit: Grey) -> npt.NDArray[np.uint8]:
    height, width = digit.shape
    top, left = (CANVAS - height) // 2, (CANVAS - width) // 2
    rgba = np.zeros((CANVAS, CANVAS, 4), np.uint8)
    rgba[..., 3] = 255
    rgba[top : top + height, left : left + width, :3] = digit[..., None]
    return rgba


def _shown(contrast: Floats) -> Grey:
    brightest = max(float(np.percentile(contrast, 99.5)), 1.0)
    return np.asarray(np.clip(contrast / brightest * 255, 0, 255), np.uint8)
