"""Tests of model/ink/strokes.py and the rooms that compose strokes: reading them, rendering them, changing them."""

import gzip
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import UnusableFile
from model.ink import CANVAS, prepare
from model.ink.drawn_digits import DrawnDigit, on_canvas, read_drawn_digits
from model.ink.strokes import (
    BRUSH_WIDTH,
    BRUSH_WIDTHS,
    Drawing,
    PenStroke,
    Stroke,
    bounds,
    fitted,
    ink_of,
    pencil_path,
    render,
    render_ink,
)
from model.ink.variation import mouse_like, varied
from model.plan import DIGITS
from model.pretrain.digit_styles import composed
from model.pretrain.material import held_out_writers
from model.pretrain.non_digits import composed_non_digit
from model.pretrain.renderings import image_of, render_composed
from tests.drawn_digits import DRAWN_DIGITS

Floats = npt.NDArray[np.float64]

SEVEN: dict[str, Any] = {
    "label": 7,
    "writer": "a",
    "src": "here",
    "strokes": [[[10, 10], [90, 10], [40, 90]], [[30, 50], [70, 50]]],
    "box": [100, 100],
}


def drawing(*strokes: Sequence[tuple[float, float]]) -> Drawing:
    return tuple(np.array(stroke, np.float64) for stroke in strokes)


def written(folder: Path, *lines: object) -> Path:
    file = folder / "drawn.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    return file


def test_reads_plain_and_gzipped_lines(tmp_path: Path) -> None:
    plain = written(tmp_path, SEVEN, {**SEVEN, "box": None, "label": 0})
    packed = tmp_path / "drawn.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for file in (plain, packed):
        seven, zero = read_drawn_digits(file)
        assert (seven.label, seven.writer, seven.source, seven.box) == (7, "a", "here", (100.0, 100.0))
        assert [stroke.shape for stroke in seven.strokes] == [(3, 2), (2, 2)]
        assert (zero.label, zero.box) == (0, None)


@pytest.mark.parametrize(
    "change",
    [
        {"label": 10},
        {"label": "7"},
        {"label": True},
        {"strokes": []},
        {"strokes": [[]]},
        {"strokes": [[[1, 2, 3]]]},
        {"strokes": [[[1, 2], [3]]]},
        {"strokes": [[[1, None]]]},
        {"strokes": None},
        {"box": [0, 5]},
        {"box": [5]},
    ],
)
def test_a_line_that_is_no_digit_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(UnusableFile, match=r"^drawn\.jsonl, line 2, .*\.$"):
        read_drawn_digits(written(tmp_path, SEVEN, SEVEN | change))


def test_files_that_hold_no_digits_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="cannot be read"):
        read_drawn_digits(tmp_path / "missing.jsonl")
    with pytest.raises(UnusableFile, match="no drawn digits"):
        read_drawn_digits(written(tmp_path))
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(json.dumps(SEVEN).encode())[:-9])
    with pytest.raises(UnusableFile, match="cannot be read"):
        read_drawn_digits(broken)


def levels(path: Sequence[tuple[float, float]], width: float) -> Floats:
    """An oracle: every pixel's distance to every piece, the geometry as it is taught. Not rounded: (280, 280)."""
    y, x = np.mgrid[:CANVAS, :CANVAS] + 0.5
    pieces = list(pairwise(path)) or [(path[0], path[0])]
    nearest = np.min([distance(x, y, *piece) for piece in pieces], axis=0)
    return np.asarray(255 * np.clip(width / 2 + 0.5 - nearest, 0, 1))


