"""A drawing in an address: pen strokes as a short text that a link carries, so that a whole class sees the same.

The text is base64url without padding (RFC 4648, section 5). Its bytes: the form's number; then for each stroke the
brush's width, the number of points, and the points as steps from one to the next in quarters of a pixel. Numbers are
variable-length, seven bits a byte, and signed ones are folded so that small steps stay short (as "varint" and "zigzag"
in Protocol Buffers' encoding). No Streamlit.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

import numpy as np

from model.ink.strokes import CANVAS, PenStroke, Stroke

# Every browser and mail program takes an address of 2,000 characters; the rest of it needs some.
MAXIMUM_CHARACTERS = 1_800
MAXIMUM_POINTS = 2_000
MAXIMUM_WIDTH = 60  # pixels, far more than any brush of the page
MAXIMUM_LENGTH = 15_000  # pixels of line in all: a link must not keep the server busy for more than half a second

FORM = 1
PER_PIXEL = 4  # steps; what a mouse gives is then off by an eighth of a pixel at most
FURTHEST = CANVAS  # pixels beyond the canvas: a stroke may leave it

# Pixels by which a line may be off where it has more points than a link can hold.
TOLERANCES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)


class UnusableLink(Exception):
    """A drawing does not fit into a link, or a link holds none; the message is a sentence for the visitor."""


def encode(strokes: tuple[PenStroke, ...]) -> str:
    """The strokes as text for a link; lines with very many points lose those that bend them least.

    Raises:
        UnusableLink: there is nothing to send, or even so there is too much.
    """
    if not strokes:
        raise UnusableLink("There is no drawing to put into a link; draw something first.")
    for tolerance in TOLERANCES:
        thinned = [PenStroke(simplified(stroke.points, tolerance), stroke.width) for stroke in strokes]
        text = base64.urlsafe_b64encode(_packed(thinned)).rstrip(b"=").decode("ascii")
        if _fits(text, thinned):
            return text
    raise UnusableLink("This drawing has too many strokes for a link; draw it with fewer.")


def decode(text: str) -> tuple[PenStroke, ...]:
    """The strokes in a link's text, whoever wrote it.

    Raises:
        UnusableLink: it is no drawing.
    """
    try:
        return _strokes(_bytes(text))
    except (ValueError, StopIteration, binascii.Error) as error:
        raise UnusableLink("The drawing in this link is damaged; ask for the link again, or draw your own.") from error


def simplified(points: Stroke, tolerance: float) -> Stroke:
    """The line with fewer points, none of those left out further from it than `tolerance` pixels.

    Source: D. Douglas, T. Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line or its caricature", 1973.
    """
    if tolerance == 0 or len(points) < 3:
        return points
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    pieces = [(0, len(points) - 1)]
    while pieces:
        first, last = pieces.pop()
        distances = _distances(points[first + 1 : last], points[first], points[last])
        if distances.size and distances.max() > tolerance:
            furthest = first + 1 + int(distances.argmax())
            kept[furthest] = True
            pieces += [(first, furthest), (furthest, last)]
    return points[kept]


def _distances(points: Stroke, start: Stroke, end: Stroke) -> Stroke:
    """How far each point is from the straight piece between two others, (n,)."""
    along = end - start
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    off = points - start - share[:, None] * along
    return np.hypot(off[:, 0], off[:, 1])


def _fits(text: str, strokes: Sequence[PenStroke]) -> bool:
    points = sum(len(stroke.points) for stroke in strokes)
    return len(text) <= MAXIMUM_CHARACTERS and points <= MAXIMUM_POINTS and _length(strokes) <= MAXIMUM_LENGTH


def _length(strokes: Sequence[PenStroke]) -> float:
    """Pixels of line in all."""
    return float(sum(np.hypot(*np.diff(stroke.points, axis=0).T).sum() for stroke in strokes))


def _packed(strokes: list[PenStroke]) -> bytes:
    content = bytearray([FORM])
    for stroke in strokes:
        limits = (-FURTHEST * PER_PIXEL, (CANVAS + FURTHEST) * PER_PIXEL)
        points = np.clip(np.rint(stroke.points * PER_PIXEL), *limits).astype(int)
        steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), int))
        content += _number(stroke.width) + _number(len(points))
        for step in steps.ravel().tolist():
            content += _number(2 * step if step >= 0 else -2 * step - 1)
    return bytes(content)


def _number(value: int) -> bytes:
    content = bytearray()
    while value > 0x7F:
        content.append(value & 0x7F | 0x80)
        value >>= 7
    content.append(value)
    return bytes(content)


def _bytes(text: str) -> bytes:
    if len(text) > MAXIMUM_CHARACTERS or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("not base64url, or too long")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _strokes(content: bytes) -> tuple[PenStroke, ...]:
    if content[0] != FORM:
        raise ValueError("of another form")
    numbers = _numbers(content[1:])
    strokes: list[PenStroke] = []
    points_left = MAXIMUM_POINTS
    for width in numbers:
        count = next(numbers)
        if not 1 <= width <= MAXIMUM_WIDTH or not 1 <= count <= points_left:
            raise ValueError("a width or a number of points out of its limits")
        points_left -= count
        steps = [number // 2 if number % 2 == 0 else -(number + 1) // 2 for number in _taken(numbers, 2 * count)]
        points = np.array(steps, np.float64).reshape(count, 2).cumsum(axis=0) / PER_PIXEL
        if points.min() < -FURTHEST or points.max() > CANVAS + FURTHEST:
            raise ValueError("a point too far from the canvas")
        strokes.append(PenStroke(points, width))
    if not strokes or _length(strokes) > MAXIMUM_LENGTH:
        raise ValueError("no strokes, or strokes too long to draw")
    return tuple(strokes)


def _taken(numbers: Iterator[int], count: int) -> list[int]:
    return [next(numbers) for _ in range(count)]


def _numbers(content: bytes) -> Iterator[int]:
    """Raises a ValueError where the last one is cut off, or one is larger than any that belongs here."""
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if shift > 21:
            raise ValueError("a number too large")
        if byte < 0x80:
            yield value
            value = shift = 0
    if shift:
        raise ValueError("a number cut off")
