"""model.take_home.files: every file of a run opens as what it is, and nothing is made before it is asked for."""

import io
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from model.data import Mnist
from model.errors import UnusableFile
from model.insight.handwriting import JudgedDigit
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.weights_file import SavedNetwork
from model.take_home import files

CONTENTS = {file.name: file.make for file in files.files_of(Run.load(PRETRAINED))}


def test_the_weights_are_the_keras_files(tmp_path: Path) -> None:
    saved = SavedNetwork.unpack(CONTENTS["weights.npz"]())
    (tmp_path / "model.keras").write_bytes(CONTENTS["model.keras"]())
    expected = keras.saving.load_model(tmp_path / "model.keras").get_weights()
    found = [array for layer in saved.weights for array in (layer.kernel, layer.bias)]
    for array, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(array, other)


def test_the_litert_file_answers(mnist: Mnist) -> None:
    answers = Classifier(CONTENTS["model.tflite"]()).probabilities(mnist.x_test[:20]).argmax(axis=1)
    np.testing.assert_array_equal(answers, mnist.y_test[:20])


def test_the_other_files_are_what_their_names_say() -> None:
    with Image.open(io.BytesIO(CONTENTS["curves.png"]()), formats=["PNG"]) as image:
        assert image.size == (1920, 800)
    assert CONTENTS["curves.svg"]().startswith(b"<svg ")
    assert json.loads(CONTENTS["notebook.ipynb"]())["nbformat"] == 4
    record = Run.load(PRETRAINED).record
    assert CONTENTS["history.csv"]().count(b"\n") == 1 + len(record.epochs)
    assert CONTENTS["batches.csv"]().count(b"\n") == 1 + len(record.batch_losses)
    assert CONTENTS["report.html"]().startswith(b"<!DOCTYPE html>")
    assert len(CONTENTS) == 9


def test_nothing_is_read_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: Any) -> None:
        raise AssertionError

    run = Run.load(PRETRAINED)
    for name in ("Classifier", "load_test_digits", "report", "evaluate"):
        monkeypatch.setattr(files, name, read)
    monkeypatch.setattr(Path, "read_bytes", read)
    assert files.files_of(run)


def test_the_runs_own_network_reads_the_visitors_digits(mnist: Mnist) -> None:
    digits = [JudgedDigit(mnist.x_test[index], b"", int(mnist.y_test[index]), None) for index in range(30)]
    page = files.files_of(Run.load(PRETRAINED), digits)[0].make()
    assert b"It reads 30 of 30 right. The last 28:" in page


def test_of_a_run_that_has_gone_a_sentence_is_left(finished_run: Path) -> None:
    gone = {file.name: file.make for file in files.files_of(Run.load(finished_run))}
    for file in finished_run.iterdir():
        file.unlink()
    for name in ("model.keras", "model.tflite", "weights.npz", "report.html"):
        with pytest.raises(UnusableFile, match=r"^[^\n]*\.$"):
            gone[name]()
