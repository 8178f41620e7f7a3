"""Digits composed as strokes, in the styles that people of different countries learn at school.

MNIST was written in one country, and data sets of pen strokes by few people; so some styles are rare in them that are
common elsewhere: the slashed 0, the 1 with a long flag or a foot, the open 4, the crossed 7, the 9 with a hooked tail.
Each style here is a rule with random proportions. Coordinates are in heights of the digit, y growing downward.
"""

from collections.abc import Callable

import numpy as np

from model.ink.strokes import Drawing, Stroke
from model.pretrain.hand import Point, Random, curve_through, line_through, ring_about


def composed(digit: int, rng: Random) -> Drawing:
    """A digit in one of its styles, about one unit high, near the origin."""
    return COMPOSERS[digit](rng)


def _chance(rng: Random, share: float) -> bool:
    return bool(rng.random() < share)


def _zero(rng: Random) -> Drawing:
    width = rng.uniform(0.25, 0.5)
    start = rng.uniform(-0.4, -0.05)
    turns = (start, start + rng.choice([-1, 1]) * rng.uniform(0.97, 1.2))
    ring = ring_about((0, 0), (width, 0.5), turns, rng)
    if _chance(rng, 0.12):  # begun with a curl inside
        ring = np.concatenate([ring[:1] * rng.uniform(0.3, 0.75), ring])
    kind = rng.random()
    if kind < 0.35:
        return (ring,)
    if kind < 0.45:
        dot = np.array([[0.0, 0.0], [rng.uniform(-0.03, 0.03), rng.uniform(0, 0.08)]])
        return ring, dot
    reach = rng.uniform(0.6, 1.35)
    tilt = rng.uniform(0.75, 1.15) * width
    side = 1 if _chance(rng, 0.9) else -1
    return ring, line_through([(side * tilt * reach, -0.42 * reach), (-side * tilt * reach, 0.42 * reach)], rng)


def _one(rng: Random) -> Drawing:
    top = (0.0, 0.0)
    bend = rng.normal(0, 0.02)
    stem: list[Point] = [top, (bend, 0.5), (rng.normal(0, 0.03), 1.0)]
    strokes: list[Stroke] = []
    if _chance(rng, 0.8):
        angle = rng.uniform(0.35, 1.05)  # from the stem: a flag that is flatter than 60 degrees begins to be a 7
        length = rng.uniform(0.12, 0.75 if angle < 0.8 else 0.42)
        flag = (-length * np.sin(angle), length * np.cos(angle))
        if _chance(rng, 0.55):
            strokes.append(line_through([flag, *stem], rng))
        elif _chance(rng, 0.7):
            bow = rng.uniform(0.35, 0.7)
            curl = curve_through([flag, (flag[0] * (1 - bow), flag[1] * bow), top], rng)
            strokes.append(np.concatenate([curl, line_through(stem, rng)]))
        else:
            strokes += [line_through(stem, rng), line_through([top, flag], rng)]
    else:
        strokes.append(line_through(stem, rng))
    if _chance(rng, 0.45):
        left, right = rng.uniform(0.1, 0.38, 2)
        height = 1 + rng.normal(0, 0.015)
        strokes.append(line_through([(-left, height), (0.0, height), (right, height + rng.normal(0, 0.02))], rng))
    return tuple(strokes)


def _two(rng: Random) -> Drawing:
    width = rng.uniform(0.4, 0.75)
    head: list[Point] = [
        (0.02, rng.uniform(0.15, 0.32)),
        (0.12 * width, 0.1),
        (0.5 * width, 0.0),
        (0.9 * width, 0.12),
        (0.92 * width, 0.3),
        (0.66 * width, 0.55),
    ]
    kind = rng.random()
    end = width * rng.uniform(0.95, 1.25)
    if kind < 0.4:  # a corner and a straight foot
        foot = line_through([(0.0, 1.0), (end / 2, 1.0), (end, 1.0 + rng.normal(0, 0.03))], rng)
        return (np.concatenate([curve_through([*head, (0.0, 1.0)], rng), foot[1:]]),)
    if kind < 0.75:  # a loop
        loop = rng.uniform(0.08, 0.2)
        tail: list[Point] = [
            (0.12 * width, 0.95),
            (-0.08, 0.98),
            (0.0, 1 - loop),
            (0.3 * width, 0.95),
            (0.7 * width, 1.03),
        ]
        return (curve_through([*head, *tail, (end, 0.97 - rng.uniform(0, 0.1))], rng),)
    tail = [(0.1 * width, 0.97), (0.0, 1.0), (0.3 * width, 0.93), (0.7 * width, 1.02), (end, 0.95)]  # a wave
    return (curve_through([*head, *tail], rng),)


