"""Letters that come near to a digit, composed as strokes by rules with random proportions: C, a, e, h and y.

A C is a 0 or a 6 that is not closed, an a is a 9 with a short stem, an h is a 6 that is open, a y a 4 or a 9 that is. A
fixed list of ways to write them would leave too much room between a letter and its digit, in which a head would draw
its line anywhere; here each proportion goes as far towards the digit as a person still reads the letter. Coordinates
are in heights of the letter, y growing downward.
"""

import numpy as np

from model.ink.strokes import Drawing, Stroke
from model.pretrain.hand import Point, Random, curve_through, line_through, ring_about


def letter_like_a_digit(rng: Random) -> Drawing:
    """One of these letters in one of its styles, about one unit high, near the origin."""
    return _COMPOSERS[rng.choice(len(_COMPOSERS), p=_SHARES)](rng)


def _c(rng: Random) -> Drawing:
    width = rng.uniform(0.22, 0.6)
    upper, lower = rng.uniform(0.07, 0.2, 2)  # turns that are left open above and below the middle of the right side
    bow = ring_about((0, 0), (width, 0.5), (-upper, lower - 1), rng)
    kind = rng.random()
    if kind < 0.3:
        return (bow,)
    if kind < 0.5:  # begun with a hook
        start = bow[0] + [rng.uniform(-0.08, 0.06), rng.uniform(0.08, 0.25)]
        return (np.concatenate([line_through([(start[0], start[1]), (bow[0, 0], bow[0, 1])], rng), bow[1:]]),)
    if kind < 0.6:  # begun with a loop
        x, y = bow[0]
        size = rng.uniform(0.06, 0.16)
        loop: list[Point] = [(x - 2 * size, y + size), (x, y + 1.5 * size), (x + size / 2, y)]
        return (np.concatenate([curve_through(loop, rng), bow[1:]]),)
    if kind < 0.9:  # egg-shaped: its ends reach out, and its back is straight, or leans
        lean = rng.normal(0, 0.06)
        top, foot = rng.uniform(0.55, 1.1, 2) * width
        points: list[Point] = [
            (top, rng.uniform(-0.45, -0.28)),
            (top * rng.uniform(0.2, 0.6), -0.5),
            (-0.75 * width + lean, rng.uniform(-0.35, -0.2)),
            (-width, rng.uniform(-0.05, 0.12)),
            (-0.7 * width - lean, rng.uniform(0.3, 0.42)),
            (foot * rng.uniform(0.0, 0.4), 0.5),
            (foot, rng.uniform(0.28, 0.46)),
        ]
        return (curve_through(points, rng),)
    corners: list[Point] = [(width, -0.46), (-width, -0.5), (-width, 0.5), (width, 0.46)]
    return (line_through(corners, rng),)


def _a(rng: Random) -> Drawing:
    width, height = rng.uniform(0.2, 0.55), rng.uniform(0.42, 0.5)
    kind = rng.random()
    if kind < 0.2:  # as in print: a roof over a bowl
        right = rng.uniform(0.5, 0.75)
        roof: list[Point] = [(rng.uniform(0.0, 0.15), 0.15), (0.5 * right, 0.0), (right, 0.2), (right, 0.6)]
        foot: Point = (right + rng.uniform(0.0, 0.2), 1.0 - rng.uniform(0.0, 0.06))
        top = rng.uniform(0.38, 0.52)
        bowl: list[Point] = [(right, top + 0.06), (0.4 * right, top), (0.0, 0.72), (0.35 * right, 0.98), (right, 0.78)]
        stem = curve_through([*roof, (right, 0.9), foot], rng)
        if rng.random() < 0.5:
            return stem, curve_through(bowl, rng)
        body = line_through([(right, 0.6), (right, 0.95), (right, top + 0.06)], rng)
        return (np.concatenate([curve_through(roof, rng), body, curve_through([*bowl, foot], rng)]),)
    begin = rng.uniform(-0.2, -0.02)
    ring = ring_about((0, 0), (width, height), (begin, -1.0 + rng.uniform(-0.05, 0.06)), rng)
    top_y = -height * rng.uniform(0.3, 1.15)
    edge = width * rng.uniform(0.9, 1.05)
    lean = rng.uniform(-0.06, 0.1)
    # Where the stem ends: with the ring, and not below it, which would make a 9.
    end = (edge + lean, height + rng.normal(0, 0.03))
    hook: list[Point] = [(end[0] + rng.uniform(0.08, 0.3), height - rng.uniform(0.0, 0.15))]
    if rng.random() < 0.35:
        hook = []
    down: list[Point] = [(edge, top_y), (edge + 0.3 * lean, 0.35 * height), end, *hook]
    stem = curve_through(down, rng) if rng.random() < 0.7 else line_through(down, rng)
    if rng.random() < 0.2:  # cursive: a lead into the ring
        lead: list[Point] = [(-width * rng.uniform(0.8, 1.5), height * rng.uniform(0.2, 0.9)), (0.0, -height)]
        ring = np.concatenate([curve_through([*lead, (float(ring[0, 0]), float(ring[0, 1]))], rng), ring[1:]])
    if rng.random() < 0.35:
        return ring, stem
    return (np.concatenate([ring, stem]),)


