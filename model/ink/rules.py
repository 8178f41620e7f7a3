"""Rules and frames taken away: straight lines that are too long, or too much of a box, to be part of a digit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

STEEPEST = 18  # degrees by which a rule may be off the picture's edges
SMALLEST = 24  # pixels: shorter lines are part of something written
SLACK = 2.5  # pixels, by which the middle of a line may be off
STRAIGHT = 0.02  # of its length, by which a line may be bent
MOST_LINES = 40  # in one piece of ink, to either side
LONG = 1.0  # of the height of what stands on it: a line as long as that may be a rule, where it reaches beyond
CROSSED = 0.3  # of that height: a rule that is not very long has no more below it
BEYOND = 0.12  # of that height, on each side
VERY_LONG = 2.5  # of that height: a rule, even where digits stand close by each other on all of it
ONE_BOX = 1.3  # times as wide as high, one box is at most
HOLDS = 0.25  # of a frame's height: what is in it is at least so high; an 8 of straight bars is no frame

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """A straight line of ink: its pixels, and where it begins and ends along the picture's rows."""

    rows: Ints
    columns: Ints
    start: tuple[float, float]  # row, column
    end: tuple[float, float]

    @property
    def width(self) -> float:
        return len(self.rows) / max(1.0, self.length)

    @property
    def length(self) -> float:
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))

    def turned(self) -> "Line":
        """The same in a picture whose rows are this one's columns."""
        return replace(self, rows=self.columns, columns=self.rows, start=self.start[::-1], end=self.end[::-1])


def without_rules(mask: Mask) -> Mask:
    """The ink without rules and frames; where a line of something written crosses one, it stays whole."""
    kept = mask.copy()
    number, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    widths: list[float] = []
    for index in range(1, number):
        left, top, width, height, _ = stats[index].tolist()
        if max(width, height) < SMALLEST:
            continue
        part = slice(top, top + height), slice(left, left + width)
        lines, is_frame = _rules_in(labels[part] == index, mask)
        for line in lines:
            kept[part][line.rows, line.columns] = False
        widths += [line.width for line in lines if is_frame]
    if widths:
        kept = _without_splinters(kept, mask & ~kept, float(np.median(widths)))
    # A rule may be too faint to be in one piece.
    wide = mask.shape[1]
    for line in lines_across(kept, 0.5 * wide, line_width(kept), 0.03 * wide, covered=0.8):
        if _is_rule(line, kept & ~_pixels(mask.shape, line), alone=False):
            kept[line.rows, line.columns] = False
    return kept


def _rules_in(piece: Mask, picture: Mask) -> tuple[list[Line], bool]:
    """The lines of one piece of ink that are rules, or sides of frames; and whether there are frames."""
    height, width = piece.shape
    thickness = line_width(piece)
    gap = max(3 * thickness + 3, 0.03 * max(height, width))  # a line may be faint, or something cross it
    across = list(lines_across(piece, max(0.5 * width, 5 * thickness), thickness, gap))
    high = min(height, _apart(across)) if len(across) >= 2 else height  # a row of boxes may be askew
    down = [line.turned() for line in lines_across(piece.T, max(0.6 * high, 5 * thickness), thickness, gap)]
    sides = [line for line in down if _ends_on(line, across, 2 * thickness + 0.08 * line.length)]
    if width <= ONE_BOX * height:
        # A stem may reach from edge to edge, too.
        sides = sorted(sides, key=lambda line: line.start[1] + line.end[1])[:: max(1, len(sides) - 1)]
    if len(across) >= 2 and len(sides) >= 2:
        inside = _heights(_without(piece, [*across, *sides]))
        if len(sides) == 2 and max(inside, default=0) < HOLDS * high / (len(across) - 1):
            return [], False  # a digit of bars; or a frame that nothing touches, which is known by what it holds
        return [*across, *sides], True
    found = [line for line in across if _is_rule(line, _without(piece, across))]
    if height >= 0.8 * picture.shape[0] and 2 * piece.sum() < picture.sum():  # a margin's line, beside what is written
        beside = max(_heights(_without(piece, down).T), default=0)
        found += [line for line in down if line.length > 3 * beside]
    return found, False


