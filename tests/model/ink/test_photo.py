"""model.ink.photo and model.ink.picture_file: digits out of photos, and one sentence for every file that holds none."""

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from model.data import Mnist
from model.ink import picture_file
from model.ink.contrast import otsu
from model.ink.photo import MOST_DIGITS, Photo, find_digits, read_photo
from model.ink.picture_file import SIDE, UnusablePicture, open_picture
from model.ink.preparation import prepare_ink
from model.ink.strokes import fitted, render_ink
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from tests.bench.pictures import digits_of, outcome_of
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS
from tests.paper import PAPERS, file_of, photo_of
from tests.scenes import KINDS, Outcome, scene

SAMPLE = 5  # scenes of each kind
HARD = ("touching", "circle", "segments", "stencil", "dashed")  # where more may be refused

FIRST = {digit: next(iter(styles.values())) for digit, styles in DRAWN_DIGITS.items()}
PHOTO = photo_of(FIRST[7], PAPERS["ballpoint"], side=480)
WHOLE = file_of(PHOTO)


CLASSIFIER = Classifier.load(PRETRAINED)
REFUSAL = Refusal.load()


def digits_in(photo: Photo) -> list[int | None]:
    """What is read, None for what is no digit."""
    return [CLASSIFIER.read(prepare_ink(mark.ink).image).digit if mark.is_digit else None for mark in photo.found]


def read(content: bytes) -> int | None:
    (digit,) = digits_in(read_photo(content, REFUSAL))
    return digit


@pytest.mark.parametrize("paper", PAPERS)
def test_a_digit_is_read_from_paper_of_every_kind(paper: str) -> None:
    for digit in (2, 4, 7):
        photo = read_photo(file_of(photo_of(FIRST[digit], PAPERS[paper], seed=digit, side=480)), REFUSAL)
        assert photo.found[0].ink.shape == (280, 280)
        assert digits_in(photo) == [digit]


