"""A picture that somebody uploads: opened with care, since a file can claim anything, and made small and grey.

Nothing is unpacked before the file's form and size are known. Pictures are unpacked one at a time, so that many
visitors together need no more memory than one. No Streamlit.
"""

import io
import struct
import threading
from operator import mul

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAXIMUM_BYTES = 5_000_000
MAXIMUM_PIXELS = 40_000_000
# A decoder of WebP keeps the picture three times, at four bytes a pixel.
MAXIMUM_WEBP_PIXELS = 12_000_000
# A JPEG in several scans, as a progressive one, is kept whole until the last, two bytes a sample of each colour; and
# each scan takes as long as a whole picture, even where it is empty. Programs write ten or so.
MAXIMUM_SCANNED_SAMPLES = 80_000_000
MAXIMUM_SCANS = 50

SIDE = 960  # pixels: the longer side of what comes out, enough for a page of digits that take a fiftieth of it each
PIXELS_AT_ONCE = 4_000_000  # of the large picture, that are made small at a time

Grey = npt.NDArray[np.uint8]

_ORIENTATION = 0x0112  # Exif 2.3, section 4.6.4: how the camera was held
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# What Pillow raises on damaged files, by format and place of the damage.
_DAMAGE = (OSError, EOFError, ValueError, SyntaxError, KeyError, IndexError, TypeError, OverflowError, struct.error)

_one_at_a_time = threading.Lock()


class UnusablePicture(Exception):
    """A file from which no digit can be read; the message is a sentence for the visitor."""


def open_picture(content: bytes) -> Grey:
    """The picture in a JPEG, PNG or WebP file, upright and at most 960 pixels high and wide: (h, w, 3) uint8.

    What is transparent becomes white or black, whichever is further from what is not.

    Raises:
        UnusablePicture: it is too large, damaged, or no such picture.
    """
    if len(content) > MAXIMUM_BYTES:
        raise UnusablePicture("This file is larger than 5 MB; choose a smaller picture.")
    with _one_at_a_time:
        try:
            with _opened(content) as image:
                return np.asarray(_upright(_small_and_grey(image), image))
        except _DAMAGE as error:
            raise UnusablePicture("This picture is damaged or was not sent whole; try another file.") from error


def _opened(content: bytes) -> ImageFile.ImageFile:
    """The file with its header read and no more; Pillow's own limits, which only warn, are not asked."""
    file = io.BytesIO(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _of_bounded_size(_of_bounded_scans(JpegImageFile(file), content))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _of_bounded_size(PngImageFile(file))
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        # Opening makes room for the whole picture, so its size is read here.
        _check_size(*_webp_size(content), MAXIMUM_WEBP_PIXELS)
        return _of_bounded_size(WebPImageFile(file))
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise UnusablePicture("HEIC pictures cannot be read here; save or send it as JPEG, or use the camera here.")
    raise UnusablePicture("This file is no picture that can be read here; choose a JPEG, PNG or WebP file.")


def _of_bounded_size(image: ImageFile.ImageFile) -> ImageFile.ImageFile:
    _check_size(*image.size, MAXIMUM_PIXELS)
    return image


def _of_bounded_scans(image: JpegImageFile, content: bytes) -> JpegImageFile:
    # Within a scan these two bytes never follow each other.
    scans = content.count(b"\xff\xda")
    if scans > MAXIMUM_SCANS:
        raise UnusablePicture(
            "This picture is packed in too many parts to be read; save it as JPEG again, and send that."
        )
    if scans > 1:
        _, across, down, _ = zip(*image.layer, strict=True)
        samples = sum(map(mul, across, down)) / max(1, max(across) * max(down))  # for each pixel
        _check_size(*image.size, min(MAXIMUM_PIXELS, int(MAXIMUM_SCANNED_SAMPLES / max(1, samples))))
    return image


def _check_size(width: int, height: int, most: int) -> None:
    if width * height > most:
        megapixels = f"{width * height / 1e6:,.0f}"
        raise UnusablePicture(
            f"This picture has {megapixels} megapixels, and {most // 1_000_000} is the most that can be read; "
            "choose a smaller one."
        )
    if max(width, height) > 50 * min(width, height):
        raise UnusablePicture("This picture is only a narrow strip; choose another one.")


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height from the header. Source: RFC 9649, sections 2.5 to 2.7.

    Raises:
        ValueError: the first part is none that holds a size.
    """
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        raise ValueError("cut off")
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP picture")


def _small_and_grey(image: ImageFile.ImageFile) -> Image.Image:
    # JPEG can be unpacked at an eighth of its size.
    image.draft("RGB", (SIDE, SIDE))
    small = _reduced(image, max(1, max(image.size) // SIDE))
    if max(small.size) > SIDE:
        shrink = SIDE / max(small.size)
        width, height = (max(1, round(length * shrink)) for length in small.size)
        small = small.resize((width, height), Image.Resampling.BOX)
    return _grey(small)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """The mean of each square of so many pixels, strip by strip: some steps need a copy, and a copy may be large."""
    image.load()
    rows = max(1, PIXELS_AT_ONCE // (image.width * factor))  # of the small picture
    height = rows * factor
    strips = [
        _averageable(image.crop((0, top, image.width, min(top + height, image.height)))).reduce(factor)
        for top in range(0, image.height, height)
    ]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * rows))
    return whole


def _averageable(image: Image.Image) -> Image.Image:
    """The same in a mode whose pixels can be averaged; palettes cannot, nor, in Pillow, 16 bits."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("L", "RGB", "LA", "RGBA"):
        return image
    return image.convert("RGBA" if "transparency" in image.info or image.mode.endswith("A") else "RGB")


def _grey(image: Image.Image) -> Image.Image:
    if not image.mode.endswith("A"):
        return image.convert("RGB")
    grey, alpha = (np.asarray(band, np.float32) for band in image.convert("LA").split())
    opacity = alpha / 255
    inked = float((grey * opacity).sum() / max(float(opacity.sum()), 1))
    behind = 255 if inked < 128 else 0
    return Image.composite(image.convert("RGB"), Image.new("RGB", image.size, (behind,) * 3), image.getchannel("A"))


def _upright(grey: Image.Image, image: ImageFile.ImageFile) -> Image.Image:
    try:
        turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGE:
        turn = None  # a picture whose notes are damaged is still a picture
    return grey if turn is None else grey.transpose(turn)