def _is_rule(line: Line, rest: Mask, *, alone: bool = True) -> bool:
    """Whether a line across is longer than what stands on it would make it.

    Args:
        alone: whether the line and the rest are one piece; or else all of the picture, in which the upper bars of a
            display's digits make a line as well, though one that does not reach beyond them.
    """
    number, labels, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8), connectivity=8)
    is_written = stats[:, cv2.CC_STAT_HEIGHT] > 1.5 * line.width + 2
    is_written[0] = False
    near = np.zeros(number, bool)
    around = cv2.dilate(_pixels(rest.shape, line).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    near[labels[around]] = True
    near &= is_written
    if not near.any():
        # A line alone may be a part of a digit of bars.
        highest = float(stats[is_written, cv2.CC_STAT_HEIGHT].max(initial=0))
        return not alone and line.length >= VERY_LONG * highest > 0
    highest = float(stats[near, cv2.CC_STAT_HEIGHT].max())
    first = float(stats[near, cv2.CC_STAT_LEFT].min())
    last = float((stats[near, cv2.CC_STAT_LEFT] + stats[near, cv2.CC_STAT_WIDTH]).max())
    is_beyond = min(first - line.start[1], line.end[1] - last) >= BEYOND * highest
    if alone and line.length >= VERY_LONG * highest:
        return True
    tops, heights = stats[near, cv2.CC_STAT_TOP], stats[near, cv2.CC_STAT_HEIGHT]
    is_below = tops + heights / 2 > float(line.rows.mean())
    if alone and heights[is_below].max(initial=0) > CROSSED * highest:
        return False  # it leads across what is there, as in a 4, and does not bear it
    return line.length >= LONG * highest and is_beyond


def _ends_on(line: Line, others: list[Line], reach: float) -> bool:
    """Whether both ends of a line down are near lines across."""

    def is_met(end: tuple[float, float]) -> bool:
        return any(float(np.hypot(other.rows - end[0], other.columns - end[1]).min()) <= reach for other in others)

    return is_met(line.start) and is_met(line.end)


def _apart(lines: list[Line]) -> float:
    """How far the highest of lines across is from the lowest, in rows."""
    middles = [(line.start[0] + line.end[0]) / 2 for line in lines]
    return max(middles) - min(middles)


def _without(piece: Mask, lines: list[Line]) -> Mask:
    rest = piece.copy()
    for line in lines:
        rest[line.rows, line.columns] = False
    return rest


def _without_splinters(kept: Mask, gone: Mask, width: float) -> Mask:
    """Without the parts of frames that were not straight, or not whole, enough."""
    near = cv2.dilate(gone.astype(np.uint8), np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(kept.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    splinters = [
        contour
        for contour in contours
        if min(cv2.minAreaRect(contour)[1]) <= 1.6 * width + 1 and near[contour[:, 0, 1], contour[:, 0, 0]].any()
    ]
    filled = cv2.drawContours(np.zeros(kept.shape, np.uint8), splinters, -1, 1, cv2.FILLED)
    without: Mask = kept & (filled == 0)
    return without


def _pixels(shape: tuple[int, ...], line: Line) -> Mask:
    mask = np.zeros(shape, bool)
    mask[line.rows, line.columns] = True
    return mask


def _heights(mask: Mask) -> list[int]:
    """Of each piece that is more than a speck."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask).astype(np.uint8), connectivity=8)
    return [int(stat[cv2.CC_STAT_HEIGHT]) for stat in stats[1:] if stat[cv2.CC_STAT_AREA] > 8]


def lines_across(piece: Mask, least: float, thickness: float, gap: float, covered: float = 0.5) -> Iterator[Line]:
    """Straight lines, as long as that at least, that lead across.

    They are sought among the middles of short runs of ink down the columns, by the Hough transform (R. Duda, P. Hart,
    "Use of the Hough transformation to detect lines and curves in pictures", 1972). Where something crosses a line, the
    run is long, and stays.
    """
    least = max(least, SMALLEST)
    if piece.shape[1] < least:
        return
    tops, bottoms, columns = _runs_down(piece)
    is_thin = bottoms - tops <= 1.8 * thickness + 1
    tops, bottoms, columns = tops[is_thin], bottoms[is_thin], columns[is_thin]
    middles = (tops + bottoms - 1) / 2
    steep = np.radians(STEEPEST)
    is_left = np.ones(len(middles), bool)
    for _ in range(MOST_LINES):
        dots = np.zeros(piece.shape, np.uint8)
        dots[middles[is_left].astype(int), columns[is_left]] = 1
        hits = cv2.HoughLines(
            dots, 2, np.radians(0.5), max(8, int(0.4 * least)), min_theta=np.pi / 2 - steep, max_theta=np.pi / 2 + steep
        )
        if hits is None:
            return
        rho, theta = hits.reshape(-1, hits.shape[-1])[0][:2]
        curve = np.array([-np.cos(theta) / np.sin(theta), rho / np.sin(theta)])
        near = is_left & (np.abs(middles - np.polyval(curve, columns)) <= 2 + min(thickness / 2, SLACK))
        # The transform's steps are coarse; and a sheet is seldom quite flat, nor a hand quite straight.
        for degree in (1, 1, 2):
            if near.sum() < 8:
                return
            is_bent = degree == 2 and np.ptp(columns[near]) > 100
            curve = np.polyfit(columns[near], middles[near], 2) if is_bent else _straight(columns[near], middles[near])
            near = is_left & (np.abs(middles - np.polyval(curve, columns)) <= 1.5 + min(thickness / 2, SLACK))
        is_left &= ~near
        span = _longest_span(piece, columns[near], curve, gap)
        near &= (columns >= span[0]) & (columns <= span[1])
        length = span[1] - span[0]
        bend = abs(float(curve[0])) * (length / 2) ** 2 if len(curve) == 3 else 0.0
        if length < least or near.sum() < covered * length or bend > STRAIGHT * length + 1:
            is_left &= np.abs(middles - np.polyval(curve, columns)) > 1
            continue
        usual = np.median((bottoms - tops)[near])
        near &= bottoms - tops <= 1.4 * usual + 1
        rows = np.concatenate([np.arange(top, bottom) for top, bottom in zip(tops[near], bottoms[near], strict=True)])
        yield Line(
            rows,
            np.repeat(columns[near], (bottoms - tops)[near]),
            (float(np.polyval(curve, span[0])), float(span[0])),
            (float(np.polyval(curve, span[1])), float(span[1])),
        )


def _straight(x: Ints, y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Slope and height at 0 of the straight line that is nearest to the points by least squares."""
    mean = x.mean()
    off = x - mean
    slope = (off @ y) / max(off @ off, 1e-9)
    return np.array([slope, y.mean() - slope * mean])


def _runs_down(piece: Mask) -> tuple[Ints, Ints, Ints]:
    """First row, the row after the last, and column of each run of ink down a column."""
    height, width = piece.shape
    down = np.zeros((width, height + 2), bool)
    down[:, 1:-1] = piece.T
    # Ink begins and ends by turns.
    columns, edges = np.nonzero(down[:, 1:] != down[:, :-1])
    return edges[::2], edges[1::2], columns[::2]


def _longest_span(piece: Mask, columns: Ints, curve: npt.NDArray[np.float64], gap: float) -> tuple[int, int]:
    """The first and last column of the line's longest part without a gap; what crosses it is none."""
    if not len(columns):
        return 0, 0
    every = np.arange(piece.shape[1])
    rows = np.clip(np.rint(np.polyval(curve, every)).astype(int), 0, piece.shape[0] - 1)
    inked = np.union1d(every[piece[rows, every]], columns)
    parts = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    longest = max(parts, key=lambda part: int(part[-1] - part[0]))
    return int(longest[0]), int(longest[-1])


def line_width(mask: Mask) -> float:
    """About how wide the lines are, in pixels: a long line's area is half its outline times its width."""
    within = mask[1:] != mask[:-1], mask[:, 1:] != mask[:, :-1]
    steps = sum(map(np.count_nonzero, (*within, mask[:1], mask[-1:], mask[:, :1], mask[:, -1:])))
    # An outline counted in steps along rows and columns is longer than the line, by 4/pi over all directions.
    return 2 * np.count_nonzero(mask) / max(steps * np.pi / 4, 1)
