"""Pictures with a sign: orange speaks for something, blue against it, on the drawing's own grey."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from pages.parts.pictures import image_uri

Floats = npt.NDArray[np.float32]

FOR = np.array([240, 147, 91], np.float32)  # the accent of the dark theme: these pictures are black in both
AGAINST = np.array([96, 160, 250], np.float32)
INK = np.array([150, 150, 150], np.float32)  # the brightest that ink gets under the colours


def heat_uri(ink: Floats, heat: Floats, largest: float | None = None) -> str:
    """The drawing in grey under a signed map, as a PNG in a data URI.

    Args:
        ink: (h, w) in [0, 1].
        heat: (h, w), zero where nothing is to be said.
        largest: the number that gets the full colour; by default the map's own largest.
    """
    largest = largest or float(np.abs(heat).max()) or 1.0
    strength = np.clip(np.abs(heat) / largest, 0, 1)[..., np.newaxis]
    colour = np.where(heat[..., np.newaxis] > 0, FOR, AGAINST)
    pixels = ink[..., np.newaxis] * INK * (1 - strength) + colour * strength
    return image_uri(Image.fromarray(np.rint(pixels).astype(np.uint8)))
