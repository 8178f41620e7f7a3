"""The Compare page, and taking home and bringing back, as Streamlit runs them without a browser."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.insight.comparison import Disagreement
from model.queue import State, TrainingQueue
from model.run import PRETRAINED, RECORDED, Run
from model.take_home import files
from model.take_home.files import files_of
from pages.parts import session
from pages.parts.compare import pair
from tests.pages.page import html, opened
from tests.runs import wait_for

PAIR = (
    pair.Named("The pinned run", Run.load(RECORDED)),
    pair.Named("The bundled model", Run.load(PRETRAINED)),
)


def test_the_two_runs_that_come_with_the_app_are_compared() -> None:
    at = opened("pages/compare.py")
    assert [box.value for box in at.selectbox] == ["The bundled model", "The recorded run"]
    assert "RMSprop" in html(at)
    bundled, recorded = Run.load(PRETRAINED).record, Run.load(RECORDED).record
    assert f"{bundled.test.accuracy:.4f}" in html(at)
    assert f"{recorded.test.accuracy:.4f}" in html(at)
    assert any("McNemar's test" in element.value for element in at.markdown)


def test_the_same_run_twice_is_no_comparison() -> None:
    at = opened("pages/compare.py")
    at.selectbox[1].select("The bundled model").run()
    assert [info.value for info in at.info] == ["These are the same run; choose two."]


def test_the_model_in_use_and_the_pinned_run_are_within_reach_once_each(queue: TrainingQueue) -> None:
    job = queue.start(training_recipe())
    wait_for(job, State.FINISHED)
    at = opened("pages/compare.py", model=job.id, pin=job.id)
    assert at.selectbox[0].options == ["The model in use", "The bundled model", "The recorded run"]
    assert any("exactly the same digits right" in element.value for element in at.markdown)


def training_recipe() -> Any:
    return Run.load(RECORDED).record.recipe


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (0, 0, "no difference to explain"),
        (3, 3, "about every time; so it **may well be chance**"),
        (40, 30, "about in 28 of 100 such tests; so it **may well be chance**"),
        (40, 22, "about in 30 of 1,000 such tests; so it **hardly chance**"),
        (90, 20, "about in fewer than one of 1,000 such tests; so it **hardly chance**"),
    ],
)
def test_the_sentence_on_chance(first: int, second: int, words: str) -> None:
    sentence = pair.chance_sentence(Disagreement(np.arange(first), np.arange(second)), PAIR)
    for part in words.split("; so it "):
        assert part in sentence
    if first:
        assert f"the pinned run alone reads {first} of them, the bundled model alone {second}." in sentence


def upload(at: AppTest, content: bytes) -> AppTest:
    at.file_uploader[0].set_value(("weights.npz", content, "application/octet-stream"))
    return at.run()


def test_what_is_no_file_of_weights_gets_one_sentence_and_touches_nothing(queue: TrainingQueue) -> None:
    at = opened("pages/train.py")
    run_before = at.session_state[session.RUN]
    upload(at, b"PK\x03\x04 and then nothing")
    assert not at.exception
    assert [error.value for error in at.error] == ["This is no .npz file of weights, or it is damaged."]
    assert at.session_state[session.RUN] == run_before
    assert queue.running_of(at.session_state["visitor"]) is None
    assert at.file_uploader[0].value is None


def test_weights_become_this_visitors_run(queue: TrainingQueue) -> None:
    at = opened("pages/train.py")
    weights = files_of(Run.load(PRETRAINED))[-1]
    assert weights.name == "weights.npz"
    upload(at, weights.make())
    job = queue.find(at.session_state[session.RUN])
    assert job
    assert job.owner_id == at.session_state[session.RUN]
    wait_for(job, State.FINISHED)
    at.run()
    assert not at.exception
    assert "Use this model" in [button.label for button in at.button]


def test_nothing_is_made_for_a_page_that_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: Any) -> None:
        raise AssertionError

    for name in ("report", "notebook", "history_csv", "batches_csv", "curves_of", "SavedNetwork"):
        monkeypatch.setattr(files, name, make)
    at = opened("pages/evaluate.py")
    assert len(at.get("download_button")) == 9