def _three(rng: Random) -> Drawing:
    width = rng.uniform(0.4, 0.65)
    waist = rng.uniform(0.38, 0.5)
    inward = rng.uniform(0.2, 0.6) * width
    belly: list[Point] = [
        (0.75 * width, waist + 0.06),
        (width, 0.5 + waist / 2),
        (0.8 * width, 0.95),
        (0.4 * width, 1.0),
        (-0.02, rng.uniform(0.82, 0.95)),
    ]
    if _chance(rng, 0.35):
        top = line_through([(0.0, 0.02), (0.9 * width, 0.0), (inward, waist)], rng)
        return (np.concatenate([top, curve_through([(inward, waist), *belly], rng)[1:]]),)
    bow: list[Point] = [(0.0, rng.uniform(0.08, 0.2)), (0.4 * width, 0.0), (0.85 * width, 0.08), (0.85 * width, 0.28)]
    if _chance(rng, 0.25):
        loop: list[Point] = [(inward, waist + 0.02), (inward - 0.08, waist - 0.02), (inward, waist - 0.06)]
        return (curve_through([*bow, *loop, *belly], rng),)
    upper, lower = curve_through([*bow, (inward, waist)], rng), curve_through([(inward, waist), *belly], rng)
    return (np.concatenate([upper, lower[1:]]),)


def _four(rng: Random) -> Drawing:
    bar = rng.uniform(0.52, 0.72)
    stem_x = rng.uniform(0.24, 0.6)
    end = stem_x + rng.uniform(0.02, 0.32)
    foot = (stem_x + rng.normal(0, 0.03), 1.0)
    kind = rng.random()
    if kind < 0.6:  # open: its left arm stands upright, and the stem stands apart
        arm = rng.uniform(-0.02, 0.45 * stem_x)  # nearer to the stem's top, it would be a 9
        top = rng.uniform(-0.05, 0.15)
        stem = line_through([(stem_x + rng.normal(0, 0.05), rng.uniform(-0.05, 0.4)), foot], rng)
        if _chance(rng, 0.3):
            bowl: list[Point] = [(arm, top), (0.0, bar - 0.15), (0.12, bar), (stem_x, bar - rng.uniform(0, 0.08))]
            if _chance(rng, 0.5):  # written like a y, without lifting
                return (
                    (np.concatenate([curve_through(bowl, rng), stem]),)
                    if _chance(rng, 0.3)
                    else (curve_through(bowl, rng), stem)
                )
            return curve_through([*bowl, (end, bar - 0.05)], rng), stem
        return line_through([(arm, top), (0.0, bar), (end, bar + rng.normal(0, 0.03))], rng), stem
    apex = (stem_x + rng.uniform(-0.12, 0.03), 0.0)
    if _chance(rng, 0.5):
        side = line_through([apex, (0.0, bar), (end, bar + rng.normal(0, 0.02))], rng)
        return side, line_through([(stem_x, rng.uniform(-0.02, 0.15)), foot], rng)
    return (line_through([(end, bar), (0.0, bar), (stem_x, 0.0), foot], rng),)


def _five(rng: Random) -> Drawing:
    width = rng.uniform(0.42, 0.7)
    neck = rng.uniform(0.32, 0.48)
    belly: list[Point] = [
        (0.0, neck),
        (0.5 * width, neck - rng.uniform(0.02, 0.1)),
        (0.95 * width, neck + 0.15),
        (0.95 * width, 0.78),
        (0.55 * width, 1.0),
        (-0.03, rng.uniform(0.85, 0.97)),
    ]
    hat = (width * rng.uniform(0.7, 1.2), rng.uniform(-0.08, 0.06))
    left = rng.uniform(0.0, 0.1)
    bow = curve_through(belly, rng)
    if _chance(rng, 0.5):
        gap = rng.uniform(-0.04, 0.08) if _chance(rng, 0.5) else 0.0
        body = np.concatenate([line_through([(left, 0.0), (0.0, neck)], rng), bow[1:]])
        return body, line_through([(left + gap, -gap / 3), hat], rng)
    return (np.concatenate([line_through([hat, (left, 0.0), (0.0, neck)], rng), bow[1:]]),)


def _six(rng: Random) -> Drawing:
    height, width = rng.uniform((0.14, 0.1), (0.32, 0.34))
    lean = rng.uniform(0.0, 0.35)
    start = (lean, rng.uniform(-0.05, 0.08))
    if _chance(rng, 0.25):  # curled at the top
        stem: list[Point] = [(lean + 0.15, 0.12), start, (-0.5 * width, 0.25), (-width, 1 - height)]
    else:
        stem = [start, (lean * 0.3 - 0.4 * width, 0.3), (-0.95 * width, 0.55), (-width, 1 - height)]
    end = rng.uniform(-0.6, -0.3) - rng.uniform(0, 0.15)
    ring = ring_about((0, 1 - height), (width, height), (0.5, end), rng)
    return (np.concatenate([curve_through(stem, rng), ring[1:]]),)