def test_every_step_is_kept() -> None:
    photo = read_photo(WHOLE, REFUSAL)
    steps = photo.steps(0)
    assert [step.name for step in steps] == ["Grey", "Even paper", "Threshold", "Candidates", "Cut out"]
    assert all(step.picture.dtype == np.uint8 and step.picture.ndim == 2 for step in steps)
    grey, _, threshold, _, cut = (step.picture for step in steps)
    assert set(np.unique(threshold)) == {0, 255}
    assert grey[threshold > 0].mean() < grey[threshold == 0].mean() - 50
    assert np.array_equal(cut, photo.found[0].ink)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        *(("JPEG", mode, {}) for mode in ("L", "RGB", "CMYK")),
        ("JPEG", "RGB", {"progressive": True}),
        *(("PNG", mode, {}) for mode in ("L", "RGB", "P", "RGBA", "LA", "1", "I;16")),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {"lossless": True}),
    ],
)
def test_files_of_every_kind(kind: str, mode: str, options: dict[str, object]) -> None:
    image = Image.fromarray(PHOTO)
    image = Image.fromarray(PHOTO.astype(np.uint16) * 257) if mode == "I;16" else image.convert("RGB").convert(mode)
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    assert read(file.getvalue()) == 7


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_notes_say(orientation: int) -> None:
    """Pillow's own `exif_transpose` is the oracle."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(PHOTO)
    file = io.BytesIO()
    image.save(file, format="JPEG", exif=exif, quality=95)
    with Image.open(file) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("L"), np.int32)
    grey = open_picture(file.getvalue())[..., 1]
    small = np.asarray(
        Image.fromarray(expected.astype(np.uint8)).resize(grey.shape[::-1], Image.Resampling.BOX), np.int32
    )
    assert np.abs(grey - small).mean() < 2


def test_an_mnist_image_as_a_file_is_read(mnist: Mnist) -> None:
    right = sum(read(file_of(mnist.x_test[index], "PNG")) == mnist.y_test[index] for index in range(10))
    assert right >= 9


def test_what_is_transparent_is_paper() -> None:
    for level in (0, 255):
        rgba = np.full((*PHOTO.shape, 4), level, np.uint8)
        rgba[..., 3] = 255 - PHOTO
        rgba[..., 3][PHOTO > 128] = 0
        assert read(file_of(rgba, "PNG")) == 7


def png_of_size(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


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
    file = io.BytesIO()
    Image.new(mode, (8, 8)).save(file, format="JPEG", progressive=True, subsampling=0)
    content = bytearray(file.getvalue())
    size = content.index(b"\xff\xc2") + 5
    content[size : size + 4] = struct.pack(">HH", height, width)
    return bytes(content)


NO_PICTURE = "^This file is no picture that can be read here"
DAMAGED = "^This picture is damaged"

HOSTILE = {
    "empty": (b"", NO_PICTURE),
    "text": (b"seven", NO_PICTURE),
    "HTML": (b"<svg onload=alert(1)>", NO_PICTURE),
    "PDF": (b"%PDF-1.7" + bytes(100), NO_PICTURE),
    "GIF": (file_of(PHOTO, "GIF"), NO_PICTURE),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(1000), "^HEIC pictures cannot be read here; save or send it as JPEG"),
    "half a JPEG": (WHOLE[: len(WHOLE) // 2], DAMAGED),
    "a JPEG's first bytes": (WHOLE[:3], DAMAGED),
    "half a PNG": (file_of(PHOTO, "PNG")[:9000], DAMAGED),
    "a PNG's first bytes": (b"\x89PNG\r\n\x1a\n", DAMAGED),
    "half a WebP": (file_of(PHOTO, "WEBP")[:900], DAMAGED),
    "a WebP's first bytes": (b"RIFF\0\0\0\0WEBPVP8 ", DAMAGED),
    "a WebP of another kind": (b"RIFF\0\0\0\0WEBPABCD" + bytes(50), DAMAGED),
    "a PNG without rows": (png_of_size(600, 600), DAMAGED),
    "41 megapixels": (png_of_size(8200, 5000), "^This picture has 41 megapixels, and 40 is the most"),
    "a PNG that claims gigabytes": (png_of_size(2**31 - 1, 2**31 - 1), "^This picture has .* megapixels"),
    "a WebP that claims a gigabyte": (webp_of_size(16383, 16383), "^This picture has 268 megapixels, and 12 is"),
    "a JPEG in scans of three colours": (
        jpeg_of_size(8000, 5000, "RGB"),
        "^This picture has 40 megapixels, and 26 is the most",
    ),
    "a JPEG in scans of four colours": (jpeg_of_size(8000, 5000, "CMYK"), "^This picture has 40 megapixels, and 20 is"),
    "a JPEG of many scans": (jpeg_of_many_scans(50), "^This picture is packed in too many parts"),
    "a strip": (png_of_size(10_000, 1, bytes(10_001)), "^This picture is only a narrow strip"),
    "6 MB": (WHOLE + bytes(6_000_000), "^This file is larger than 5 MB"),
    "nothing but paper": (file_of(np.full((300, 300), 200, np.uint8)), "^No digit stands out"),
    "noise": (
        file_of(np.random.default_rng(0).integers(0, 255, (600, 600), np.uint8), "PNG"),
        "^No digit stands out",
    ),
    "one pixel": (file_of(np.zeros((1, 1), np.uint8), "PNG"), "^No digit stands out"),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_what_holds_no_digit_gets_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnusablePicture, match=sentence):
        read_photo(content, REFUSAL)


@pytest.mark.parametrize("name", [name for name, (_, sentence) in HOSTILE.items() if "megapixels" in sentence])
def test_too_many_pixels_are_refused_before_anything_is_unpacked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(picture_file, "_small_and_grey", unpack)
    with pytest.raises(UnusablePicture, match="megapixels"):
        open_picture(HOSTILE[name][0])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_damaged_file_is_read_or_gets_one_sentence(kind: str, data: st.DataObject) -> None:
    whole = bytearray(file_of(PHOTO[::4, ::4], kind))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnusablePicture):
        assert max(open_picture(bytes(whole[: data.draw(st.integers(1, len(whole)))])).shape) <= SIDE


@pytest.mark.parametrize(
    ("mode", "size", "kind", "options"),
    [
        ("RGBA", (8000, 5000), "PNG", {"compress_level": 1}),
        ("RGB", (8000, 5000), "JPEG", {"progressive": True}),
        ("CMYK", (44_000, 900), "JPEG", {}),
    ],
)
def test_40_megapixels_take_no_more_memory_than_they_are(
    mode: str, size: tuple[int, int], kind: str, options: dict[str, object]
) -> None:
    """Four bytes a pixel, 160 MB, and a little for the way; in a process of its own, where the peak can be seen.

    Linux's `getrusage` would not do: its peak begins with that of the process which started this one.
    """
    code = """
