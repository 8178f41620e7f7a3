"""A picture of any size and kind, made small, upright and opaque. It is gone through in strips, to spare memory."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

PIXELS_AT_ONCE = 4_000_000  # of the large picture, that are made small at a time

# Levels of 255. What is lighter than this on the whole, and has nothing but transparency around it, is white ink.
WHITE_INK = 200

RGB = npt.NDArray[np.uint8]

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Source:
    """A picture as it was unpacked.

    Attributes:
        size: width and height.
        strip: the rows from one number to another, in grey or RGB, with or without opacity.
        orientation: how it was held, as in Exif 2.3, section 4.6.4.
    """

    size: tuple[int, int]
    strip: Callable[[int, int], Image.Image]
    orientation: int = 1


def small_picture(source: Source, side: int) -> RGB:
    """The picture, upright, on paper, and no higher nor wider than so many pixels: (h, w, 3) uint8."""
    small = _reduced(source, max(1, max(source.size) // side))
    if max(small.size) > side:
        shrink = side / max(small.size)
        width, height = (max(1, round(length * shrink)) for length in small.size)
        small = small.resize((width, height), Image.Resampling.BOX)
    turn = _UPRIGHT.get(source.orientation)
    return on_paper(small if turn is None else small.transpose(turn))


def source_of(image: Image.Image, orientation: int = 1) -> Source:
    """Of an image in any of Pillow's modes, which is unpacked."""
    if image.mode.startswith(("I", "F")):
        return _deep_source(image, orientation)
    return Source(image.size, lambda top, bottom: averageable(_rows(image, top, bottom)), orientation)


def averageable(image: Image.Image) -> Image.Image:
    """The same in a mode whose pixels can be averaged: palettes cannot, nor a colour that stands for nothing."""
    if "transparency" in image.info or image.mode in ("PA", "RGBa"):
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "LA", "RGBA"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def joined_halves(high: Image.Image, low: Image.Image, orientation: int) -> Source:
    """Of colours of 12 bits in 16, of which one image has the upper eight and the other the lower."""

    def strip(top: int, bottom: int) -> Image.Image:
        upper, lower = (np.asarray(_rows(half, top, bottom)) for half in (high, low))
        return Image.fromarray((upper << 4) | (lower >> 4))

    return Source(high.size, strip, orientation)


def on_paper(image: Image.Image) -> RGB:
    """The picture without transparency: on white, or on black where it is white ink and nothing else."""
    if not image.mode.endswith("A"):
        return np.asarray(image.convert("RGB"))
    rgba = np.asarray(image.convert("RGBA"), np.float32)
    colours, opacity = rgba[..., :3], rgba[..., 3:] / 255
    covered = float(opacity.mean())
    lightness = float((colours.min(axis=2, keepdims=True) * opacity).mean()) / max(covered, 1e-6)
    ground = 0 if 0 < covered < 0.5 and lightness > WHITE_INK else 255
    return np.rint(colours * opacity + ground * (1 - opacity)).astype(np.uint8)


def _reduced(source: Source, factor: int) -> Image.Image:
    """The mean of each square of so many pixels, strip by strip: some steps need a copy, and a copy may be large."""
    width, height = source.size
    rows = max(1, PIXELS_AT_ONCE // (width * factor))  # of the small picture
    strips = [
        source.strip(top, min(top + rows * factor, height)).reduce(factor) for top in range(0, height, rows * factor)
    ]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * rows))
    return whole


def _deep_source(image: Image.Image, orientation: int) -> Source:
    """Of grey levels of more than eight bits: black and white are where its own levels suggest."""
    height = max(1, PIXELS_AT_ONCE // image.width)
    extremes = []
    for top in range(0, image.height, height):
        levels = _levels(image, top, min(top + height, image.height))
        extremes += [levels.min(), levels.max()]
    black, brightest = min(0.0, float(min(extremes))), float(max(extremes))
    # Cameras of 10, 12 or 14 bits are content with the lower ones of 16; and levels may be shares of 1.
    white = 1.0 if image.mode == "F" and brightest <= 1 else 2.0 ** max(8, int(brightest).bit_length()) - 1
    nothing = image.info.get("transparency")

    def strip(top: int, bottom: int) -> Image.Image:
        levels = _levels(image, top, bottom)
        grey = np.clip((levels - black) * (255 / (white - black)), 0, 255).astype(np.uint8)
        if nothing is None:
            return Image.fromarray(grey)
        return Image.fromarray(np.stack([grey, np.where(levels == nothing, 0, 255).astype(np.uint8)], axis=2))

    return Source(image.size, strip, orientation)


def _levels(image: Image.Image, top: int, bottom: int) -> npt.NDArray[np.float32]:
    levels = np.asarray(_rows(image, top, bottom)).astype(np.float32)
    return np.nan_to_num(levels, nan=0, posinf=0, neginf=0) if image.mode == "F" else levels


def _rows(image: Image.Image, top: int, bottom: int) -> Image.Image:
    return image.crop((0, top, image.width, bottom))
