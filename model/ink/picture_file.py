"""A picture that somebody uploads: opened with care, since a file can claim anything, and made small and upright.

Nothing is unpacked before the file's form and size are known. Pictures are unpacked one at a time, so that many
visitors together need no more memory than one. The forms that nearly all pictures come in are unpacked here, the others
in a process of their own, which may take so much memory and time and no more (`model.ink.picture_apart`). No Streamlit.
"""

import io
import os
import struct
import subprocess
import sys
import threading
from operator import mul
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from model.ink.picture_form import (
    Form,
    TooManyParts,
    check_png_chunks,
    form_of,
    heif_size,
    is_png_of_colours,
    jpeg_scans,
    other_form,
    png_depth,
    webp_size,
)
from model.ink.picture_pixels import RGB, Source, averageable, joined_halves, small_picture, source_of

MAXIMUM_BYTES = 20_000_000
MAXIMUM_PIXELS = 40_000_000
# Of these the decoder, its caller and Pillow each keep the picture, at up to four bytes a pixel.
MAXIMUM_WEBP_PIXELS = 15_000_000
MAXIMUM_AVIF_PIXELS = 24_000_000
# A JPEG in several scans, as a progressive one, is kept whole until the last, two bytes a sample of each colour; and
# each scan takes as long as a whole picture, even where it is empty. Programs write ten or so.
MAXIMUM_SCANNED_SAMPLES = 80_000_000
MAXIMUM_SCANS = 30
# A PNG of which each half of its bits has to be unpacked by itself.
MAXIMUM_HALVED_PIXELS = 20_000_000

SIDE = 960  # pixels: the longer side of what comes out, enough for a page of digits that take a fiftieth of it each

TOO_LARGE = (
    f"This file is larger than {MAXIMUM_BYTES // 1_000_000} MB; take a screenshot of the picture, and choose that."
)

PROGRAM_APART = (sys.executable, "-m", "model.ink.picture_apart")
SECONDS_APART = 12

APART = {Form.GIF, Form.BMP, Form.TIFF, Form.HEIC, Form.AVIF}

_ROOT = Path(__file__).parents[2]
_ORIENTATION = 0x0112  # Exif 2.3, section 4.6.4: how the camera was held
_TWELVE_BITS = 0x0F  # the upper half of 16 bits of which the lower twelve are in use

# What Pillow, and pillow-heif, raise on damaged files, by format and place of the damage.
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
)

_one_at_a_time = threading.Lock()


class UnusablePicture(Exception):
    """A file from which no digit can be read; the message is a sentence for the visitor."""


def open_picture(content: bytes) -> RGB:
    """The picture in a file as a person sees it, upright and at most `SIDE` pixels high and wide: (h, w, 3) uint8.

    Of several pictures in a file it is the first. What is transparent becomes white, as paper is; but where all that is
    to be seen are strokes that are nearly white, which would be lost on it, it becomes black.

    Raises:
        UnusablePicture: it is too large, damaged, or no such picture.
    """
    if len(content) > MAXIMUM_BYTES:
        raise UnusablePicture(TOO_LARGE)
    form = form_of(content)
    if form is None:
        other = other_form(content)
        raise UnusablePicture(
            f"{other} cannot be read here; take a screenshot of the digit, and choose that."
            if other
            else "This file is no picture that can be read here; choose a JPEG, PNG or WebP file."
        )
    with _one_at_a_time:
        return _unpacked_apart(content, form) if form in APART else unpacked(content, form)


def unpacked(content: bytes, form: Form) -> RGB:
    """The same, of a file of this form, in this process and whatever else goes on in it.

    Raises:
        UnusablePicture: it is too large or damaged.
    """
    try:
        source = _heif_source(content) if form is Form.HEIC else _pillow_source(content, form)
        return small_picture(source, SIDE)
    except TooManyParts as error:
        raise UnusablePicture(
            "This picture is packed in too many parts to be read; take a screenshot of it, and choose that."
        ) from error
    except _DAMAGE as error:
        raise UnusablePicture(f"This {form} picture is damaged or was not sent whole; try another file.") from error


def _unpacked_apart(content: bytes, form: Form) -> RGB:
    too_much = f"This {form} picture takes too much work to unpack; take a screenshot of it, and choose that."
    try:
        process = subprocess.run(
            [*PROGRAM_APART, form],
            input=content,
            capture_output=True,
            cwd=_ROOT,
            # The threads of NumPy would take memory of their own.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            timeout=SECONDS_APART,
        )
    except subprocess.TimeoutExpired:
        raise UnusablePicture(too_much) from None
    except OSError as error:
        raise UnusablePicture("The server is short of memory; try again in a minute.") from error
    if process.returncode:
        raise UnusablePicture(process.stdout.decode() or too_much)
    picture: RGB = np.load(io.BytesIO(process.stdout))
    return picture


def _pillow_source(content: bytes, form: Form) -> Source:
    image = _opened(content, form)
    # JPEG can be unpacked at an eighth of its size.
    shrink = min(1, SIDE / max(image.size))
    image.draft("RGB", (max(1, int(image.width * shrink)), max(1, int(image.height * shrink))))
    frame = image.tile[0].extents if form is Form.GIF else None
    image.load()
    if form is Form.PNG:
        return _png_source(image, content)
    if frame and frame != (0, 0, *image.size):
        # Around a GIF's first frame there is nothing.
        whole = Image.new("RGBA", image.size)
        whole.paste(averageable(image.crop(frame)), frame[:2])
        return source_of(whole)
    return source_of(image, _orientation(image))


