"""Pieces of ink put together to marks, each of which may be a digit; what holds several digits is parted.

Which pieces belong together is decided by what comes of it: the pieces are joined nearest first, as in single-linkage
clustering (P. Sneath, "The application of computers to taxonomy", 1957), and in the tree that this makes, a judge who
knows digits says of each branch whether it looks like one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

import cv2
import numpy as np
import numpy.typing as npt

from model.ink.contrast import LEAST_CONTRAST
from model.ink.cut_out import cut_out, drawn_through
from model.ink.judge import SAFE, Judge
from model.ink.preparation import prepare_ink
from model.ink.rules import line_width
from model.ink.seams import seams

MOST_CANDIDATES = 400  # that are shown to the judge
LEAST_HEIGHT = 0.018  # of the picture's longer side
FAINT = 0.35  # of what stands out most: fainter ink shines through from behind, or is a rule
SPECK = 0.02  # of the largest piece's area: what is smaller is dirt
SMALL = 0.4  # of the usual height: what is lower is a sign, and no digit
FULL = 0.6  # of a group's height: a part that could be a digit of its own
ONE_PEN = 0.6  # of the usual width and darkness: a stroke that is less of either is of another pen
SOLID = 0.65  # of the hull around it: what fills more of it is a plain stroke
FLAT = 2.2  # times as wide as high: no digit
TWO = 0.75  # times as wide as high, two digits are at least that touch
MOST_IN_ONE = 5  # times as wide as high: more is no row of a few digits
WIDE = 1.0  # times as wide as high: two digits, where they can be parted
FINE = 0.04  # of a mark's longer side: lines finer than that do not speak more for ink
GAP = 0.22  # of a group's longer side: pieces further apart are not of one digit
CLOSE = 0.12  # of a digit's height: pieces nearer than that, one above the other, are of one digit or of none
WIDEST_BRIDGE = 3.0  # of the lines' width: pieces no further apart are joined by ink
NESTED = 0.7  # of a mark's box, in another one's box: neither stands beside the other
HOLDS = 0.3  # of a frame's height: what stands in it is at least so high
NARROW = 0.8  # of its height: a ring that is narrower may be a 0, and what is in it a slash

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Ink = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # top, left, bottom, right, the last two excluded


class _Boxed:
    """Has a box: top, left, bottom and right in the picture, the last two excluded."""

    box: Box

    @property
    def height(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        return self.box[3] - self.box[1]


@dataclass(frozen=True, eq=False)
class Mark(_Boxed):
    """Something written.

    Attributes:
        box: where it is in the picture.
        mask: its pixels in that box.
        ink: (280, 280) uint8, cut out.
        strangeness: the judge's score, less the threshold.
        strength: grey levels by which it stands out from the paper around.
        stands_out: how much it stands out, and on how much of the picture: to compare with other marks.
        thickness: pixels, of its lines.
        is_bar: whether it is a plain stroke, as a 1 is, but a dash as well.
        gap: pixels, the largest between its pieces.
        is_refused: that nobody can tell what it is, whatever it looks like.
    """

    box: Box
    mask: Mask
    ink: Ink
    strangeness: float
    strength: float
    stands_out: float
    thickness: float
    is_bar: bool
    gap: float = 0.0
    is_refused: bool = False

    @property
    def is_digit(self) -> bool:
        return self.strangeness <= 0 and not self.is_refused


@dataclass(eq=False)
class _Group(_Boxed):
    """Pieces that may be one mark; `gap` is the largest between any of its children."""

    pieces: tuple[int, ...]
    box: Box
    children: tuple["_Group", ...] = ()
    gap: float = 0.0
    mark: Mark | None = field(default=None)


def marks_in(grey: Ink, contrast: Floats, mask: Mask, judge: Judge) -> list[Mark]:
    """All that is written, digits and other things, without dirt; in no order.

    Args:
        grey: (h, w) the picture.
        contrast: (h, w) how far each pixel stands out.
        mask: (h, w) ink, without rules and frames of boxes.
        judge: says what looks like a digit.
    """
    pieces = _Pieces.of(contrast, mask)
    if pieces is None:
        return []
    return _Writing(grey, contrast, mask, pieces, judge).marks()


@dataclass(frozen=True)
class _Pieces:
    """Connected pieces of ink, from 1 on in `labels`; `boxes` (n, 4), `areas` (n,) and `outlines` in the same order."""

    labels: npt.NDArray[np.int32]
    numbers: tuple[int, ...]
    boxes: npt.NDArray[np.int64]
    areas: npt.NDArray[np.int64]

    @classmethod
    def of(cls, contrast: Floats, mask: Mask) -> "_Pieces | None":
        """What is ink, and no dirt; None where there is nothing."""
        number, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        if number == 1:
            return None
        areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
        strengths = np.bincount(labels.ravel(), contrast.ravel(), number) / areas
        lefts, tops = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
        widths, heights = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
        is_ink = strengths >= LEAST_CONTRAST
        is_ink[0] = False
        if not is_ink.any():
            return None
        # By area, so that a few bright specks do not put all else in the shade.
        order = np.argsort(strengths[is_ink])
        weights = np.cumsum(areas[is_ink][order])
        usual = strengths[is_ink][order][np.searchsorted(weights, 0.8 * weights[-1])]
        sizes = np.maximum(widths, heights)
        is_ink &= (strengths >= FAINT * usual) & (sizes >= 0.3 * LEAST_HEIGHT * max(mask.shape)) & (areas >= 4)
        numbers = np.flatnonzero(is_ink)
        if not numbers.size:
            return None
        boxes = np.stack([tops, lefts, tops + heights, lefts + widths], axis=1).astype(np.int64)
        return cls(np.asarray(labels, np.int32), tuple(numbers.tolist()), boxes, areas)


class _Writing:
    """What is written on one picture."""

    def __init__(self, grey: Ink, contrast: Floats, mask: Mask, pieces: _Pieces, judge: Judge) -> None:
        self._grey = grey
        self._contrast = contrast
        self._mask = mask
        self._pieces = pieces
        self._judge = judge
        self._outlines = {number: self._outline(number) for number in pieces.numbers}

    def marks(self) -> list[Mark]:
        numbers, refused = self._without_frames([*self._pieces.numbers])
        numbers = self._without_specks(numbers)
        groups = self._tree(numbers)
        self._judge_all([each for group in groups for each in _with_all_below(group)])
        found = [mark for group in groups for mark in self._chosen(group)]
        for group in refused:
            self._judge_all([group])
            if group.mark:
                found.append(replace(group.mark, is_refused=True))
        return _without_nested(self._of_usual_height(found))

    def _outline(self, number: int) -> npt.NDArray[np.int32]:
        """Points around a piece, (n, 2) x and y, of which there are some hundred at most."""
        top, left, bottom, right = self._pieces.boxes[number].tolist()
        piece = (self._pieces.labels[top:bottom, left:right] == number).astype(np.uint8)
        contours, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(left, top))
        points = np.concatenate(contours).reshape(-1, 2).astype(np.int32)
        return np.ascontiguousarray(points[:: max(1, len(points) // 150)])

    # Frames

    def _without_frames(self, numbers: list[int]) -> tuple[list[int], list[_Group]]:
        """The pieces without those that stand around others; and what nobody can tell, as a 1 in a narrow ring."""
        boxes, areas = self._pieces.boxes, self._pieces.areas
        heights = boxes[:, 2] - boxes[:, 0]
        widths = boxes[:, 3] - boxes[:, 1]
        frames: set[int] = set()
        refused: list[_Group] = []
        for number in sorted(numbers, key=lambda each: int(-heights[each] * widths[each])):
            top, left, bottom, right = boxes[number].tolist()
            inside = [
                other
                for other in numbers
                if other not in frames
                and other != number
                and boxes[other][0] >= top
                and boxes[other][1] >= left
                and boxes[other][2] <= bottom
                and boxes[other][3] <= right
                and heights[other] >= HOLDS * min(heights[number], widths[number])
                and widths[other] < FLAT * heights[other]
            ]
            if not inside or areas[number] > 0.45 * heights[number] * widths[number]:
                continue
            hull = np.asarray(cv2.convexHull(self._outlines[number]), np.int32)
            held = [other for other in inside if self._share_within(other, hull) >= 0.95]
            if not held or cv2.contourArea(hull) < 0.5 * heights[number] * widths[number]:
                continue
            is_high = heights[held[0]] >= 0.5 * heights[number]
            may_be_slash = len(held) == 1 and self._is_narrow(number) and (is_high or self._is_bar(held[0]))
            if may_be_slash:
                group = self._group((number, *held))
                self._judge_all([group])
                if group.mark and (group.mark.strangeness <= 0 or not is_high):
                    refused.append(group)
                    frames.update(group.pieces)
                    continue
            frames.add(number)
        return [number for number in numbers if number not in frames], refused

    def _is_narrow(self, number: int) -> bool:
        """Whether a ring is higher than wide, as it leans."""
        _, sides, _ = cv2.minAreaRect(self._outlines[number])
        return min(sides) < NARROW * max(sides)

    def _is_bar(self, number: int) -> bool:
        """Whether a piece is a plain stroke."""
        hull = np.asarray(cv2.convexHull(self._outlines[number]), np.int32)
        return float(self._pieces.areas[number]) > SOLID * float(cv2.contourArea(hull))

    def _share_within(self, number: int, hull: npt.NDArray[np.int32]) -> float:
        points = self._outlines[number]
        inside = [cv2.pointPolygonTest(hull, (float(x), float(y)), measureDist=False) >= 0 for x, y in points[::3]]
        return float(np.mean(inside))

    def _without_specks(self, numbers: list[int]) -> list[int]:
        """Dust, and rules that lead nowhere, are left out."""
        if not numbers:
            return []
        boxes = self._pieces.boxes[numbers]
        heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        sizes = np.maximum(heights, widths)
        areas = self._pieces.areas[numbers]
        written = widths < FLAT * heights
        usual = _weighted_median(heights[written], heights[written]) if written.any() else float(sizes.max())
        usual_area = _weighted_median(areas, areas)
        is_rule = (widths > 5 * heights) & (widths > 3 * usual) | (heights > 8 * widths) & (heights > 3 * usual)
        kept = (areas >= SPECK * usual_area) & (sizes >= 0.04 * usual) & ~is_rule
        return [number for number, is_kept in zip(numbers, kept.tolist(), strict=True) if is_kept]

    # Groups

    def _group(self, pieces: tuple[int, ...], children: tuple[_Group, ...] = (), gap: float = 0.0) -> _Group:
        boxes = self._pieces.boxes[list(pieces)]
        top, left = boxes[:, :2].min(axis=0).tolist()
        bottom, right = boxes[:, 2:].max(axis=0).tolist()
        return _Group(pieces, (top, left, bottom, right), children, gap)

    def _tree(self, numbers: list[int]) -> list[_Group]:
        """The pieces joined nearest first; gaps that are about as wide are closed at once."""
        groups = {number: self._group((number,)) for number in numbers}
        owner = {number: number for number in numbers}

        def root(number: int) -> int:
            while owner[number] != number:
                owner[number] = owner[owner[number]]
                number = owner[number]
            return number

        edges = sorted(self._gaps(numbers))
        position = 0
        while position < len(edges):
            widest = edges[position][0] * 1.12 + 0.7
            joined: dict[int, set[int]] = {}
            level = position
            while level < len(edges) and edges[level][0] <= widest:
                first, second = map(root, edges[level][1:])
                if first != second:
                    members = joined.pop(first, {first}) | joined.pop(second, {second})
                    owner[second] = first
                    joined[first] = members
                level += 1
            for kept, members in joined.items():
                children = tuple(groups.pop(member) for member in sorted(members))
                pieces = tuple(piece for child in children for piece in child.pieces)
                groups[kept] = self._group(pieces, children, min(widest, edges[level - 1][0]))
            position = level
        return list(groups.values())

    def _gaps(self, numbers: list[int]) -> list[tuple[float, int, int]]:
        """Pixels between any two pieces that are not far from each other."""
        if len(numbers) < 2:
            return []
        boxes = self._pieces.boxes[numbers]
        sizes = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
        apart = np.maximum(
            np.maximum(boxes[:, None, :2], boxes[None, :, :2]) - np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]), 0
        )
        distances = np.hypot(apart[..., 0], apart[..., 1])
        reach = 0.35 * np.maximum(sizes[:, None], sizes[None, :]) + 0.6 * np.minimum(sizes[:, None], sizes[None, :])
        found = []
        for first, second in np.argwhere(np.triu(distances <= reach, 1)).tolist():
            one, other = self._outlines[numbers[first]], self._outlines[numbers[second]]
            off = one[:, None, :].astype(np.int64) - other[None, :, :]
            found.append((float(np.sqrt((off**2).sum(axis=-1).min())), numbers[first], numbers[second]))
        return found

    # Judgement

    def _judge_all(self, groups: Sequence[_Group]) -> None:
        """Give a mark to each group that has the form of a digit."""
        likely = [group for group in groups if self._may_be_mark(group)]
        likely.sort(key=lambda group: -max(group.height, group.width))
        likely = likely[:MOST_CANDIDATES]
        masks = [self._mask_of(group) for group in likely]
        for group, mark in zip(
            likely, self._judged([(g.box, m, g.gap) for g, m in zip(likely, masks, strict=True)]), strict=True
        ):
            group.mark = mark

    def _may_be_mark(self, group: _Group) -> bool:
        height, width = group.height, group.width
        if width > 4 * height or max(height, width) < LEAST_HEIGHT * max(self._mask.shape):
            return False
        if not group.children:
            return True
        if group.gap > GAP * max(height, width) or width > 1.6 * height:
            return False
        for child in group.children:
            others = [other for other in group.children if other is not child]
            top, bottom = min(each.box[0] for each in others), max(each.box[2] for each in others)
            is_flat = child.width >= 5 * child.height
            middle = (child.box[0] + child.box[2]) / 2
            if is_flat and child.width >= 0.85 * (bottom - top) and not top < middle < bottom:
                return False  # it stands on a rule, or under one
        return True

    def _mask_of(self, group: _Group) -> Mask:
        top, left, bottom, right = group.box
        part = self._pieces.labels[top:bottom, left:right]
        return part == group.pieces[0] if len(group.pieces) == 1 else np.isin(part, group.pieces)

    def _judged(self, candidates: Sequence[tuple[Box, Mask, float]]) -> list[Mark]:
        """Marks from boxes, masks, and gaps over which pieces are joined where that looks more like a digit."""
        inks: list[tuple[int, Ink]] = []
        drawn: set[int] = set()
        for index, (box, mask, gap) in enumerate(candidates):
            top, left, bottom, right = box
            contrast = self._contrast[top:bottom, left:right]
            others = self._mask[top:bottom, left:right] & ~mask
            is_bridged = 0 < gap <= WIDEST_BRIDGE * line_width(mask)
            through = drawn_through(mask) if is_bridged or not gap else None
            if through is not None:
                # Bars that touch may be a letter's: then their own ink has to look like a digit, too.
                own = [] if gap else [(index, cut_out(contrast, mask, others))]
                inks += [*own, (index, through)]
                drawn.add(index)
                continue
            inks += [(index, cut_out(contrast, mask, others, gap if way else 0.0)) for way in range(1 + is_bridged)]
        if not inks:
            return []
        scores = self._judge.scores(np.stack([prepare_ink(ink).image for _, ink in inks])) - self._judge.threshold
        best: dict[int, tuple[float, Ink]] = {}
        for (index, ink), score in zip(inks, scores.tolist(), strict=True):
            if index in drawn and index in best:
                # What is round, too, may pass for bars: then it shows its own bows.
                own_score, own_ink = best[index]
                best[index] = (score, own_ink) if score > own_score else (own_score, ink)
            elif index not in best or score < best[index][0]:
                best[index] = score, ink
        return [
            self._mark(box, mask, best[index][1], best[index][0], gap)
            for index, (box, mask, gap) in enumerate(candidates)
        ]

    def _mark(self, box: Box, mask: Mask, ink: Ink, strangeness: float, gap: float) -> Mark:
        top, left, bottom, right = box
        thickness = line_width(mask)
        strength = min(
            float(self._contrast[top:bottom, left:right][mask].mean()),
            abs(float(np.median(self._grey[top:bottom, left:right][mask])) - self._around(box)),
        )
        breadth = max(thickness / max(mask.shape), FINE)
        stands_out = strength**2 * float(np.sqrt(mask.sum())) / breadth**2
        is_bar = float(mask.sum()) > SOLID * _hull_area(mask)
        return Mark(box, mask, ink, strangeness, strength, stands_out, thickness, is_bar, gap)

    def _around(self, box: Box) -> float:
        """The brightness of the paper around a box: of what is between dark lines, it is that of itself."""
        top, left, bottom, right = box
        margin = 2 + (max(bottom - top, right - left)) // 6
        part = slice(max(0, top - margin), bottom + margin), slice(max(0, left - margin), right + margin)
        paper = self._grey[part][~self._mask[part]]
        return float(np.median(paper)) if paper.size else np.inf

    # Choice

    def _of_usual_height(self, marks: Sequence[Mark]) -> list[Mark]:
        """Without signs, dots and the like, which are lower than what is written with them."""
        heights = np.array([mark.height for mark in marks if mark.is_digit] or [mark.height for mark in marks], int)
        if not heights.size:
            return []
        least = SMALL * _weighted_median(heights, heights)
        marks = _of_one_pen(marks)
        return [
            mark
            for mark in marks
            if mark.height >= least
            and (mark.is_digit or mark.width <= 3 * FLAT * mark.height)
            and mark.strength >= LEAST_CONTRAST / 2
        ]

    def _chosen(self, group: _Group) -> list[Mark]:
        """The marks that a group is: one, or those of its parts."""
        if not group.children:
            return self._whole_or_cut(group)
        parts = [mark for child in group.children for mark in self._chosen(child)]
        joint = group.mark
        if joint is None or not joint.is_digit:
            return self._without_loose_bars(group, parts)
        digits = [part for part in parts if part.is_digit and not part.width > FLAT * part.height]
        beside = [part for part in digits if part.height >= FULL * group.height and part.gap <= 0.3 * group.gap]
        neighbours = [*pairwise(sorted(beside, key=lambda part: part.box[1]))]
        if any(_are_beside(*pair) for pair in neighbours):
            # The halves of a stencil's 0, or two digits that nearly touch: nobody can tell.
            is_one = group.gap <= joint.thickness or any(_are_halves(*pair, joint.thickness) for pair in neighbours)
            return [replace(joint, is_refused=True)] if is_one else parts
        # The bars of a digit in pieces look like a 1 each, and some dashes of it together like another digit.
        shaped = [part for part in digits if not part.is_bar and part.gap < 0.5 * group.gap]
        if len(shaped) > 1 and sum(part.height for part in shaped) >= FULL * group.height:
            if group.gap <= joint.thickness:
                return [joint]  # a stencil's; nobody writes below each other so near
            return [replace(joint, is_refused=True)] if group.gap <= CLOSE * _highest(parts) else parts
        return [joint]

    def _without_loose_bars(self, group: _Group, parts: list[Mark]) -> list[Mark]:
        """Parts of what is no digit as a whole: a bar of it, or a dash, is not taken for a 1."""
        thickness = float(np.median([part.thickness for part in parts])) if parts else 0.0
        if group.gap > WIDEST_BRIDGE * thickness:
            return parts
        if group.gap <= max(thickness, CLOSE * _highest(parts)) and any(
            _are_halves(*pair, thickness) for pair in combinations([part for part in parts if part.is_digit], 2)
        ):
            return [replace(group.mark or part, is_refused=True) for part in parts[: 1 if group.mark else None]]
        are_loose = [
            part.is_digit and part.height < FULL * group.height and (part.is_bar or part.gap > 0.5 * group.gap)
            for part in parts
        ]
        are_all = all(loose or not part.is_digit for part, loose in zip(parts, are_loose, strict=True))
        if any(are_loose) and are_all and group.mark:
            return [replace(group.mark, is_refused=True)]
        return [replace(part, is_refused=True) if loose else part for part, loose in zip(parts, are_loose, strict=True)]

    def _whole_or_cut(self, group: _Group) -> list[Mark]:
        whole = group.mark
        if whole is None:
            return []
        if whole.is_digit and whole.width <= WIDE * whole.height:
            return [whole]
        parts = self._cut(whole)
        if whole.is_digit:
            return [replace(whole, is_refused=True)] if parts and whole.strangeness > -SAFE else [whole]
        return parts or [whole]

    def _cut(self, whole: Mark) -> list[Mark]:
        """The mark cut into two or more digits of which the judge is sure; nothing where there is no such way."""
        height, width = whole.height, whole.width
        if width < TWO * height or width > MOST_IN_ONE * height or height < 8:
            return []
        cuts = [np.zeros(height, int), *seams(whole.mask, whole.thickness), np.full(height, width)]
        candidates: list[tuple[Box, Mask, float]] = []
        spans: list[tuple[int, int]] = []
        columns = np.arange(width)
        for first in range(len(cuts) - 1):
            for last in range(first + 1, len(cuts)):
                if first == 0 and last == len(cuts) - 1:
                    continue
                between = (columns >= cuts[first][:, None]) & (columns < cuts[last][:, None])
                part = _largest_of(whole.mask & between)
                rows, filled = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
                if not rows.size or np.ptp(rows) + 1 < FULL * height or np.ptp(filled) + 1 > 1.2 * (np.ptp(rows) + 1):
                    continue
                box = (int(rows[0]), int(filled[0]), int(rows[-1]) + 1, int(filled[-1]) + 1)
                top, left = whole.box[:2]
                candidates.append(
                    (
                        (top + box[0], left + box[1], top + box[2], left + box[3]),
                        part[box[0] : box[2], box[1] : box[3]],
                        0.0,
                    )
                )
                spans.append((first, last))
        marks = {
            span: mark for span, mark in zip(spans, self._judged(candidates), strict=True) if mark.strangeness <= -SAFE
        }
        row = _best_row(marks, len(cuts) - 1)
        if any(left.is_bar and right.is_bar for left, right in pairwise(row)):
            return []  # two strokes that meet, as in a V
        spans_of = {id(mark): span for span, mark in marks.items()}
        # A part that can be cut again may be two digits as well.
        return [
            replace(
                mark,
                is_refused=bool(
                    _best_row({s: m for s, m in marks.items() if m is not mark}, *spans_of[id(mark)][::-1])
                ),
            )
            for mark in row
        ]


def _best_row(marks: dict[tuple[int, int], Mark], end: int, start: int = 0) -> list[Mark]:
    """The marks that lead from one cut to another without a gap, the strangest of them the least strange."""
    best: dict[int, tuple[float, list[Mark]]] = {start: (-np.inf, [])}
    for (first, last), mark in sorted(marks.items(), key=lambda each: each[0][1]):
        if first in best:
            worst = max(best[first][0], mark.strangeness)
            if last not in best or worst < best[last][0]:
                best[last] = worst, [*best[first][1], mark]
    return best[end][1] if end in best else []


def _largest_of(mask: Mask) -> Mask:
    """Without what a cut leaves of the neighbour."""
    number, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if number <= 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    return np.isin(labels, 1 + np.flatnonzero(areas >= 0.08 * areas.max()))


def _with_all_below(group: _Group) -> list[_Group]:
    return [group, *(each for child in group.children for each in _with_all_below(child))]


def _are_beside(left: Mark, right: Mark) -> bool:
    overlap = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    return overlap <= 0.3 * min(left.width, right.width)


def _are_halves(first: Mark, second: Mark, thickness: float) -> bool:
    """Whether two digits may be halves of one: close above each other, or two strokes along each other."""
    left, right = sorted((first, second), key=lambda mark: mark.box[1])
    if not _are_beside(left, right):
        upper, lower = sorted((first, second), key=lambda mark: mark.box[0])
        return lower.box[0] - upper.box[2] <= CLOSE * (lower.box[2] - upper.box[0])
    apart = max(thickness, CLOSE * min(left.height, right.height))
    return left.is_bar and right.is_bar and right.box[1] - left.box[3] <= apart


def _without_nested(marks: Sequence[Mark]) -> list[Mark]:
    """The same marks, of which those are refused that stand in each other: parts of a frame, or of one digit."""
    nested = {
        id(around)
        for around, other in combinations([mark for mark in marks if mark.is_digit], 2)
        for around, other in ((around, other), (other, around))
        if _share_in(other, around) > NESTED
    }
    return [replace(mark, is_refused=True) if id(mark) in nested else mark for mark in marks]


def _share_in(mark: Mark, around: Mark) -> float:
    """Of a mark's box, what is in the box of another one."""
    (top, left, bottom, right), other = mark.box, around.box
    height, width = min(bottom, other[2]) - max(top, other[0]), min(right, other[3]) - max(left, other[1])
    return max(height, 0) * max(width, 0) / max(mark.height * mark.width, 1)


def _highest(marks: Sequence[Mark]) -> int:
    return max((mark.height for mark in marks), default=0)


def _of_one_pen(marks: Sequence[Mark]) -> Sequence[Mark]:
    """Without strokes that are much finer or fainter than what is surely written: they are parts of rules."""
    sure = [mark for mark in marks if mark.is_digit and not mark.is_bar]
    if not sure:
        return marks
    thickness = ONE_PEN * float(np.median([mark.thickness for mark in sure]))
    strength = ONE_PEN * float(np.median([mark.strength for mark in sure]))
    return [mark for mark in marks if not mark.is_bar or (mark.thickness >= thickness and mark.strength >= strength)]


def _hull_area(mask: Mask) -> float:
    """Pixels of the convex hull: the one through their middles, and half a pixel around it."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(np.concatenate(contours))
    return float(cv2.contourArea(hull)) + float(cv2.arcLength(hull, closed=True)) / 2 + 1


def _weighted_median(values: npt.NDArray[np.int64], weights: npt.NDArray[np.int64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])
