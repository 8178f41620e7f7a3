"""The preparation under the microscope: in the page it is prepared, read and said as by the server, with any steps."""

import base64
from dataclasses import asdict
from itertools import product
from typing import Any

import numpy as np
import pytest

from model.ink.pen import heard
from model.ink.preparation import Steps, prepare_ink
from model.ink.strokes import ink_of
from model.reading import Classifier
from model.run import PRETRAINED
from pages.parts.draw.microscope import _MISSING, SIDE, _consequences, _pictures, _pixel_values
from pages.parts.figures import row
from tests.scripts.drawings import Told, drawings
from tests.scripts.page_reader import show_drawing, start_reading
from tests.scripts.stage import Stage
from tests.scripts.test_map_picker import SEVEN, THREE

ALL_WAYS = [Steps(*ways) for ways in product((True, False), repeat=3)]

PREPARE = """async ({ drawings, ways }) => {
    const { Paper } = await import("/ink.js");
    const { prepare } = await import("/draw/preparation.js");
    const text = (bytes) => btoa(String.fromCharCode(...bytes));
    const paper = new Paper();
    return drawings.map((told) => {
        const ink = paper.show(told.map(([width, ...points]) => ({ width, points })), null);
        return ways.map((steps) => {
            const found = prepare(ink, steps);
            return found && {
                cropped: [found.cropped.height, found.cropped.width],
                scaled: [found.scaled.height, found.scaled.width],
                pixels: text(found.scaled.pixels),
                frame: text(found.frame),
            };
        });
    });
}"""

# As Streamlit's own: the state is the input's, and an attribute says so.
SWITCHES = "".join(
    f'<div class="st-key-step_{step}"><label data-selected><input type="checkbox" checked>{step}</label></div>'
    for step in _MISSING
)
SWITCH = """step => {
    const label = document.querySelector(`.st-key-step_${step} label`);
    label.firstChild.checked = !label.firstChild.checked;
    label.toggleAttribute("data-selected");
}"""

SAID = """() => [...document.querySelectorAll("p, li, figcaption, i, b, ol")].map((each) => [
    each.tagName, each.className, each.textContent, each.ariaLabel,
    each.tagName === "LI" ? each.querySelector(".track span")?.style.width : null])"""

STYLE = "<style>.looks { display: flex } .look canvas { max-width: none }</style>"


def html_of(part: str, strokes: Told, steps: Steps) -> str:
    classifier = Classifier.load(PRETRAINED)
    prepared = prepare_ink(ink_of(heard(strokes)))
    changed = prepare_ink(prepared.ink, steps)
    match part:
        case "pictures":
            return row(*_pictures(changed, steps))
        case "values":
            return _pixel_values(changed)
        case _:
            return _consequences(classifier, prepared, classifier.read(prepared.image), steps, changed)


def data(part: str, strokes: Told, steps: Steps, name: str = "a.1") -> dict[str, Any]:
    html = html_of(part, strokes, steps)
    return {"part": part, "html": html, "name": name, "steps": asdict(steps), "missing": _MISSING, "side": SIDE}


def said(stage: Stage, html: str) -> Any:
    """What this would say in the page."""
    stage.page.evaluate("html => { document.body.innerHTML = html; }", html)
    return stage.page.evaluate(SAID)


def test_every_step_gives_the_servers_bytes_whichever_are_left_out(stage: Stage) -> None:
    told = drawings(200)
    found = stage.page.evaluate(PREPARE, {"drawings": told, "ways": [asdict(steps) for steps in ALL_WAYS]})
    for strokes, of_drawing in zip(told, found, strict=True):
        ink = ink_of(heard(strokes))
        for steps, each in zip(ALL_WAYS, of_drawing, strict=True):
            expected = prepare_ink(ink, steps)
            if expected.is_empty:
                assert each is None
                continue
            assert tuple(each["cropped"]) == expected.cropped.shape
            assert tuple(each["scaled"]) == expected.scaled.shape
            assert base64.b64decode(each["pixels"]) == expected.scaled.tobytes()
            assert base64.b64decode(each["frame"]) == np.rint(expected.image * 255).astype(np.uint8).tobytes()


