"""Tests of model/ink/strokes.py and the rooms that compose strokes: reading them, rendering them, changing them."""

import gzip
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import UnusableFile
from model.ink import CANVAS, prepare
from model.ink.drawn_digits import DrawnDigit, on_canvas, read_drawn_digits
from model.ink.strokes import BRUSH_WIDTH, BRUSH_WIDTHS, Drawing, bounds, fitted, pencil_path, render, render_ink
from model.ink.variation import mouse_like, varied
from model.plan import DIGITS
from model.pretrain.digit_styles import composed
from model.pretrain.material import held_out_writers
from model.pretrain.non_digits import composed_non_digit
from model.pretrain.renderings import image_of, render_composed
from tests.drawn_digits import DRAWN_DIGITS

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


@pytest.mark.parametrize("width", BRUSH_WIDTHS)
def test_a_straight_stroke_covers_a_rectangle_with_round_caps(width: int) -> None:
    ink = render_ink(drawing([(80, 140), (200, 140)]), width)
    assert ink.sum() / 255 == pytest.approx(120 * width + math.pi * width**2 / 4, rel=0.01)
    assert np.abs(ink.astype(int) - ink[::-1]).mean() < 0.6  # symmetric, but for the fineness of the grid


@pytest.mark.parametrize("width", BRUSH_WIDTHS)
def test_a_dot_is_a_disc(width: int) -> None:
    ink = render_ink(drawing([(140, 140)]), width).astype(float)
    assert ink.sum() / 255 == pytest.approx(math.pi * width**2 / 4, rel=0.02)
    rows, columns = np.mgrid[:CANVAS, :CANVAS] + 0.5
    assert (ink * rows).sum() / ink.sum() == pytest.approx(140, abs=0.1)
    assert (ink * columns).sum() / ink.sum() == pytest.approx(140, abs=0.1)


def test_coverage_is_that_of_the_distance_to_the_path() -> None:
    """An oracle without Pillow: a pixel is inked where its middle is nearer to the pen's path than half the width."""
    points = drawing([(70, 60), (180, 80), (110, 150), (200, 220)])
    path = pencil_path(points[0])
    rows, columns = np.mgrid[:CANVAS, :CANVAS] + 0.5
    distance = np.full((CANVAS, CANVAS), np.inf)
    for start, end in pairwise(path):
        step = end - start
        along = ((columns - start[0]) * step[0] + (rows - start[1]) * step[1]) / (step @ step)
        along = along.clip(0, 1)
        distance = np.minimum(
            distance, np.hypot(columns - start[0] - along * step[0], rows - start[1] - along * step[1])
        )
    expected = (9.5 - distance).clip(0, 1)
    assert np.abs(render_ink(points, 18) / 255 - expected).mean() < 0.002


def test_the_path_is_the_brush_s_quadratic_curve() -> None:
    path = pencil_path(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]))
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [10, 10]
    middle = 0.25 * np.array([5, 0]) + 0.5 * np.array([10, 0]) + 0.25 * np.array([10, 5])
    assert np.hypot(*(path - middle).T).min() < 1


def test_what_lies_outside_the_canvas_is_lost() -> None:
    assert not render_ink(drawing([(400, 400), (500, 380)])).any()


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
