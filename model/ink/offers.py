"""What else a drawing may hold: a digit in a ring, or on a line, several digits, a display's bars, one written again.

Only strokes are looked at, since the pen tells them apart; it takes some hundredths of a second at most.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from model.ink.judge import SAFE, Judge
from model.ink.preparation import Prepared, prepare_ink
from model.ink.strokes import CANVAS, Ink, PenStroke, fitted, ink_of, render_ink
from model.ink.trails import Bar, strokes_along

MOST_STROKES = 14  # of a drawing that is looked at
MOST_DIGITS = 4  # side by side
CLOSED = 0.35  # of its size: the ends of a ring are no further apart
ROOM = 0.03  # of its size: what is in a ring may stick out so far
FLAT = 0.22  # of its length: a line under something is no higher
FULL = 0.55  # of the highest: a digit in a row is at least so high
OVERLAP = 0.2  # of the narrower one: digits side by side stand no further in each other's way
STRAIGHT = 0.94  # of a stroke's way is the way between its ends: a bar
SCRIBBLED = 3.0  # times as long as its diagonal: a stroke that crosses something out
BRUSH = 16  # pixels: in which bars are drawn

Strokes = tuple[PenStroke, ...]
Points = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom


class Kind(StrEnum):
    """What else there is, or how the digits stand."""

    RING = "ring"
    LINE = "line"
    CROSSED_OUT = "crossed out"
    ROW = "row"
    BARS = "bars"


@dataclass(frozen=True)
class Offer:
    """The digits that a drawing may hold, from the left, and why they are not read as they are."""

    kind: Kind
    digits: tuple[Prepared, ...]


def offer_in(strokes: Strokes, judge: Judge, *, is_digit: bool) -> Offer | None:
    """What a drawing may hold besides what it looks like as a whole; None where that is nothing.

    Args:
        strokes: of the drawing.
        judge: says what looks like a digit.
        is_digit: whether the whole does: then only what stands by itself is looked for, as a ring or bars.
    """
    if not 2 <= len(strokes) <= MOST_STROKES:
        return None
    rest, kind = strokes, None
    for found, without in ((Kind.RING, _without_ring), (Kind.LINE, _without_lines)):
        fewer = without(rest)
        if fewer and not (
            is_digit and _touch(fewer, tuple(each for each in rest if all(each is not it for it in fewer)))
        ):
            rest, kind = fewer, kind or found
    if kind and (alone := _if_digit(rest, judge)):
        return Offer(kind, (alone,))
    joined = _bars_joined(rest)
    if joined is not None and _is_digit(prepared := prepare_ink(joined), judge):
        return Offer(Kind.BARS, (prepared,))
    if is_digit:
        return None
    row = _row(rest, judge)
    if row:
        return Offer(Kind.ROW, row)
    again = _written_again(rest, judge)
    return Offer(Kind.CROSSED_OUT, (again,)) if again else None


def _touch(some: Strokes, others: Strokes) -> bool:
    """Whether the ink of these touches that of the others."""
    return any(_is_touched(one, other) for one in some for other in others)


def _is_touched(one: PenStroke, other: PenStroke) -> bool:
    reach = (one.width + other.width) / 2
    apart = _along(one)[:, np.newaxis] - _along(other)
    return bool(np.square(apart).sum(axis=2).min() <= reach**2)


def _along(stroke: PenStroke) -> Points:
    """Places on the pen's path, at most as far apart as half of its ink is wide."""
    steps = np.linalg.norm(np.diff(stroke.points, axis=0), axis=1)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    places = np.linspace(0, at[-1], 2 + int(2 * at[-1] / max(stroke.width, 1)))
    return np.stack([np.interp(places, at, stroke.points[:, axis]) for axis in (0, 1)], axis=1)


def _without_ring(strokes: Strokes) -> Strokes:
    """The strokes within another one that leads around them; none where there is no such one."""
    for number, ring in enumerate(strokes):
        others = strokes[:number] + strokes[number + 1 :]
        if others and _is_around(ring, _bounds(others)):
            return others
    return ()


def _is_around(ring: PenStroke, held: Box) -> bool:
    left, top, right, bottom = _bounds((ring,))
    size = max(right - left, bottom - top)
    apart = float(np.hypot(*(ring.points[-1] - ring.points[0])))
    room = ROOM * size
    return (
        len(ring.points) > 4
        and apart <= CLOSED * size
        and held[0] >= left - room
        and held[1] >= top - room
        and held[2] <= right + room
        and held[3] <= bottom + room
    )


def _without_lines(strokes: Strokes) -> Strokes:
    """The strokes above one or two flat ones; none where there are no flat ones below."""
    flat = [stroke for stroke in strokes if _is_flat(_bounds((stroke,)))]
    others = tuple(stroke for stroke in strokes if all(stroke is not line for line in flat))
    if not flat or not others or len(flat) > 2:
        return ()
    left, top, right, bottom = _bounds(others)
    height = max(bottom - top, 1)
    for line in flat:
        first, high, last, low = _bounds((line,))
        is_below = (high + low) / 2 >= bottom - 0.12 * height
        if not is_below or last - first < 0.8 * (right - left) or not first <= (left + right) / 2 <= last:
            return ()
    return others


