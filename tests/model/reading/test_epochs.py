"""model.reading.epochs: the weights of each epoch, in one file and ready to answer."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model.data import Mnist
from model.errors import UnusableFile
from model.plan import Architecture, Dense, Flatten
from model.reading import Classifier
from model.reading.epochs import EPOCHS_FILE, KEPT_EPOCHS, EpochWeights, TimeMachine, kept_epochs
from model.run import RECORDED, Run
from model.run.run import LITERT_FILE


@pytest.fixture(scope="module")
def machine() -> TimeMachine:
    return TimeMachine.load(RECORDED, Architecture())


def test_all_epochs_of_a_short_run_and_thirty_of_a_long_one() -> None:
    assert kept_epochs(5) == set(range(6))
    assert kept_epochs(29) == set(range(30))
    kept = kept_epochs(50)
    assert len(kept) == KEPT_EPOCHS
    assert {0, 50} <= kept


def test_the_recorded_run_from_untrained_to_its_end(machine: TimeMachine, mnist: Mnist) -> None:
    assert list(machine.epochs) == [0, 1, 2, 3, 4, 5]
    images, digits = mnist.x_test[:500], mnist.y_test[:500]
    accuracies = [
        float((machine.classifier(position).probabilities(images).argmax(axis=1) == digits).mean())
        for position in (0, 1, 5)
    ]
    assert accuracies[0] < 0.3
    assert accuracies[1] > 0.95
    whole = Classifier.load(RECORDED).probabilities(images)
    assert np.abs(machine.classifier(5).probabilities(images) - whole).max() < 0.05  # half precision
    assert accuracies[2] == pytest.approx(float((whole.argmax(axis=1) == digits).mean()), abs=0.001)


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04" + bytes(100)])
def test_a_missing_or_damaged_file_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    shutil.copy(RECORDED / LITERT_FILE, tmp_path)
    if content is not None:
        (tmp_path / EPOCHS_FILE).write_bytes(content)
    with pytest.raises(UnusableFile, match=r"^The run's epochs\.npz is missing or damaged[^\n]*\.$"):
        TimeMachine.load(tmp_path, Architecture())


def test_weights_of_another_network_are_a_sentence(tmp_path: Path) -> None:
    shutil.copy(RECORDED / LITERT_FILE, tmp_path)
    small = Architecture((Flatten(), Dense(10)))
    EpochWeights.of([0.0], [np.zeros(small.parameters, np.float32)]).save(tmp_path)
    for architecture in (Architecture(), small):
        with pytest.raises(UnusableFile, match=r"^The weights that this run kept are not its network's[^\n]*\.$"):
            TimeMachine.load(tmp_path, architecture).classifier(0)


def test_what_half_precision_cannot_hold_stays_a_number(tmp_path: Path) -> None:
    EpochWeights.of([0.0, 0.5], [np.array([1e9, -1e9], np.float32)] * 2).save(tmp_path)
    kept = EpochWeights.load(tmp_path)
    assert list(kept.epochs) == [0, 0.5]
    assert np.isfinite(kept.weights).all()


def test_the_recorded_run_is_small() -> None:
    assert sum(file.stat().st_size for file in RECORDED.iterdir()) < 3_000_000
    assert Run.load(RECORDED).record.test.accuracy > 0.985
