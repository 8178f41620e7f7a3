"""A kernel on its way over an image: the numbers at every place against SciPy's, playing, stepping and typing."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import correlate2d

from tests.scripts.stage import MODIFIERS, Stage, Told

Floats = npt.NDArray[np.float64]

SIZE = 9
SLOW, FAST = 140, 14
MINUS = "\N{MINUS SIGN}"  # as it is written for people
IMAGE = np.random.default_rng(4).random((SIZE, SIZE)).round(4)


def kernel_of(size: int) -> Floats:
    """With numbers of both signs, and nothing that a turned kernel would have in the same place."""
    kernel: Floats = ((np.arange(size * size) % 7 - 2.8) / 4).round(2).reshape(size, size)
    return kernel


def convolved(kernel: Floats, bias: float, stride: int, before: int) -> Floats:
    """The sums without ReLU, with so many zeros before the image and as many as are needed behind."""
    behind = before if stride == 1 else kernel.shape[0]
    padded = np.pad(IMAGE, ((before, behind if before else 0),) * 2)
    sums: Floats = correlate2d(padded, kernel, mode="valid")[::stride, ::stride] + bias
    return sums


def data(size: int = 3, bias: float = -0.4, stride: int = 1, before: int = 0, **others: Any) -> dict[str, Any]:
    kernel = others.pop("weights", kernel_of(size))
    sums = convolved(kernel, bias, stride, before)
    if before and stride > 1:
        sums = sums[: -(-SIZE // stride), : -(-SIZE // stride)]
    return {
        "image": IMAGE.ravel().tolist(),
        "size": SIZE,
        "name": "your drawing",
        "kernel": kernel.ravel().tolist(),
        "kernelSize": size,
        "bias": bias,
        "stride": stride,
        "zerosBefore": before,
        "map": np.maximum(sums, 0).ravel().tolist(),
        "mapSize": sums.shape[0],
        "isTyped": False,
        "largestWeight": 100,
    } | others


def mount(stage: Stage, given: dict[str, Any]) -> None:
    stage.mount("convolution/filter_stepper.js", given, '<div class="stepper"></div>')


def number(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def numbers(stage: Stage, grid: str) -> list[float]:
    return [number(text) for text in stage.find(f".{grid} .cells > span").all_text_contents()]


def told_sum(stage: Stage) -> list[float]:
    """Of the sentence: the sum, the bias, both together, and what ReLU leaves."""
    text = stage.find(".sum").inner_text()
    said = [number(each) for each in re.findall(rf"{MINUS}?\d+\.\d+", text)]
    assert len(said) == 4, text
    assert ("below zero" in text) == ("so ReLU gives" in text) == ("leaves" not in text)
    return said


def place(stage: Stage, given: dict[str, Any]) -> tuple[int, int]:
    """The row and column of the map that are marked: the one square with a white line and a black one within it."""
    side = given["mapSize"]
    squares = stage.pixels(".output canvas").reshape(side, 10, side, 10, 4).swapaxes(1, 2)
    corners = squares[:, :, ::9, ::9]
    within = np.stack([squares[:, :, 2, 5], squares[:, :, 7, 5], squares[:, :, 5, 2], squares[:, :, 5, 7]], axis=2)
    is_white = (corners == 255).all(axis=(2, 3, 4))
    is_black = (within == (0, 0, 0, 255)).all(axis=(2, 3))
    [marked] = np.argwhere(is_white & is_black).tolist()
    return marked[0], marked[1]


def computed(stage: Stage) -> int:
    """So many squares of the map are drawn; the others are left as the page's own grey."""
    return int((stage.pixels(".output canvas", 5, 10)[..., 3] > 0).sum())


def press(stage: Stage, button: str, times: int = 1) -> None:
    found = stage.page.get_by_role("button", name=button, exact=True)
    for _ in range(times):
        found.click()


@pytest.mark.parametrize(
    ("size", "stride", "before", "side"),
    [(3, 1, 0, 7), (5, 1, 0, 5), (3, 2, 0, 4), (3, 1, 1, 9), (5, 1, 2, 9), (3, 2, 1, 5), (7, 1, 0, 3)],
)
def test_the_numbers_of_a_place_are_those_that_scipy_finds(
    stage: Stage, size: int, stride: int, before: int, side: int
) -> None:
    given = data(size, stride=stride, before=before)
    assert given["mapSize"] == side
    mount(stage, given)
    kernel, padded = kernel_of(size), np.pad(IMAGE, ((before, size), (before, size)))
    inside = np.pad(np.ones_like(IMAGE), ((before, size), (before, size)))
    assert numbers(stage, "weights") == pytest.approx(kernel.ravel(), abs=0.0051)
    for index in (0, side - 1, side, side * side - 1):
        stage.find(".handle").focus()
        go_to(stage, *divmod(index, side))
        row, column = (each * stride for each in divmod(index, side))
        window = np.s_[row : row + size, column : column + size]
        assert numbers(stage, "inputs") == pytest.approx(padded[window].ravel(), abs=0.0051)
        products = padded[window] * kernel
        assert numbers(stage, "products") == pytest.approx(products.ravel(), abs=0.0051)
        is_padding = stage.find(".inputs .cells > span").evaluate_all(
            "cells => cells.map(each => each.classList.contains('padding'))"
        )
        assert is_padding == (inside[window].ravel() == 0).tolist()
        expected = [products.sum(), -0.4, products.sum() - 0.4, max(0, products.sum() - 0.4)]
        assert told_sum(stage) == pytest.approx(expected, abs=0.0051)
        assert given["map"][index] == pytest.approx(expected[-1], abs=1e-9)


