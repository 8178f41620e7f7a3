"""Pictures in which digits stand in many ways: in rows and boxes, on lines, in circles, in bars, in colour, cut out.

Each scene is made from strokes, with paper, ink, light, angle and a camera's noise by chance, and tells which digits it
holds and where.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from model.ink.strokes import Drawing, bounds, pencil_path

FINE = 2  # times as fine as the picture, ink is drawn
STEEPEST = 10  # degrees by which a sheet lies askew

Pixels = npt.NDArray[np.uint8]
Random = np.random.Generator
Digits = Sequence[Sequence[Drawing]]  # for each digit, drawings of it


@dataclass(frozen=True)
class Placed:
    """A digit in a picture: its middle, x and y, and its height, in pixels; without a label, what is no digit."""

    label: int | None
    x: float
    y: float
    height: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture's file, and the digits in it in the order of reading."""

    file: bytes
    digits: tuple[Placed, ...]


@dataclass
class Sheet:
    """Ink, (h, w) from 0 to 1, that is drawn on before it is laid askew; rules may be of another ink."""

    width: int
    height: int
    placed: list[Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        size = self.width * FINE, self.height * FINE
        self.ink, self.rules = Image.new("L", size), Image.new("L", size)

    def line(self, points: npt.NDArray[np.float64], width: float, *, rule: bool = False) -> None:
        """A line through (n, 2) points in pixels, round at its ends."""
        draw = ImageDraw.Draw(self.rules if rule else self.ink)
        fine = points * FINE
        radius = max(1.0, width * FINE / 2)
        if len(fine) > 1:
            draw.line([*map(tuple, fine.tolist())], fill=255, width=max(1, round(2 * radius)), joint="curve")
        for x, y in fine if not rule else ():
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

    def polygon(self, points: npt.NDArray[np.float64]) -> None:
        ImageDraw.Draw(self.ink).polygon([*map(tuple, (points * FINE).tolist())], fill=255)

    def erase(self, points: npt.NDArray[np.float64]) -> None:
        ImageDraw.Draw(self.ink).polygon([*map(tuple, (points * FINE).tolist())], fill=0)

    def digit(
        self, label: int | None, drawing: Drawing, left: float, middle: float, height: float, pen: float
    ) -> float:
        """Write it, and tell where it ends on the right."""
        for stroke in (scaled := _of_height(drawing, left, middle, height)):
            self.line(pencil_path(stroke), pen)
        return self.note(label, scaled)

    def text(self, text: str, left: float, top: float, height: float) -> float:
        """Print letters and digits, with a space for each that is in it, and tell where they end on the right."""
        font = ImageFont.load_default(height * FINE)
        draw = ImageDraw.Draw(self.ink)
        for sign in text:
            box = np.array(draw.textbbox((left * FINE, top * FINE), sign, font))
            draw.text((left * FINE, top * FINE), sign, 255, font)
            if not sign.isspace() and sign not in ".,:":
                self.note(int(sign) if sign.isdecimal() else None, (box.reshape(2, 2) / FINE,))
            left += draw.textlength(sign, font) / FINE
        return left

    def note(self, label: int | None, drawing: Drawing) -> float:
        low, high = bounds(drawing)
        (x, y), (_, height) = (low + high) / 2, high - low
        self.placed.append(Placed(label, float(x), float(y), float(height)))
        return float(high[0])


def _of_height(drawing: Drawing, left: float, middle: float, height: float) -> Drawing:
    low, high = bounds(drawing)
    factor = height / max(float(high[1] - low[1]), 0.5 * float(high[0] - low[0]), 1e-6)
    centre = np.array([left + float(high[0] - low[0]) * factor / 2, middle])
    return tuple((stroke - (low + high) / 2) * factor + centre for stroke in drawing)


def _pick(rng: Random, digits: Digits, label: int | None = None) -> tuple[int, Drawing]:
    label = int(rng.integers(10)) if label is None else label
    return label, digits[label][int(rng.integers(len(digits[label])))]


def _row(
    sheet: Sheet, rng: Random, digits: Digits, count: int, height: float, gap: tuple[float, float], first: int | None
) -> float:
    """Digits side by side from the left, the gaps between their ink as shares of the height."""
    pen = height * rng.uniform(0.05, 0.1)
    x = 0.25 * height
    middle = sheet.height / 2
    for number in range(count):
        label, drawing = _pick(rng, digits, first if number == 0 else None)
        size = height * rng.uniform(0.88, 1.08)
        right = sheet.digit(label, drawing, x, middle + rng.normal(0, 0.03) * height, size, pen)
        x = right + pen + rng.uniform(*gap) * height
    return x


def _several(rng: Random, digits: Digits, label: int) -> Sheet:
    count = int(rng.integers(2, 7))
    height = rng.uniform(70, 160)
    sheet = Sheet(round(height * (count * 1.35 + 0.6)), round(height * rng.uniform(1.6, 3)))
    _row(sheet, rng, digits, count, height, (0.14, 0.5), label)
    return sheet


def _touching(rng: Random, digits: Digits, label: int) -> Sheet:
    height = rng.uniform(110, 200)
    count = 2 if rng.random() < 0.7 else 3
    sheet = Sheet(round(height * (count * 1.3 + 1)), round(height * 2))
    _row(sheet, rng, digits, count, height, (-0.06, 0.03), label)
    return sheet


def _box(rng: Random, digits: Digits, label: int) -> Sheet:
    return _boxes(rng, digits, label, 1)


def _row_of_boxes(rng: Random, digits: Digits, label: int) -> Sheet:
    return _boxes(rng, digits, label, int(rng.integers(2, 9)))


def _boxes(rng: Random, digits: Digits, first: int, count: int) -> Sheet:
    side = rng.uniform(90, 150) if count > 1 else rng.uniform(150, 300)
    wide = side * rng.uniform(0.75, 1.1)
    are_apart = rng.random() < 0.3
    step = wide + (0.2 * side if are_apart else 0)
    sheet = Sheet(round(step * count + side), round(side * 2))
    left, top = 0.5 * side, 0.5 * side
    pen = side * rng.uniform(0.035, 0.07)
    line = max(1.0, side * rng.uniform(0.008, 0.03))
    for number in range(count):
        x = left + number * step
        corners = [(x, top), (x + wide, top), (x + wide, top + side), (x, top + side), (x, top)]
        sheet.line(np.array(corners), line, rule=True)
        label, drawing = _pick(rng, digits, first if number == 0 else None)
        height = side * rng.uniform(0.45, 0.8)
        low, high = bounds(drawing)
        size = height / max(float(high[1] - low[1]), 0.5 * float(high[0] - low[0]), 1e-6)
        width = float(high[0] - low[0]) * size
        if width > 0.85 * wide:
            height, width = height * 0.85 * wide / width, 0.85 * wide
        slack = (wide - width) / 2
        middle = top + side / 2 + rng.uniform(-0.5, 0.5) * (side - height) * 0.9
        sheet.digit(label, drawing, x + slack + rng.uniform(-0.6, 0.6) * slack, middle, height, pen)
    return sheet


def _on_a_line(rng: Random, digits: Digits, label: int) -> Sheet:
    """On ruled paper, or underlined, now and then so near that ink and rule touch."""
    count = int(rng.integers(1, 5))
    height = rng.uniform(90, 170)
    sheet = Sheet(round(height * (count * 1.35 + 1)), round(height * rng.uniform(2, 3)))
    right = _row(sheet, rng, digits, count, height, (0.14, 0.5), label)
    low = max(place.y + place.height / 2 for place in sheet.placed)
    line = max(1.0, height * rng.uniform(0.01, 0.03))
    if rng.random() < 0.5:
        step = height * rng.uniform(0.9, 1.6)
        offset = low + rng.uniform(-0.05, 0.1) * height
        for y in np.arange(offset % step, sheet.height, step):
            sheet.line(np.array([(0, y), (sheet.width, y)]), line, rule=True)
    else:
        y = low + rng.uniform(-0.02, 0.2) * height
        ends = np.array([(rng.uniform(-0.1, 0.1) * height, y), (right, y + rng.normal(0, 0.02) * height)])
        sheet.line(ends, 2 * line, rule=rng.random() < 0.5)
    return sheet


def _circle(rng: Random, digits: Digits, label: int) -> Sheet:
    height = rng.uniform(90, 180)
    sheet = Sheet(round(height * 3), round(height * 3))
    pen = height * rng.uniform(0.05, 0.09)
    _, drawing = _pick(rng, digits, label)
    low, high = bounds(drawing)
    size = height / max(float((high - low)[1]), 0.5 * float((high - low)[0]), 1e-6)
    width = float((high - low)[0]) * size
    sheet.digit(label, drawing, 1.5 * height - width / 2, 1.5 * height, height, pen)
    reach = 0.5 * float(np.hypot(width, height)) + height * rng.uniform(0.1, 0.4)
    start = rng.uniform(0, 2 * np.pi)
    angles = start + np.linspace(0, 2 * np.pi * rng.uniform(0.93, 1.05), 60)
    radii = reach * (1 + 0.05 * np.sin(2 * angles + rng.uniform(0, 6)) + np.linspace(0, rng.normal(0, 0.05), 60))
    squeeze = rng.uniform(0.85, 1)
    ring = np.stack([1.5 * height + squeeze * radii * np.cos(angles), 1.5 * height + radii * np.sin(angles)], axis=1)
    sheet.line(ring, pen)
    return sheet


# Which of the seven bars each digit has: top, upper left, upper right, middle, lower left, lower right, bottom.
BARS = ("1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011")


def _segments(rng: Random, _digits: Digits, label: int) -> Sheet:
    count = int(rng.integers(1, 5))
    height = rng.uniform(90, 200)
    width, thick = height * rng.uniform(0.5, 0.6), height * rng.uniform(0.07, 0.13)
    gap = thick * (rng.uniform(0.1, 0.5) if rng.random() < 0.75 else -0.6)  # some displays leave none
    lean = rng.uniform(0, 0.12)
    sheet = Sheet(round((count + 1) * 1.5 * width + height), round(height * 2))
    for number in range(count):
        shown = label if number == 0 else int(rng.integers(10))
        left, top = 0.5 * height + number * width * 1.5, 0.5 * height
        _seven_bars(sheet, shown, (left, top), (width, height), thick, gap, lean)
    return sheet


def _seven_bars(
    sheet: Sheet,
    label: int,
    corner: tuple[float, float],
    size: tuple[float, float],
    thick: float,
    gap: float,
    lean: float,
) -> None:
    drawn = []
    for first, last in seven_bars(label, size, gap):
        along = (last - first) / np.hypot(*(last - first))
        side = np.array([-along[1], along[0]]) * thick / 2
        point = along * thick / 2
        bar = np.array(
            [first, first + point + side, last - point + side, last, last - point - side, first + point - side]
        )
        bar[:, 0] += lean * (size[1] - bar[:, 1])
        bar += corner
        sheet.polygon(bar)
        drawn.append(bar)
    sheet.note(label, tuple(drawn))


def seven_bars(
    label: int, size: tuple[float, float], gap: float
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """The ends, x and y, of a display's bars for a digit of this width and height, with gaps where they meet."""
    ends = {
        0: ((0, 0), (1, 0)), 1: ((0, 0), (0, 0.5)), 2: ((1, 0), (1, 0.5)), 3: ((0, 0.5), (1, 0.5)),
        4: ((0, 0.5), (0, 1)), 5: ((1, 0.5), (1, 1)), 6: ((0, 1), (1, 1)),
    }  # fmt: skip
    bars = []
    for bar, is_on in enumerate(BARS[label]):
        if is_on == "1":
            first, last = (np.array(end) * [*size] for end in ends[bar])
            along = (last - first) / np.hypot(*(last - first))
            bars.append((first + along * gap / 1.4, last - along * gap / 1.4))
    return bars


def _stencil(rng: Random, digits: Digits, label: int) -> Sheet:
    height = rng.uniform(120, 240)
    sheet = Sheet(round(height * 2.4), round(height * 1.8))
    _, drawing = _pick(rng, digits, label)
    right = sheet.digit(label, drawing, 0.8 * height, 0.9 * height, height, height * rng.uniform(0.09, 0.14))
    gap = height * rng.uniform(0.03, 0.06)
    middle = (0.8 * height + right) / 2
    if rng.random() < 0.5:
        sheet.erase(
            np.array([(middle - gap / 2, 0), (middle + gap / 2, 0), (middle + gap / 2, 999), (middle - gap / 2, 999)])
        )
    else:
        y = height * rng.uniform(0.6, 1.2)
        sheet.erase(np.array([(0, y - gap / 2), (999, y - gap / 2), (999, y + gap / 2), (0, y + gap / 2)]))
    return sheet


def _dashed(rng: Random, digits: Digits, label: int) -> Sheet:
    height = rng.uniform(120, 240)
    sheet = Sheet(round(height * 2.4), round(height * 1.8))
    _, drawing = _pick(rng, digits, label)
    pen = height * rng.uniform(0.04, 0.08)
    dash, gap = height * rng.uniform(0.08, 0.16), pen + height * rng.uniform(0.03, 0.06)
    placed = _of_height(drawing, 0.8 * height, 0.9 * height, height)
    for stroke in placed:
        path = pencil_path(stroke)
        lengths = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))] if len(path) > 1 else np.zeros(1)
        for start in np.arange(0, max(lengths[-1], 1e-6), dash + gap):
            at = np.linspace(start, min(start + dash, lengths[-1]), 12)
            sheet.line(np.stack([np.interp(at, lengths, path[:, axis]) for axis in (0, 1)], axis=1), pen)
    sheet.note(label, placed)
    return sheet


