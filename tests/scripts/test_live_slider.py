"""The slider that tells while it is dragged: how often, what last, and what it shows."""

from typing import Any

import pytest

from tests.scripts.stage import Stage, Told

PAUSE = 100
DATA = {"label": "Noise", "lowest": -2, "highest": 8, "step": 0.5, "value": 3}


def mount(stage: Stage, **others: Any) -> None:
    stage.mount("evaluate/live_slider.js", DATA | others, "<style>input { width: 300px }</style>")


def value(number: float, call: int = 1) -> Told:
    return Told("state", "value", number, call)


def drag_to(stage: Stage, *numbers: float) -> None:
    """As a browser does while the handle is held: each number with an event of its own."""
    stage.find("input").evaluate(
        """(input, numbers) => {
            for (const number of numbers) {
                input.value = String(number);
                input.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }""",
        list(numbers),
    )


def let_go(stage: Stage) -> None:
    stage.find("input").dispatch_event("change")


@pytest.mark.parametrize(("first", "share"), [(3, 0.5), (-2, 0), (8, 1), (0.5, 0.25)])
def test_it_shows_its_value_and_tells_nothing_by_itself(stage: Stage, first: float, share: float) -> None:
    mount(stage, value=first)
    slider = stage.page.get_by_role("slider", name="Noise")
    assert slider.input_value() == str(first)
    assert [slider.get_attribute(name) for name in ("min", "max", "step")] == ["-2", "8", "0.5"]
    assert stage.find("output").text_content() == str(first)
    assert float(slider.evaluate("input => input.style.getPropertyValue('--share')")) == share
    stage.wind(10 * PAUSE)
    assert stage.told() == []


def test_what_lies_beyond_its_limits_is_brought_within(stage: Stage) -> None:
    mount(stage, value=50)
    assert stage.find("output").text_content() == "8"


def test_while_it_is_dragged_it_tells_the_newest_value_after_each_pause(stage: Stage) -> None:
    mount(stage)
    drag_to(stage, 3.5, 4)
    stage.wind(PAUSE - 1)
    drag_to(stage, 4.5)
    assert stage.told() == []
    assert stage.find("output").text_content() == "4.5"
    stage.wind(1)
    assert stage.told() == [value(4.5)]
    drag_to(stage, 5)
    stage.wind(PAUSE)
    assert stage.told() == [value(5)]


def test_let_go_it_tells_the_last_value_at_once_and_not_again(stage: Stage) -> None:
    mount(stage)
    drag_to(stage, 6, 6.5)
    let_go(stage)
    assert stage.told()[-1] == value(6.5)
    stage.wind(10 * PAUSE)
    assert set(stage.told()) <= {value(6.5)}


def test_a_mouse_drags_it(stage: Stage) -> None:
    mount(stage)
    box = stage.find("input").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    stage.drag((box["x"] + box["width"] / 2, middle), (box["x"] + 0.7 * box["width"], middle), (box["x"] - 50, middle))
    assert stage.told()[-1] == value(-2)
    assert stage.find("output").text_content() == "-2"


def test_keys_move_it_by_its_step_up_to_its_end(stage: Stage) -> None:
    mount(stage, value=7)
    for key, then in (("ArrowRight", 7.5), ("ArrowRight", 8), ("ArrowLeft", 7.5), ("Home", -2), ("End", 8)):
        stage.find("input").press(key)
        assert stage.told()[-1] == value(then)


def test_a_late_answer_does_not_pull_the_handle_back_and_the_last_call_is_what_tells(stage: Stage) -> None:
    mount(stage)
    drag_to(stage, 7)
    stage.wind(PAUSE)
    drag_to(stage, 7.5)
    stage.call_again(DATA | {"value": 7})
    assert stage.find(".live-slider").count() == 1
    assert stage.find("input").input_value() == "7.5"
    stage.wind(PAUSE)
    assert stage.told() == [value(7), value(7.5, call=2)]