def go_to(stage: Stage, row: int, column: int) -> None:
    """With arrow keys, from wherever it stands."""
    for key in ("ArrowUp", "ArrowLeft"):
        stage.takes(".handle", key, times=SIZE)
    for key, times in (("ArrowDown", row), ("ArrowRight", column)):
        if times:
            assert stage.takes(".handle", key, times=times)


def test_it_begins_at_the_largest_number_with_the_whole_map(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    largest = max(given["map"])
    assert place(stage, given) == divmod(given["map"].index(largest), 7)
    assert computed(stage) == 49
    assert stage.find(".output figcaption").text_content() == f"Feature map: 7 × 7, white is {largest:.2f}"
    assert stage.find(".drawing figcaption").text_content() == "9 × 9 pixels: your drawing"
    assert stage.told() == []


def test_a_map_of_zeros_says_so(stage: Stage) -> None:
    given = data(bias=-50)
    mount(stage, given)
    assert stage.find(".output figcaption").text_content() == "Feature map: 7 × 7, zero everywhere"
    assert place(stage, given) == (0, 0)
    assert told_sum(stage)[-1] == 0


def test_keys_and_buttons_go_from_place_to_place(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    go_to(stage, 0, 6)
    stage.find(".handle").press("ArrowRight")
    assert place(stage, given) == (0, 6)  # the arrow keys stay in their row
    press(stage, "Step")
    assert place(stage, given) == (1, 0)  # a step goes on to the next
    press(stage, "Back", 2)
    assert place(stage, given) == (0, 5)
    go_to(stage, 0, 0)
    press(stage, "Back")
    assert place(stage, given) == (6, 6)  # and round
    press(stage, "Step")
    assert place(stage, given) == (0, 0)
    for key, then in (("ArrowDown", (1, 0)), ("ArrowRight", (1, 1)), ("ArrowUp", (0, 1)), ("ArrowLeft", (0, 0))):
        stage.find(".handle").press(key)
        assert place(stage, given) == then


def test_a_mouse_points_to_a_place(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    box = stage.find(".output canvas").bounding_box()
    assert box
    assert box["width"] == 70
    stage.page.mouse.move(box["x"] + 25, box["y"] + 41)
    assert place(stage, given) == (4, 2)
    stage.drag((box["x"] + 1, box["y"] + 1), (box["x"] + 300, box["y"] + 69))
    assert place(stage, given) == (6, 6)  # held, it may leave the map


def test_a_key_with_a_modifier_is_the_browsers(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    go_to(stage, 2, 2)
    for modifier in MODIFIERS:
        assert not stage.takes(".handle", "ArrowLeft", **{modifier: True})
        assert not stage.takes(".handle", " ", **{modifier: True})
    assert not stage.takes(".handle", "a")
    assert place(stage, given) == (2, 2)
    assert stage.page.get_by_role("button", name="Play").count() == 1


def test_it_plays_the_first_row_slowly_and_to_the_end(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    press(stage, "Play")
    assert (place(stage, given), computed(stage)) == ((0, 0), 1)
    assert stage.find(".sum").get_attribute("aria-live") == "off"  # too quick to be read aloud
    stage.wind(SLOW)
    assert (place(stage, given), computed(stage)) == ((0, 1), 2)
    stage.wind(5 * SLOW)
    assert place(stage, given) == (0, 6)
    stage.wind(SLOW)
    assert place(stage, given) == (1, 0)
    stage.wind(FAST)
    assert (place(stage, given), computed(stage)) == ((1, 1), 9)
    stage.wind(100 * FAST)
    assert (place(stage, given), computed(stage)) == ((6, 6), 49)
    assert stage.page.get_by_role("button", name="Play", exact=True).count() == 1
    assert stage.find(".sum").get_attribute("aria-live") == "polite"
    press(stage, "Play")
    assert place(stage, given) == (0, 0)


def test_paused_it_stays_and_goes_on_from_there(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    stage.find(".handle").press("Space")
    stage.wind(2 * SLOW)
    press(stage, "Pause")
    stage.wind(100 * SLOW)
    assert (place(stage, given), computed(stage)) == ((0, 2), 3)
    stage.find(".handle").press("Space")
    stage.wind(SLOW)
    assert (place(stage, given), computed(stage)) == ((0, 3), 4)
    stage.find(".handle").press("ArrowDown")  # who moves the kernel sees the whole map
    stage.wind(100 * SLOW)
    assert (place(stage, given), computed(stage)) == ((1, 3), 49)


@pytest.mark.parametrize("is_paused", [False, True])
def test_another_kernel_size_ends_what_was_played(stage: Stage, is_paused: bool) -> None:
    mount(stage, data(5))
    press(stage, "Play")
    stage.wind(SLOW)
    if is_paused:
        press(stage, "Pause")
    other = data(3)
    stage.call_again(other)
    assert len(numbers(stage, "inputs")) == 9
    assert place(stage, other) == divmod(other["map"].index(max(other["map"])), 7)
    assert computed(stage) == 49
    stage.wind(100 * SLOW)
    assert computed(stage) == 49
    press(stage, "Play")
    assert place(stage, other) == (0, 0)


def test_another_kernel_of_the_same_size_leaves_the_place(stage: Stage) -> None:
    mount(stage, data())
    go_to(stage, 3, 4)
    other = data(weights=-kernel_of(3))
    stage.call_again(other)
    assert place(stage, other) == (3, 4)
    assert numbers(stage, "weights") == pytest.approx(-kernel_of(3).ravel(), abs=0.0051)
    assert told_sum(stage)[-1] == pytest.approx(other["map"][3 * 7 + 4], abs=0.0051)


def test_a_large_kernel_is_drawn_without_numbers(stage: Stage) -> None:
    mount(stage, data(9))
    assert stage.find(".weights .cells > span").all_text_contents() == [""] * 81
    assert stage.find(".weights .cells > span").first.evaluate("cell => cell.style.backgroundColor") != ""


def test_what_it_played_ends_when_it_leaves_the_page(stage: Stage) -> None:
    given = data()
    mount(stage, given)
    press(stage, "Play")
    stage.end()
    stage.wind(100 * SLOW)
    assert computed(stage) == 1


# --- typing


def typed(stage: Stage, index: int, text: str) -> None:
    field = stage.find("input").nth(index)
    field.fill(text)
    field.press("Enter")


def test_typed_weights_are_sent_as_numbers(stage: Stage) -> None:
    given = data(isTyped=True)
    mount(stage, given)
    fields = stage.find("input")
    assert [float(field.input_value()) for field in fields.all()] == [*given["kernel"], -0.4]
    assert fields.nth(5).get_attribute("aria-label") == "Weight in row 2, column 3"
    assert stage.page.get_by_label("Bias", exact=True).count() == 1
    for index, (text, weight) in enumerate(
        [(" 1.5 ", 1.5), ("-0,25", -0.25), (f"{MINUS}3", -3), ("100", 100), ("1e1", 10)]
    ):
        typed(stage, index, text)
        given["kernel"][index] = weight
        [told] = stage.told()
        assert told == Told("state", "typed", {"kernelSize": 3, "weights": given["kernel"], "bias": -0.4})
        assert float(fields.nth(index).input_value()) == weight
    typed(stage, 9, "2")
    assert stage.told()[0].value["bias"] == 2


def test_what_is_no_weight_is_marked_and_not_sent(stage: Stage) -> None:
    mount(stage, data(isTyped=True))
    for text in ("", " ", "x", "100.5", "-101", "1,000,000", "NaN", "Infinity"):
        typed(stage, 4, text)
        assert stage.told() == [], text
        assert stage.find("input[aria-invalid=true]").count() == 1
        assert stage.find("input").nth(4).get_attribute("aria-invalid") == "true"
    assert stage.find(".sum").text_content() == f"Each weight and the bias is a number between {MINUS}100 and 100."
    typed(stage, 4, "1")
    assert stage.find("input[aria-invalid=true]").count() == 0
    assert len(stage.told()) == 1


def test_an_answer_leaves_the_field_that_is_typed_in_and_the_last_call_is_told(stage: Stage) -> None:
    given = data(isTyped=True)
    mount(stage, given)
    typed(stage, 0, "2")
    stage.find("input").nth(1).fill("7")
    stage.call_again(given | {"kernel": [2, *given["kernel"][1:]]})
    assert stage.find("input").nth(1).input_value() == "7"
    assert stage.find("input").nth(1).evaluate("field => field === document.activeElement")
    stage.find("input").nth(1).press("Enter")
    assert [(told.call, told.value["weights"][:2]) for told in stage.told()] == [(1, [2, -0.45]), (2, [2, 7])]


def test_another_size_or_another_kind_of_kernel_has_other_cells(stage: Stage) -> None:
    mount(stage, data(isTyped=True))
    stage.call_again(data(5, isTyped=True))
    assert stage.find("input").count() == 26
    stage.call_again(data(5))
    assert stage.find("input").count() == 0
    assert len(numbers(stage, "weights")) == 25
