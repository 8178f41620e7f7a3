"""The grid to draw on with the keyboard: where the pen goes, what it inks, and what the server is told of it."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.scripts.stage import MODIFIERS, PARTS, Stage, Told

Bits = npt.NDArray[np.uint8]

SIDE = 28
START = (9, 13)
SEND_AFTER = 200

HTML = (PARTS / "draw/keyboard_grid.html").read_text()
CSS = (PARTS / "draw/keyboard_grid.css").read_text()


def bits(*cells: tuple[int, int]) -> Bits:
    grid = np.zeros((SIDE, SIDE), np.uint8)
    for cell in cells:
        grid[cell] = 1
    return grid


def data(cells: Bits, version: int = 0) -> dict[str, Any]:
    return {"cells": np.packbits(cells).tobytes().hex(), "version": version}


def mount(stage: Stage, cells: Bits | None = None, *, broad: bool = False) -> None:
    html = f"<div>{HTML}</div><style>{CSS}</style>"
    stage.mount(
        "draw/keyboard_grid.js",
        data(bits() if cells is None else cells),
        html,
        isolated=True,
        around='<div class="st-key-answer"></div>',
    )
    if not broad:
        stage.find(".thick").uncheck()
    stage.find(".grid").focus()


def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        stage.page.keyboard.press(key)


# As text, since a long list of objects takes its time on the way here.
CELLS = """cells => [
    cells.map(each => Number(each.classList.contains("ink"))).join(""),
    cells.map(each => each.getAttribute("aria-label")).join("\\n"),
]"""


def shown(stage: Stage) -> Bits:
    """The ink as it is seen; what a screen reader says of each cell agrees."""
    ink, labels = stage.find(".cell").evaluate_all(CELLS)
    assert labels.split("\n") == [
        f"row {index // SIDE + 1}, column {index % SIDE + 1}, {'ink' if inked == '1' else 'empty'}"
        for index, inked in enumerate(ink)
    ]
    return np.array([*ink], np.uint8).reshape(SIDE, SIDE)


def pen(stage: Stage) -> tuple[int, int]:
    """Where it is, as it is seen and as a screen reader is told."""
    row, column = stage.find(".here").evaluate("cell => [[...cell.parentElement.parentElement.children]"
        ".indexOf(cell.parentElement), [...cell.parentElement.children].indexOf(cell)]")  # fmt: skip
    assert stage.find(".grid").get_attribute("aria-activedescendant") == f"cell-{row}-{column}"
    assert stage.find(f"#cell-{row}-{column}.here").count() == 1
    return row, column


def sent(stage: Stage) -> list[Bits]:
    """The grids that were sent, once there was time for it."""
    stage.wind(SEND_AFTER)
    told = stage.told()
    assert {(each.kind, each.name) for each in told} <= {("state", "cells")}
    assert all(len(each.value) == SIDE * SIDE // 4 for each in told)
    return [np.unpackbits(np.frombuffer(bytes.fromhex(each.value), np.uint8)).reshape(SIDE, SIDE) for each in told]


def centre(stage: Stage, row: float, column: float) -> tuple[float, float]:
    box = stage.find(".grid").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (280, 280)
    return box["x"] + 10 * column + 5, box["y"] + 10 * row + 5


def test_it_shows_what_the_server_has_and_sends_nothing_by_itself(stage: Stage) -> None:
    cells = np.random.default_rng(1).integers(0, 2, (SIDE, SIDE), np.uint8)
    mount(stage, cells)
    assert stage.find("[role=row]").count() == SIDE
    assert stage.find("[role=gridcell]").count() == SIDE * SIDE
    assert (shown(stage) == cells).all()
    assert pen(stage) == START
    assert sent(stage) == []


@pytest.mark.parametrize(
    ("key", "step", "last"),
    [
        ("ArrowUp", (-1, 0), (0, 13)),
        ("ArrowDown", (1, 0), (27, 13)),
        ("ArrowLeft", (0, -1), (9, 0)),
        ("ArrowRight", (0, 1), (9, 27)),
    ],
)
def test_arrow_keys_move_up_to_the_edge(stage: Stage, key: str, step: tuple[int, int], last: tuple[int, int]) -> None:
    mount(stage)
    press(stage, key)
    assert pen(stage) == (START[0] + step[0], START[1] + step[1])
    assert stage.takes(".grid", key, times=SIDE)
    assert pen(stage) == last
    assert not shown(stage).any()
    assert sent(stage) == []


def test_space_inks_and_wipes_and_is_sent_after_a_pause(stage: Stage) -> None:
    mount(stage)
    press(stage, "Space")
    assert (shown(stage) == bits(START)).all()
    assert stage.find(".spoken").text_content() == "ink"
    stage.wind(SEND_AFTER - 1)
    assert stage.told() == []
    press(stage, "ArrowDown", "Space")  # the pause begins again
    assert stage.find(".spoken").text_content() == "ink"
    stage.wind(SEND_AFTER - 1)
    assert stage.told() == []
    [cells] = sent(stage)
    assert (cells == bits(START, (10, 13))).all()
    press(stage, "Space")
    assert stage.find(".spoken").text_content() == "empty"
    [cells] = sent(stage)
    assert (cells == bits(START)).all()


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_a_cell_is_wiped(stage: Stage, key: str) -> None:
    mount(stage, bits(START, (0, 0)))
    press(stage, key, key)
    assert stage.find(".spoken").text_content() == "empty"
    [cells] = sent(stage)
    assert (cells == bits((0, 0))).all()


def test_shift_draws_from_cell_to_cell_and_without_it_nothing(stage: Stage) -> None:
    mount(stage)
    press(stage, "Shift+ArrowRight", "Shift+ArrowDown", "ArrowDown", "Shift+ArrowLeft")
    assert stage.find(".spoken").text_content() == ""
    [cells] = sent(stage)
    assert (cells == bits((9, 13), (9, 14), (10, 14), (11, 14), (11, 13))).all()


def test_the_broad_pen_inks_four_cells_and_fewer_at_the_edge(stage: Stage) -> None:
    mount(stage, broad=True)
    press(stage, "Space")
    assert (shown(stage) == bits((9, 13), (9, 14), (10, 13), (10, 14))).all()
    press(stage, "Backspace")
    for key in ("ArrowDown", "ArrowRight"):
        assert stage.takes(".grid", key, times=SIDE)
    press(stage, "Space")
    assert (shown(stage) == bits((27, 27))).all()
    [cells] = sent(stage)
    assert (cells == bits((27, 27))).all()


@pytest.mark.parametrize("key", ["ArrowLeft", " ", "Backspace"])
def test_a_key_with_a_modifier_is_the_browsers(stage: Stage, key: str) -> None:
    mount(stage, bits(START))
    for modifier in MODIFIERS:
        assert not stage.takes(".grid", key, **{modifier: True})
    assert pen(stage) == START
    assert (shown(stage) == bits(START)).all()
    assert stage.takes(".grid", key)


def test_other_keys_are_the_browsers(stage: Stage) -> None:
    mount(stage)
    assert not stage.takes(".grid", "Tab")
    assert not stage.takes(".grid", "a")
    assert sent(stage) == []


def test_a_mouse_draws_and_goes_on_as_it_began(stage: Stage) -> None:
    mount(stage)
    stage.drag(*(centre(stage, 5, column) for column in range(3, 8)))
    line = bits(*((5, column) for column in range(3, 8)))
    assert pen(stage) == (5, 7)
    stage.page.mouse.move(*centre(stage, 20, 20))  # not pressed
    [cells] = sent(stage)
    assert (cells == line).all()

    # Begun on ink, it wipes, and leaves empty cells empty.
    stage.drag(*(centre(stage, row, 5) for row in range(5, 9)))
    line[5, 5] = 0
    [cells] = sent(stage)
    assert (cells == line).all()


def test_beyond_the_grid_a_pressed_mouse_does_nothing(stage: Stage) -> None:
    mount(stage)
    stage.drag(centre(stage, 0, 27), centre(stage, 0, 28.5), centre(stage, 30, 4), centre(stage, 27, 0))
    assert (shown(stage) == bits((0, 27), (27, 0))).all()
    stage.page.mouse.move(*centre(stage, 3, 3))
    assert pen(stage) == (27, 0)


def test_a_cancelled_finger_is_lifted(stage: Stage) -> None:
    mount(stage)
    stage.page.mouse.move(*centre(stage, 2, 2))
    stage.page.mouse.down()
    stage.find(".grid").dispatch_event("pointercancel")
    stage.page.mouse.move(*centre(stage, 4, 4))
    stage.page.mouse.up()
    assert (shown(stage) == bits((2, 2))).all()


def test_clear_wipes_says_so_and_hands_the_keyboard_back(stage: Stage) -> None:
    mount(stage, bits(START, (1, 1)))
    stage.find(".clear").click()
    assert not shown(stage).any()
    assert stage.find(".spoken").text_content() == "Cleared"
    press(stage, "ArrowUp")
    assert pen(stage) == (8, 13)
    [cells] = sent(stage)
    assert not cells.any()


ANSWER = "(element, html) => { element.innerHTML = html; }"


def test_an_answer_is_read_aloud_once(stage: Stage) -> None:
    mount(stage)
    answer, spoken = stage.find(".st-key-answer"), stage.find(".spoken")
    answer.evaluate(ANSWER, "<p class='digit'>7</p><p class='sure'>98 % sure</p>")
    assert spoken.text_content() == "The network's answer: 7, 98 % sure"
    press(stage, "ArrowUp")
    assert spoken.text_content() == ""
    answer.evaluate(ANSWER, "<div><p class='digit'>7</p><p class='sure'>98 % sure</p></div>")
    assert spoken.text_content() == ""
    answer.evaluate(ANSWER, "<p class='hint'>Draw</p>")
    assert spoken.text_content() == ""
    answer.evaluate(ANSWER, "<p class='no-digit'>No digit.</p><p class='sure'>Nearest: 4</p>")
    assert spoken.text_content() == "The network's answer: No digit., Nearest: 4"


def test_the_same_answer_to_more_ink_is_read_aloud_again_wherever_it_stands_by_then(stage: Stage) -> None:
    mount(stage)
    seven = "<div class='st-key-answer'><p class='digit'>7</p><p class='sure'>98 % sure</p></div>"
    for _ in range(2):
        press(stage, "ArrowDown", "Space")
        stage.find(".st-key-answer").evaluate("(element, html) => { element.outerHTML = html; }", seven)
        assert stage.find(".spoken").text_content() == "The network's answer: 7, 98 % sure"


def test_after_every_answer_a_key_still_counts_once(stage: Stage) -> None:
    mount(stage)
    for row in (10, 11, 12):
        press(stage, "ArrowDown", "Space")
        assert pen(stage) == (row, 13)
        [cells] = sent(stage)
        assert (cells == bits(*((inked, 13) for inked in range(10, row + 1)))).all()
        stage.call_again(data(cells))


def test_what_is_drawn_meanwhile_stays_unless_the_server_has_other_cells(stage: Stage) -> None:
    mount(stage)
    press(stage, "Space")
    stage.call_again(data(bits((0, 0))))
    assert (shown(stage) == bits(START)).all()
    stage.call_again(data(bits((0, 0)), version=1))
    assert (shown(stage) == bits((0, 0))).all()
    assert pen(stage) == START


def test_a_stroke_goes_on_through_an_answer(stage: Stage) -> None:
    mount(stage, bits((5, 4)))
    stage.page.mouse.move(*centre(stage, 5, 3))
    stage.page.mouse.down()
    stage.call_again(data(bits((5, 3), (5, 4))))
    for column in (4, 5):
        stage.page.mouse.move(*centre(stage, 5, column))
    stage.page.mouse.up()
    [cells] = sent(stage)
    assert (cells == bits((5, 3), (5, 4), (5, 5))).all()


def test_a_call_that_was_overtaken_ends_only_itself(stage: Stage) -> None:
    mount(stage)
    stage.call_again(data(bits()))
    stage.end(call=1)
    press(stage, "Space")
    stage.wind(SEND_AFTER)
    assert stage.told() == [Told("state", "cells", data(bits(START))["cells"], call=2)]
    stage.find(".st-key-answer").evaluate(ANSWER, "<p class='digit'>1</p><p class='sure'>sure</p>")
    assert stage.find(".spoken").text_content() == "The network's answer: 1, sure"


def test_when_it_has_left_the_page_nothing_listens(stage: Stage) -> None:
    mount(stage)
    stage.call_again(data(bits()))
    stage.end()
    assert not stage.takes(".grid", " ")
    stage.find(".clear").click()
    stage.find(".st-key-answer").evaluate(ANSWER, "<p class='digit'>1</p><p class='sure'>sure</p>")
    assert stage.find(".spoken").text_content() == ""
    assert sent(stage) == []