def _page(rng: Random, digits: Digits, label: int) -> Sheet:
    """A table of numbers, or a page of them without rules."""
    height = rng.uniform(26, 40)
    rows, columns = int(rng.integers(3, 8)), int(rng.integers(2, 5))
    wide, high = height * rng.uniform(3.2, 4.2), height * rng.uniform(1.7, 2.2)
    sheet = Sheet(round(columns * wide + 2 * height), round(rows * high + 2 * height))
    pen = max(2.0, height * rng.uniform(0.07, 0.11))
    has_rules = rng.random() < 0.5
    left = 40
    for row in range(rows):
        for column in range(columns):
            if left <= 0:
                break
            x = height + column * wide + 0.4 * height
            for _ in range(int(rng.integers(1, 4))):
                shown, drawing = _pick(rng, digits, label if not sheet.placed else None)
                right = sheet.digit(
                    shown, drawing, x, height + (row + 0.5) * high, height * rng.uniform(0.9, 1.05), pen
                )
                x = right + pen + height * rng.uniform(0.16, 0.28)
                left -= 1
                if left <= 0 or x > height + (column + 1) * wide - 1.0 * height:
                    break
    if has_rules:
        for row in range(rows + 1):
            y = height + row * high
            sheet.line(np.array([(height, y), (height + columns * wide, y)]), 1.2, rule=True)
        for column in range(columns + 1):
            x = height + column * wide
            sheet.line(np.array([(x, height), (x, height + rows * high)]), 1.2, rule=True)
    return sheet