def _is_flat(box: Box) -> bool:
    left, top, right, bottom = box
    return right - left > 20 and bottom - top <= FLAT * (right - left)


def _bars_joined(strokes: Strokes) -> Ink | None:
    """The ink of a pen that goes on from bar to bar; None where not every stroke is a bar."""
    if not 2 <= len(strokes) <= 7:
        return None
    bars = []
    for stroke in strokes:
        start, end = stroke.points[0], stroke.points[-1]
        steps = np.diff(stroke.points, axis=0)
        length = float(np.hypot(*steps.T).sum()) if len(steps) else 0.0
        if length < stroke.width or float(np.hypot(*(end - start))) < STRAIGHT * length:
            return None
        bars.append(Bar(start, end, stroke.width))
    drawing = strokes_along(bars)
    return render_ink(fitted(drawing, CANVAS - 80, (CANVAS / 2, CANVAS / 2)), BRUSH) if drawing else None


def _row(strokes: Strokes, judge: Judge) -> tuple[Prepared, ...]:
    """The digits side by side that all strokes together are, where the judge is sure of each; or none."""
    ordered = tuple(sorted(strokes, key=lambda stroke: sum(_bounds((stroke,))[::2])))
    inks = [ink_of((stroke,)) for stroke in ordered]
    number = len(ordered)
    spans = [(first, last) for first, last in combinations(range(number + 1), 2) if last - first < number]
    prepared = {span: prepare_ink(reduce(np.maximum, inks[slice(*span)])) for span in spans}
    spans = [span for span in spans if not prepared[span].is_empty]
    if not spans:
        return ()
    scores = judge.scores(np.stack([prepared[span].image for span in spans])) - judge.threshold
    sure = {span: score for span, score in zip(spans, scores.tolist(), strict=True) if score <= -SAFE}
    boxes = {span: _bounds(ordered[slice(*span)]) for span in sure}
    rows = [row for row in _rows(sorted(sure), number) if _are_side_by_side([boxes[span] for span in row])]
    if not rows:
        return ()
    best = min(rows, key=lambda row: max(sure[span] for span in row))
    return tuple(prepared[span] for span in best)


def _rows(spans: Sequence[tuple[int, int]], end: int, start: int = 0) -> Iterator[list[tuple[int, int]]]:
    """The ways to go from the first stroke to the last in a few spans."""

    def onward(at: int, row: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        if at == end:
            yield row
        elif len(row) < MOST_DIGITS:
            for span in spans:
                if span[0] == at:
                    yield from onward(span[1], [*row, span])

    return onward(start, [])


def _are_side_by_side(boxes: Sequence[Box]) -> bool:
    highest = max(bottom - top for _, top, _, bottom in boxes)
    if any(bottom - top < FULL * highest for _, top, _, bottom in boxes):
        return False
    for (left, _, right, _), (next_left, _, next_right, _) in pairwise(boxes):
        if right - next_left > OVERLAP * min(right - left, next_right - next_left):
            return False
    return True


def _written_again(strokes: Strokes, judge: Judge) -> Prepared | None:
    """The digit beside, above or below what is crossed out."""
    for axis in (0, 1):
        ordered = tuple(sorted(strokes, key=lambda stroke: _bounds((stroke,))[axis] + _bounds((stroke,))[axis + 2]))
        for cut in range(1, len(ordered)):
            parts = ordered[:cut], ordered[cut:]
            if _bounds(parts[1])[axis] <= _bounds(parts[0])[axis + 2]:
                continue
            for crossed, again in (parts, parts[::-1]):
                if _is_crossed_out(crossed) and not _if_digit(crossed, judge) and (digit := _if_digit(again, judge)):
                    return digit
    return None


def _is_crossed_out(strokes: Strokes) -> bool:
    """Whether one of them leads to and fro, or a straight one leads over all others."""
    left, top, right, bottom = _bounds(strokes)
    size = float(np.hypot(right - left, bottom - top))
    for stroke in strokes:
        length = float(np.hypot(*np.diff(stroke.points, axis=0).T).sum()) if len(stroke.points) > 1 else 0.0
        chord = float(np.hypot(*(stroke.points[-1] - stroke.points[0])))
        if length >= SCRIBBLED * size or (len(strokes) > 1 and chord >= max(0.6 * size, STRAIGHT * length)):
            return True
    return False


def _if_digit(strokes: Strokes, judge: Judge) -> Prepared | None:
    prepared = prepare_ink(ink_of(strokes))
    return prepared if _is_digit(prepared, judge) else None


def _is_digit(prepared: Prepared, judge: Judge) -> bool:
    return not prepared.is_empty and float(judge.scores(prepared.image[np.newaxis])[0]) <= judge.threshold


def _bounds(strokes: Sequence[PenStroke]) -> Box:
    lefts, tops, rights, bottoms = zip(*(stroke.box for stroke in strokes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