def _seven(rng: Random) -> Drawing:
    width = rng.uniform(0.45, 0.75)
    foot = (rng.uniform(-0.05, 0.55) * width, 1.0)
    corner = (width, rng.normal(0, 0.03))
    bar: list[Point] = [(0.0, rng.uniform(-0.04, 0.1)), (0.5 * width, rng.normal(0, 0.02)), corner]
    if _chance(rng, 0.35):
        bar.insert(0, (rng.normal(0, 0.03), rng.uniform(0.1, 0.26)))
    if _chance(rng, 0.4):
        bow = rng.uniform(-0.12, 0.12)
        stem = curve_through([corner, ((foot[0] + width) / 2 + bow, 0.45), foot], rng)
    else:
        stem = line_through([corner, foot], rng)
    strokes = [np.concatenate([line_through(bar, rng), stem[1:]])]
    if _chance(rng, 0.7):
        at = rng.uniform(0.35, 0.7)
        middle = stem[round(at * (len(stem) - 1))]
        left, right = rng.uniform(0.12, 0.34, 2)
        tilt = rng.normal(0, 0.25)
        strokes.append(
            line_through(
                [(middle[0] - left, middle[1] + left * tilt), (middle[0] + right, middle[1] - right * tilt)], rng
            )
        )
    return tuple(strokes)


def _eight(rng: Random) -> Drawing:
    waist = rng.uniform(0.42, 0.52)
    upper, lower = rng.uniform(0.16, 0.28), rng.uniform(0.2, 0.33)
    if _chance(rng, 0.3):  # two rings
        top = ring_about((0, waist / 2), (upper, waist / 2), (-0.25, -0.25 + rng.choice([-1, 1]) * 1.05), rng)
        gap = rng.normal(0, 0.015)
        middle = (1 + waist) / 2 + gap
        return top, ring_about((0, middle), (lower, (1 - waist) / 2), (-0.25, -0.25 + rng.choice([-1, 1]) * 1.05), rng)
    down: list[Point] = [(0.0, 0.0), (-upper, waist * 0.45), (0.0, waist), (lower, 0.5 + waist / 2), (0.0, 1.0)]
    up: list[Point] = [(-lower, 0.5 + waist / 2), (0.0, waist), (upper, waist * 0.45)]
    if _chance(rng, 0.3):  # up again in one straight line
        start = (upper * rng.uniform(0.6, 1.2), rng.uniform(0.0, 0.1))
        bow = lower * rng.uniform(0.4, 0.9)
        left: list[Point] = [(0.0, 0.0), (-upper, waist * 0.4), (0.0, waist), (bow, 0.5 + waist / 2), (-0.3 * bow, 1.0)]
        points = [start, *left, (-bow, 0.5 + waist / 2)]
        return (np.concatenate([curve_through(points, rng), line_through([points[-1], start], rng)]),)
    opening = rng.uniform(-0.06, 0.14)
    start = (upper * rng.uniform(0.4, 1.1), rng.uniform(0.0, 0.12)) if _chance(rng, 0.6) else (0.0, 0.0)
    first = [start, (0.3 * upper, 0.0)] if start != (0.0, 0.0) else [start]
    points = [*first, *down[1:], *up, (max(opening, 0.0) + start[0] * 0.5, min(-opening, 0.06))]
    if _chance(rng, 0.25):
        points = [(-x, y) for x, y in points]
    return (curve_through(points, rng),)


def _nine(rng: Random) -> Drawing:
    # A small ring, which a wide brush fills, over a wide hook: what is then left to see resembles a 3.
    height, width = rng.uniform((0.1, 0.08), (0.3, 0.34))
    start = rng.uniform(-0.2, 0.0)
    ring = ring_about((0, height), (width, height), (start, -1.0 + rng.uniform(-0.06, 0.02)), rng)
    kind = rng.random()
    lean = rng.uniform(-0.3, 0.05)
    if kind < 0.35:
        tail = line_through([(width, rng.uniform(0.0, height)), (width + lean, 1.0)], rng)
        if _chance(rng, 0.4):
            return ring, tail
    elif kind < 0.75:
        hook = max(width, rng.uniform(0.15, 0.4))
        bow = width + rng.uniform(-0.02, 0.12)
        tail = curve_through([(width, height), (bow, 0.65), (0.5 * bow, 0.96), (-0.3 * hook, 1.02), (-hook, 0.9)], rng)
    else:
        tail = curve_through([(width, height), (width + lean * 0.2, 0.6), (width + lean, 1.0)], rng)
    return (np.concatenate([ring, tail]),)


COMPOSERS: tuple[Callable[[Random], Drawing], ...] = (
    _zero,
    _one,
    _two,
    _three,
    _four,
    _five,
    _six,
    _seven,
    _eight,
    _nine,
)
