"""Drawings that are no digits, composed as strokes: letters, signs, scribbles, dots, digits side by side.

The bundled model's refusal is trained on them. Letters that are written like a digit (B, C, D, G, I, J, O, Q, S, Y, Z,
a, b, c, g, j, l, o, q, s, y, z, and some more in some hands) are left out: on a canvas for digits they are read as
digits.
"""

from collections.abc import Callable, Sequence

import numpy as np

from model.pretrain.digit_styles import POINTS_PER_PIECE, Random, composed, curve_through, line_through
from model.strokes import Drawing, Stroke, Variation, bounds, varied

Composer = Callable[[Random, Sequence[Drawing]], Drawing]

# Letters differ more from hand to hand than a digit may before it turns into another one.
LETTER_VARIATION = Variation(stroke_shift=0.035, stroke_stretch=0.1, stroke_rotation=0.08, warp=0.03, smallest=0.32)
# With a wide brush, what has many strokes becomes a blot when it is small; and so does an 8.
LARGE = Variation(smallest=0.45)

# One line a way of writing it. Points are "x,y" on a grid of 100; "|" parts strokes, and a stroke that begins with "~"
# is a smooth curve through its points.
_GLYPHS: dict[str, tuple[str, ...]] = {
    "A": (
        "10,100 50,0 90,100 | 25,62 76,62",
        "0,100 45,0 | 45,0 95,100 | 20,65 80,60",
        "~12,100 14,45 30,8 52,0 74,10 86,45 88,100 | 14,58 87,56",
        "10,100 50,0 90,100 20,55",
        "~0,95 25,60 50,0 60,40 75,100 | ~10,60 50,55 90,62",
    ),
    "E": (
        "80,0 10,0 10,100 82,100 | 10,50 70,50",
        "10,0 8,100 | 10,0 75,0 | 10,48 65,48 | 8,100 80,100",
        "~80,12 50,0 22,15 28,38 60,48 25,56 8,80 35,100 82,88",
        "80,0 12,5 | 12,5 10,98 80,95 | 12,52 60,45",
        "~75,5 30,0 10,20 8,60 12,92 40,100 80,95 | 10,50 60,50",
        "~70,12 45,0 22,15 40,42 60,46 40,46 10,68 15,95 50,100 88,84",
    ),
    "F": (
        "80,0 10,0 10,100 | 10,48 65,48",
        "12,0 10,100 | 5,2 85,0 | 12,50 70,46",
        "~85,5 40,0 20,10 18,60 10,100 | 5,50 60,46",
    ),
    "H": (
        "10,0 10,100 | 85,0 85,100 | 10,50 85,50",
        "15,0 5,100 | 90,0 80,100 | 12,55 85,45",
        "10,0 10,100 10,50 88,50 | 88,0 88,100",
        "~10,0 12,50 10,100 | ~15,55 50,42 85,48 | ~88,0 84,50 90,100",
    ),
    "K": (
        "10,0 10,100 | 80,0 12,55 85,100",
        "12,0 8,100 | 85,5 15,60 | 35,45 90,100",
        "10,0 10,100 | ~78,0 50,35 14,50 50,62 85,100",
        "20,0 10,100 | 90,10 20,50 | 20,50 80,95",
    ),
    "L": ("15,0 12,100 80,98", "10,0 8,98 | 8,98 75,100"),
    "M": (
        "5,100 10,0 50,70 90,0 95,100",
        "5,100 8,0 | 8,0 50,55 92,0 | 92,0 95,100",
        "~0,100 10,40 22,2 36,30 50,75 64,30 78,2 90,40 100,100",
        "0,100 25,0 50,90 75,0 100,100",
        "~5,100 8,30 22,5 42,20 48,100 | ~48,40 60,8 82,8 92,35 95,100",
    ),
    "N": (
        "10,100 10,0 85,100 85,0",
        "12,0 10,100 | 12,0 85,100 | 85,0 85,100",
        "~5,100 15,40 20,0 50,50 80,100 88,50 95,0",
    ),
    "P": (
        "10,100 10,0 55,0 80,15 80,40 55,55 10,55",
        "12,0 10,100 | ~5,8 45,0 80,12 78,42 45,55 12,52",
        "~10,100 12,50 14,0 | ~0,15 40,0 85,15 70,48 14,55",
        "~20,100 35,45 38,8 | ~0,45 15,10 55,0 85,20 60,50 28,48",
    ),
    "R": (
        "10,100 10,0 60,0 82,14 80,38 55,52 10,52 85,100",
        "12,0 10,100 | ~5,6 50,0 82,15 75,42 12,52 | 40,52 88,100",
        "~10,100 12,0 60,0 84,20 60,46 14,52 40,62 60,85 90,98",
        "20,0 10,100 | ~5,12 45,0 78,10 70,40 20,50 | ~20,50 50,70 85,100",
    ),
    "T": ("0,0 90,0 | 45,0 45,100", "5,4 48,2 92,0 | 48,2 42,100", "~0,8 30,0 60,4 95,0 | ~50,2 52,50 48,100"),
    "U": ("~8,0 8,60 22,95 50,100 78,95 90,60 90,0", "~5,0 8,70 40,100 78,75 82,0 82,60 95,100"),
    "V": ("5,0 48,100 92,0", "~0,0 25,50 45,100 65,50 95,5"),
    "W": (
        "0,0 25,100 50,30 75,100 100,0",
        "~0,0 12,60 26,98 40,60 50,20 60,60 74,98 88,60 100,0",
        "~0,0 5,70 26,100 46,70 50,10 54,70 75,100 95,70 100,0",
        "5,0 25,100 | 25,100 50,0 | 50,0 75,100 | 75,100 98,0",
    ),
    "X": (
        "10,0 90,100 | 90,0 10,100",
        "~5,10 30,20 70,85 95,92 | ~95,5 65,25 35,80 0,95",
        "15,0 80,100 | 95,5 0,95",
        "~10,0 45,45 90,100 | ~90,0 55,50 10,100",
        "~0,15 20,5 35,30 45,80 60,98 85,85 | ~90,12 65,5 50,45 35,90 8,95",
    ),
    "d": ("~80,45 50,35 15,50 12,80 40,100 75,80 | 82,0 80,100",),
    "e": ("~10,55 85,50 70,12 35,5 8,35 10,75 40,98 85,85",),
    "f": ("~80,8 55,0 38,20 38,100 | 10,42 75,42", "~75,5 45,0 35,30 30,100 | ~5,50 40,45 70,42"),
    "h": (
        "15,0 15,100 | ~15,60 45,38 72,50 75,100",
        "~15,0 12,50 14,100 16,60 45,40 75,60 78,100",
        "~0,90 28,35 32,4 20,6 15,50 14,100 30,60 55,55 62,95 90,85",
    ),
    "i": ("50,30 50,100 | 50,0 51,1", "~45,35 48,80 60,100 | 47,0 47,2"),
    "k": ("15,0 15,100 | 75,38 18,70 80,100", "~15,0 14,50 12,100 | ~70,35 40,60 15,68 45,75 80,100"),
    "m": (
        "~0,100 2,30 12,25 25,28 35,45 36,100 37,50 50,25 68,28 76,50 76,100",
        "5,20 5,100 | ~5,50 25,22 45,40 46,100 | ~46,50 68,22 90,40 92,100",
        "~0,100 5,30 20,20 38,60 40,100 45,45 62,20 80,60 84,100 96,90",
    ),
    "n": ("10,30 10,100 | ~10,60 40,30 75,45 78,100", "~5,40 15,30 16,100 20,55 50,28 78,50 80,95 95,92"),
    "p": ("15,30 15,130 | ~15,40 50,28 80,50 70,85 15,88", "~10,30 16,60 14,130 16,50 50,30 82,55 60,90 16,80"),
    "u": ("~8,20 10,70 40,100 75,70 80,20 80,70 95,100",),
    "w": (
        "~0,20 12,70 25,98 42,70 50,35 58,70 75,98 90,60 95,20",
        "~0,20 5,80 28,100 48,75 50,30 54,80 78,100 98,70 100,25",
    ),
    "x": ("~5,20 40,50 90,100 | ~90,20 50,55 5,100", "10,25 85,100 | 88,22 5,98"),
    "alpha": ("~95,20 70,80 35,95 8,65 30,28 65,60 98,98",),
    "pi": ("5,25 95,20 | 30,22 25,100 | ~68,22 66,80 85,98",),
    "lambda": ("20,0 85,100 | 50,48 10,100",),
    "sigma": ("85,5 10,0 55,48 8,100 90,98",),
    "omega": ("0,100 30,98 30,85 | ~30,85 5,50 20,12 50,0 80,12 95,50 70,85 | 70,85 70,98 100,100",),
    "psi": ("~5,10 10,55 50,68 90,55 95,10 | 50,0 50,100",),
    "sha": ("5,0 8,100 50,98 92,100 95,0 | 50,0 50,98",),
    "zhe": ("50,0 50,100 | 5,0 48,50 5,100 | 95,0 52,50 95,100",),
    "plus": ("50,0 50,100 | 0,50 100,50",),
    "equals": ("0,30 100,30 | 0,70 100,70",),
    "hash": ("30,0 20,100 | 70,0 60,100 | 0,32 95,30 | 0,68 95,66",),
    "star": ("20,100 50,0 80,100 0,38 100,38 20,100", "50,0 50,100 | 5,25 95,75 | 95,25 5,75"),
    "heart": ("~50,28 30,2 5,20 12,50 50,98 | ~50,28 72,2 96,20 88,50 50,98",),
    "triangle": ("50,0 100,90 0,90 50,0",),
    "house": (
        "10,100 10,45 50,0 90,45 90,100 10,100",
        "10,45 90,45 50,0 10,45 10,100 90,100 90,45 | 42,100 42,70 60,70 60,100",
    ),
    "arrow": ("0,50 100,50 | 65,20 100,50 65,80", "50,0 50,100 | 10,40 50,0 90,40", "100,50 0,50 | 35,20 0,50 35,80"),
    "face": ("~50,0 10,20 0,60 30,98 70,98 100,60 90,20 50,0 | 33,35 33,40 | 67,35 67,40 | ~25,62 50,80 75,62",),
    "question": ("~12,25 30,2 70,2 85,28 52,50 48,72 | 48,98 49,99",),
    "and": ("~95,100 30,25 45,0 65,18 15,65 25,98 65,90 92,55",),
    "flower": ("~50,40 30,10 50,0 70,10 50,40 90,30 95,55 50,40 75,80 50,90 50,40 15,80 5,55 50,40 5,30 20,15 50,40",),
    "cup": ("10,10 15,95 75,95 80,10 | ~80,25 105,30 100,65 77,65",),
    "dash": ("0,50 100,50",),
    "arch": ("~5,100 8,40 50,0 92,40 95,100",),
    "corner": ("90,0 88,100 5,98",),
    "grid": ("33,0 33,100 | 66,0 66,100 | 0,33 100,33 | 0,66 100,66",),
}


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


def _glyph(rng: Random) -> Drawing:
    ways = _GLYPHS[_NAMES[rng.integers(len(_NAMES))]]
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


_NAMES = tuple(_GLYPHS)
_KINDS: tuple[tuple[Composer, float], ...] = (
    (_alone(_letter), 0.52),
    (_side_by_side, 0.18),
    (_word, 0.06),
    (_alone(_scribble), 0.18),
    (_alone(_dots), 0.03),
    (_alone(_lying), 0.03),
)
_SHARES = tuple(share for _, share in _KINDS)
