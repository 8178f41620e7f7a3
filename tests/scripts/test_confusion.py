"""The confusion matrix: what its cells say, how dark they are, and how they are chosen and reached."""

import math
from typing import Any

import numpy as np
import pytest

from tests.scripts.stage import MODIFIERS, Stage, Told

COUNTS = np.random.default_rng(2).integers(0, 40, (10, 10)) + np.eye(10, dtype=int) * 900
COUNTS[3, 5] = 64  # the commonest mistake
COUNTS[0, 1:4] = 0, 1, 16

CELLS = """buttons => buttons.map(each => ({
    text: each.textContent, label: each.ariaLabel, pressed: each.ariaPressed, classes: [...each.classList],
    ink: parseFloat(each.style.getPropertyValue("--ink")), tab: each.tabIndex,
    place: [each.closest("tr").rowIndex - 1, each.closest("td").cellIndex - 1],
}))"""


def mount(stage: Stage, counts: Any = COUNTS, chosen: int | None = None) -> None:
    stage.mount("evaluate/confusion.js", {"counts": np.asarray(counts).tolist(), "chosen": chosen})


def cells(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.find("table.confusion button").evaluate_all(CELLS)
    assert len(found) == 100
    return found


def on_tab(stage: Stage) -> int:
    """The one cell that the Tab key leads to."""
    [cell] = [number for number, cell in enumerate(cells(stage)) if cell["tab"] == 0]
    return cell


def focused(stage: Stage) -> int:
    return int(stage.page.evaluate("[...document.querySelectorAll('button')].indexOf(document.activeElement)"))


def test_every_cell_says_what_it_counts(stage: Stage) -> None:
    mount(stage)
    for cell, (digit, read) in zip(cells(stage), np.ndindex(10, 10), strict=True):
        count = int(COUNTS[digit, read])
        assert cell["place"] == [digit, read]
        assert cell["text"] == (str(count) if count else "")
        assert cell["label"] == f"{digit} read as {read}: {count} {'image' if count == 1 else 'images'}"
        assert ("right" in cell["classes"]) == (digit == read)
    assert stage.find("th[scope=col]").all_text_contents() == [*map(str, range(10))]
    assert stage.find("th[scope=row]").all_text_contents() == [*map(str, range(10))]


def test_a_commoner_mistake_is_darker_and_nothing_lies_between_the_two_kinds_of_text(stage: Stage) -> None:
    mount(stage)
    found = cells(stage)
    for cell, (digit, read) in zip(found, np.ndindex(10, 10), strict=True):
        share = 0 if digit == read else math.sqrt(COUNTS[digit, read] / 64)
        if share > 0.6:
            assert cell["ink"] == pytest.approx(np.interp(share, [0.6, 1], [62, 86]), abs=0.5)
        else:
            assert cell["ink"] == pytest.approx(np.interp(share, [0, 0.6], [4, 40]), abs=0.5)
        assert ("dark" in cell["classes"]) == (share > 0.6)
    assert found[35]["ink"] == max(cell["ink"] for cell in found) == 86
    assert found[1]["ink"] == found[0]["ink"] == 4


@pytest.mark.parametrize("counts", [np.zeros((10, 10), int), np.eye(10, dtype=int) * 1000])
def test_without_a_mistake_every_cell_is_light(stage: Stage, counts: Any) -> None:
    mount(stage, counts)
    assert {cell["ink"] for cell in cells(stage)} == {4}


def test_a_click_tells_the_cell_and_the_answer_marks_it(stage: Stage) -> None:
    mount(stage)
    stage.find("button").nth(35).click()
    assert stage.told() == [Told("trigger", "chosen", 35)]
    changed = COUNTS + 1
    stage.call_again({"counts": changed.tolist(), "chosen": 35})
    assert stage.find("table").count() == 1
    found = cells(stage)
    assert [number for number, cell in enumerate(found) if cell["pressed"] == "true"] == [35]
    assert {cell["pressed"] for cell in found} == {"true", "false"}
    assert found[1]["text"] == "1"
    assert on_tab(stage) == 35
    stage.find("button").nth(99).click()
    assert stage.told() == [Told("trigger", "chosen", 99, call=2)]


def test_the_keyboard_reaches_every_cell_and_stays_inside(stage: Stage) -> None:
    mount(stage)
    stage.page.keyboard.press("Tab")
    path = [
        *(("ArrowLeft", 0), ("ArrowUp", 0), ("ArrowRight", 1), ("ArrowDown", 11), ("ArrowLeft", 10)),
        ("ArrowLeft", 10),  # not to the end of the row above
    ]
    assert focused(stage) == on_tab(stage) == 0
    for key, then in path:
        stage.page.keyboard.press(key)
        assert focused(stage) == on_tab(stage) == then
    stage.page.keyboard.press("Enter")
    assert stage.told() == [Told("trigger", "chosen", 10)]

    last = stage.find("button").nth(99)
    for key in ("ArrowRight", "ArrowDown"):
        last.press(key)
        assert focused(stage) == 99
    stage.find("button").nth(19).press("ArrowRight")
    assert focused(stage) == 19  # not to the beginning of the row below


def test_a_key_with_a_modifier_is_the_browsers(stage: Stage) -> None:
    mount(stage, chosen=55)
    for modifier in MODIFIERS:
        assert not stage.takes("button >> nth=55", "ArrowLeft", **{modifier: True})
    assert not stage.takes("button >> nth=55", "a")
    assert on_tab(stage) == 55
    assert stage.takes("button >> nth=55", "ArrowLeft")
    assert on_tab(stage) == 54
