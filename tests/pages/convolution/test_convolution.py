"""The Convolution page as Streamlit runs it: its four chapters, their numbers, and what they say of odd input."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate2d
from streamlit.testing.v1 import AppTest

from model.data import Mnist
from model.insight.hierarchy import Excitations, excitations
from model.lesson import FOLDER, load_lesson_network
from model.plan import Architecture, Conv2D, Dense, Flatten
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.store import RunStore
from model.training.export import export
from model.training.network import build_convnet
from pages.parts.convolution import hierarchy, lesson
from tests.pages.page import APP, html

CHAPTERS = ("1 One filter", "2 Shifts", "3 Patterns", "4 Channels")


def opened(chapter: str = CHAPTERS[0], *, show_everything: bool = True, **query: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params.update(query)
    at.run()
    at.session_state["chapter"] = chapter
    at.session_state["show_everything"] = show_everything
    at.switch_page("pages/convolution.py").run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def component(at: AppTest) -> dict[str, Any]:
    """What the browser's part of a chapter is given."""
    (found,) = at.get("bidi_component")
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def seven(mnist: Mnist) -> np.ndarray[Any, Any]:
    return np.asarray(mnist.x_test[0] / np.float32(255))


@pytest.mark.parametrize(
    ("chapter", "question"),
    list(zip(CHAPTERS, ("output_size", "corner", "receptive_field", "filter_weights"), strict=True)),
)
def test_each_chapter_asks_before_it_shows(chapter: str, question: str) -> None:
    at = opened(chapter, show_everything=False)
    assert not at.get("bidi_component")
    before = len(html(at))
    at.button(key=f"ask_{question}_0").click().run()
    assert not at.exception
    assert re.search(r"\*\*(, as you said|; you said )", said(at))
    assert at.get("bidi_component") or len(html(at)) > before


def test_nothing_drawn_is_said() -> None:
    assert "Nothing is drawn yet, so a test digit stands in, a 7." in said(opened())


def test_chapter_1_gives_the_browser_scipys_numbers(mnist: Mnist) -> None:
    at = opened()
    data = component(at)
    weights = Classifier.load(PRETRAINED).weights[0]
    index = at.select_slider(key="filter_of_32").value
    assert data["image"] == pytest.approx(seven(mnist).ravel(), abs=1e-4)
    assert data["kernel"] == pytest.approx(weights.kernel[:, :, 0, index].ravel(), abs=1e-5)
    expected = np.maximum(correlate2d(seven(mnist), weights.kernel[:, :, 0, index], "valid") + weights.bias[index], 0)
    assert data["map"] == pytest.approx(expected.ravel(), abs=1e-4)
    assert "(28 &minus; 3) + 1 = 26" in said(at)


def test_chapter_1_follows_kernel_size_stride_and_padding(mnist: Mnist) -> None:
    at = opened()
    at.button_group(key="kernel").select("Classic").run()
    at.button_group(key="kernel_size").select(5).run()
    at.button_group(key="stride").select(2).run()
    at.button_group(key="padding").select("same").run()
    at.selectbox(key="classic_5").select("Blur").run()
    assert not at.exception
    data = component(at)
    blurred = correlate2d(np.pad(seven(mnist), ((1, 2), (1, 2))), np.full((5, 5), 1 / 25), "valid")[::2, ::2]
    assert data["map"] == pytest.approx(blurred.ravel(), abs=1e-4)
    assert data["mapSize"] == 14
    assert "(28 + 3 &minus; 5) / 2 + 1 = 14" in said(at)
    assert "3 rows of zeros, 1 above and 2 below" in said(at)


def type_in(at: AppTest, typed: object) -> AppTest:
    """What the browser sends when a kernel is typed in."""
    at.button_group(key="kernel").select("Your own").run()
    at.session_state["filter"] = {"typed": typed}
    return at.run()