def _single(rng: Random, digits: Digits, label: int) -> Sheet:
    height = rng.uniform(80, 300)
    sheet = Sheet(round(height * rng.uniform(1.6, 4)), round(height * rng.uniform(1.5, 3)))
    _, drawing = _pick(rng, digits, label)
    left = (sheet.width - height) * rng.uniform(0.2, 0.8)
    sheet.digit(label, drawing, max(left, 10), sheet.height / 2, height, height * rng.uniform(0.04, 0.12))
    return sheet


# Letters that are shaped like no digit; a C and a D are near to a 0.
LETTERS = "AEFHKMNPRTUVWXY"


def _receipt(rng: Random, _digits: Digits, label: int) -> Sheet:
    """A printed list: names in capitals, numbers and prices."""
    height = rng.uniform(28, 44)
    rows = int(rng.integers(2, 4))
    sheet = Sheet(round(13 * height), round((1.7 * rows + 1) * height))
    for row in range(rows):
        name = "".join(rng.choice([*LETTERS], int(rng.integers(3, 5))))
        count = label if row == 0 else int(rng.integers(10))
        price = f"{rng.integers(1, 100)}.{rng.integers(100):02}"
        top = (0.5 + 1.7 * row) * height
        sheet.text(name, 0.7 * height, top, height)
        sheet.text(str(count), 6.5 * height, top, height)
        sheet.text(price, 8.5 * height, top, height)
    return sheet