def distance(x: Floats, y: Floats, start: tuple[float, float], end: tuple[float, float]) -> Floats:
    """From points to a straight piece: to the line where their foot lies on the piece, else to the nearer end."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    ends = np.minimum(np.hypot(x - start[0], y - start[1]), np.hypot(x - end[0], y - end[1]))
    if length == 0:
        return ends
    across, down = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    along = (x - start[0]) * across + (y - start[1]) * down
    to_line = abs((x - start[0]) * down - (y - start[1]) * across)
    return np.where((along >= 0) & (along <= length), to_line, ends)


PATHS: dict[str, tuple[list[tuple[float, float]], int]] = {
    "a dot": ([(140, 140)], 18),
    "a dot between pixels": ([(60.125, 201.875)], 26),
    "a thin dot": ([(60.125, 201.875)], 1),
    "upright": ([(80, 40), (80, 240)], 18),
    "level": ([(30, 100.5), (250, 100.5)], 13),
    "slanting": ([(31.25, 44.5), (240.75, 199.125)], 12),
    "a bow": ([(70, 60), (180, 80), (110, 150), (200, 220)], 18),
    "there and back": ([(100, 100), (180, 100), (100, 100)], 22),
    "in and out": ([(-90, 20), (140, 120), (420, 30)], 26),
    "in at a corner": ([(-6, -6)], 18),
    "along the edge": ([(0, 0), (280, 0), (280, 280)], 14),
    "the same point again": ([(100, 100), (100, 100), (100, 100), (160, 130), (160, 130)], 16),
    "the widest": ([(90, 90), (190, 200)], 60),
}


@pytest.mark.parametrize(("points", "width"), PATHS.values(), ids=PATHS.keys())
def test_ink_is_that_of_the_distance_to_the_path(points: list[tuple[float, float]], width: int) -> None:
    path = [(x, y) for x, y in pencil_path(np.array(points, np.float64)).tolist()]
    ink = render_ink(drawing(points), width)
    expected = levels(path, width)
    # A level that lies between two numbers within a float's exactness may become either.
    assert np.abs(ink - expected).max() <= 0.5 + 1e-6
    assert np.array_equal(ink, ink_of([PenStroke(np.array(points, np.float64), width)]))


@pytest.mark.parametrize("width", BRUSH_WIDTHS)
def test_a_straight_stroke_covers_a_rectangle_with_round_caps(width: int) -> None:
    ink = render_ink(drawing([(80, 140), (200, 140)]), width)
    assert ink.sum() / 255 == pytest.approx(120 * width + math.pi * width**2 / 4, rel=0.01)
    assert np.array_equal(ink, ink[::-1])
    assert np.array_equal(ink, ink[:, ::-1])


@pytest.mark.parametrize("width", BRUSH_WIDTHS)
def test_a_dot_is_a_disc(width: int) -> None:
    ink = render_ink(drawing([(140, 140)]), width).astype(float)
    assert ink.sum() / 255 == pytest.approx(math.pi * width**2 / 4, rel=0.02)
    rows, columns = np.mgrid[:CANVAS, :CANVAS] + 0.5
    assert (ink * rows).sum() / ink.sum() == pytest.approx(140)
    assert (ink * columns).sum() / ink.sum() == pytest.approx(140)
    assert np.array_equal(ink, ink.T)


# In eighths of a pixel, as the pen tells them.
POINTS = st.lists(st.tuples(st.integers(-2240, 4480), st.integers(-2240, 4480)), min_size=1, max_size=7).map(
    lambda points: np.array(points, np.float64) / 8
)
WIDTHS = st.integers(1, 60)


def plainly_inked(stroke: PenStroke) -> npt.NDArray[np.uint8]:
    """As the ink is defined, pixel by pixel and piece by piece, and as the page reckons it: (280, 280)."""
    path = [(x, y) for x, y in pencil_path(stroke.points).tolist()]
    below, right = np.mgrid[:CANVAS, :CANVAS] + 0.5
    ink = np.zeros((CANVAS, CANVAS), np.uint8)
    for (x, y), (end_x, end_y) in list(pairwise(path)) or [(path[0], path[0])]:
        dx, dy = end_x - x, end_y - y
        length = dx * dx + dy * dy
        from_x, from_y = right - x, below - y
        if length > 0:
            along = np.clip((from_x * dx + from_y * dy) / length, 0, 1)
            from_x, from_y = from_x - along * dx, from_y - along * dy
        nearness = np.clip(stroke.width / 2 + 0.5 - np.sqrt(from_x * from_x + from_y * from_y), 0, 1)
        ink = np.maximum(ink, np.floor(255 * nearness + 0.5).astype(np.uint8))
    return ink


# Near to each other, as a pen's points are: its pieces are shorter than the brush is wide.
WRITTEN = st.tuples(
    st.tuples(st.integers(0, 2240), st.integers(0, 2240)),
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), max_size=25),
).map(lambda told: np.cumsum([told[0], *told[1]], axis=0).astype(np.float64) / 8)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(POINTS | WRITTEN, WIDTHS), min_size=1, max_size=3))
def test_ink_is_the_plain_definition_s_to_the_byte(strokes: list[tuple[Stroke, int]]) -> None:
    drawn = [PenStroke(points, width) for points, width in strokes]
    assert np.array_equal(ink_of(drawn), np.max([plainly_inked(stroke) for stroke in drawn], axis=0))


@settings(deadline=None, max_examples=40)
@given(POINTS, WIDTHS, WIDTHS)
def test_a_wider_brush_leaves_no_less_ink(points: Stroke, width: int, more: int) -> None:
    thin, wide = (ink_of([PenStroke(points, size)]) for size in sorted((width, more)))
    assert (thin <= wide).all()


@settings(deadline=None, max_examples=40)
@given(POINTS, WIDTHS)
def test_a_drawing_in_the_mirror_leaves_its_ink_in_the_mirror(points: Stroke, width: int) -> None:
    """Nearly to the byte: where to round a half, floats may differ in their last place."""

    def ink(points: Stroke) -> npt.NDArray[np.int64]:
        return ink_of([PenStroke(points, width)]).astype(np.int64)

    straight = ink(points)
    for mirrored, back in (
        (points * [-1, 1] + np.array([CANVAS, 0]), np.s_[:, ::-1]),
        (points * [1, -1] + np.array([0, CANVAS]), np.s_[::-1]),
        (CANVAS - points, np.s_[::-1, ::-1]),
    ):
        assert np.abs(ink(mirrored)[back] - straight).max() <= 1
    assert np.abs(ink(points[:, ::-1]).T - straight).max() <= 1
    # And drawn from its end to its start: the same curves.
    assert np.abs(ink(points[::-1]) - straight).max() <= 1


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(POINTS, WIDTHS), max_size=4))
def test_where_strokes_cross_the_darker_one_counts_whatever_their_order(strokes: list[tuple[Stroke, int]]) -> None:
    drawn = [PenStroke(points, width) for points, width in strokes]
    alone = [ink_of([stroke]) for stroke in drawn]
    together = np.max([np.zeros((CANVAS, CANVAS), np.uint8), *alone], axis=0)
    assert np.array_equal(ink_of(drawn), together)
    assert np.array_equal(ink_of(drawn[::-1]), together)
    assert np.array_equal(ink_of(drawn + drawn), together)


@settings(deadline=None, max_examples=40)
@given(POINTS, WIDTHS, st.integers(-60, 60), st.integers(-60, 60))
def test_a_drawing_moved_by_whole_pixels_leaves_its_ink_moved(
    points: Stroke, width: int, right: int, down: int
) -> None:
    ink = ink_of([PenStroke(points, width)]).astype(int)
    moved = ink_of([PenStroke(points + np.array([right, down]), width)]).astype(int)
    rows, columns = np.mgrid[max(0, -down) : CANVAS - max(0, down), max(0, -right) : CANVAS - max(0, right)]
    assert np.abs(moved[rows + down, columns + right] - ink[rows, columns]).max() <= 1


def test_a_point_more_on_the_way_of_a_straight_stroke_changes_nothing() -> None:
    straight = render_ink(drawing([(40, 40), (200, 120)]), 18)
    for share in (0.25, 0.5, 0.75):
        between = (40 + share * 160, 40 + share * 80)
        assert np.abs(render_ink(drawing([(40, 40), between, (200, 120)]), 18).astype(int) - straight).max() <= 1


def test_the_path_is_the_brush_s_quadratic_curve() -> None:
    path = pencil_path(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]))
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [10, 10]
    middle = 0.25 * np.array([5, 0]) + 0.5 * np.array([10, 0]) + 0.25 * np.array([10, 5])
    assert np.hypot(*(path - middle).T).min() < 1


def test_what_lies_outside_the_canvas_is_lost() -> None:
    assert not render_ink(drawing([(400, 400), (500, 380)])).any()
    assert not render_ink(drawing([(-280, -280), (-280, 560)])).any()
    assert not ink_of([]).any()
    # Just out of reach, and just within it, beyond each of the edges.
    for x, y in ((-9.0, 140.0), (289.0, 140.0), (140.0, -9.0), (140.0, 289.0)):
        assert not render_ink(drawing([(x, y)]), 18).any()
        nearer = (x + math.copysign(0.5, 140 - x) * (x != 140), y + math.copysign(0.5, 140 - y) * (y != 140))
        assert render_ink(drawing([nearer]), 18).any()


def test_rendering_and_preparing_is_what_training_sees() -> None:
    for styles in DRAWN_DIGITS.values():
        for strokes in styles.values():
            drawn = drawing(*strokes)
            rgba = render(drawn, BRUSH_WIDTH)
            assert rgba.shape == (CANVAS, CANVAS, 4)
            assert np.array_equal(np.rint(prepare(rgba).image * 255).astype(np.uint8), image_of(drawn, BRUSH_WIDTH))


def test_fitted_scales_and_places() -> None:
    low, high = bounds(fitted(drawing([(0, 0), (10, 40)]), 100, (140, 150)))
    assert low.tolist() == [127.5, 100]
    assert high.tolist() == [152.5, 200]
    assert fitted(drawing([(3, 4)]), 100, (140, 150))[0].tolist() == [[140, 150]]


def test_a_box_becomes_the_canvas_and_without_one_the_digit_is_centred() -> None:
    strokes = drawing([(0, 0), (50, 100)])
    boxed = on_canvas(DrawnDigit(1, "a", "", strokes, (100, 100)))
    assert boxed[0].tolist() == [[0, 0], [140, 280]]
    low, high = bounds(on_canvas(DrawnDigit(1, "a", "", strokes, None), share=0.5))
    assert (high - low).max() == pytest.approx(0.5 * CANVAS)
    assert (high + low).tolist() == pytest.approx([CANVAS, CANVAS])


def test_changes_follow_the_seed_and_stay_on_the_canvas() -> None:
    random = np.random.default_rng(3)
    for digit, styles in DRAWN_DIGITS.items():
        drawn = drawing(*next(iter(styles.values())))
        for _ in range(20):
            low, high = bounds(varied(drawn, random))
            assert low.min() > -5, digit
            assert high.max() < CANVAS + 5, digit
    first, second = (varied(drawing([(0, 0), (5, 9)]), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first[0], second[0])


def test_a_mouse_gives_few_points_on_whole_pixels() -> None:
    angles = np.linspace(0, 6, 300)
    circle = (np.stack([140 + 80 * np.cos(angles), 140 + 80 * np.sin(angles)], axis=1),)
    (stroke,) = mouse_like(circle, np.random.default_rng(1))
    assert len(stroke) < 150
    assert np.array_equal(stroke, np.rint(stroke))
    assert np.abs(np.hypot(*(stroke - 140).T) - 80).max() < 8


def test_composed_digits_are_as_many_of_each_whatever_the_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled = render_composed(150, seed=4)
    assert labelled.images.shape == (150, 28, 28)
    assert np.bincount(labelled.digits).tolist() == [15] * DIGITS
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert np.array_equal(render_composed(150, seed=4).images, labelled.images)


def test_composed_drawings_have_ink() -> None:
    random = np.random.default_rng(5)
    for index in range(100):
        assert image_of(varied(composed(index % DIGITS, random), random), 18).max() > 200
        assert image_of(composed_non_digit(random), 18).max() > 100


def test_writers_are_held_out_from_each_source_and_never_most_of_them() -> None:
    stroke = drawing([(0, 0), (1, 1)])
    digits = [DrawnDigit(1, f"a{n}", "a", stroke, None) for n in range(30)]
    digits += [DrawnDigit(1, f"b{n}", "b", stroke, None) for n in range(11)]
    chosen = held_out_writers(digits, 8)
    assert sorted(name[0] for name in chosen) == ["a"] * 6 + ["b"] * 2
    assert chosen == held_out_writers(list(reversed(digits)), 8)
    assert len(held_out_writers(digits[:10], 8)) == 2
    assert held_out_writers([], 8) == frozenset()