def test_chapter_1_takes_a_typed_kernel(mnist: Mnist) -> None:
    at = opened()
    type_in(at, {"kernelSize": 3, "weights": [0, 0, 0, -1, 0, 1, 0, 0, 0.5], "bias": 0.25})
    assert not at.exception
    kernel = np.array([[0, 0, 0], [-1, 0, 1], [0, 0, 0.5]])
    expected = np.maximum(correlate2d(seven(mnist), kernel, "valid") + 0.25, 0)
    assert component(at)["map"] == pytest.approx(expected.ravel(), abs=1e-4)
    assert component(at)["isTyped"] is True


@pytest.mark.parametrize(
    "typed",
    [{"kernelSize": 3}, {"kernelSize": 3, "weights": [1] * 9, "bias": "x"}]
    + [{"kernelSize": 3, "weights": weights, "bias": 0} for weights in (["a"] * 9, [1] * 4, [1000.0] * 9)],
)
def test_chapter_1_refuses_what_is_no_kernel_in_a_sentence(typed: object) -> None:
    at = opened()
    type_in(at, typed)
    assert not at.exception
    assert [error.value for error in at.error] == [
        "A kernel of 3×3 takes 9 weights and a bias, numbers between -100 and 100."
    ]
    assert component(at)["kernel"] == [0, 0, 0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("state", ["x", [1], 5])
def test_chapter_1_passes_over_what_no_browser_sends(state: object) -> None:
    at = opened()
    at.button_group(key="kernel").select("Your own").run()
    at.session_state["filter"] = state
    at.run()
    assert not at.exception


@pytest.mark.parametrize("typed", [None, 5, [], {}, {"kernelSize": [3]}, {"kernelSize": 5, "weights": [1] * 25}])
def test_chapter_1_passes_over_what_is_not_meant_for_this_kernel(typed: object) -> None:
    at = opened()
    type_in(at, typed)
    assert not at.exception
    assert not at.error
    assert component(at)["kernel"] == [0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_chapter_2_gives_both_networks_answers_for_every_place() -> None:
    at = opened("2 Shifts")
    data = component(at)
    assert [network["name"] for network in data["networks"]] == ["Convnet", "Dense network"]
    ink = np.array(data["ink"]).reshape(-1, data["width"])
    for name, network in zip(("convnet", "dense"), data["networks"], strict=True):
        permille = np.array(network["permille"]).reshape(data["tops"], data["lefts"], 10)
        for top, left in ((0, 0), (3, 5), (data["tops"] - 1, data["lefts"] - 1)):
            image = np.zeros((1, 28, 28), np.uint8)
            image[0, top : top + len(ink), left : left + data["width"]] = ink
            answer = load_lesson_network(name).classifier.probabilities(image)[0]
            assert permille[top, left] == pytest.approx(answer * 1000, abs=0.51)


def test_chapter_2_measures_and_says_where_it_ends(mnist: Mnist) -> None:
    at = opened("2 Shifts")
    moved = np.zeros((1000, 28, 28), np.uint8)
    moved[0::4, :, 2:] = mnist.x_test[:1000:4, :, :-2]
    moved[1::4, 2:] = mnist.x_test[1:1000:4, :-2]
    moved[2::4, :, :-2] = mnist.x_test[2:1000:4, :, 2:]
    moved[3::4, :-2] = mnist.x_test[3:1000:4, 2:]
    for name in ("convnet", "dense"):
        read = load_lesson_network(name).classifier.probabilities(moved).argmax(axis=1)
        assert f"**{np.mean(read == mnist.y_test[:1000]) * 100:.1f} %**" in said(at)
    rows = re.findall(r"<th scope='row'>(\w+) .*?</th>((?:<td>.*?</td>)+)", html(at))
    by_four_pixels = {name: re.findall(r"<td>(.*?)</td>", cells)[-1] for name, cells in rows}
    assert by_four_pixels.pop("flatten") != "all"
    assert by_four_pixels == dict.fromkeys(
        ["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "conv2d_2"], "all"
    )


def test_chapter_2_measures_other_digits_on_demand() -> None:
    at = opened("2 Shifts")
    assert "Test digits 1 to 1,000" in said(at)
    at.button(key="measure_shift").click().run()
    assert not at.exception
    assert "Test digits 1,001 to 2,000" in said(at)


def test_chapter_3_shows_the_three_layers_and_the_filters_that_are_chosen() -> None:
    at = opened("3 Patterns")
    for sees in ("**3×3**", "**8×8**", "**18×18**"):
        assert sees in said(at)
    assert html(at).count("patches of") == 12
    at.multiselect(key="filters_conv2d_2_128").set_value([7]).run()
    assert not at.exception
    assert html(at).count("patches of 18 by 18") + html(at).count("Nothing excites it") == 1
    at.multiselect(key="filters_conv2d_2_128").set_value([]).run()
    assert not at.exception


def test_chapter_3_is_as_it_was_for_one_visitor_when_two_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(*arguments: Any) -> list[Excitations]:
        found = excitations(*arguments)
        hierarchy._kept(str(PRETRAINED)).extend(found)
        return found

    hierarchy._kept.clear()
    monkeypatch.setattr(hierarchy, "excitations", overtaken)
    assert html(opened("3 Patterns")).count("patches of") == 12


def test_chapter_4_adds_the_channels_up_to_the_networks_own_number(mnist: Mnist) -> None:
    at = opened("4 Channels")
    network = Classifier.load(PRETRAINED)
    maps = network.activations(mnist.x_test[:1])[3][0]
    for index in (0, 20):
        at.select_slider(key="filter_conv2d_1_of_64").set_value(index).run()
        assert not at.exception
        largest = maps[..., index].max()
        if largest:
            match = re.search(r"that is \*\*(.*?)\*\*, and the network itself says \*\*(.*?)\*\*", said(at))
            assert match
            assert float(match[1].replace("&minus;", "-")) == float(match[2]) == pytest.approx(largest, abs=0.0051)
        else:
            assert "This filter finds nothing" in said(at)
    assert "**288.**" in said(at)
    assert "1 → 32 → 64 → 128 channels" in said(at)
    assert html(at).count("feature map") >= 4


def test_chapter_4_shows_the_channels_of_the_chosen_colours() -> None:
    at = opened("4 Channels")
    at.color_picker(key="colour_Ink").set_value("#ff8000").run()
    at.color_picker(key="colour_Paper").set_value("#000010").run()
    assert not at.exception
    for channel in ("red: 0 to 255", "green: 0 to 128", "blue: 0 to 16"):
        assert channel in html(at)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_model_without_convolutions_borrows_the_bundled_ones(chapter: str, store: RunStore) -> None:
    run_id = store.new_id()
    record = load_lesson_network("dense").record
    assert record.architecture == Architecture((Flatten(), Dense(131), Dense(10)))
    Run.save(store.folder(run_id), record, _dense_files)
    at = opened(chapter, model=run_id)
    # The second chapter has networks of its own.
    assert ("The model in use has no convolutions, so the bundled one" in said(at)) == (chapter != "2 Shifts")
    assert "the model you trained answers" in said(at)


def test_of_a_single_filter_nothing_can_be_chosen(store: RunStore) -> None:
    run_id = store.new_id()
    architecture = Architecture((Conv2D(1), Flatten(), Dense(10)))
    record = replace(Run.load(PRETRAINED).record, architecture=architecture)
    Run.save(store.folder(run_id), record, lambda folder: export(build_convnet(architecture), folder))
    for chapter in (CHAPTERS[0], *CHAPTERS[2:]):
        at = opened(chapter, model=run_id)
        assert not at.select_slider
        assert "1 filters" not in said(at)


def _dense_files(folder: Path) -> None:
    (folder / "model.keras").touch()
    (folder / "model.tflite").write_bytes((FOLDER / "dense/model.tflite").read_bytes())


def test_missing_lesson_networks_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "load_lesson_network", lambda name: load_lesson_network(name, tmp_path))
    lesson.lesson_network.clear()
    at = opened("2 Shifts")
    assert "The lesson's convnet network cannot be used" in at.error[0].value