def _png_source(image: ImageFile.ImageFile, content: bytes) -> Source:
    depth = png_depth(content)
    nothing = image.info.get("transparency")
    if depth < 8 and image.mode == "L" and nothing is not None:
        # Pillow stretches the samples to eight bits, but not the one that stands for nothing.
        image.info["transparency"] = nothing * 255 // (2**depth - 1)
    if depth == 16 and is_png_of_colours(content):
        # Of its colours, Pillow keeps the upper half of their bits, in which there may be next to nothing.
        if nothing is not None:
            image.info["transparency"] = tuple(level >> 8 for level in nothing)
        elif np.asarray(image.getextrema())[:3].max() <= _TWELVE_BITS:
            _check_size(*image.size, MAXIMUM_HALVED_PIXELS)
            return joined_halves(image, _lower_half(content), _orientation(image))
    # Grey with opacity.
    elif depth == 16 and image.mode == "RGBA" and np.asarray(image.getextrema())[0].max() <= _TWELVE_BITS:
        _check_size(*image.size, MAXIMUM_HALVED_PIXELS)
        return joined_halves(*_halves(content), _orientation(image))
    return source_of(image, _orientation(image))


def _lower_half(content: bytes) -> Image.Image:
    image = PngImageFile(io.BytesIO(content))
    image.tile = [tile._replace(args=str(tile.args).replace("16B", "16L")) for tile in image.tile]
    image.load()
    return image


def _halves(content: bytes) -> tuple[Image.Image, Image.Image]:
    """The upper and the lower eight bits of grey and opacity: pixels of two times 16 bits are as long as RGBA's."""
    image = PngImageFile(io.BytesIO(content))
    image.tile = [tile._replace(args="RGBA") for tile in image.tile]
    image.load()
    upper_grey, lower_grey, upper_opacity, lower_opacity = image.split()
    return Image.merge("LA", (upper_grey, upper_opacity)), Image.merge("LA", (lower_grey, lower_opacity))


def _opened(content: bytes, form: Form) -> ImageFile.ImageFile:
    """The file with its header read and no more; Pillow's own limits, which only warn, are not asked."""
    file = io.BytesIO(content)
    match form:
        case Form.JPEG:
            scans = jpeg_scans(content)
            return _of_bounded_scans(_of_bounded_size(JpegImageFile(file)), scans)
        case Form.PNG:
            check_png_chunks(content)
            return _of_bounded_size(PngImageFile(file))
        case Form.WEBP:
            # Opening makes room for the whole picture, so its size is read here.
            _check_size(*webp_size(content), MAXIMUM_WEBP_PIXELS)
            return _of_bounded_size(WebPImageFile(file))
        # Modules that few pictures need.
        case Form.AVIF:
            from PIL.AvifImagePlugin import AvifImageFile

            _check_size(*heif_size(content), MAXIMUM_AVIF_PIXELS)
            return _of_bounded_size(AvifImageFile(file), MAXIMUM_AVIF_PIXELS)
        case Form.GIF:
            from PIL.GifImagePlugin import GifImageFile

            return _of_bounded_size(GifImageFile(file))
        case Form.BMP:
            from PIL.BmpImagePlugin import BmpImageFile

            return _of_bounded_size(BmpImageFile(file))
        case Form.TIFF:
            from PIL.TiffImagePlugin import TiffImageFile

            return _of_bounded_size(TiffImageFile(file))
        case _:
            raise ValueError(form)


def _heif_source(content: bytes) -> Source:
    import pillow_heif

    _check_size(*heif_size(content), MAXIMUM_PIXELS)
    for others in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        setattr(pillow_heif.options, others, False)
    file = pillow_heif.open_heif(content)
    width, height = file.size
    _check_size(width, height, MAXIMUM_PIXELS)
    # Pillow would copy the whole of it. It is upright by now.
    pixels = np.asarray(file)
    if pixels.dtype != np.uint8:
        pixels = (pixels >> 8).astype(np.uint8)
    height, width = pixels.shape[:2]
    return Source((width, height), lambda top, bottom: Image.fromarray(pixels[top:bottom]))


def _of_bounded_size(image: ImageFile.ImageFile, most: int = MAXIMUM_PIXELS) -> ImageFile.ImageFile:
    _check_size(*image.size, most)
    return image


def _of_bounded_scans(image: ImageFile.ImageFile, scans: int) -> ImageFile.ImageFile:
    if scans > MAXIMUM_SCANS:
        raise TooManyParts("scans")
    if scans > 1:
        assert isinstance(image, JpegImageFile)
        _, across, down, _ = zip(*image.layer, strict=True)
        samples = sum(map(mul, across, down)) / max(1, max(across) * max(down))  # for each pixel
        _check_size(*image.size, min(MAXIMUM_PIXELS, int(MAXIMUM_SCANNED_SAMPLES / max(1, samples))))
    return image


def _check_size(width: int, height: int, most: int) -> None:
    if width * height > most:
        megapixels = f"{width * height / 1e6:,.0f}"
        raise UnusablePicture(
            f"This picture has {megapixels} megapixels, and {most // 1_000_000} is the most that can be read; "
            "take a screenshot of it, and choose that."
        )
    if max(width, height) > 50 * min(width, height):
        raise UnusablePicture("This picture is only a narrow strip; choose another one.")


def _orientation(image: Image.Image) -> int:
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGE:
        return 1  # a picture whose notes are damaged is still a picture
    return orientation if isinstance(orientation, int) else 1
