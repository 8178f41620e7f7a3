"""What a picture's file says of itself, before anything is unpacked: its form, its size and how many parts it has.

A file can claim anything; what is said here is a reason to refuse it, and none to trust it.
"""

import re
import struct
from collections.abc import Iterator
from enum import StrEnum

# Parts are gone through one at a time, here and by Pillow. Programs write some dozens into a JPEG and some thousands
# into a PNG, and Apple's cameras a hundred boxes or so into a HEIC file.
MAXIMUM_SEGMENTS = 2_000
MAXIMUM_CHUNKS = 50_000
MAXIMUM_BOXES = 10_000

_SCAN, _END = 0xDA, 0xD9
# What begins a segment. Within a scan 0xFF stands before 0 where it is a value, and before D0 to D7 where the scan can
# be taken up again. Source: ITU-T T.81, section B.1.1.
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")

# Brands of files that are made of boxes. Sources: ISO/IEC 23008-12, annex B; AV1 Image File Format, section 8.
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_STILL_BRANDS = {b"mif1", b"msf1"}


class TooManyParts(ValueError):
    """A file is in more parts than any program writes."""


class Form(StrEnum):
    """The forms that can be read."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    HEIC = "HEIC"
    AVIF = "AVIF"


_BEGINNINGS = {
    b"\xff\xd8\xff": Form.JPEG,
    b"\x89PNG\r\n\x1a\n": Form.PNG,
    b"GIF87a": Form.GIF,
    b"GIF89a": Form.GIF,
    b"BM": Form.BMP,
    b"II*\0": Form.TIFF,
    b"MM\0*": Form.TIFF,
    b"II+\0": Form.TIFF,
    b"MM\0+": Form.TIFF,
}
# What a visitor may take for a picture, too.
_OTHER_BEGINNINGS = {
    b"%PDF": "A PDF",
    b"\0\0\0\x0cjP  ": "A JPEG 2000 picture",
    b"\0\0\0\x0cJXL ": "A JPEG XL picture",
    b"\xff\x0a": "A JPEG XL picture",
    b"8BPS": "A Photoshop file",
    b"\x1aE\xdf\xa3": "A film",
}


def form_of(content: bytes) -> Form | None:
    """The form of a picture that can be read, by its first bytes; a file's name says little."""
    for beginning, form in _BEGINNINGS.items():
        if content.startswith(beginning):
            return form
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Form.WEBP
    first, *others = _brands(content) or [b""]
    for brand in (first, *others):
        if brand in _AVIF_BRANDS:
            return Form.AVIF
        if brand in _HEIC_BRANDS:
            return Form.HEIC
    return Form.HEIC if first in _STILL_BRANDS else None


def other_form(content: bytes) -> str | None:
    """The name of a form that cannot be read, with its article; None where nobody would take it for a picture."""
    for beginning, name in _OTHER_BEGINNINGS.items():
        if content.startswith(beginning):
            return name
    if b"<svg" in content[:1000]:
        return "An SVG drawing"
    return "A film" if _brands(content) else None


def jpeg_scans(content: bytes) -> int:
    """In how many scans a JPEG keeps its picture; a preview in its notes, and what follows its end, are not looked at.

    Raises:
        TooManyParts: of whatever kind.
    """
    place, scans = 2, 0
    for _ in range(MAXIMUM_SEGMENTS):
        marker = _MARKER.search(content, place)
        if marker is None or content[marker.end() - 1] == _END:
            return scans
        scans += content[marker.end() - 1] == _SCAN
        place = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    raise TooManyParts("segments")


def check_png_chunks(content: bytes) -> None:
    """See that a PNG is one that a program may have written.

    Raises:
        TooManyParts: it is not.
    """
    place = 8
    for _ in range(MAXIMUM_CHUNKS):
        if place + 8 > len(content):
            return
        place += 12 + int.from_bytes(content[place : place + 4])
    raise TooManyParts("chunks")


def png_depth(content: bytes) -> int:
    """Bits of a sample. Source: PNG, third edition, section 11.2.1."""
    return content[24]


def is_png_of_colours(content: bytes) -> bool:
    """Whether each pixel has a red, a green and a blue sample. Source: as above."""
    return content[25] in (2, 6)


def webp_size(content: bytes) -> tuple[int, int]:
    """Width and height. Source: RFC 9649, sections 2.5 to 2.7.

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


def heif_size(content: bytes) -> tuple[int, int]:
    """Width and height of the largest picture in a HEIC or AVIF file. Source: ISO/IEC 23008-12, section 6.5.3.

    Raises:
        TooManyParts: more boxes than can be gone through.
        ValueError: it says no size.
    """
    sizes = []
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind != b"meta":
            continue
        properties = [(start + 4, end)]
        for name in (b"iprp", b"ipco"):
            properties = [(a, b) for outer in properties for inner, a, b in _boxes(content, *outer) if inner == name]
        for outer in properties:
            places = [a for inner, a, b in _boxes(content, *outer) if inner == b"ispe" and b - a >= 12]
            sizes += [struct.unpack_from(">II", content, place + 4) for place in places]
    if not sizes:
        raise ValueError("no size")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return width, height


def _brands(content: bytes) -> list[bytes]:
    """What a file of boxes calls itself, first by its own brand and then by those that it is compatible with."""
    if content[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(content[:4]), len(content), 200)
    return [content[8:12], *(content[place : place + 4] for place in range(16, end, 4))]


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name of each box in a part of a file, and where its body begins and ends. Source: ISO/IEC 14496-12, 4.2."""
    for _ in range(MAXIMUM_BOXES):
        if start + 8 > end:
            return
        size, body = int.from_bytes(content[start : start + 4]), start + 8
        if size == 1:
            size, body = int.from_bytes(content[body : body + 8]), body + 8
        elif size == 0:
            size = end - start
        if size < body - start:
            raise ValueError("a box that ends before it begins")
        yield content[start + 4 : start + 8], body, min(start + size, end)
        start += size
    raise TooManyParts("boxes")
