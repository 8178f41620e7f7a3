"""The layers' sheets: which map a press picks, and where the frame around the picked one lies."""

import base64
import io
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from model.ink.pen import heard, told
from model.ink.preparation import prepare_ink
from model.ink.strokes import PenStroke, ink_of
from model.reading import Classifier
from model.run import PRETRAINED, Run
from pages.parts.draw.inside import _path
from tests.drawn_digits import DRAWN_DIGITS
from tests.scripts import drawings
from tests.scripts.page_reader import show_drawing, start_reading
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


# Real drawings, the second of which leaves maps at zero.
SEVEN, THREE = (
    told(tuple(PenStroke(np.array(stroke, np.float64), 18) for stroke in next(iter(DRAWN_DIGITS[digit].values()))))
    for digit in (7, 3)
)
# Beside each other as on the page, so that all are in view.
BESIDE = "<style>.path { display: flex; flex-wrap: wrap } .path * { margin: 0; font-size: 8px }</style>"
LAYERS = Run.load(PRETRAINED).record.architecture.summary

PUT = """({ name, outputs }) => {
    const maps = ({ values, shape }) => ({
        values: new Float32Array(Uint8Array.from(atob(values), (character) => character.charCodeAt(0)).buffer),
        height: shape.length > 1 ? shape[0] : 1,
        width: shape.length > 1 ? shape[1] : 1,
        channels: shape.at(-1),
    });
    digitsBoard.drawing = { name };
    digitsBoard.read = { name, outputs: outputs.map(maps) };
    digitsBoard.dispatchEvent(new Event("read"));
}"""

WORDS = """() => [...document.querySelectorAll(".path img, .path figcaption, .path .numbers li")].map((each) =>
    [each.alt, each.textContent, each.querySelector(".track span")?.style.width])"""


def activations(strokes: drawings.Told) -> list[npt.NDArray[np.float32]]:
    image = prepare_ink(ink_of(heard(strokes))).image
    return [layer[0] for layer in Classifier.load(PRETRAINED).activations(image[np.newaxis])]


def path(strokes: drawings.Told, *, own_scale: bool = False) -> str:
    return _path(LAYERS, activations(strokes), own_scale=own_scale)


def put_on_board(stage: Stage, name: str, layers: list[npt.NDArray[np.float32]]) -> None:
    outputs = [{"values": base64.b64encode(each.tobytes()).decode(), "shape": each.shape} for each in layers]
    stage.page.evaluate(PUT, {"name": name, "outputs": outputs})


def sheets(html: str) -> list[npt.NDArray[np.int16]]:
    """The pixels of the server's sheets."""
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))).convert("RGBA"), np.int16) for each in found]


def shown(stage: Stage) -> list[npt.NDArray[np.int16]]:
    """The pixels that the page has drawn."""
    number = stage.find(".path canvas").count()
    return [stage.pixels(f".path canvas >> nth={place}").astype(np.int16) for place in range(number)]


@pytest.mark.parametrize("own_scale", [False, True])
@pytest.mark.parametrize("strokes", [SEVEN, THREE, [[26, 0, 0, 2240, 2240]]], ids=["seven", "three", "diagonal"])
def test_what_the_page_draws_is_the_servers_sheet_byte_by_byte(
    stage: Stage, strokes: drawings.Told, own_scale: bool
) -> None:
    """Of the same numbers; and it says the same of them."""
    before = path([[18, 1120, 1120]], own_scale=own_scale)
    stage.mount("draw/map_picker.js", data(1, 4, before) | {"name": "a.1"}, around=BESIDE)
    assert shown(stage) == []
    put_on_board(stage, "a.2", activations(strokes))
    expected = path(strokes, own_scale=own_scale)
    pixels, found = sheets(expected), shown(stage)
    assert len(pixels) == len(found) == len(LAYERS) - 1  # the last has bars
    for theirs, ours in zip(pixels, found, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    words = stage.page.evaluate(WORDS)
    stage.page.evaluate("html => { document.querySelector('.path').innerHTML = html; }", expected)
    assert words == stage.page.evaluate(WORDS)


def test_the_pages_own_reading_is_off_by_one_grey_at_most(stage: Stage) -> None:
    """It adds in another order than the server, so a number may fall on the other side of half a grey."""
    stage.mount("draw/map_picker.js", data(1, 4, path(THREE)) | {"name": "a.1"}, around=BESIDE)
    start_reading(stage)
    show_drawing(stage, "a.2", SEVEN, under_way=True)
    for theirs, ours in zip(sheets(path(SEVEN)), shown(stage), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1)
        assert (ours == theirs).mean() > 0.999


def test_the_servers_path_of_the_same_drawing_changes_nothing_and_a_press_still_picks(stage: Stage) -> None:
    stage.mount("draw/map_picker.js", data(1, 4, path(THREE)) | {"name": "a.1"}, around=STYLE)
    put_on_board(stage, "a.2", activations(SEVEN))
    stage.page.evaluate(
        """() => {
            window.before = [...document.querySelectorAll(".path .station, .path img, .path canvas")];
        }"""
    )
    before = shown(stage)
    stage.call_again(data(3, 5, path(SEVEN)) | {"name": "a.2"})
    assert stage.page.evaluate("before.every((each) => each.isConnected)")
    assert all(np.array_equal(*each) for each in zip(before, shown(stage), strict=True))
    assert stage.find(".picked").count() == 1
    assert stage.find("[data-layer='3'] .sheet > .picked").count() == 1
    assert press(stage, 3, 3, "[data-layer='2'] img") == [Told("trigger", "picked", [2, 0], call=2)]
    # Nothing is read any more, and the server's sheets stand there again, to be seen.
    stage.page.evaluate("() => { digitsBoard.read = null; digitsBoard.dispatchEvent(new Event('read')); }")
    assert shown(stage) == []
    assert stage.find(".picked").count() == 1


def test_another_layout_is_the_servers_at_once(stage: Stage) -> None:
    stage.mount("draw/map_picker.js", data(1, 4, path(THREE)) | {"name": "a.1"}, around=BESIDE)
    put_on_board(stage, "a.2", activations(SEVEN))
    stage.call_again(data(1, 4, path(THREE, own_scale=True)) | {"name": "a.1"})
    for theirs, ours in zip(sheets(path(SEVEN, own_scale=True)), shown(stage), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_networks_numbers_are_not_drawn_on_these_sheets(stage: Stage) -> None:
    stage.mount("draw/map_picker.js", data(1, 4, path(THREE)) | {"name": "a.1"}, around=BESIDE)
    put_on_board(stage, "a.2", [activations(SEVEN)[0], np.ones((20, 20, 4), np.float32)])
    assert len(shown(stage)) == 1


def test_a_picture_that_no_pen_drew_is_the_servers(stage: Stage) -> None:
    stage.mount("draw/map_picker.js", data(1, 4, path(THREE)))
    put_on_board(stage, "a.2", activations(SEVEN))
    assert shown(stage) == []
