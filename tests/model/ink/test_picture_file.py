"""model.ink.picture_file: files of every form become the picture that a person sees, or one sentence."""

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from model.ink import picture_file
from model.ink.picture_file import SIDE, UnusablePicture, open_picture
from model.ink.picture_form import jpeg_scans
from tests.drawn_digits import DRAWN_DIGITS
from tests.paper import PAPERS, file_of, photo_of

Pixels = npt.NDArray[np.uint8]

PHOTO = photo_of(next(iter(DRAWN_DIGITS[7].values())), PAPERS["ballpoint"], side=240)
ROW = np.linspace(0, 255, PHOTO.shape[1]).astype(np.uint8)
# Of which no band, and neither direction, is like another.
COLOURS = np.dstack([PHOTO, np.broadcast_to(ROW, PHOTO.shape), 255 - PHOTO])
WHOLE = file_of(PHOTO)

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # kinds of colour in a PNG

pillow_heif.register_heif_opener(thumbnails=False)


def difference(picture: Pixels, expected: Pixels) -> float:
    """The mean over all pixels and colours, in levels; what was expected may be grey."""
    assert picture.dtype == np.uint8
    expected = expected if expected.ndim == 3 else np.repeat(expected[..., None], 3, axis=2)
    assert picture.shape == expected.shape
    return float(np.abs(picture.astype(np.int32) - expected).mean())


def on_white(rgba: Pixels) -> Pixels:
    opacity = rgba[..., 3:] / 255
    return np.asarray(np.rint(rgba[..., :3] * opacity + 255 * (1 - opacity)), np.uint8)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(samples: npt.NDArray[np.integer], depth: int, kind: int, *chunks: bytes) -> bytes:
    """A PNG of samples (h, w, bands), or (h, w), at so many bits each, with these chunks before its picture."""
    height, width = samples.shape[:2]
    rows = samples.reshape(height, -1)
    if depth == 16:
        packed = rows.astype(">u2").view(np.uint8)
    else:
        bits = np.unpackbits(rows.astype(np.uint8)[..., None], axis=2)[..., 8 - depth :]
        packed = np.packbits(bits.reshape(height, -1), axis=1)
    data = np.pad(packed.reshape(height, -1), ((0, 0), (1, 0))).tobytes()
    return png_of_size(width, height, data, depth, kind, *chunks)


