"""model.ink.pen: strokes survive the way from the page and back, and whatever else is told is a ValueError."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.ink.pen import EIGHTHS, FURTHEST, MAXIMUM_WIDTH, MOST_LENGTH, MOST_POINTS, MOST_STROKES, heard, told
from model.ink.strokes import CANVAS, PenStroke, ink_of

LEAST, MOST = -FURTHEST * EIGHTHS, (CANVAS + FURTHEST) * EIGHTHS

PLACES = st.integers(LEAST, MOST)
STROKES = st.lists(
    st.tuples(st.integers(1, MAXIMUM_WIDTH), st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=12)).map(
        lambda stroke: [stroke[0], *(place for point in stroke[1] for place in point)]
    ),
    max_size=6,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=25,
)


@settings(deadline=None)
@given(STROKES)
def test_what_is_told_is_heard_and_told_again(strokes: list[list[int]]) -> None:
    found = heard(json.loads(json.dumps(strokes)))
    assert told(found) == strokes
    for stroke, (width, *places) in zip(found, strokes, strict=True):
        assert stroke.width == width
        assert stroke.points.dtype == np.float64
        assert (stroke.points * EIGHTHS).ravel().tolist() == places


def test_what_is_told_is_whole_numbers_that_json_can_write() -> None:
    stroke = PenStroke(np.array([[1 / 3, -0.06], [279.99, 280.07]]), 18)
    assert json.dumps(told((stroke,))) == "[[18, 3, 0, 2240, 2241]]"
    assert told(()) == []
    assert heard([]) == ()


@settings(deadline=None, max_examples=300)
@given(ANYTHING)
def test_anything_at_all_is_a_drawing_or_a_value_error(content: object) -> None:
    try:
        strokes = heard(content)
    except ValueError:
        return
    assert told(strokes) == content
    assert ink_of(strokes).shape == (CANVAS, CANVAS)


@settings(deadline=None, max_examples=200)
@given(STROKES.filter(bool), ANYTHING, st.randoms(use_true_random=False))
def test_one_number_that_is_none_spoils_the_drawing(strokes: list[list[Any]], put: object, random: Any) -> None:
    if type(put) is int:
        put = float(put)
    stroke = random.choice(strokes)
    stroke[random.randrange(len(stroke))] = put
    with pytest.raises(ValueError, match=r"^no stroke"):
        heard(strokes)


NO_DRAWINGS: dict[str, object] = {
    "nothing": None,
    "a number": 5,
    "a truth": True,
    "a text": "[[18, 80, 80]]",
    "an object": {"0": [18, 80, 80]},
    "a tuple": ([18, 80, 80],),
    "a list of numbers": [18, 80, 80],
    "a list of texts": ["abc"],
    "an object for a stroke": [{"width": 18, "points": [80, 80]}],
    "a tuple for a stroke": [(18, 80, 80)],
    "an empty stroke": [[]],
    "a width alone": [[18]],
    "half a point": [[18, 80]],
    "a point and a half": [[18, 80, 80, 80]],
    "a text for a place": [[18, "80", 80]],
    "half a place": [[18, 80.5, 80]],
    "a float for a place": [[18, 80.0, 80]],
    "a float for a width": [[18.0, 80, 80]],
    "a truth for a place": [[18, True, 80]],
    "a truth for a width": [[True, 80, 80]],
    "nothing for a place": [[18, None, 80]],
    "no number": [[18, math.nan, 80]],
    "infinity": [[18, math.inf, 80]],
    "a list for a place": [[18, [80], 80]],
    "a stroke in a stroke": [[[18, 80, 80]]],
    "NumPy's number": [[18, np.int64(80), 80]],
    "no width": [[0, 80, 80]],
    "less than no width": [[-1, 80, 80]],
    "one bad stroke after a good one": [[18, 80, 80], [18, 80]],
}


@pytest.mark.parametrize("content", NO_DRAWINGS.values(), ids=NO_DRAWINGS.keys())
def test_what_is_no_drawing_is_a_value_error(content: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        heard(content)


# Just within a limit, and just beyond it.
LIMITS: dict[str, tuple[object, object]] = {
    "strokes": ([[1, 0, 0]] * MOST_STROKES, [[1, 0, 0]] * (MOST_STROKES + 1)),
    "points of one stroke": ([[1, *[0, 0] * MOST_POINTS]], [[1, *[0, 0] * (MOST_POINTS + 1)]]),
    "points of many strokes": (
        [[1, *[0, 0] * (MOST_POINTS // 4)]] * 4,
        [*[[1, *[0, 0] * (MOST_POINTS // 4)]] * 4, [1, 0, 0]],
    ),
    "width": ([[MAXIMUM_WIDTH, 0, 0]], [[MAXIMUM_WIDTH + 1, 0, 0]]),
    "least width": ([[1, 0, 0]], [[0, 0, 0]]),
    "left": ([[1, LEAST, 0]], [[1, LEAST - 1, 0]]),
    "above": ([[1, 0, LEAST]], [[1, 0, LEAST - 1]]),
    "right": ([[1, MOST, 0]], [[1, MOST + 1, 0]]),
    "below": ([[1, 0, MOST]], [[1, 0, MOST + 1]]),
    "length": (
        [[1, *[0, 0, 2_000, 0] * (MOST_LENGTH // 500), 0, 0]],
        [[1, *[0, 0, 2_000, 0] * (MOST_LENGTH // 500), 0, 1]],
    ),
    "length of many strokes": (
        [[1, 0, 0, 2_000, 0]] * (MOST_LENGTH // 250),
        [*[[1, 0, 0, 2_000, 0]] * (MOST_LENGTH // 250), [1, 0, 0, 1, 0]],
    ),
}


@pytest.mark.parametrize(("within", "beyond"), LIMITS.values(), ids=LIMITS.keys())
def test_limits_are_where_they_are_said_to_be(within: list[list[int]], beyond: object) -> None:
    assert told(heard(within)) == within
    with pytest.raises(ValueError, match=r"."):
        heard(beyond)


@pytest.mark.parametrize("number", [10**300, -(10**300), 2**63, -(2**63) - 1])
def test_a_number_larger_than_any_machine_s_is_a_value_error(number: int) -> None:
    for content in ([[number, 0, 0]], [[1, number, 0]], [[1, 0, number]]):
        with pytest.raises(ValueError, match=r"."):
            heard(content)
