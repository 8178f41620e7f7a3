"""How far each pixel of a picture stands out from the paper around it, as several ways tell what the paper is like."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

WIDE = 0.9  # of the shorter side: a window in which ink is taken to cover less than half of the paper
BROADEST = 0.16  # of the shorter side: no line is broader, and no shadow finer
MOST_LIGHT = 2.5  # times as bright, a shadow is made at most
LEAST_CONTRAST = 18  # grey levels, of 255, by which ink differs from paper
# Colours are kept coarser in a JPEG than brightness, and tell less: they count where brightness does not tell.
LEAST_COLOUR = 24  # levels, of 255, by which ink then differs from paper

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

# One processor for each visitor who waits, as with all else that the web process computes.
cv2.setNumThreads(1)


@dataclass(frozen=True)
class View:
    """A picture in grey, (h, w) uint8: its brightness, or the colour that differs most in it."""

    grey: Pixels
    is_colour: bool


@dataclass(frozen=True)
class Contrast:
    """How far each pixel of a view stands out.

    Attributes:
        view: what was looked at.
        values: (h, w) float32, grey levels; 0 where it does not.
        is_flat: whether the paper was taken to have one brightness everywhere.
    """

    view: View
    values: Floats
    is_flat: bool = False


def contrasts(picture: Pixels) -> Iterator[Contrast]:
    """How far each pixel of an (h, w, 3) picture is darker, and lighter, than the paper, in brightness and in colour.

    Of three ways to tell what the paper is like, one looks far around, and is not misled by a broad marker's ink; one
    follows the edges of shadows and sheets; and one takes it to be the same everywhere, and needs none around the ink.
    """
    for view in _views(picture):
        smooth = cv2.GaussianBlur(view.grey, (0, 0), 1).astype(np.float32)
        far = _paper(view.grey)
        dark, light = _two_levels(view.grey)
        for darker, flat in ((True, light), (False, dark)):
            sign = 1 if darker else -1
            for paper in (far, _without_lines(view.grey, darker=darker)):
                yield Contrast(view, _in_even_light(np.maximum(sign * (paper - smooth), 0), paper, view))
            yield Contrast(view, np.maximum(sign * (flat - smooth), 0), is_flat=True)


def _in_even_light(contrast: Floats, paper: Floats, view: View) -> Floats:
    """The contrast as if all of the paper were as bright as most of it: in a shadow, ink stands out less."""
    if view.is_colour:
        return contrast
    usual = np.float32(np.percentile(paper[::4, ::4], 75))
    return np.asarray(contrast * np.clip(usual / np.maximum(paper, 1), 1, MOST_LIGHT), np.float32)


def _views(picture: Pixels) -> Iterator[View]:
    yield View(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), is_colour=False)
    colour = _strongest_colour(picture)
    if colour is not None:
        yield View(colour, is_colour=True)


def _strongest_colour(picture: Pixels) -> Pixels | None:
    """The colour, without the brightness, along the axis on which it differs most; None where there is hardly any.

    The axis is the first principal component of the two differences of colour (ITU-R BT.601).
    """
    colours = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb), (0, 0), 1)[..., 1:].astype(np.float32)
    colours -= np.median(colours.reshape(-1, 2)[::7], axis=0)
    covariance = np.cov(colours.reshape(-1, 2)[::7].T)
    axis = np.linalg.eigh(covariance)[1][:, -1]
    along = colours @ axis.astype(np.float32)
    low, high = np.percentile(along[::3, ::3], (0.5, 99.5))
    if high - low < LEAST_COLOUR:
        return None
    return np.clip(np.rint(along + 128), 0, 255).astype(np.uint8)


def _two_levels(grey: Pixels) -> tuple[float, float]:
    """The middle brightness of what is dark, and of what is light."""
    threshold = otsu(grey.astype(np.float32))
    dark, light = grey[grey < threshold], grey[grey >= threshold]
    return (
        float(np.median(dark)) if dark.size else float(threshold),
        float(np.median(light)) if light.size else float(threshold),
    )


def _paper(grey: Pixels) -> Floats:
    """How bright the paper is at each pixel: the median of a wide window, then the mean of what is surely not ink."""
    small = _reduced(grey, max(1, round(max(grey.shape) * WIDE / 20)))
    window = max(3, int(min(small.shape) * WIDE) | 1)
    margin = min(window // 2, min(small.shape) - 1)
    padded = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    median = cv2.medianBlur(padded, 2 * margin + 1) if margin else padded
    pixels = small.astype(np.float32)
    off = np.abs(pixels - median[margin : margin + small.shape[0], margin : margin + small.shape[1]])
    is_paper = (off <= max(otsu(off) / 2, LEAST_CONTRAST / 3)).astype(np.float32)
    weights, sums = (
        cv2.GaussianBlur(values, (0, 0), window / 4, borderType=cv2.BORDER_CONSTANT)
        for values in (is_paper, pixels * is_paper)
    )
    return _as_large_as(grey, sums / np.maximum(weights, np.float32(1e-6)))


def _without_lines(grey: Pixels, *, darker: bool) -> Floats:
    """How bright the paper is at each pixel, when all that is darker (lighter) in lines is taken away.

    The grey closing (opening) by a square that is broader than any line. Source: J. Serra, "Image analysis and
    mathematical morphology", 1982, chapter XII.
    """
    small = _reduced(grey, max(1, round(min(grey.shape) * BROADEST / 20)))
    window = max(3, int(min(small.shape) * BROADEST) | 1)
    operation = cv2.MORPH_CLOSE if darker else cv2.MORPH_OPEN
    closed = cv2.morphologyEx(small, operation, np.ones((window, window), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return _as_large_as(grey, closed.astype(np.float32))


def _reduced(grey: Pixels, factor: int) -> Pixels:
    size = [max(1, -(-length // factor)) for length in grey.shape[::-1]]
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _as_large_as(grey: Pixels, small: Floats) -> Floats:
    return np.asarray(cv2.resize(small, grey.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


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