def png_of_size(width: int, height: int, rows: bytes = b"", depth: int = 8, kind: int = GREY, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("kind", "mode", "options", "most"),
    [
        ("JPEG", "L", {}, 1),
        ("JPEG", "RGB", {}, 3),
        ("JPEG", "RGB", {"progressive": True}, 3),
        ("JPEG", "CMYK", {}, 4),
        *(("PNG", mode, {}, 0.1) for mode in ("L", "RGB", "RGBA", "LA", "1")),
        ("PNG", "P", {}, 0.1),
        ("WEBP", "RGB", {}, 4),
        ("WEBP", "RGBA", {"lossless": True}, 0.1),
        *(("GIF", mode, {}, 0.1) for mode in ("L", "P")),
        *(("BMP", mode, {}, 0.1) for mode in ("1", "L", "P", "RGB")),
        *(("TIFF", mode, {}, 0.1) for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK")),
        *(("TIFF", "RGB", {"compression": name}, 0.1) for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits")),
        ("HEIF", "L", {}, 4),
        ("HEIF", "RGB", {}, 4),
        ("HEIF", "RGBA", {}, 4),
        ("AVIF", "RGB", {}, 4),
        ("AVIF", "RGBA", {}, 4),
    ],
)
def test_files_of_every_form(kind: str, mode: str, options: dict[str, object], most: float) -> None:
    image = Image.fromarray(COLOURS).convert(mode)
    assert difference(open_picture(saved(image, kind, **options)), np.asarray(image.convert("RGB"))) < most


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_notes_say(kind: str, orientation: int) -> None:
    """Pillow's own `exif_transpose` is the oracle."""
    image = Image.fromarray(COLOURS)
    exif = image.getexif()
    exif[0x0112] = orientation
    expected = ImageOps.exif_transpose(image)
    assert expected.size == (PHOTO.shape if orientation > 4 else PHOTO.shape[::-1])
    assert difference(open_picture(saved(image, kind, exif=exif.tobytes())), np.asarray(expected)) < 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF", "AVIF"])
def test_a_large_picture_is_made_small(kind: str) -> None:
    large = Image.fromarray(COLOURS).resize((2 * SIDE + 40, SIDE + 20), Image.Resampling.BICUBIC)
    small = large.resize((SIDE, round(SIDE * large.height / large.width)), Image.Resampling.BOX)
    image = large.convert("P", palette=Image.Palette.ADAPTIVE) if kind == "GIF" else large
    assert difference(open_picture(saved(image, kind)), np.asarray(small)) < 4


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_levels_of_more_than_eight_bits_are_those_of_the_camera(bits: int) -> None:
    """Cameras of 12 bits leave the upper four of 16 empty."""
    deep = np.rint(PHOTO / 255 * (2**bits - 1)).astype(np.uint16)
    deep[0, 0] = 2**bits - 1
    for kind in ("PNG", "TIFF"):
        assert difference(open_picture(saved(Image.fromarray(deep), kind)), PHOTO) < 1.1


@pytest.mark.parametrize("bits", [12, 16])
@pytest.mark.parametrize("kind", [RGB, RGBA])
def test_colours_of_more_than_eight_bits(bits: int, kind: int) -> None:
    samples = np.dstack([COLOURS, np.full(PHOTO.shape, 255, np.uint8)]) if kind == RGBA else COLOURS
    deep = np.rint(samples / 255 * (2**bits - 1)).astype(np.uint16)
    assert difference(open_picture(png(deep, 16, kind)), COLOURS) < 1


@pytest.mark.parametrize("bits", [12, 16])
def test_grey_levels_with_opacity_of_more_than_eight_bits(bits: int) -> None:
    samples = np.dstack([PHOTO, np.full(PHOTO.shape, 255, np.uint8)])
    samples[:50, :60, 1] = 0
    deep = np.rint(samples / 255 * (2**bits - 1)).astype(np.uint16)
    expected = np.where(samples[..., 1] == 0, 255, samples[..., 0]).astype(np.uint8)
    assert difference(open_picture(png(deep, 16, GREY_ALPHA)), expected) < 1


@pytest.mark.parametrize("whitest", [1.0, 255.0, 4000.0])
def test_levels_that_are_fractions(whitest: float) -> None:
    levels = PHOTO.astype(np.float32) / 255 * np.float32(whitest)
    picture = open_picture(saved(Image.fromarray(levels), "TIFF"))
    assert difference(picture, (PHOTO * min(1, whitest / 4095 if whitest > 255 else 1)).astype(np.uint8)) < 1.5


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_grey_level_of_a_png_that_is_transparent(depth: int) -> None:
    most = 2**depth - 1
    samples = np.rint(PHOTO / 255 * most).astype(np.uint16)
    samples[:20] = 0
    samples[20:40, 0] = most
    content = png(samples, depth, GREY, chunk(b"tRNS", struct.pack(">H", 0)))
    assert (
        difference(open_picture(content), np.where(samples == 0, 255, np.rint(samples / most * 255)).astype(np.uint8))
        < 1
    )


@pytest.mark.parametrize("depth", [8, 16])
def test_a_colour_of_a_png_that_is_transparent(depth: int) -> None:
    scale = 257 if depth == 16 else 1
    samples = COLOURS.astype(np.uint16)
    samples[:50, :60] = (10, 20, 30)
    content = png(samples * scale, depth, RGB, chunk(b"tRNS", struct.pack(">HHH", 10 * scale, 20 * scale, 30 * scale)))
    expected = np.where((samples == (10, 20, 30)).all(axis=2, keepdims=True), 255, samples).astype(np.uint8)
    assert difference(open_picture(content), expected) < 0.1


def test_palettes_with_transparency() -> None:
    """Some entries half, one wholly transparent; and a GIF, which knows one."""
    indices = (PHOTO // 64).astype(np.uint8)
    palette = np.array([[200, 0, 0], [0, 90, 0], [0, 0, 250], [128, 128, 128]], np.uint8)
    opacity = np.array([255, 128, 0, 255], np.uint8)
    content = png(indices, 2, PALETTE, chunk(b"PLTE", palette.tobytes()), chunk(b"tRNS", opacity.tobytes()))
    expected = on_white(np.dstack([palette[indices], opacity[indices]]))
    assert difference(open_picture(content), expected) < 1
    image = Image.fromarray(indices)
    image.putpalette(palette.tobytes())
    opacity[1] = 255
    expected = on_white(np.dstack([palette[indices], opacity[indices]]))
    assert difference(open_picture(saved(image, "GIF", transparency=2)), expected) < 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_what_is_transparent_is_paper_whatever_colour_is_under_it(kind: str) -> None:
    """Ink of a colour on nothing, where the colour of what is transparent is noise."""
    rng = np.random.default_rng(0)
    opacity = np.where(PHOTO < 128, 255, 0).astype(np.uint8)
    rgba = np.dstack([rng.integers(0, 256, (*PHOTO.shape, 3), np.uint8), opacity])
    rgba[opacity > 0, :3] = (30, 60, 200)
    large = np.repeat(np.repeat(rgba, 3, axis=0), 3, axis=1)
    small = Image.fromarray(on_white(large)).resize((SIDE, round(SIDE * 0.75)), Image.Resampling.BOX)
    options: dict[str, dict[str, object]] = {
        "WEBP": {"lossless": True},
        "HEIF": {"quality": 90, "enc_params": {"preset": "ultrafast"}},
        "AVIF": {"quality": 90, "speed": 10},
    }
    content = saved(Image.fromarray(large), kind, **options.get(kind, {}))
    assert difference(open_picture(content), np.asarray(small)) < 2


def test_white_ink_on_nothing_is_seen_on_black() -> None:
    opacity = np.where(PHOTO < 128, 255, 0).astype(np.uint8)
    for level in (255, 230):
        ink = np.full((*PHOTO.shape, 3), level, np.uint8)
        expected = np.where(opacity > 0, level, 0).astype(np.uint8)
        assert difference(open_picture(file_of(np.dstack([ink, opacity]), "PNG")), expected) < 1
        assert difference(open_picture(file_of(np.dstack([ink[..., 0], opacity]), "PNG")), expected) < 1


def test_a_white_sheet_with_round_corners_stays_a_sheet() -> None:
    """Nearly all that is seen is white, and it is paper."""
    y, x = np.indices(PHOTO.shape)
    corner = (x < 20) & (y < 20) & ((x - 20) ** 2 + (y - 20) ** 2 > 400)
    sheet = np.where(PHOTO < 128, 0, 255).astype(np.uint8)
    picture = open_picture(file_of(np.dstack([sheet] * 3 + [np.where(corner, 0, 255).astype(np.uint8)]), "PNG"))
    assert difference(picture, sheet) < 0.1


def test_yellow_ink_on_nothing_is_seen_on_white() -> None:
    rgba = np.full((60, 80, 4), (255, 240, 0, 0), np.uint8)
    rgba[20:40, 30:50, 3] = 255
    assert difference(open_picture(file_of(rgba, "PNG")), on_white(rgba)) < 0.1


def test_nothing_at_all_is_white() -> None:
    assert (open_picture(file_of(np.zeros((40, 50, 4), np.uint8), "PNG")) == 255).all()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    first, other = Image.fromarray(COLOURS), Image.fromarray(COLOURS[::-1, ::-1])
    options: dict[str, object] = {"lossless": True} if kind == "WEBP" else {}
    if kind == "GIF":
        first, other = (image.convert("P", palette=Image.Palette.ADAPTIVE) for image in (first, other))
    content = saved(first, kind, save_all=True, append_images=[other, other], **options)
    assert difference(open_picture(content), np.asarray(first.convert("RGB"))) < 4


def test_around_the_first_frame_of_a_gif_is_nothing() -> None:
    content = bytearray(saved(Image.fromarray(PHOTO), "GIF"))
    width, height = PHOTO.shape[1] + 60, PHOTO.shape[0] + 40
    content[6:10] = struct.pack("<HH", width, height)
    frame = content.index(b",\0\0\0\0")
    content[frame + 1 : frame + 5] = struct.pack("<HH", 20, 10)
    expected = np.full((height, width), 255, np.uint8)
    expected[10 : 10 + PHOTO.shape[0], 20 : 20 + PHOTO.shape[1]] = PHOTO
    assert difference(open_picture(bytes(content)), expected) < 0.1


def with_preview(content: bytes) -> bytes:
    """A JPEG with a progressive one of its own in its notes, as a camera's preview; it has an end, too."""
    preview = b"Exif\0\0" + saved(Image.fromarray(COLOURS[::8, ::8]), "JPEG", progressive=True)
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview + content[2:]


def test_of_a_jpeg_only_the_first_picture_counts() -> None:
    """A film, a second picture or a map of its brightness follows its end, and a preview stands before it."""
    plain = saved(Image.fromarray(COLOURS), "JPEG", quality=90)
    progressive = saved(Image.fromarray(COLOURS), "JPEG", quality=90, progressive=True)
    film = b"\0\0\0\x18ftypmp42" + np.random.default_rng(0).bytes(3_000_000) + b"\xff\xda" * 1000
    pair = saved(Image.fromarray(COLOURS), "MPO", quality=90, save_all=True, append_images=[Image.fromarray(PHOTO)])
    for content, scans in (
        (plain + film, 1),
        (progressive + film, jpeg_scans(progressive)),
        (plain + progressive, 1),
        (with_preview(plain), 1),
        (with_preview(progressive) + progressive, jpeg_scans(progressive)),
        (pair, 1),
    ):
        assert jpeg_scans(content) == scans
        assert difference(open_picture(content), COLOURS) < 3
    assert jpeg_scans(progressive) == 10  # as many as libjpeg writes of three colours


def test_a_large_picture_with_a_preview_is_no_progressive_one() -> None:
    """Of those, fewer pixels are read; the preview's scans must not count."""
    content = saved(Image.new("RGB", (7000, 5000), "white"), "JPEG", subsampling=0)
    assert max(open_picture(with_preview(content)).shape) == SIDE


def webp_of_size(width: int, height: int) -> bytes:
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + sizes
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def jpeg_of_many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, as no program writes it."""
    whole = file_of(np.full((64, 64), 128, np.uint8), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * scans + whole[-2:]


def jpeg_of_size(width: int, height: int, mode: str) -> bytes:
    """A progressive JPEG, every colour as fine as any other, that claims this size."""
    content = bytearray(saved(Image.new(mode, (8, 8)), "JPEG", progressive=True, subsampling=0))
    size = content.index(b"\xff\xc2") + 5
    content[size : size + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def gif_of_size(width: int, height: int) -> bytes:
    content = bytearray(saved(Image.new("L", (8, 8)), "GIF"))
    content[6:10] = struct.pack("<HH", width, height)
    return bytes(content)


def bmp_of_size(width: int, height: int) -> bytes:
    content = bytearray(saved(Image.new("RGB", (8, 8)), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def tiff(*directories: dict[int, int], loop: bool = False, pixels: bytes = b"") -> bytes:
    """A TIFF of these directories of tags with one whole number each, of which the last may lead back to the first.

    The pixels begin at byte 8.
    """
    place = 8 + len(pixels)
    parts = [b"II*\0", struct.pack("<I", place), pixels]
    for number, tags in enumerate(directories):
        place += 6 + 12 * len(tags)
        following = place if number < len(directories) - 1 else 8 + len(pixels) if loop else 0
        entries = (struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
        parts += [struct.pack("<H", len(tags)), *entries, struct.pack("<I", following)]
    return b"".join(parts)


def tiff_of_size(width: int, height: int) -> dict[int, int]:
    """Tags of a picture of grey bytes, which begins at byte 8."""
    return {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: width * height}


def of_boxes(content: bytes, width: int, height: int) -> bytes:
    """The same HEIC or AVIF file, which claims another size than its 64 by 64 pixels."""
    return content.replace(struct.pack(">II", 64, 64), struct.pack(">II", width, height))


def ftyp(brand: bytes) -> bytes:
    return struct.pack(">I", 16) + b"ftyp" + brand + bytes(4)


SMALL = Image.fromarray(COLOURS[:64, :64])
HEIC, AVIF = saved(SMALL, "HEIF"), saved(SMALL, "AVIF")

NO_PICTURE = "^This file is no picture that can be read here"
OTHER = "cannot be read here; take a screenshot of the digit, and choose that"
DAMAGED = "^This (JPEG|PNG|WebP|GIF|BMP|TIFF|HEIC|AVIF) picture is damaged"
PARTS = "^This picture is packed in too many parts"

HOSTILE = {
    "empty": (b"", NO_PICTURE),
    "text": (b"seven", NO_PICTURE),
    "HTML": (b"<p onload=alert(1)>", NO_PICTURE),
    "SVG": (b'<?xml version="1.0"?><svg onload="alert(1)">', f"^An SVG drawing {OTHER}"),
    "PDF": (b"%PDF-1.7" + bytes(100), f"^A PDF {OTHER}"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100), f"^A JPEG 2000 picture {OTHER}"),
    "JPEG XL": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(100), f"^A JPEG XL picture {OTHER}"),
    "a film": (ftyp(b"isom") + bytes(100), f"^A film {OTHER}"),
    "a HEIC's first bytes": (ftyp(b"heic") + bytes(1000), DAMAGED),
    "a HEIC by the brand of all": (ftyp(b"mif1") + bytes(1000), DAMAGED),
    "half a HEIC": (HEIC[: len(HEIC) // 2], DAMAGED),
    "an AVIF's first bytes": (ftyp(b"avif") + bytes(1000), DAMAGED),
    "half an AVIF": (AVIF[: len(AVIF) // 2], DAMAGED),
    "half a JPEG": (WHOLE[: len(WHOLE) // 2], DAMAGED),
    "a JPEG's first bytes": (WHOLE[:3], DAMAGED),
    "half a PNG": (file_of(PHOTO, "PNG")[:9000], DAMAGED),
    "a PNG's first bytes": (b"\x89PNG\r\n\x1a\n", DAMAGED),
    "half a WebP": (file_of(PHOTO, "WEBP")[:500], DAMAGED),
    "a WebP's first bytes": (b"RIFF\0\0\0\0WEBPVP8 ", DAMAGED),
    "a WebP of another kind": (b"RIFF\0\0\0\0WEBPABCD" + bytes(50), DAMAGED),
    "a GIF's first bytes": (b"GIF89a", DAMAGED),
    "a GIF without a frame": (gif_of_size(8, 8)[:13] + b";", DAMAGED),
    "half a BMP": (file_of(PHOTO, "BMP")[:9000], DAMAGED),
    "half a TIFF": (file_of(PHOTO, "TIFF")[:9000], DAMAGED),
    "a TIFF's first bytes": (b"II*\0" + bytes(500), DAMAGED),
    "a TIFF without a picture": (tiff({}), DAMAGED),
    "a TIFF whose picture is not there": (tiff(tiff_of_size(600, 500)), DAMAGED),
    "a PNG without rows": (png_of_size(600, 600), DAMAGED),
    "41 megapixels": (png_of_size(8200, 5000), "^This picture has 41 megapixels, and 40 is the most"),
    "a PNG that claims gigabytes": (png_of_size(2**31 - 1, 2**31 - 1), "^This picture has .* megapixels"),
    "a WebP that claims a gigabyte": (webp_of_size(16383, 16383), "^This picture has 268 megapixels, and 15 is"),
    "a GIF that claims gigabytes": (gif_of_size(65535, 65535), "^This picture has 4,295 megapixels"),
    "a BMP that claims gigabytes": (bmp_of_size(60_000, 60_000), "^This picture has 3,600 megapixels"),
    "a TIFF that claims gigabytes": (tiff(tiff_of_size(60_000, 60_000)), "^This picture has 3,600 megapixels"),
    "a HEIC that claims gigabytes": (of_boxes(HEIC, 60_000, 60_000), "^This picture has 3,600 megapixels"),
    "an AVIF that claims gigabytes": (of_boxes(AVIF, 60_000, 60_000), "^This picture has 3,600 megapixels"),
    "a HEIC that claims to be smaller": (of_boxes(HEIC, 16, 16), DAMAGED),
    "a JPEG in scans of three colours": (
        jpeg_of_size(8000, 5000, "RGB"),
        "^This picture has 40 megapixels, and 26 is the most",
    ),
    "a JPEG in scans of four colours": (jpeg_of_size(8000, 5000, "CMYK"), "^This picture has 40 megapixels, and 20 is"),
    "a JPEG of many scans": (jpeg_of_many_scans(30), PARTS),
    "a JPEG of many notes": (WHOLE[:2] + b"\xff\xe0\0\x02" * 100_000 + WHOLE[2:], PARTS),
    "a PNG of many parts": (png_of_size(8, 8, bytes(72), 8, GREY, *[chunk(b"tEXt", b"")] * 60_000), PARTS),
    "a HEIC of many parts": (ftyp(b"heic") + struct.pack(">I4s", 8, b"free") * 20_000, PARTS),
    "a strip": (png_of_size(10_000, 1, bytes(10_001)), "^This picture is only a narrow strip"),
    "21 MB": (WHOLE + bytes(21_000_000), "^This file is larger than 20 MB"),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_read_gets_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnusablePicture, match=sentence) as refused:
        open_picture(content)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "name",
    [name for name, (content, sentence) in HOSTILE.items() if "megapixels" in sentence and content[:2] != b"BM"],
)
def test_too_many_pixels_are_refused_before_anything_is_unpacked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(picture_file, "APART", ())
    monkeypatch.setattr(picture_file, "small_picture", unpack)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpack)
    with pytest.raises(UnusablePicture, match="megapixels"):
        open_picture(HOSTILE[name][0])


@pytest.mark.parametrize("loop", [False, True])
def test_a_long_chain_of_directories_is_not_followed(loop: bool) -> None:
    pixels = COLOURS[:48, :64, 0]
    content = tiff(*[tiff_of_size(64, 48)] * 100_000, loop=loop, pixels=pixels.tobytes())
    assert difference(open_picture(content), pixels) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_damaged_file_is_read_or_gets_one_sentence(kind: str, data: st.DataObject) -> None:
    damaged(kind, data)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "HEIF", "AVIF"])
@settings(deadline=None, max_examples=8)
@given(data=st.data())
def test_a_damaged_file_of_a_rarer_form_is_read_or_gets_one_sentence(kind: str, data: st.DataObject) -> None:
    damaged(kind, data)


def damaged(kind: str, data: st.DataObject) -> None:
    whole = bytearray(file_of(COLOURS[::4, ::4], kind))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnusablePicture):
        assert max(open_picture(bytes(whole[: data.draw(st.integers(1, len(whole)))])).shape) <= SIDE


@pytest.mark.parametrize(
    "program",
    ["import os; os.kill(os.getpid(), 9)", "raise SystemExit(1)", "import time; time.sleep(60)"],
    ids=["is killed", "ends", "waits"],
)
def test_what_a_decoder_does_to_its_own_process_is_one_sentence(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_file, "PROGRAM_APART", (sys.executable, "-c", program))
    monkeypatch.setattr(picture_file, "SECONDS_APART", 2)
    with pytest.raises(UnusablePicture, match=r"^This HEIC picture takes too much work to unpack; take a screenshot"):
        open_picture(HEIC)
    monkeypatch.setattr(picture_file, "PROGRAM_APART", ("/no/such/program",))
    with pytest.raises(UnusablePicture, match=r"^The server is short of memory"):
        open_picture(HEIC)


def test_a_process_of_its_own_has_so_much_memory_and_no_more() -> None:
    """On Linux; a Mac takes the bound and does not keep it."""
    code = """
import numpy as np
from model.ink import picture_apart
picture_apart.unpacked = lambda content, form: np.ones((MEGABYTES, 2**20), np.uint8)[0]
picture_apart.main()
"""
    for megabytes, code_of_exit in ((100, 0), (500, 1 if sys.platform == "linux" else 0)):
        program = [sys.executable, "-c", code.replace("MEGABYTES", str(megabytes)), "GIF"]
        result = subprocess.run(program, input=b"", capture_output=True, timeout=60)
        assert (result.returncode, result.stderr) == (code_of_exit, b"")


def test_no_decoder_of_films_is_in_the_servers_own_process() -> None:
    code = """
import sys
from model.ink.picture_file import open_picture
assert open_picture(sys.stdin.buffer.read()).shape == (64, 64, 3)
assert not {"pillow_heif", "_pillow_heif", "PIL.AvifImagePlugin", "PIL.TiffImagePlugin"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], input=HEIC, check=True, timeout=60)


@pytest.mark.parametrize(
    ("mode", "size", "kind", "options"),
    [
        ("RGBA", (8000, 5000), "PNG", {"compress_level": 1}),
        ("RGB", (8000, 5000), "JPEG", {"progressive": True}),
        ("CMYK", (44_000, 900), "JPEG", {}),
        ("RGBA", (5000, 3000), "WEBP", {"lossless": True, "quality": 0, "method": 0}),
        ("P", (8000, 5000), "GIF", {}),
        ("RGB", (8000, 5000), "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("1", (8000, 5000), "BMP", {}),
        ("RGB", (8000, 5000), "HEIF", {"quality": 1, "enc_params": {"preset": "ultrafast"}}),
        ("RGB", (6000, 4000), "AVIF", {"speed": 10}),
    ],
)
def test_the_largest_pictures_take_a_bounded_memory(
    mode: str, size: tuple[int, int], kind: str, options: dict[str, object]
) -> None:
    """In a process of its own, where the peak can be seen.

    Linux's `getrusage` would not do: its peak begins with that of the process which started this one.
    """
    code = """
import io, re, resource, sys
from pathlib import Path
from PIL import Image
from model.ink.picture_file import SIDE, unpacked
from model.ink.picture_form import Form, form_of

def peak():
    if sys.platform == "linux":
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

content = sys.stdin.buffer.read()
file = io.BytesIO()
Image.new("RGB", (80, 50)).save(file, format="JPEG")
unpacked(file.getvalue(), Form.JPEG)
before = peak()
assert max(unpacked(content, form_of(content)).shape) <= SIDE
print(peak() - before)
"""
    content = saved(Image.new(mode, size), kind, **options)
    result = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True, timeout=60)
    assert int(result.stdout) < 250_000