# Digits of other scripts whose shape is no digit's of ours, on a square of 100 by 100.
SCRIPTS = {
    "Arabic-Indic 2": "30,20 36,34 54,38 70,30 72,16 | 30,20 32,60 36,96",
    "Arabic-Indic 4": "70,14 38,28 34,42 62,48 30,64 34,84 72,88",
    "Arabic-Indic 5": "50,12 30,46 20,70 28,88 42,86 50,70 58,86 72,88 80,70 70,46 50,12",
    "Arabic-Indic 8": "16,92 34,54 50,8 66,54 84,92",
    "Devanagari 5": "26,10 24,40 40,50 60,44 64,10 | 60,44 62,66 78,94",
    "Devanagari 8": "28,16 40,12 40,40 36,70 52,88 78,84",
    "Devanagari 9": "70,10 48,12 44,30 62,40 46,46 30,60 42,76 62,72 66,58 50,56 52,78 76,94",
}


def _other_scripts(rng: Random, _digits: Digits, label: int) -> Sheet:
    """One or two digits of another script, by a pen."""
    height = rng.uniform(90, 220)
    count = 1 + label % 2
    sheet = Sheet(round(height * (0.8 + 1.3 * count)), round(1.8 * height))
    left = 0.4 * height
    for name in rng.choice([*SCRIPTS], count):
        strokes = [part.split() for part in SCRIPTS[str(name)].split("|")]
        drawing = tuple(np.array([point.split(",") for point in stroke], np.float64) for stroke in strokes)
        shaken = tuple(stroke + rng.normal(0, 1.5, stroke.shape) for stroke in drawing)
        left = 0.35 * height + sheet.digit(None, shaken, left, 0.9 * height, height, height * rng.uniform(0.05, 0.1))
    return sheet


