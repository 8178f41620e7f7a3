"""From a picture to drawings: paper made even, ink told from paper, rules taken away, each digit found and cut out.

Whatever the picture (dark on light or light on dark, uneven light, a photo or a screenshot, one digit or a page of
them), each digit ends as white ink on a black canvas and takes the same road as a drawing from there. Every step is
kept as a picture. No Streamlit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from model.ink.contrast import LEAST_CONTRAST, Contrast, contrasts, otsu
from model.ink.judge import Judge
from model.ink.marks import FINE, Mark, marks_in
from model.ink.picture_file import UnusablePicture, open_picture
from model.ink.preparation import prepare_ink
from model.ink.rules import without_rules

MOST_DIGITS = 40  # that are read from one picture; and of what is none, so much is shown

SMALLEST_SIDE = 160  # pixels: smaller pictures are enlarged first, so that lines are wider than the blur
MOST_WAYS = 4  # to tell ink from paper that are followed to the end
BROADEST_LINE = 0.3  # of a mark's longer side: what is broader is a shadow, or paper
LESS_TRUST = 0.25  # in a second threshold, above the first: it tells ink from shadows, but takes faint ink for paper
FINER = 0.5  # of the other marks' lines: a plain stroke that is finer is none by the same pen
NARROW = 0.2  # of its height: a plain stroke
LIKELY = 0.3  # what a mark counts that is no digit, against one that is
DOUBT = 1.0  # below the judge's threshold: what is nearer to it is refused in a picture
AS_A_ONE = 0.4  # times as wide as high, and no wider: what is left of a frame, or a dash, is soon taken for a 1
DOUBT_OF_ONES = 3.0  # the same of these
LEAST_CONFIDENCE = 0.7  # in a digit that is read in a picture
MOST_INK = 0.4  # of the picture; of one that is cut to its ink, more
MOST_INK_IN_CUT = 0.6
MOST_PIECES = 1_200  # of ink: more than that is noise

Grey = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Step:
    """One step as a picture, (h, w) uint8, with its name and a sentence on it."""

    name: str
    picture: Grey
    sentence: str


@dataclass(frozen=True, eq=False)
class Found:
    """Something in a picture that may be a digit.

    Attributes:
        ink: (280, 280) uint8, white on black, as the canvas gives it.
        box: top, left, bottom and right in the picture's pixels, the last two excluded.
        is_digit: False where it looks like none, or like several that cannot be parted.
    """

    ink: Grey
    box: tuple[int, int, int, int]
    is_digit: bool


@dataclass(frozen=True, eq=False)
class Photo:
    """What is written in a picture.

    Attributes:
        picture: (h, w, 3) uint8, in which it was sought.
        found: one at least, in the order of reading; MOST_DIGITS at most are digits, and as many are none.
        left_out: how many more look like digits.
        on_the_way: the steps that all of them share; the first is the picture itself, in grey.
    """

    picture: Pixels
    found: tuple[Found, ...]
    left_out: int
    on_the_way: tuple[Step, ...]

    def steps(self, number: int) -> tuple[Step, ...]:
        """All steps to one of what was found, counted from 0."""
        ink = self.found[number].ink
        cut = Step("Cut out", ink, "White ink on black, with lines as wide as a brush's at least.")
        return *self.on_the_way, cut


def read_photo(content: bytes, judge: Judge) -> Photo:
    """The digits in a picture's file.

    Args:
        content: of the file.
        judge: says what looks like a digit.

    Raises:
        UnusablePicture: it is no such file, too large, damaged, or nothing stands out in it.
    """
    return find_digits(open_picture(content), judge)


def find_digits(picture: Pixels, judge: Judge) -> Photo:
    """The digits in an (h, w, 3) picture.

    Raises:
        UnusablePicture: nothing stands out.
    """
    enlarged = _enlarged(picture)
    ways = list(_ways(enlarged))
    best = _best([way for way in ways if not way.contrast.is_flat], judge)
    if best is None or not best.has_whole_digits:
        flat = _best([way for way in ways if way.contrast.is_flat and way.is_cut_to_ink], judge)
        best = flat if flat and any(mark.is_digit for mark in flat.marks) else best
    if best is None or not best.marks:
        raise UnusablePicture(
            "No digit stands out in this picture; write it large and dark on plain paper, filling the picture."
        )
    marks = in_reading_order(_without_doubtful(_without_finer_bars(best.marks), judge))
    kept = _first_of_each(marks)
    return Photo(
        enlarged,
        tuple(Found(mark.ink, mark.box, mark.is_digit) for mark in kept),
        max(0, sum(mark.is_digit for mark in marks) - MOST_DIGITS),
        tuple(_steps(best.way, kept)),
    )


def _without_finer_bars(marks: Sequence[Mark]) -> list[Mark]:
    """What is left of rules and frames would be a 1."""
    if not marks:
        return []
    usual = float(np.median([mark.thickness for mark in marks]))
    return [mark for mark in marks if mark.thickness >= FINER * usual or mark.width > NARROW * mark.height]


def _without_doubtful(marks: Sequence[Mark], judge: Judge) -> list[Mark]:
    """The same marks, of which those are refused that hardly look like a digit, or like two of them.

    A drawing has one answer, beside what was drawn; a picture has many, and one that is wrong is easily overlooked.
    """
    digits = [mark for mark in marks if mark.is_digit]
    if not digits:
        return [*marks]
    sure = judge.confidences(np.stack([prepare_ink(mark.ink).image for mark in digits])) >= LEAST_CONFIDENCE
    doubtful = {
        mark
        for mark, is_sure in zip(digits, sure.tolist(), strict=True)
        if not is_sure or mark.strangeness > -(DOUBT_OF_ONES if mark.width <= AS_A_ONE * mark.height else DOUBT)
    }
    return [replace(mark, is_refused=True) if mark in doubtful else mark for mark in marks]


def _first_of_each(marks: Sequence[Mark]) -> list[Mark]:
    """As many digits as are read, and no more of what is none."""
    kept: list[Mark] = []
    for mark in marks:
        if sum(other.is_digit == mark.is_digit for other in kept) < MOST_DIGITS:
            kept.append(mark)
    return kept


def _best(ways: Sequence["_Way"], judge: Judge) -> "_Read | None":
    """What is read in the most promising ways, where most stands out that looks like a digit."""
    best: _Read | None = None
    for way in sorted(ways, key=lambda way: -way.promise)[:MOST_WAYS]:
        if best and best.score > way.promise:
            break
        marks = marks_in(way.contrast.view.grey, way.contrast.values, way.ruled, judge)
        read = _Read(way, _without_cut_off(marks, way))
        best = read if not best or read.score > best.score else best
    return best


def in_reading_order(marks: Sequence[Mark]) -> list[Mark]:
    """Line by line from the top, each from the left; lines may be askew."""
    if not marks:
        return []
    height = float(np.median([mark.height for mark in marks]))
    middles = np.array([[(mark.box[0] + mark.box[2]) / 2, (mark.box[1] + mark.box[3]) / 2] for mark in marks])
    off = middles[None] - middles[:, None]
    follows = (off[..., 1] > 0.3 * height) & (off[..., 1] < 4 * height) & (np.abs(off[..., 0]) < 0.5 * height)
    slope = float(np.median(off[follows][:, 0] / off[follows][:, 1])) if follows.any() else 0.0
    levels = middles[:, 0] - slope * middles[:, 1]
    lines: list[list[int]] = []
    for index in np.argsort(levels).tolist():
        if lines and levels[index] - np.mean(levels[lines[-1]]) <= 0.6 * height:
            lines[-1].append(index)
        else:
            lines.append([index])
    return [marks[index] for line in lines for index in sorted(line, key=lambda each: middles[each, 1])]


@dataclass(frozen=True, eq=False)
class _Way:
    """One way to tell ink from paper, and how far it is trusted; `promise` is about how much stands out as lines do."""

    contrast: Contrast
    ink: Mask
    promise: float
    trust: float

    @cached_property
    def ruled(self) -> Mask:
        """The ink without rules."""
        return without_rules(self.ink)

    @cached_property
    def is_cut_to_ink(self) -> bool:
        """Whether something written reaches from one edge to the opposite one."""
        return _reaches_across(self.ruled)


@dataclass(frozen=True, eq=False)
class _Read:
    way: _Way
    marks: list[Mark]

    @property
    def has_whole_digits(self) -> bool:
        """Whether there is a digit that does not touch the picture's edge."""
        return any(mark.is_digit and _is_whole(mark, self.way.ink.shape) for mark in self.marks)

    @property
    def score(self) -> float:
        each = np.array([mark.stands_out * (1 if mark.is_digit else LIKELY) for mark in self.marks])
        return self.way.trust * float(np.linalg.norm(each))