@pytest.mark.parametrize("steps", ALL_WAYS, ids=lambda steps: "".join("01"[on] for on in asdict(steps).values()))
@pytest.mark.parametrize("part", ["pictures", "values", "consequences"])
def test_a_drawing_is_said_as_by_the_server(part: str, steps: Steps, stage: Stage) -> None:
    stage.mount("draw/microscope.js", data(part, THREE, steps))
    start_reading(stage)
    show_drawing(stage, "a.2", SEVEN, under_way=True)
    stage.wind(200)
    found = stage.page.evaluate(SAID)
    assert found
    assert found == said(stage, html_of(part, SEVEN, steps))


def test_the_pictures_are_those_of_the_steps(stage: Stage) -> None:
    steps = Steps(crop=False)
    stage.mount("draw/microscope.js", data("pictures", THREE, steps), around=STYLE)
    start_reading(stage)
    show_drawing(stage, "a.2", SEVEN, under_way=True)
    expected = prepare_ink(ink_of(heard(SEVEN)), steps)
    pictures = [expected.ink, expected.cropped, expected.scaled, np.rint(expected.image * 255)]
    for place, picture in enumerate(pictures):
        canvas = f".look canvas >> nth={place}"
        pixels = stage.pixels(canvas)
        np.testing.assert_array_equal(pixels[..., 0], picture)
        assert (pixels[..., 3] == 255).all()
        box = stage.find(canvas).bounding_box()
        assert box
        assert box["width"] == [SIDE, SIDE, 20 * 4, SIDE][place]
    assert stage.find("img").count() == 0
    assert stage.find(".look canvas >> nth=2").get_attribute("aria-label") == "Scaled: 20 × 20"


def test_a_switch_changes_it_before_the_server_has_heard_of_it(stage: Stage) -> None:
    stage.mount("draw/microscope.js", data("consequences", SEVEN, Steps()), around=SWITCHES)
    start_reading(stage)
    show_drawing(stage, "a.1", SEVEN)
    for step, steps in (("crop", Steps(crop=False)), ("centre", Steps(crop=False, centre=False))):
        stage.page.evaluate(SWITCH, step)
        stage.wind(200)
        title = stage.find(".consequences b").first.inner_text()
        # The server's words to the switches of before change nothing.
        stage.call_again(data("consequences", SEVEN, Steps()))
        assert stage.find(".consequences b").first.inner_text() == title
        assert title in html_of("consequences", SEVEN, steps)


def test_what_follows_from_each_step_is_read_in_turn_while_the_pen_moves(stage: Stage) -> None:
    """One a frame, and none is forgotten: at every frame there is another drawing."""
    stage.mount("draw/microscope.js", data("consequences", THREE, Steps()))
    start_reading(stage)
    show_drawing(stage, "a.2", THREE)
    stage.page.evaluate(
        """() => {
            const { ask } = digitsBoard.read;
            window.asked = 0;
            digitsBoard.read = { ...digitsBoard.read, ask: (frame) => { window.asked++; return ask(frame); } };
        }"""
    )
    for number in range(1, 9):
        stage.page.evaluate("digitsBoard.dispatchEvent(new Event('read'))")
        stage.wind(17)
        assert stage.page.evaluate("asked") == pytest.approx(number, abs=1)


def test_without_a_reader_it_is_the_servers(stage: Stage) -> None:
    stage.mount("draw/microscope.js", data("consequences", THREE, Steps()), around=SWITCHES)
    stage.page.evaluate(SWITCH, "crop")
    stage.wind(100)
    assert "With all steps: 3 at" in stage.find(".consequences").inner_text()
    stage.call_again(data("consequences", THREE, Steps(crop=False)))
    assert "Without cropping: 3 at" in stage.find(".consequences b").first.inner_text()
