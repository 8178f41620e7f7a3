"""Drawings that are no digits, composed as strokes: letters, signs, scribbles, dots, digits side by side.

The bundled model's refusal is trained on them. Letters that are written like a digit (B, D, G, I, J, O, Q, S, Z, b, g,
j, l, o, q, s, z, and some more in some hands) are left out: on a canvas for digits they are read as digits.
"""

from collections.abc import Callable, Sequence

import numpy as np

from model.ink.strokes import Drawing, Stroke, bounds
from model.ink.variation import Variation, varied
from model.pretrain.digit_styles import composed
from model.pretrain.glyphs import GLYPHS
from model.pretrain.hand import POINTS_PER_PIECE, Random, curve_through, line_through
from model.pretrain.letter_styles import letter_like_a_digit

Composer = Callable[[Random, Sequence[Drawing]], Drawing]

# Letters differ more from hand to hand than a digit may before it turns into another one.
LETTER_VARIATION = Variation(stroke_shift=0.035, stroke_stretch=0.1, stroke_rotation=0.08, warp=0.03, smallest=0.32)
# With a wide brush, what has many strokes becomes a blot when it is small; and so does an 8.
LARGE = Variation(smallest=0.45)
LETTERS = 0.75  # of all glyphs; the others are signs, and letters of other scripts


def composed_non_digit(rng: Random, digits: Sequence[Drawing] = ()) -> Drawing:
    """A drawing on the canvas that is no digit.

    Args:
        digits: real ones to put side by side; without them, composed ones.
    """
    kind = rng.choice(len(_KINDS), p=_SHARES)
    return _KINDS[kind][0](rng, digits)


def _alone(compose: Callable[[Random], Drawing]) -> Composer:
    """A kind of drawing for which no digits are needed."""
    return lambda rng, _digits: compose(rng)


def _letter(rng: Random) -> Drawing:
    return varied(_glyph(rng), rng, LETTER_VARIATION)


def _near_letter(rng: Random) -> Drawing:
    return varied(letter_like_a_digit(rng), rng, LETTER_VARIATION)


def _glyph(rng: Random) -> Drawing:
    names = _LETTERS if rng.random() < LETTERS else _SIGNS
    ways = GLYPHS[names[rng.integers(len(names))]]
    strokes = ways[rng.integers(len(ways))].split("|")
    proportions = np.array([rng.uniform(0.6, 1.1), 1.0])  # letters are written narrow and wide
    return tuple(_stroke(stroke.strip(), rng) * proportions for stroke in strokes)


def _stroke(text: str, rng: Random) -> Stroke:
    numbers = [point.split(",") for point in text.lstrip("~").split()]
    points = [(float(x) / 100 + rng.normal(0, 0.02), float(y) / 100 + rng.normal(0, 0.02)) for x, y in numbers]
    return curve_through(points, rng) if text.startswith("~") else line_through(points, rng)


def _some_digit(rng: Random, digits: Sequence[Drawing]) -> Drawing:
    if digits and rng.random() < 0.8:
        return digits[int(rng.integers(len(digits)))]
    return composed(int(rng.integers(10)), rng)


def _side_by_side(rng: Random, digits: Sequence[Drawing]) -> Drawing:
    """Two digits in a row, now and then three, of about the same height."""
    return _row([_some_digit(rng, digits) for _ in range(2 if rng.random() < 0.85 else 3)], rng)


def _word(rng: Random, digits: Sequence[Drawing]) -> Drawing:
    """Letters in a row, or a letter and a digit."""
    parts = [_glyph(rng) for _ in range(rng.integers(2, 4))]
    if rng.random() < 0.3:
        parts[rng.integers(len(parts))] = _some_digit(rng, digits)
    return _row(parts, rng)


def _row(parts: Sequence[Drawing], rng: Random) -> Drawing:
    strokes: list[Stroke] = []
    edge = 0.0
    for part in parts:
        low, high = bounds(part)
        # A digit as narrow as a 1 is scaled by its height, like the others.
        height = max(float((high - low)[1]), float((high - low)[0]) * 0.7, 1e-9)
        factor = rng.uniform(0.8, 1.1) / height
        offset = np.array([edge, rng.normal(0, 0.06)])
        strokes += [(stroke - low) * factor + offset for stroke in part]
        edge += float((high - low)[0]) * factor + rng.uniform(0.12, 0.5)
    return varied(tuple(strokes), rng, LARGE)


