"""A visitor's own digits: each with what it was and what the network said, counted, and packed to be taken home."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from model.ink import CANVAS, Prepared
from model.insight.evaluation import wilson_interval
from model.plan import DIGITS

MOST = 300  # digits of one session: about a megabyte

TILE = 140  # pixels of a drawing on the sheet
COLUMNS = 10

NO_DIGIT = -1  # in a file: the network said that the drawing is none


@dataclass(frozen=True)
class JudgedDigit:
    """One digit.

    Attributes:
        image: (28, 28) uint8, as the network saw it.
        ink: the drawing as a grey PNG, since it takes a thirtieth of its pixels.
        truth: the digit that it was.
        answer: the one that was read; None where the network was told that it is no digit.
    """

    image: npt.NDArray[np.uint8]
    ink: bytes
    truth: int
    answer: int | None

    @classmethod
    def of(cls, prepared: Prepared, truth: int, answer: int | None) -> "JudgedDigit":
        file = io.BytesIO()
        Image.fromarray(prepared.ink).save(file, format="PNG")
        return cls(np.rint(prepared.image * 255).astype(np.uint8), file.getvalue(), truth, answer)

    @property
    def is_right(self) -> bool:
        return self.answer == self.truth

    @property
    def drawing(self) -> npt.NDArray[np.uint8]:
        """(h, w) uint8, white ink on black."""
        with Image.open(io.BytesIO(self.ink), formats=["PNG"]) as image:
            return np.asarray(image.convert("L"))


@dataclass(frozen=True)
class Score:
    """How many of so many digits were read right."""

    right: int
    number: int

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of all such digits most likely lies, with 95 % confidence; Wilson's interval."""
        return wilson_interval(self.right, self.number)


def score(digits: Sequence[JudgedDigit]) -> Score:
    """All of them together."""
    return Score(sum(digit.is_right for digit in digits), len(digits))


def by_digit(digits: Sequence[JudgedDigit]) -> tuple[Score, ...]:
    """The same for each digit from 0 to 9."""
    return tuple(score([each for each in digits if each.truth == digit]) for digit in range(DIGITS))


def as_npz(digits: Sequence[JudgedDigit]) -> bytes:
    """The digits as NumPy's archive.

    `images` (n, 28, 28) and `drawings` (n, 280, 280), uint8, white on black; `labels` (n,), what they were; `answers`
    (n,), what was read, -1 for "no digit".
    """
    file = io.BytesIO()
    np.savez_compressed(
        file,
        images=np.array([digit.image for digit in digits], np.uint8).reshape(-1, 28, 28),
        drawings=np.array([digit.drawing for digit in digits], np.uint8).reshape(-1, CANVAS, CANVAS),
        labels=np.array([digit.truth for digit in digits], np.int8),
        answers=np.array([NO_DIGIT if digit.answer is None else digit.answer for digit in digits], np.int8),
    )
    return file.getvalue()


def as_png(digits: Sequence[JudgedDigit]) -> bytes:
    """The drawings as one sheet, in the order in which they were drawn, those framed that were read wrong."""
    rows = max(1, -(-len(digits) // COLUMNS))
    sheet = Image.new("L", (min(max(len(digits), 1), COLUMNS) * TILE, rows * TILE))
    for number, digit in enumerate(digits):
        left, top = number % COLUMNS * TILE, number // COLUMNS * TILE
        sheet.paste(Image.fromarray(digit.drawing).resize((TILE, TILE), Image.Resampling.BOX), (left, top))
        if not digit.is_right:
            ImageDraw.Draw(sheet).rectangle((left + 2, top + 2, left + TILE - 3, top + TILE - 3), outline=255, width=2)
    file = io.BytesIO()
    sheet.save(file, format="PNG")
    return file.getvalue()