@dataclass(frozen=True)
class _Kind:
    """How scenes of one kind are drawn, and what is done with the sheet afterwards."""

    draw: Callable[[Random, Digits, int], Sheet]
    coloured: bool = False
    cut: bool = False


KINDS = {
    "one digit": _Kind(_single),
    "several": _Kind(_several),
    "touching": _Kind(_touching),
    "box": _Kind(_box),
    "row of boxes": _Kind(_row_of_boxes),
    "on a line": _Kind(_on_a_line),
    "circle": _Kind(_circle),
    "segments": _Kind(_segments),
    "stencil": _Kind(_stencil),
    "dashed": _Kind(_dashed),
    "page": _Kind(_page),
    "receipt": _Kind(_receipt),
    "other scripts": _Kind(_other_scripts),
    "coloured": _Kind(_single, coloured=True),
    "cut to the ink": _Kind(_single, cut=True),
}


def scene(kind: str, digits: Digits, seed: int) -> Scene:
    """One scene of a kind; its first digit goes from 0 to 9 as the seed counts on."""
    rng = np.random.default_rng([seed, *kind.encode()])
    how = KINDS[kind]
    sheet = how.draw(rng, digits, seed % 10)
    return _cut(sheet, rng) if how.cut else _photographed(sheet, rng, coloured=how.coloured)


def _photographed(sheet: Sheet, rng: Random, *, coloured: bool) -> Scene:
    angle = rng.uniform(-STEEPEST, STEEPEST)
    ink, rules = (
        np.asarray(
            image.rotate(angle, Image.Resampling.BICUBIC, expand=True).reduce(FINE),
            np.float32,
        )
        / 255
        for image in (sheet.ink, sheet.rules)
    )
    height, width = ink.shape
    paper, pen, rule = _colours(rng, coloured=coloured)
    picture: npt.NDArray[np.floating] = np.ones((*ink.shape, 3), np.float32) * paper
    for layer, colour in ((rules, rule), (ink, pen)):
        picture = picture * (1 - layer[..., None]) + colour * layer[..., None]
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    if (light := rng.random()) < 0.3:
        picture *= (1 - rng.uniform(0.1, 0.5) * (x if rng.random() < 0.5 else 1 - y))[..., None]
    elif light < 0.5:
        edge = (x - 0.5) * rng.uniform(-1, 1) + (y - 0.5) * rng.uniform(-1, 1) + rng.uniform(-0.2, 0.2)
        picture *= (1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-edge * 60)))[..., None]
    picture += rng.normal(0, rng.uniform(0, 5), picture.shape)
    image = Image.fromarray(np.clip(np.rint(picture), 0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1)))
    return Scene(_jpeg(image), _turned(sheet, angle, (width, height)))


