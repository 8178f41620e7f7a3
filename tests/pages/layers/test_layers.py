"""The Layers page: its rows, what is inside them, the questions, and the designer, as Streamlit runs them."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from model.plan import Architecture
from model.plan.design import Design
from model.queue import TrainingQueue
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.training.export import export
from model.training.network import build_convnet
from pages.parts.layers import designer as parts_designer
from tests.pages.page import SEVEN, drawn, html, opened, wait_until_over

DESIGNS = ["same-c4k5p-c6k1-flatten-d12", "flatten", "flatten-d80-d20", "c3k7-c2k2p-c8k3p-c5k1p-flatten"]


def layers_page() -> AppTest:
    at = opened("pages/layers.py")
    assert not at.exception
    return at


def designer(text: str = "") -> AppTest:
    """The designer, with its question passed over."""
    at = opened("pages/layers.py", **({"design": text} if text else {}))
    at.button_group(key="layers_view").select("Design your own").run()
    return at.button(key="ask_larger_kernel_skip").click().run()


def widget(name: str, at: AppTest) -> str:
    return f"design_{name}_{at.session_state['designer_visit']}"


def rows(at: AppTest) -> str:
    return re.sub(r'src="[^"]*"', "", html(at))


def test_the_network_in_use_has_every_shape_and_the_sum() -> None:
    page = rows(layers_page())
    for line in Architecture().summary:
        assert f'<h3>{line.name} <span class="shape">{line.output_shape}</span></h3>' in page
    for parameters in ("(3·3·1 + 1)·32 = 320", "(3·3·32 + 1)·64 = 18,496", "= 73,856", "= 11,530"):
        assert parameters in page
    assert "104,202 parameters" in page


def test_the_work_is_shown_after_a_guess() -> None:
    at = layers_page()
    assert "Multiply-adds" not in html(at)
    at.button(key="ask_most_work_2").click().run()
    assert any("**conv2d_1**; you said conv2d_2." in markdown.value for markdown in at.markdown)
    assert "11·11·64·(3·3·32) = 2,230,272" in html(at)
    assert "71.9 % of all" in html(at)
    assert "3,100,032 multiply-adds" in html(at)


def test_folded_rows_compute_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nothing is open")

    monkeypatch.setattr(Classifier, "activations", never)
    layers_page()


def opened_rows(at: AppTest, *indices: int) -> AppTest:
    for index in indices:
        at.session_state[f"inside_{index}"] = True
    at.session_state["show_everything"] = True
    at.run()
    assert not at.exception
    assert not at.error
    return at


def test_a_row_opens_to_filters_and_feature_maps_of_a_test_digit() -> None:
    at = opened_rows(layers_page(), 1)
    assert "32 filters of 3 × 3" in html(at)
    assert "32 maps of 26 × 26" in html(at)
    assert "Shown: a 7 of MNIST's test digits." in [caption.value for caption in at.caption]


def test_a_row_opens_to_the_feature_maps_of_the_drawing() -> None:
    at = drawn(opened(), SEVEN)
    at.switch_page("pages/layers.py").run()
    opened_rows(at, 0, 7)
    assert "Shown: your drawing." in [caption.value for caption in at.caption]
    assert "10 units, each with 3 × 3 weights, of 128 slices each the strongest" in html(at)


def test_silent_maps_are_guessed_before_they_are_shown() -> None:
    at = layers_page()
    at.session_state["inside_3"] = True
    at.run()
    assert "64 maps" not in html(at)
    at.button(key="ask_silent_conv2d_1_0").click().run()
    silent = re.search(r"64 maps of 11 × 11(?:, (\d+) zero everywhere)?", html(at))
    assert silent
    assert any(f"{silent[1] or 0} of 64 filters find" in markdown.value for markdown in at.markdown)


@pytest.mark.parametrize("text", DESIGNS)
def test_networks_of_all_kinds_are_used_drawn_for_and_opened(text: str, queue: TrainingQueue) -> None:
    architecture = Design.from_text(text).architecture()
    run_id = finished(queue, architecture)
    at = drawn(opened(model=run_id), SEVEN)
    assert not at.exception
    assert html(at).count("<li") == 10
    at.switch_page("pages/layers.py").run()
    opened_rows(at, *range(len(architecture.summary)))
    assert f"{architecture.parameters:,} parameters" in html(at)
    for line in architecture.summary:
        assert f'<b>{line.name}</b> <span class="shape">{line.output_shape}</span>' in html(at)


def finished(queue: TrainingQueue, architecture: Architecture) -> str:
    """A run with a network of this design; untrained, as that makes no difference to the pages."""
    run_id = queue.store.new_id()
    record = replace(Run.load(PRETRAINED).record, architecture=architecture)
    Run.save(queue.store.folder(run_id), record, lambda folder: export(build_convnet(architecture), folder))
    return run_id


def test_the_designer_follows_every_change() -> None:
    at = designer()
    assert any("The notebook's network: **104,202 parameters**" in markdown.value for markdown in at.markdown)
    assert at.button(key="notebooks_network").disabled
    at.number_input(key=widget("kernel_size_0", at)).set_value(5).run()
    at.button_group(key=widget("padding", at)).select("same").run()
    at.toggle(key=widget("pooling_2", at)).set_value(True).run()
    at.number_input(key=widget("hidden", at)).set_value(1).run()
    at.number_input(key=widget("units_0", at)).set_value(16).run()
    at.number_input(key=widget("filters_2", at)).set_value(40).run()
    assert not at.exception
    assert at.query_params["design"] == "same-c32k5p-c64k3p-c40k3p-flatten-d16"
    architecture = Design.from_text("same-c32k5p-c64k3p-c40k3p-flatten-d16").architecture()
    page = html(at)
    for line in architecture.summary:
        assert f'<span class="shape">{line.output_shape}</span>' in page
    assert f"{architecture.multiply_adds:,} multiply-adds for each image" in page
    assert not at.button(key="notebooks_network").disabled
    at.button(key="notebooks_network").click().run()
    assert "design" not in at.query_params
    assert "104,202 parameters" in html(at)
    assert at.number_input(key=widget("kernel_size_0", at)).value == 3


def test_the_designer_does_without_convolutions() -> None:
    at = designer()
    at.button_group(key=widget("kind", at)).select("Dense only").run()
    assert not at.exception
    assert "7,850 parameters" in html(at)
    at.button_group(key=widget("kind", at)).select("Convolutions first").run()
    assert "104,202 parameters" in html(at)


def test_the_designer_remembers_what_is_hidden_for_a_while() -> None:
    at = designer()
    at.number_input(key=widget("filters_0", at)).set_value(8).run()
    at.number_input(key=widget("hidden", at)).set_value(1).run()
    at.number_input(key=widget("units_0", at)).set_value(12).run()
    at.button_group(key=widget("kind", at)).select("Dense only").run()
    at.button_group(key="layers_view").select("The network in use").run()
    at.button_group(key="layers_view").select("Design your own").run()
    assert at.query_params["design"] == "flatten-d12"
    at.button_group(key=widget("kind", at)).select("Convolutions first").run()
    assert at.query_params["design"] == "c8k3p-c64k3p-c128k3-flatten-d12"
    assert not at.exception


def test_an_impossible_design_is_explained_and_cannot_be_trained() -> None:
    at = designer()
    at.number_input(key=widget("blocks", at)).set_value(4).run()
    at.toggle(key=widget("pooling_2", at)).set_value(True).run()
    assert [warning.value for warning in at.warning] == [
        "After the third pooling 1×1 is left: a 3×3 kernel no longer fits."
    ]
    assert at.button(key="train_this").disabled
    assert "parameters</span>" not in html(at)
    at.switch_page("pages/train.py").run()
    assert not at.exception
    assert "network_to_train" not in at.session_state


def test_a_setting_out_of_its_limits_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_designer, "KERNEL_SIZES", (1, 50))
    at = designer()
    at.number_input(key=widget("kernel_size_0", at)).set_value(30).run()
    assert not at.exception
    assert [error.value for error in at.error] == ["The kernel size must be between 1 and 7."]


@pytest.mark.parametrize("text", DESIGNS)
def test_a_link_brings_its_design(text: str) -> None:
    at = opened("pages/layers.py", design=text)
    assert at.button_group(key="layers_view").value == "Design your own"
    at = at.button(key="ask_larger_kernel_skip").click().run()
    assert not at.exception
    assert at.query_params["design"] == text
    assert f"{Design.from_text(text).architecture().parameters:,} parameters" in html(at)


@pytest.mark.parametrize("text", ["nonsense", "c9999k3-flatten", "c8k20-flatten", "<b>", "flatten-d0"])
def test_a_link_to_no_design_is_the_notebooks_network(text: str) -> None:
    at = opened("pages/layers.py", design=text)
    assert not at.exception
    assert at.button_group(key="layers_view").value == "The network in use"
    at.switch_page("pages/train.py").run()
    assert not at.exception


def test_train_this_trains_the_design_until_the_notebooks_network_is_chosen(queue: TrainingQueue) -> None:
    at = designer("same-c4k5p-flatten-d12")
    at.button(key="train_this").click().run()
    assert not at.exception
    assert at.title[0].value == "Train the network"
    assert any("28×28×1 → 28×28×4 → 14×14×4 → 784 → 12 → 10" in caption.value for caption in at.caption)
    at.switch_page("pages/train.py").run()  # AppTest forgets where `st.switch_page` led
    at.button(key="start").click().run()
    (job,) = queue._jobs.values()
    assert job.architecture == Design.from_text("same-c4k5p-flatten-d12").architecture()
    wait_until_over(at)
    at.button_group(key="network_to_train").select("The notebook's network").run()
    at.button(key="start").click().run()
    assert list(queue._jobs.values())[-1].architecture == Architecture()


def test_train_has_nothing_to_choose_where_nothing_was_designed() -> None:
    at = opened("pages/train.py")
    assert "network_to_train" not in at.session_state
