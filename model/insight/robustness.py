"""How much an image can bear: changes of one amount each, from none to so much that hardly anybody could read it.

They are made for whole batches, in NumPy alone; what comes from outside the image is black.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, cos, radians, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from model.ink import FRAME
from model.reading import Classifier

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

# The same at every call: as the amount grows, noise grows where it is, and ink that is gone stays gone.
SEED = 7

BLUR_REACH = 4  # standard deviations, beyond which a pixel has no part in another


@dataclass(frozen=True)
class Change:
    """One way to change images, by an amount.

    Attributes:
        label: what it is called on a page.
        unit: what is counted; with the amount before it, it describes the change.
        lowest, highest, step: what amounts a visitor may choose.
        none: the amount that changes nothing.
        curve: the amounts at which accuracy is measured.
        apply: (n, 28, 28) images in [0, 1] and an amount to changed ones, in [0, 1] too.
    """

    label: str
    unit: str
    lowest: float
    highest: float
    step: float
    none: float
    curve: tuple[float, ...]
    apply: Callable[[Floats, float], Floats]


def changed(images: Floats, name: str, amount: float) -> Floats:
    """Change (n, 28, 28) float32 images in [0, 1].

    Raises:
        ValueError: there is no such change, the amount is out of its limits, or these are no images; the message is a
            sentence.
    """
    if name not in CHANGES:
        raise ValueError("There is no such change.")
    change = CHANGES[name]
    # NaN passes no comparison, so it is refused here too.
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not change.lowest <= amount <= change.highest:
        raise ValueError(f"{change.label} goes from {change.lowest:g} to {change.highest:g}.")
    if images.ndim != 3 or images.shape[1:] != (FRAME, FRAME):
        raise ValueError(f"Images must be (n, {FRAME}, {FRAME}), not {images.shape}.")
    if amount == change.none:
        return images
    return change.apply(images, float(amount)).clip(0, 1).astype(np.float32, copy=False)


def accuracy_when_changed(
    classifier: Classifier, images: Floats, digits: npt.NDArray[Any], name: str, amount: float
) -> float:
    """The share of (n, 28, 28) images of these (n,) digits that a network still reads right once they are changed."""
    predicted = classifier.probabilities(changed(images, name, amount)).argmax(axis=1)
    return float((predicted == digits).mean())


def _shifted(images: Floats, pixels: float) -> Floats:
    return _resampled(images, np.eye(2), (0, -pixels))


def _rotated(images: Floats, degrees: float) -> Floats:
    turn = radians(degrees)
    return _resampled(images, np.array([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]]))


def _scaled(images: Floats, factor: float) -> Floats:
    """Blurred before it is made smaller, so that no stroke falls between two pixels."""
    if factor < 1:
        images = _blurred(images, (1 / factor - 1) / 2)
    return _resampled(images, np.eye(2) / factor)


def _resampled(images: Floats, matrix: Doubles, offset: tuple[float, float] = (0, 0)) -> Floats:
    """Each pixel taken from the place that it is mapped to, between pixels by bilinear interpolation.

    Args:
        matrix: (2, 2), from a pixel's (row, column), counted from the image's centre, to the place.
        offset: added to the place, in rows and columns.
    """
    centre = (FRAME - 1) / 2
    grid = np.stack(np.meshgrid(np.arange(FRAME), np.arange(FRAME), indexing="ij")).reshape(2, -1) - centre
    places = matrix @ grid + centre + np.reshape(offset, (2, 1))
    # A margin of black pixels, one on each side, stands for all that lies outside.
    places = np.clip(places + 1, 0, FRAME + 1)
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(len(images), (FRAME + 2) ** 2)
    corner = np.minimum(places.astype(int), FRAME)
    row_share, column_share = (places - corner).astype(np.float32)
    first = corner[0] * (FRAME + 2) + corner[1]
    above = padded[:, first] * (1 - column_share) + padded[:, first + 1] * column_share
    below = padded[:, first + FRAME + 2] * (1 - column_share) + padded[:, first + FRAME + 3] * column_share
    result: Floats = above * (1 - row_share) + below * row_share
    return result.reshape(images.shape)


def _noisy(images: Floats, deviation: float) -> Floats:
    """Gaussian noise of this standard deviation, where 1 is the way from black to white."""
    noise: Floats = np.random.default_rng(SEED).standard_normal(images.shape, np.float32)
    return images + np.float32(deviation) * noise


def _blurred(images: Floats, deviation: float) -> Floats:
    """By a Gaussian of this standard deviation in pixels: a matrix for the rows and the same for the columns."""
    reach = ceil(BLUR_REACH * deviation)
    distances = np.arange(-reach, reach + 1)
    kernel = np.exp(-(distances**2) / (2 * deviation**2))
    away = np.abs(np.subtract.outer(np.arange(FRAME), np.arange(FRAME)))
    gaussian = np.exp(-(away**2) / (2 * deviation**2)) / kernel.sum()
    smear = np.where(away <= reach, gaussian, 0).astype(np.float32)
    return np.asarray(smear @ images @ smear.T, np.float32)


def _stroke(images: Floats, pixels: float) -> Floats:
    """Strokes thicker by so many pixels on each side, or thinner; between whole pixels a mixture of both."""
    whole = int(pixels)
    share = np.float32(abs(pixels - whole))
    stroke = _whole_stroke(images, whole)
    if share:
        stroke = stroke * (1 - share) + _whole_stroke(images, whole + (1 if pixels > 0 else -1)) * share
    return stroke


def _whole_stroke(images: Floats, radius: int) -> Floats:
    """Each pixel the lightest (or the darkest, with a negative radius) within a circle of this radius."""
    reach = abs(radius)
    choose = np.maximum if radius > 0 else np.minimum
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach)))
    result = images
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down**2 + right**2 <= reach**2:
                top, left = reach + down, reach + right
                result = choose(result, padded[:, top : top + FRAME, left : left + FRAME])
    return result


def _with_gaps(images: Floats, share: float) -> Floats:
    """This share of all pixels is black, whatever ink was there."""
    gone: npt.NDArray[np.bool_] = np.random.default_rng(SEED).random(images.shape, np.float32) < share
    return np.where(gone, np.float32(0), images)


def _steps(lowest: float, highest: float, number: int) -> tuple[float, ...]:
    return tuple(round(float(amount), 6) for amount in np.linspace(lowest, highest, number))


CHANGES: dict[str, Change] = {
    "shift": Change("Shift", "pixels to the right", -10, 10, 1, 0, _steps(-10, 10, 11), _shifted),
    "rotation": Change("Rotation", "degrees clockwise", -180, 180, 5, 0, _steps(-180, 180, 19), _rotated),
    "scale": Change("Scale", "times as large", 0.3, 1.7, 0.1, 1, _steps(0.3, 1.7, 15), _scaled),
    "noise": Change("Noise", "of white, the noise's standard deviation", 0, 0.6, 0.05, 0, _steps(0, 0.6, 13), _noisy),
    "blur": Change("Blur", "pixels, the blur's standard deviation", 0, 3, 0.25, 0, _steps(0, 3, 13), _blurred),
    "stroke": Change("Stroke", "pixels thicker on each side", -1, 3, 0.25, 0, _steps(-1, 3, 9), _stroke),
    "gaps": Change("Missing ink", "of all pixels lost", 0, 0.95, 0.05, 0, _steps(0, 0.9, 10), _with_gaps),
}