def _colours(rng: Random, *, coloured: bool) -> tuple[npt.NDArray[np.float32], ...]:
    """Of paper, ink and rules."""
    if coloured:
        pairs = (
            ((120, 150, 215), (215, 110, 110)),
            ((150, 190, 140), (235, 145, 175)),
            ((225, 190, 120), (150, 200, 230)),
            ((170, 160, 200), (120, 185, 110)),
        )
        first, second = (np.array(colour, np.float32) for colour in pairs[int(rng.integers(len(pairs)))])
        luma = np.array([0.299, 0.587, 0.114], np.float32)
        second = np.clip(second + (first - second) @ luma, 0, 255)  # as bright as each other
        return (first, second, second) if rng.random() < 0.5 else (second, first, first)
    if rng.random() < 0.15:  # chalk
        paper = np.array([45, 60, 55], np.float32) + rng.uniform(-15, 15)
        ink = np.array([215, 215, 205], np.float32)
        return paper, ink, ink * 0.9
    paper = np.array([235, 232, 225], np.float32) * rng.uniform(0.75, 1.05) + rng.normal(0, 6, 3).astype(np.float32)
    inks = ((30, 30, 35), (35, 50, 130), (150, 30, 40), (90, 90, 95))
    ink = np.array(inks[int(rng.integers(4))], np.float32) * np.float32(rng.uniform(0.8, 1.1))
    rule = ink if rng.random() < 0.4 else paper * np.float32(rng.uniform(0.55, 0.85))
    return paper.astype(np.float32), ink, rule.astype(np.float32)


def _cut(sheet: Sheet, rng: Random) -> Scene:
    """Cut to its ink, plain black on white or the other way round, as large as a picture or as small as an icon."""
    box = sheet.ink.getbbox()
    assert box
    image = sheet.ink.crop(box)
    side = int(rng.choice([8, 12, 16, 28, 64, 150, 400]))
    factor = side / max(image.size)
    size = [max(3, round(length * factor)) for length in image.size]
    image = image.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC)
    pixels = np.asarray(image, np.float32)[..., None] / 255
    light, dark = rng.uniform(200, 255, 3), rng.uniform(0, 60, 3)
    paper, ink = (light, dark) if rng.random() < 0.7 else (dark, light)
    picture = Image.fromarray(np.clip(np.rint(paper + (ink - paper) * pixels), 0, 255).astype(np.uint8))
    (placed,) = sheet.placed
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return Scene(file.getvalue(), (Placed(placed.label, size[0] / 2, size[1] / 2, size[1]),))


def _turned(sheet: Sheet, angle: float, size: tuple[int, int]) -> tuple[Placed, ...]:
    """Where the digits are in a picture of this width and height, in which the sheet lies askew."""
    turn, centre = np.radians(angle), (sheet.width / 2, sheet.height / 2)
    turned = []
    for placed in sheet.placed:
        x, y = placed.x - centre[0], placed.y - centre[1]
        turned.append(
            Placed(
                placed.label,
                size[0] / 2 + x * np.cos(turn) + y * np.sin(turn),
                size[1] / 2 - x * np.sin(turn) + y * np.cos(turn),
                placed.height,
            )
        )
    return tuple(turned)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=60)
    return file.getvalue()


@dataclass(frozen=True)
class Outcome:
    """What became of the digits of a scene, and what was read where there is none."""

    digits: int
    right: int
    wrong: int

    @property
    def refused(self) -> int:
        return max(0, self.digits - self.right - self.wrong)


def outcome(
    scene: Scene, boxes: Sequence[tuple[int, int, int, int]], answers: Sequence[int], size: tuple[int, int]
) -> Outcome:
    """Compare answers, as digits in boxes of a picture of this height and width, with what the scene holds.

    A box belongs to the digits whose middles are in it. One around two, one around none, and one digit read twice are
    wrong, and so is what stands out of its order. What is no digit counts as right where it is not read.
    """
    with Image.open(io.BytesIO(scene.file)) as image:
        scale = size[1] / image.width
    right = wrong = 0
    order: list[int] = []
    for (top, left, bottom, right_edge), answer in zip(boxes, answers, strict=True):
        held = [
            number
            for number, placed in enumerate(scene.digits)
            if left <= placed.x * scale <= right_edge and top <= placed.y * scale <= bottom
        ]
        height = bottom - top
        is_one = len(held) == 1 and held[0] not in order
        if is_one and answer == scene.digits[held[0]].label and height > 0.6 * scene.digits[held[0]].height * scale:
            right += 1
        else:
            wrong += 1
        order += held[:1]
    wrong += sum(first > second for first, second in pairwise(order))
    right += sum(placed.label is None for number, placed in enumerate(scene.digits) if number not in order)
    return Outcome(len(scene.digits), right, wrong)