def _scribble(rng: Random) -> Drawing:
    """Back and forth, round and round, or anyhow."""
    ways: tuple[Callable[[Random], Drawing], ...] = (_zigzag, _loops, _spiral, _knot, _lines, _hatching)
    return varied(ways[rng.integers(len(ways))](rng), rng, LARGE)


def _zigzag(rng: Random) -> Drawing:
    turns = int(rng.integers(5, 20))
    along = np.linspace(0, rng.uniform(0.5, 2.0), turns)
    across = np.where(np.arange(turns) % 2, 1.0, 0.0) + rng.normal(0, 0.1, turns)
    return (_turned(_through(along, across, rng), rng),)


def _loops(rng: Random) -> Drawing:
    turns = rng.uniform(2.5, 9)
    angles = np.linspace(0, 2 * np.pi * turns, round(turns * 14))
    drift = rng.uniform(0.2, 0.6)
    radii = 0.5 + rng.normal(0, 0.04, len(angles)).cumsum() * 0.4
    x = radii * np.cos(angles) * rng.uniform(0.5, 1) + drift * angles / (2 * np.pi)
    return (_turned(np.stack([x, radii * np.sin(angles)], axis=1), rng),)


def _spiral(rng: Random) -> Drawing:
    turns = rng.uniform(2.0, 5)
    angles = np.linspace(0, 2 * np.pi * turns, round(turns * 16)) * rng.choice([-1, 1])
    radii = np.linspace(rng.uniform(0, 0.1), 0.5, len(angles))
    return (_turned(np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1), rng),)


def _knot(rng: Random) -> Drawing:
    corners = rng.uniform(0, 1, (int(rng.integers(8, 22)), 2))
    return (_through(corners[:, 0], corners[:, 1], rng),)


def _lines(rng: Random) -> Drawing:
    """Straight strokes through one another."""
    number = int(rng.integers(4, 10))
    angles = rng.uniform(0, np.pi) + np.arange(number) * np.pi / number + rng.normal(0, 0.15, number)
    middles = rng.normal(0, 0.1, (number, 2))
    arms = np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(0.3, 0.5, (number, 1))
    return tuple(
        np.linspace(middle - arm, middle + arm, POINTS_PER_PIECE) for middle, arm in zip(middles, arms, strict=True)
    )


def _hatching(rng: Random) -> Drawing:
    """Parallel strokes, crossed by others or not."""
    strokes: list[Stroke] = []
    for direction in range(int(rng.integers(1, 3))):
        number = int(rng.integers(3, 7))
        for position in np.linspace(0, 1, number) + rng.normal(0, 0.03, number):
            points = np.array(
                [[position, rng.normal(0, 0.05)], [position + rng.normal(0, 0.05), 1 + rng.normal(0, 0.05)]]
            )
            strokes.append(points if direction == 0 else points[:, ::-1])
    return tuple(strokes)


def _through(x: Stroke, y: Stroke, rng: Random) -> Stroke:
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    return curve_through(points, rng) if rng.random() < 0.5 else line_through(points, rng)


def _turned(stroke: Stroke, rng: Random) -> Stroke:
    angle = rng.uniform(0, 2 * np.pi)
    turned: Stroke = stroke @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turned


def _dots(rng: Random) -> Drawing:
    """One to four touches of the pen, each in one place."""
    touches = rng.uniform(60, 220, (int(rng.choice([1, 1, 1, 2, 3, 4])), 1, 2))
    return tuple(touch + rng.uniform(-2, 2, (int(rng.integers(1, 4)), 2)) for touch in touches)


def _lying(rng: Random) -> Drawing:
    """A digit turned by a quarter, of those that don't turn into another one."""
    drawing = composed(int(rng.choice([3, 4, 5, 7])), rng)
    return varied(tuple(stroke[:, ::-1] * np.array([rng.choice([-1, 1]), 1]) for stroke in drawing), rng)


_LETTERS = tuple(name for name in GLYPHS if len(name) == 1)
_SIGNS = tuple(name for name in GLYPHS if len(name) > 1)
_KINDS: tuple[tuple[Composer, float], ...] = (
    (_alone(_letter), 0.41),
    (_alone(_near_letter), 0.18),
    (_side_by_side, 0.15),
    (_word, 0.05),
    (_alone(_scribble), 0.155),
    (_alone(_dots), 0.025),
    (_alone(_lying), 0.03),
)
_SHARES = tuple(share for _, share in _KINDS)
