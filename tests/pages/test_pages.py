"""The pages as Streamlit runs them, without a browser: what they say, and what they say when something is wrong."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from model.data.mnist import check_mnist
from model.ink.pen import MOST_POINTS, MOST_STROKES, told
from model.plan import recipe
from model.queue import TrainingQueue
from model.queue.worker_process import ROOT
from model.run import run
from pages.parts import models
from pages.parts.train import settings
from tests.pages.page import APP, SEVEN, drawn, html, opened, stroked, wait_until_over


def test_draw_opens_with_a_hint_and_names_its_model() -> None:
    at = opened()
    assert not at.exception
    assert at.title[0].value == "Draw a digit"
    assert "Draw a digit from 0 to 9" in html(at)
    assert "the bundled model answers" in at.caption[0].value
    accuracy = run.Run.load(run.PRETRAINED).record.test.accuracy
    assert f"{accuracy * 100:.2f} %" in at.caption[0].value


def test_draw_reads_a_drawing() -> None:
    at = drawn(opened(), SEVEN)
    assert not at.exception
    assert '<div class="digit">7</div>' in html(at)
    assert html(at).count("<li") == 10


def test_draw_keeps_the_drawing_for_the_way_back() -> None:
    at = drawn(opened(), SEVEN)
    at.switch_page("pages/layers.py").run()
    at.switch_page("app.py").run()
    assert '<div class="digit">7</div>' in html(at)
    assert told(at.session_state["kept_drawing"].began_with) == SEVEN


@pytest.mark.parametrize(
    "content",
    [
        5,
        "",
        {"a": 1},
        [5],
        [[]],
        [[18, 80]],
        [[18, 80, 80, 160]],
        [[18, 80, "80"]],
        [[18, 80, 80.5]],
        [[18, True, 80]],
        [[18, float("nan"), 80]],
        [[0, 80, 80]],
        [[61, 80, 80]],
        [[18, 80, 4481]],
        [[18, -2241, 80]],
        [[18, 80, 80]] * (MOST_STROKES + 1),
        [[18, *[80, 80] * (MOST_POINTS + 1)]],
        [[18, *[0, 0, 2240, 2240] * 250]],
    ],
    ids=lambda content: str(content)[:40],
)
def test_what_is_no_drawing_gets_one_sentence_and_nothing_is_lost(content: object) -> None:
    at = drawn(opened(), SEVEN)
    drawn(at, content)
    assert not at.exception
    assert [error.value for error in at.error] == [
        "The canvas sent something that is not a drawing; clear it and draw again."
    ]
    assert told(at.session_state["kept_drawing"].strokes) == SEVEN
    drawn(at, SEVEN)
    assert '<div class="digit">7</div>' in html(at)


def test_what_another_model_read_is_not_the_answer_of_this_one() -> None:
    at = drawn(opened(), SEVEN)
    read = at.session_state["read_last"]
    elsewhere = replace(read.run, folder=read.run.folder / "elsewhere")
    at.session_state["read_last"] = replace(read, run=elsewhere, is_digit=False)
    at.run()
    assert '<div class="digit">7</div>' in html(at)


def test_what_another_sessions_page_tells_is_not_taken() -> None:
    at = drawn(opened(), SEVEN)
    at.session_state["told"] = {"drawing": {"start": "0", "name": "0.5", "strokes": stroked([[(140, 140)]])}}
    at.run()
    assert not at.exception
    assert told(at.session_state["kept_drawing"].strokes) == SEVEN


@pytest.mark.parametrize("key", ["canvas", "told"])
@pytest.mark.parametrize("state", [5, "x", [1], {"drawing": 5}, {"drawing": [1, 2]}, {"drawing": {"data": 3}}])
def test_a_canvas_or_a_pen_of_another_form_gets_one_sentence(key: str, state: object) -> None:
    at = opened()
    at.session_state[key] = state
    at.run()
    assert not at.exception
    assert len(at.error) <= 1


def test_a_damaged_bundled_model_is_one_sentence(finished_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (finished_run / "model.tflite").write_bytes(b"no network")
    monkeypatch.setattr(models, "PRETRAINED", finished_run)
    at = drawn(opened(), SEVEN)
    assert not at.exception
    assert [error.value for error in at.error] == [
        "This model cannot answer: its model.tflite is damaged; train it again."
    ]


@pytest.mark.parametrize("page", ["app.py", "pages/layers.py"])
def test_a_missing_bundled_model_is_one_sentence(
    page: str, finished_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (finished_run / "run.json").unlink()
    monkeypatch.setattr(models, "PRETRAINED", finished_run)
    at = opened(page)
    assert not at.exception
    assert {error.value for error in at.error} == {
        "This model cannot be used: run.json is missing from its folder; train it again."
    }


def test_train_from_start_to_use(queue: TrainingQueue) -> None:
    at = opened("pages/train.py")
    assert not at.exception
    at.number_input(key="images_Notebook").set_value(1000)
    at.run()
    assert "Changed from the preset Notebook: images." in [caption.value for caption in at.caption]
    at.button(key="start").click().run()
    wait_until_over(at)
    assert not at.exception
    (job,) = queue._jobs.values()
    assert job.recipe.images == 1000
    assert at.query_params["run"] == job.owner_id
    accuracy = job.progress.run.record.test.accuracy if job.progress.run else 0
    assert any(f"Test accuracy: **{accuracy:.3f}**" in markdown.value for markdown in at.markdown)
    at.button(key="use").click().run()
    assert at.query_params["model"] == job.id
    assert at.success[0].value.startswith("This model now answers")
    at.switch_page("app.py").run()
    assert "the model you trained answers" in at.caption[0].value


def test_train_shows_the_presets_settings() -> None:
    at = opened("pages/train.py")
    at.button_group(key="preset").select("Fast").run()
    assert not at.exception
    assert at.number_input(key="epochs_Fast").value == 1
    assert at.select_slider(key="batch_size_Fast").value == 128
    assert not [caption for caption in at.caption if "Changed" in caption.value]


def test_a_setting_out_of_its_limits_is_a_sentence_and_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "recipe", SimpleNamespace(**vars(recipe) | {"EPOCHS": (1, 500)}))
    at = opened("pages/train.py")
    at.number_input(key="epochs_Notebook").set_value(51).run()
    assert not at.exception
    assert [error.value for error in at.error] == ["The number of epochs must be between 1 and 50."]
    assert not [button for button in at.button if button.key == "start"]


def test_a_finished_run_is_found_again_after_a_restart_of_the_server(queue: TrainingQueue) -> None:
    run_id = queue.store.new_id()
    shutil.copytree(run.PRETRAINED, queue.store.folder(run_id))
    at = opened("pages/train.py", run=run_id)
    assert not at.exception
    assert any("Test accuracy" in markdown.value for markdown in at.markdown)


def test_a_run_that_is_gone_is_a_sentence() -> None:
    at = opened("pages/train.py", run="A" * 22)
    assert at.info[0].value.startswith("The run that this link names is no longer here")


def test_damaged_images_are_a_sentence_and_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "mnist.npz"
    damaged.write_bytes(b"digits")
    monkeypatch.setattr(check_mnist, "__defaults__", (damaged,))
    at = opened("pages/train.py")
    assert not at.exception
    assert at.error[0].value.startswith("The MNIST images are damaged")
    assert not [button for button in at.button if button.key == "start"]


def test_the_web_process_never_imports_tensorflow() -> None:
    """Streamlit clears Keras's state after every run of every page when it finds Keras imported."""
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"at = AppTest.from_file({APP!r}, default_timeout=30).run()\n"
        "for page in ('pages/train.py', 'pages/layers.py', 'pages/convolution.py',"
        " 'pages/evaluate.py', 'pages/compare.py'): at.switch_page(page).run()\n"
        "assert not at.exception\n"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
