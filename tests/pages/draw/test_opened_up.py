"""The looks below the answer on Draw: what each says of a drawing, and of files that are missing."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.data.training_images import TrainingImages
from model.ink.photo import read_photo
from model.ink.preparation import Steps, prepare_ink
from model.insight.neighbours import NEIGHBOURS_FILE, write_neighbours
from model.plan import Architecture, Dense, Flatten
from model.plan.design import Design
from model.queue import TrainingQueue
from model.reading import Classifier, Refusal
from model.run import PRETRAINED, Run
from model.training.export import export
from model.training.network import build_convnet
from pages.parts.draw.inside import _shape_on_page
from pages.parts.draw.microscope import _early
from pages.parts.draw.why import _factor
from pages.parts.figures import percent
from tests.drawn_digits import DRAWN_DIGITS
from tests.pages.page import SEVEN, SEVEN_INK, drawn, html, opened
from tests.paper import PAPERS, file_of, photo_of

LOOKS = ("microscope", "inside", "why", "neighbours")


def looked(*looks: str, **query: str) -> AppTest:
    """A seven is drawn, and these looks are unfolded."""
    at = opened(**query)
    for look in looks:
        at.session_state[f"look_{look}"] = True
    return drawn(at, SEVEN)


def test_folded_looks_compute_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOOKS:
        monkeypatch.setattr(f"pages.parts.draw.{name}.classifier_in_use", lambda: pytest.fail("computed while folded"))
    at = looked()
    assert not at.exception
    assert '<div class="digit">7</div>' in html(at)
    assert 'class="look' not in html(at)


@pytest.mark.parametrize("look", LOOKS)
def test_before_a_drawing_each_look_asks_for_one(look: str) -> None:
    at = opened()
    at.session_state[f"look_{look}"] = True
    at.run()
    assert not at.exception
    assert [each.value for each in at.markdown] == ["Draw a digit first; this follows your drawing stroke by stroke."]


def test_the_microscope_shows_the_steps_and_what_happens_without() -> None:
    at = looked("microscope")
    assert not at.exception
    shown = html(at)
    for caption in ("Your ink<br>280 × 280", "Cropped<br>", "Scaled<br>", "Centred by mass<br>28 × 28"):
        assert caption in shown
    classifier = Classifier.load(PRETRAINED)
    for name, steps in {"cropping": Steps(crop=False), "centring": Steps(centre=False)}.items():
        read = classifier.read(prepare_ink(SEVEN_INK, steps).image)
        assert f"Without {name}: <b>{read.digit} at {percent(read.confidence)}</b>" in shown
    assert "The average 7 of MNIST" in shown


def test_a_step_that_is_switched_off_changes_the_probabilities_at_once() -> None:
    at = looked("microscope")
    at.toggle(key="step_crop").set_value(False).run()
    at.toggle(key="step_scale").set_value(False).run()
    assert not at.exception
    read = Classifier.load(PRETRAINED).read(prepare_ink(SEVEN_INK, Steps(crop=False, scale=False)).image)
    title = f"Without cropping and scaling: {read.digit} at {percent(read.confidence)}"
    assert title in html(at)
    assert "The whole canvas<br>280 × 280" in html(at)
    widths = re.findall(r'<ol class="look-bars".*?</ol>', html(at))[0]
    assert [float(width) for width in re.findall(r"width:([\d.]+)%", widths)] == pytest.approx(
        [float(f"{100 * probability:.1f}") for probability in read.probabilities]
    )
    assert '<div class="digit">7</div>' in html(at), "the answer itself stays that of the whole preparation"


def test_pixel_values_on_demand() -> None:
    at = looked("microscope")
    assert 'class="pixel-values"' not in html(at)
    at.toggle(key="pixel_values").set_value(True).run()
    grid = html(at).split('class="pixel-values"')[1]
    values = [int(value or 0) for _, value in re.findall(r"<([ib])>(\d*)</\1>", grid)]
    assert np.array_equal(np.reshape(values, (28, 28)), np.rint(prepare_ink(SEVEN_INK).image * 255))


def component_data(at: AppTest) -> str:
    return "".join(str(component.proto) for component in at.get("bidi_component"))


def test_inside_shows_every_layer_and_a_picked_map() -> None:
    at = looked("inside")
    assert not at.exception
    path = component_data(at)
    for line in Architecture().summary:
        assert line.name in path
    at.selectbox(key="inside_layer").set_value(3).run()
    at.number_input(key="inside_map").set_value(5).run()
    assert not at.exception
    assert "Map 5 of conv2d_1" in html(at)
    assert "a slice for each of the 32 maps before it" in html(at)
    at.selectbox(key="inside_layer").set_value(2).run()
    assert "A pooling has no filter" in html(at)
    at.selectbox(key="inside_layer").set_value(0).run()
    assert "Map 0 of input_layer" in html(at)


def test_a_filter_looks_at_the_one_map_before_it(queue: TrainingQueue) -> None:
    """And at the drawing itself only in the first layer."""
    at = looked("inside", model=untrained(queue, Design.from_text("c1k3-c5k5p-flatten").architecture()))
    at.selectbox(key="inside_layer").set_value(1).run()
    assert "The filter that made it looks at the drawing through" in html(at)
    at.selectbox(key="inside_layer").set_value(2).run()
    assert "The filter that made it looks at the one map of conv2d through" in html(at)


@pytest.mark.parametrize("picked", [[1, 10_000], [1, -3], [99, 0], [7, 0], ["a", "b"], "x"])
def test_a_map_that_does_not_exist_is_not_picked(picked: object) -> None:
    at = opened()
    at.session_state["look_inside"] = True
    match picked:
        case [layer, number]:
            at.session_state["inside_layer"], at.session_state["inside_map"] = layer, number if layer == 1 else 0
        case _:
            at.session_state["inside_layer"] = picked
    drawn(at, SEVEN)
    assert not at.exception
    assert at.selectbox(key="inside_layer").value == 1
    assert at.number_input(key="inside_map").value in range(32)


@pytest.mark.parametrize(
    "shape",
    [(26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64), (3, 3, 128), (28, 28, 1), (1, 1, 256), (28, 28, 128)],
)
def test_a_layers_sheet_fits_the_path(shape: tuple[int, int, int]) -> None:
    columns, width = _shape_on_page(*shape)
    assert 1 <= columns <= shape[2]
    assert width <= 326, "no wider than a fold on a phone"


def test_few_maps_are_shown_large() -> None:
    assert _shape_on_page(28, 28, 1)[1] == 4 * 28
    columns, width = _shape_on_page(14, 14, 4)
    assert (columns, width) == (2, 2 * 4 * 14 + 2)


def test_why_shows_the_heat_and_the_way_to_another_digit() -> None:
    at = looked("why")
    assert not at.exception
    assert "orange where the ink makes it a 7" in html(at)
    assert "Zeiler" in html(at)
    assert "for a 9" not in html(at)
    at.button_group(key="why_other").select(9).run()
    assert not at.exception
    assert "Add ink here for a 9" in html(at)
    at.button_group(key="why_other").select(7).run()
    assert "It is read as 7 already." in [each.value for each in at.markdown]


def test_neighbours_have_their_labels_and_the_drawing_its_place() -> None:
    at = looked("neighbours")
    assert not at.exception
    assert html(at).count("A training digit that is a") == 8
    assert html(at).count("A training digit that is a 7") >= 5
    assert 'class="here"' in html(at)


def test_a_run_without_neighbours_is_one_sentence_and_the_rest_works(queue: TrainingQueue) -> None:
    run_id = queue.store.new_id()
    folder = Path(shutil.copytree(PRETRAINED, queue.store.folder(run_id)))
    (folder / NEIGHBOURS_FILE).unlink(missing_ok=True)
    at = looked(*LOOKS, model=run_id)
    assert not at.exception
    assert [error.value for error in at.error] == [
        "This model's neighbours are not here: they are found within a minute after a run has ended, and runs of an "
        "older version have none."
    ]
    assert "Map" in html(at)


def test_every_look_works_for_a_network_without_convolutions(queue: TrainingQueue) -> None:
    run_id = untrained(queue, Architecture((Flatten(), Dense(20), Dense(10))))
    write_neighbours(queue.store.folder(run_id), TrainingImages.unpack())
    at = looked(*LOOKS, model=run_id)
    assert not at.exception
    assert not at.error
    assert "Map 0 of input_layer" in html(at)
    assert "inside_layer" not in [box.key for box in at.selectbox], "where there is nothing to choose"
    assert html(at).count("A training digit that is a") == 8


def untrained(queue: TrainingQueue, architecture: Architecture) -> str:
    """The id of a visitor's own run with a network of this design."""
    run_id = queue.store.new_id()
    folder = Path(shutil.copytree(PRETRAINED, queue.store.folder(run_id)))
    (folder / "refusal.npz").unlink()
    export(build_convnet(architecture), folder)
    record = replace(Run.load(folder).record, architecture=architecture)
    (folder / "run.json").write_text(json.dumps(record.to_json()))
    return run_id


def test_a_photos_steps_stand_before_the_others() -> None:
    content = file_of(photo_of(next(iter(DRAWN_DIGITS[7].values())), PAPERS["ballpoint"]))
    steps = read_photo(content, Refusal.load()).steps(0)
    shown = "".join(map(_early, steps))
    assert re.findall(r'alt="(.*?):', shown) == ["Grey", "Even paper", "Threshold", "Candidates", "Cut out"]
    assert "<figcaption>Threshold<br>Ink or paper, and nothing between.</figcaption>" in shown


def test_a_factor_has_two_figures() -> None:
    factors = {nats: _factor(nats) for nats in (-1.0, 0.65, 4.0, 9.0, 50.0)}
    assert factors == {-1.0: "1.0", 0.65: "1.9", 4.0: "55", 9.0: "8,100", 50.0: "more than a million"}