def _e(rng: Random) -> Drawing:
    width = rng.uniform(0.5, 0.95)
    bar = rng.uniform(0.42, 0.66)
    rise = rng.uniform(0.0, 0.3)
    points: list[Point] = [
        (rng.uniform(0.0, 0.15), bar),
        (0.55 * width, bar - 0.4 * rise),
        (0.97 * width, bar - rise - 0.03),
        (0.85 * width, rng.uniform(0.05, 0.12)),
        (0.5 * width, 0.0),
        (0.12 * width, 0.2),
        (0.0, 0.58),
        (0.2 * width, 0.9),
        (0.55 * width, 1.0),
        (width * rng.uniform(0.85, 1.15), rng.uniform(0.72, 0.97)),
    ]
    if rng.random() < 0.4:  # cursive: a narrow loop with a lead into it
        loop = rng.uniform(0.25, 0.5) * width
        points = [
            (-rng.uniform(0.1, 0.4), rng.uniform(0.65, 0.95)),
            (0.3 * width, bar),
            (0.3 * width + loop, 0.2),
            (0.2 * width + loop / 2, 0.0),
            (0.1 * width, 0.25),
            (0.1 * width, 0.7),
            (0.35 * width, 0.98),
            (width * rng.uniform(0.8, 1.2), rng.uniform(0.65, 0.95)),
        ]
    return (curve_through(points, rng),)


def _h(rng: Random) -> Drawing:
    width = rng.uniform(0.35, 0.7)
    arch = rng.uniform(0.35, 0.55)
    start: Point = (0.0, 1.0 - rng.uniform(0.0, 0.4))
    bow: list[Point] = [
        start,
        (0.3 * width, arch + 0.06),
        (0.65 * width, arch),
        (0.95 * width, arch + 0.15),
        (width, 0.75),
        (width * rng.uniform(0.9, 1.1), rng.uniform(0.96, 1.04)),
    ]
    if rng.random() < 0.3:
        bow.append((width + rng.uniform(0.1, 0.25), rng.uniform(0.85, 0.95)))
    top: Point = (rng.uniform(-0.03, 0.12), 0.0)
    if rng.random() < 0.2:  # cursive: a loop on its stem
        loop: list[Point] = [(-0.2, 0.75), (0.12, 0.3), (0.16, 0.05), (0.05, 0.0), (-0.03, 0.25), (0.0, 1.0)]
        stem = curve_through(loop, rng)
    else:
        stem = line_through([top, (0.0, 1.0)], rng)
    if rng.random() < 0.5:
        return stem, curve_through(bow, rng)
    return (np.concatenate([stem, curve_through(bow, rng)]),)


def _y(rng: Random) -> Drawing:
    width = rng.uniform(0.35, 0.75)
    middle = rng.uniform(0.42, 0.64)  # where the cup ends, and the tail begins
    kind = rng.random()
    if kind < 0.4:  # two straight arms
        lean = rng.uniform(0.15, 0.5) * width
        joint: Point = (width - lean - rng.uniform(0.05, 0.3) * width, middle)
        arm = line_through([(0.0, rng.uniform(-0.05, 0.08)), joint], rng)
        if kind < 0.12:  # one stroke: a V with a tail
            tail = _tail((width, 0.0), joint, rng)
            return (np.concatenate([arm, line_through([joint, (width, 0.0)], rng), tail]),)
        return arm, _tail((width, rng.uniform(-0.05, 0.05)), joint, rng)
    left: Point = (0.0, rng.uniform(-0.04, 0.1))
    cup: list[Point] = [
        left,
        (rng.uniform(-0.02, 0.08), middle * rng.uniform(0.45, 0.7)),
        (width * rng.uniform(0.3, 0.5), middle),
        (width * rng.uniform(0.85, 0.97), middle * rng.uniform(0.55, 0.85)),
    ]
    if rng.random() < 0.2:  # a lead into the cup
        cup.insert(0, (-rng.uniform(0.08, 0.2), rng.uniform(0.08, 0.25)))
    top: Point = (width, rng.uniform(-0.05, 0.08))
    bend: Point = (width + rng.normal(0, 0.03), middle)
    tail = _tail(top, bend, rng, straight=0)  # with a straight one, it would be an open 4
    if rng.random() < 0.25:
        return curve_through(cup, rng), tail
    return (np.concatenate([curve_through([*cup, top], rng), tail]),)


def _tail(top: Point, joint: Point, rng: Random, straight: float = 0.3) -> Stroke:
    """From the right arm's top through the joint down: straight on, hooked to the left, or with a loop."""
    dx, dy = joint[0] - top[0], joint[1] - top[1]
    foot: Point = (joint[0] + dx / dy * (1 - joint[1]) * rng.uniform(0.7, 1.2), 1.0)
    kind = rng.random()
    if kind < straight:
        return line_through([top, joint, foot], rng)
    reach = rng.uniform(0.15, 0.5)
    if kind < 0.75:
        return curve_through([top, joint, (foot[0], 0.85), (foot[0] - reach / 2, 1.0), (foot[0] - reach, 0.88)], rng)
    back: Point = (joint[0] + rng.uniform(0.0, 0.35), rng.uniform(0.55, 0.8))
    loop: list[Point] = [(foot[0], 0.85), (foot[0] - reach / 2, 1.0), (foot[0] - reach * 0.8, 0.88), back]
    return curve_through([top, joint, *loop], rng)


_COMPOSERS = (_c, _a, _e, _h, _y)
_SHARES = (0.28, 0.28, 0.12, 0.1, 0.22)