def _enlarged(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    if max(height, width) >= SMALLEST_SIDE:
        return picture
    factor = SMALLEST_SIDE / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _ways(picture: Pixels) -> Iterator[_Way]:
    seen: list[Mask] = []
    for contrast in contrasts(picture):
        values = contrast.values
        threshold = max(otsu(values), LEAST_CONTRAST / 2)
        stronger = values[values > threshold]
        # Shadows and rules are fainter than ink.
        for level, trust in ((threshold, 1.0), (otsu(stronger), LESS_TRUST)) if stronger.size else ():
            ink = values >= level
            most = MOST_INK_IN_CUT if contrast.is_flat else MOST_INK
            if not 0 < ink.mean() < most or (not contrast.is_flat and any(_are_alike(ink, other) for other in seen)):
                continue
            seen.append(ink)
            promise = _promise(values, ink)
            if not promise:
                continue
            if not contrast.is_flat or _reaches_across(ink):
                yield _Way(contrast, ink, trust * promise, trust)


def _are_alike(ink: Mask, other: Mask) -> bool:
    return float((ink & other).sum()) > 0.97 * float((ink | other).sum())


def _promise(contrast: npt.NDArray[np.float32], ink: Mask) -> float:
    """How much stands out, and how far; what is broader than any line counts little."""
    number, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    if number > MOST_PIECES:
        return 0.0
    areas = stats[1:, cv2.CC_STAT_AREA]
    sizes = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    strengths = np.bincount(labels[ink], contrast[ink], number)[1:] / areas
    is_line = strengths >= LEAST_CONTRAST
    breadths = np.maximum(areas / sizes**2 / 2, FINE)
    return float(np.linalg.norm((strengths**2 * np.sqrt(areas) / breadths**2)[is_line]))


def _reaches_across(mask: Mask) -> bool:
    number, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    height, width = mask.shape
    spans = stats[1:number]
    return bool(
        (
            (spans[:, cv2.CC_STAT_HEIGHT] >= height - 2) & (spans[:, cv2.CC_STAT_AREA] < 0.6 * height * width)
            | (spans[:, cv2.CC_STAT_WIDTH] >= width - 2)
        ).any()
    )


def _without_cut_off(marks: list[Mark], way: _Way) -> list[Mark]:
    """What reaches beyond the picture is left out, unless the picture was cut to the ink, or nothing else is there."""
    lines = [mark for mark in marks if mark.thickness <= BROADEST_LINE * max(mark.height, mark.width)]
    lines = [replace(mark, is_refused=True) if _is_cut_along(mark, way.ink.shape) else mark for mark in lines]
    if way.is_cut_to_ink:
        return lines
    whole = [mark for mark in lines if _is_whole(mark, way.ink.shape)]
    return whole if any(mark.is_digit for mark in whole) else lines


def _is_cut_along(mark: Mark, picture: tuple[int, ...]) -> bool:
    """Whether a plain stroke lies along the picture's left or right edge: it may be a side of anything."""
    top, left, bottom, right = mark.box
    reaches_across = top == 0 and bottom == picture[0]
    return mark.is_bar and (left == 0) != (right == picture[1]) and not reaches_across


def _is_whole(mark: Mark, picture: tuple[int, ...]) -> bool:
    top, left, bottom, right = mark.box
    return top > 0 and left > 0 and bottom < picture[0] and right < picture[1]


def _steps(way: _Way, marks: Sequence[Mark]) -> Iterator[Step]:
    view = way.contrast.view
    if view.is_colour:
        yield Step("Colour", view.grey, "Ink and paper are as bright as each other: here their colour counts.")
    else:
        yield Step("Grey", view.grey, "Only brightness counts, not colour.")
    yield Step("Even paper", _shown(way.contrast.values), "How far each pixel stands out from the paper around it.")
    yield Step("Threshold", way.ink.astype(np.uint8) * 255, "Ink or paper, and nothing between.")
    if (way.ruled != way.ink).any():
        yield Step("No rules", way.ruled.astype(np.uint8) * 255, "Rules and frames are taken away.")
    yield Step(
        "Candidates", _boxed(way.ruled, marks), "What is written, each in a box; what is no digit, in a dim one."
    )


def _boxed(ink: Mask, marks: Sequence[Mark]) -> Grey:
    shown = ink.astype(np.uint8) * 150
    line = max(1, max(ink.shape) // 200)
    for mark in marks:
        top, left, bottom, right = mark.box
        margin = 2 * line
        cv2.rectangle(
            shown,
            (left - margin, top - margin),
            (right + margin - 1, bottom + margin - 1),
            255 if mark.is_digit else 90,
            line,
        )
    return shown


def _shown(contrast: npt.NDArray[np.float32]) -> Grey:
    brightest = max(float(np.percentile(contrast, 99.5)), 1.0)
    return np.asarray(np.clip(contrast / brightest * 255, 0, 255), np.uint8)
