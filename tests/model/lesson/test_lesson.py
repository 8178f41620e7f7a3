"""model.lesson: the two bundled networks are what the page says of them, and can be trained again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data import Mnist
from model.errors import UnusableFile
from model.lesson import ARCHITECTURES, RECIPE, load_lesson_network
from model.lesson.__main__ import rebuild


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_bundled_networks_read_as_well_as_their_records_say(name: str, mnist: Mnist) -> None:
    network = load_lesson_network(name)
    assert network.record.architecture == ARCHITECTURES[name]
    assert network.record.recipe == RECIPE
    read = network.classifier.probabilities(mnist.x_test).argmax(axis=1)
    assert np.mean(read == mnist.y_test) == pytest.approx(network.record.test.accuracy, abs=0.0003)


def test_they_are_about_equally_large() -> None:
    sizes = {name: architecture.parameters for name, architecture in ARCHITECTURES.items()}
    assert sizes == {"convnet": 104_202, "dense": 104_155}
    written = {name: load_lesson_network(name).classifier.weights for name in sizes}
    assert {
        name: sum(layer.kernel.size + layer.bias.size for layer in weights) for name, weights in written.items()
    } == sizes


def test_they_can_be_trained_again(mnist: Mnist, tmp_path: Path) -> None:
    record = rebuild("dense", ARCHITECTURES["dense"], replace(RECIPE, images=2000), mnist, tmp_path)
    network = load_lesson_network("dense", tmp_path)
    assert network.record == record
    assert {file.name for file in (tmp_path / "dense").iterdir()} == {"model.tflite", "run.json"}
    assert [folder.name for folder in tmp_path.iterdir()] == ["dense"]
    assert record.test.accuracy > 0.5


def test_a_damaged_record_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dense").mkdir()
    (tmp_path / "dense/run.json").write_text("{}")
    with pytest.raises(
        UnusableFile, match=r"The lesson's dense network cannot be used: its run.json .* train it again"
    ):
        load_lesson_network("dense", tmp_path)
