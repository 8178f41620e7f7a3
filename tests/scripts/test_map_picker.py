"""The layers' sheets: which map a press picks, and where the frame around the picked one lies."""

from typing import Any

import pytest

from tests.scripts.stage import Stage, Told

# Seven maps in three columns, so that the last row has one map and two empty places; and one map.
HTML = """
<div class="station" data-layer="2" data-maps="7" data-columns="3">
  <figure style="margin: 0; position: relative"><img alt="" style="width: 120px; height: 90px; display: block"></figure>
</div>
<div class="station" data-layer="5" data-maps="1" data-columns="1">
  <figure><img alt="" style="width: 50px; height: 50px; display: block"><figcaption>words</figcaption></figure>
</div>
<div class="station" id="flat"><img alt="" style="width: 20px; height: 80px; display: block"></div>
"""
STYLE = "<style>.sheet { position: relative; display: block; width: 120px } .picked { position: absolute }</style>"


def mount(stage: Stage, layer: int = 5, number: int = 0) -> None:
    stage.mount("draw/map_picker.js", data(layer, number), around=STYLE)


def data(layer: int, number: int, html: str = HTML) -> dict[str, Any]:
    return {"html": html, "picked": [layer, number]}


def press(stage: Stage, x: float, y: float, image: str = "[data-layer='2'] img") -> list[Told]:
    box = stage.find(image).bounding_box()
    assert box
    stage.page.mouse.click(box["x"] + x, box["y"] + y)
    return stage.told()


def test_a_press_picks_the_map_under_it(stage: Stage) -> None:
    mount(stage)
    for x, y, picked in [
        *((1, 1, 0), (39, 29, 0), (41, 1, 1), (119, 1, 2), (1, 31, 3), (80.5, 59, 5)),
        *((1, 61, 6), (39, 89, 6)),
    ]:
        assert press(stage, x, y) == [Told("trigger", "picked", [2, picked])]
    for x, y in ((41, 61), (119, 89)):  # where the last row has no more maps
        assert press(stage, x, y) == []


def test_what_is_no_map_picks_nothing(stage: Stage) -> None:
    mount(stage)
    assert press(stage, 10, 10, "#flat img") == []
    stage.find("figcaption").click()
    assert stage.told() == []
    assert press(stage, 25, 25, "[data-layer='5'] img") == []  # the frame lies over it: it is picked already


def test_at_the_very_edge_it_is_still_the_last_map(stage: Stage) -> None:
    mount(stage, 2, 0)
    # A border of the page's own zoom may lie half a pixel beyond the picture.
    stage.find("[data-layer='5'] img").evaluate(
        """image => {
            const { right, bottom } = image.getBoundingClientRect();
            image.dispatchEvent(new MouseEvent("click", { clientX: right, clientY: bottom, bubbles: true }));
        }"""
    )
    assert stage.told() == [Told("trigger", "picked", [5, 0])]


def test_the_frame_lies_around_the_picked_map(stage: Stage) -> None:
    mount(stage, 2, 0)
    for number, left, top in ((0, 0, 0), (2, 80, 0), (4, 40, 30), (6, 0, 60)):
        stage.call_again(data(2, number))
        sheet, frame = stage.find(".sheet").bounding_box(), stage.find(".picked").bounding_box()
        assert sheet
        assert frame
        assert stage.find(".sheet > img").count() == 1
        place = [frame["x"] - sheet["x"], frame["y"] - sheet["y"], frame["width"], frame["height"]]
        assert place == pytest.approx([left, top, 40, 30], abs=0.1)


def test_another_answer_moves_the_frame_and_takes_the_place_of_the_maps(stage: Stage) -> None:
    mount(stage, 2, 4)
    stage.call_again(data(5, 0))
    assert stage.find(".path").count() == 1
    assert stage.find("[data-layer='2'] .picked").count() == 0
    assert stage.find("[data-layer='5'] .picked").count() == 1
    assert press(stage, 41, 1) == [Told("trigger", "picked", [2, 1], call=2)]
    # A layer of the network before, or one without a picture, has nothing to frame.
    for layer in (9, 1):
        stage.call_again(data(layer, 0, '<div data-layer="1" data-maps="1" data-columns="1">soon</div>'))
        assert stage.find(".path").text_content() == "soon"
        assert stage.find(".picked").count() == 0