import io, re, resource, sys
from pathlib import Path
from PIL import Image
from model.ink.picture_file import open_picture

def peak():
    if sys.platform == "linux":
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

content = sys.stdin.buffer.read()
file = io.BytesIO()
Image.new("RGB", (80, 50)).save(file, format="JPEG")
open_picture(file.getvalue())
before = peak()
assert max(open_picture(content).shape) <= 960
print(peak() - before)
"""
    file = io.BytesIO()
    Image.new(mode, size).save(file, format=kind, **options)
    assert len(file.getvalue()) < 5_000_000
    result = subprocess.run(
        [sys.executable, "-c", code], input=file.getvalue(), capture_output=True, check=True, timeout=60
    )
    assert int(result.stdout) < 210_000


def test_otsu_parts_two_groups() -> None:
    values = np.concatenate([np.full(900, 20), np.full(100, 200)]).astype(np.float32)
    assert 20 < otsu(values) <= 200


def scenes_of(kind: str) -> list[Outcome]:
    digits = digits_of(None)
    return [outcome_of(scene(kind, digits, seed), CLASSIFIER, REFUSAL) for seed in range(SAMPLE)]


@pytest.mark.parametrize("kind", KINDS)
def test_digits_are_read_in_scenes_of_every_kind(kind: str) -> None:
    """A sample; `make bench ARGS=pictures` tries more."""
    outcomes = scenes_of(kind)
    every = sum(each.digits for each in outcomes)
    assert sum(each.wrong for each in outcomes) == 0
    assert sum(each.right for each in outcomes) >= (0.7 if kind in HARD else 0.9) * every


def test_several_digits_are_read_line_by_line() -> None:
    sheet = np.full((400, 640), 220, np.uint8)
    for row, line in enumerate(((3, 5, 7), (2, 0, 4))):
        for column, digit in enumerate(line):
            strokes = tuple(np.array(stroke, np.float64) for stroke in FIRST[digit])
            ink = render_ink(fitted(strokes, 110, (120 + 200 * column, 100 + 200 * row + 14 * column)), 9, 640)[:400]
            sheet = np.minimum(sheet, 255 - ink)
    photo = read_photo(file_of(sheet), REFUSAL)
    assert digits_in(photo) == [3, 5, 7, 2, 0, 4]
    lefts = [mark.box[1] for mark in photo.found]
    assert lefts[:3] == sorted(lefts[:3])


def test_of_many_digits_the_first_are_read_and_the_others_counted() -> None:
    sheet = np.full((720, 960), 220, np.uint8)
    strokes = tuple(np.array(stroke, np.float64) for stroke in FIRST[3])
    for row in range(6):
        for column in range(8):
            ink = render_ink(fitted(strokes, 70, (80 + 112 * column, 80 + 112 * row)), 7, 960)[:720]
            sheet = np.minimum(sheet, 255 - ink)
    photo = read_photo(file_of(sheet), REFUSAL)
    assert digits_in(photo) == [3] * MOST_DIGITS
    assert photo.left_out == 8


def test_what_is_no_digit_is_kept_and_said_to_be_none() -> None:
    for kind in ("letters", "scribbles", "pairs"):
        for number, strokes in enumerate([*NON_DIGITS[kind].values()][:4]):
            photo = read_photo(file_of(photo_of(strokes, PAPERS["ballpoint"], seed=number, side=480)), REFUSAL)
            if kind == "pairs":
                assert None in digits_in(photo) or len(photo.found) == 2
            else:
                assert digits_in(photo) == [None]


@pytest.mark.parametrize("size", [(1, 1), (2, 40), (40, 2), (9, 9), (160, 160), (960, 20)])
def test_pictures_of_any_form_are_searched(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for picture in (
        np.zeros((*size, 3)),
        rng.integers(0, 255, (*size, 3)),
        np.tile(np.arange(size[1])[:, None] % 255, (size[0], 1, 3)),
    ):
        with suppress(UnusablePicture):
            photo = find_digits(picture.astype(np.uint8), REFUSAL)
            assert len(photo.found) >= 1
