"""Digits that people wrote with a pen, as strokes in a file."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.errors import UnusableFile
from model.ink.strokes import CANVAS, Drawing, fitted


@dataclass(frozen=True)
class DrawnDigit:
    """One digit as somebody wrote it.

    Attributes:
        label: 0 to 9.
        writer: who wrote it; a name that is the same for all of one person's digits.
        source: the data set it comes from; empty where unknown.
        strokes: in the units of the device.
        box: width and height of the square that the writer wrote in, in the same units; None where unknown.
    """

    label: int
    writer: str
    source: str
    strokes: Drawing
    box: tuple[float, float] | None


def read_drawn_digits(file: Path) -> tuple[DrawnDigit, ...]:
    """Read digits from JSON Lines, plain or gzipped.

    One digit a line: {"label": 7, "writer": "...", "src": "...", "strokes": [[[x, y], ...], ...], "box": [w, h]}, where
    box, and src, which names the data set, may be missing.

    Raises:
        UnusableFile: the file cannot be read, or a line is no such digit.
    """
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnusableFile(f"The drawn digits in {file.name} cannot be read: {error}.") from error
    digits = tuple(_digit(line, f"{file.name}, line {number}") for number, line in _lines(text))
    if not digits:
        raise UnusableFile(f"There are no drawn digits in {file.name}.")
    return digits


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _digit(line: str, place: str) -> DrawnDigit:
    try:
        fields = json.loads(line)
        label, strokes, box = fields["label"], fields["strokes"], fields.get("box")
        drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
        writer, source = str(fields["writer"]), str(fields.get("src", ""))
        square = None if box is None else (float(box[0]), float(box[1]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UnusableFile(
            f"{place}, is no drawn digit: it lacks a label, a writer or strokes of x, y points."
        ) from error
    if type(label) is not int or not 0 <= label <= 9:
        raise UnusableFile(f"{place}, has the label {label!r}, which is no digit from 0 to 9.")
    if not drawing or any(
        stroke.ndim != 2 or stroke.shape[0] == 0 or stroke.shape[1] != 2 or not np.isfinite(stroke).all()
        for stroke in drawing
    ):
        raise UnusableFile(f"{place}, has no strokes, or a stroke that is no list of x, y points.")
    if square is not None and not min(square) > 0:
        raise UnusableFile(f"{place}, has a box without a size.")
    return DrawnDigit(label, writer, source, drawing, square)


def on_canvas(digit: DrawnDigit, share: float = 0.65) -> Drawing:
    """The digit in canvas pixels, where the writer put it: its box becomes the canvas.

    Without a box its own bounding box takes that share of the canvas, in the middle.
    """
    if digit.box is None:
        return fitted(digit.strokes, share * CANVAS, (CANVAS / 2, CANVAS / 2))
    factor = CANVAS / max(digit.box)
    return tuple(stroke * factor for stroke in digit.strokes)
