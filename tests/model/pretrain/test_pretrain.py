"""Tests of model/pretrain: the bundled model can be rebuilt."""

import json
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest

from model.data import Mnist
from model.errors import UnusableFile
from model.ink.drawn_digits import DrawnDigit
from model.ink.strokes import BRUSH_WIDTHS, bounds
from model.plan import Architecture
from model.pretrain.__main__ import ProgressBar, rebuild, rebuild_head
from model.pretrain.batches import Source, shuffled_batches
from model.pretrain.cycles import CALL, Cycle, Pretraining, Progress, Settings
from model.pretrain.head import HeadSettings
from model.pretrain.letter_styles import letter_like_a_digit
from model.pretrain.material import Plan, gather
from model.pretrain.normalised import build_normalised, folded
from model.pretrain.renderings import Labelled
from model.pretrain.training import logits_and_activations
from model.reading import Classifier, Refusal
from model.reading.refusal import REFUSAL_FILE, Head
from model.run import PRETRAINED, Run
from model.run.run import RECORD_FILE
from model.training.network import build_convnet
from tests.drawn_digits import DRAWN_DIGITS

# The first cycle takes two calls, a whole one and a rest, and the second one a rest; no more of a call's batches are
# trained on than that takes, since nothing here asks how well the network learned.
SMALL = Plan(held_out_images=500, copies=2, composed=80, non_digits=60, batches=(CALL + 1, 3), reports=1)

DIGITS = [
    DrawnDigit(digit, f"writer {number}", "here", tuple(np.array(stroke, np.float64) for stroke in strokes), None)
    for digit, styles in DRAWN_DIGITS.items()
    for number, strokes in enumerate(styles.values())
]


@pytest.fixture
def few(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebuilding takes of everything no more than goes through every step: of MNIST, of a batch, and of the head's."""
    some = Mnist(mnist.x_train[:2000], mnist.y_train[:2000], mnist.x_test[:500], mnist.y_test[:500])
    monkeypatch.setattr("model.pretrain.__main__.load_mnist", lambda: some)
    monkeypatch.setattr("model.pretrain.training.Settings", partial(Settings, batch_size=64))
    monkeypatch.setattr("model.pretrain.head.HeadSettings", partial(HeadSettings, epochs=3))


def silent(title: str, done: float) -> None:
    assert title
    assert 0 <= done <= 1


def test_the_bundled_run_records_figures_that_it_is_held_to() -> None:
    record = Run.load(PRETRAINED).record
    figures = json.loads((PRETRAINED / RECORD_FILE).read_text())["pretraining"]["figures"]
    drawn = figures["drawn"]
    assert figures["mnist_test"]["accuracy"] == record.test.accuracy >= 0.996
    assert drawn["accuracy"] == record.drawn_accuracy
    assert drawn["by_width"].keys() == {str(width) for width in BRUSH_WIDTHS}
    assert min(drawn["by_width"].values()) >= 0.988
    assert drawn["calibration_error"] <= 0.01
    assert drawn["refused"] <= 0.01


def test_held_out_digits_are_not_learned_from_before_they_may_be(mnist: Mnist) -> None:
    material = gather(SMALL, mnist, DIGITS, silent)
    assert len(material.writers) == 1
    held_out = [digit for digit in DIGITS if digit.writer in material.writers]
    assert len(material.held_out_drawn) == 8 * len(held_out)
    assert len(material.joining) == SMALL.copies * len(held_out)
    assert len(material.drawn) == SMALL.copies * (len(DIGITS) - len(held_out))
    assert (len(material.mnist), len(material.held_out_mnist)) == (59_500, 500)
    assert np.sum(material.mnist.images) + np.sum(material.held_out_mnist.images) == np.sum(mnist.x_train)


def test_the_same_seed_gives_the_same_network(mnist: Mnist) -> None:
    source = [Source("mnist", Labelled(mnist.x_train[:2000], mnist.y_train[:2000]), 1.0)]
    weights = []
    for _ in range(2):
        training = Pretraining(Settings(), seed=5)
        reports: list[Progress] = []
        training.train(source, Cycle(batches=6, peak=0.003), reports.append)
        after_one = training.network().get_weights()
        training.train(source, Cycle(batches=2, peak=0.001), reports.append)
        assert [report.batches for report in reports] == [6, 2]
        weights.append(training.network().get_weights())
        # The rate began anew: where the first cycle ended, nothing more would be learned. Of the last kernel, which no
        # normalisation goes into.
        assert not np.array_equal(weights[-1][-2], after_one[-2])
    for first, second in zip(*weights, strict=True):
        assert np.array_equal(first, second)


def test_the_temperature_divides_the_logits_and_adds_no_parameters(mnist: Mnist) -> None:
    training = Pretraining(Settings(), seed=1, bfloat16=False)
    plain, divided = training.network(), training.network(temperature=2)
    images = mnist.x_train[:20]
    logits, activations = logits_and_activations(plain, images)
    assert activations.shape == (20, 1152)
    assert logits_and_activations(divided, images)[0] == pytest.approx(logits / 2, abs=1e-5)
    assert divided.count_params() == Architecture().parameters == 104_202
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
    assert plain(images[..., None] / np.float32(255)).numpy() == pytest.approx(expected, abs=1e-5)


def test_the_normalisation_goes_into_the_plain_weights(mnist: Mnist) -> None:
    keras.utils.set_random_seed(3)
    normalised = build_normalised()
    random = np.random.default_rng(3)
    for layer in normalised.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            shape = layer.get_weights()[0].shape
            layer.set_weights([random.normal(0, 0.5, shape), random.normal(0, 0.2, shape), random.gamma(1, 0.3, shape)])
    images = mnist.x_test[:100]
    expected = normalised(images[..., None] / np.float32(255), training=False).numpy()
    plain = folded(normalised)
    assert logits_and_activations(plain, images)[0] == pytest.approx(expected, abs=1e-4)
    assert [layer.name for layer in plain.layers] == [layer.name for layer in build_convnet().layers]


def test_every_image_is_shown_once_before_any_is_shown_again() -> None:
    def source(name: str, count: int, share: float) -> Source:
        return Source(name, Labelled(np.zeros((count, 28, 28), np.uint8), np.zeros(count, np.uint8)), share)

    sources = [source("many", 60, 0.75), source("few", 10, 0.25)]
    calls = list(shuffled_batches(sources, batch_size=20, batches=8, at_once=3, seed=(1, 2)))
    assert [call.shape for call in calls] == [(3, 20), (3, 20), (2, 20)]
    batches = np.concatenate(calls)
    assert ((batches >= 60).sum(axis=1) == 5).all()
    assert np.bincount(batches.ravel()).tolist() == [2] * 60 + [4] * 10
    again = shuffled_batches(sources, batch_size=20, batches=8, at_once=3, seed=(1, 2))
    assert np.array_equal(np.concatenate(list(again)), batches)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("digits", [DIGITS, []])
def test_a_run_can_be_rebuilt_with_and_without_drawn_digits(
    tmp_path: Path, digits: list[DrawnDigit], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pretrained"
    about = rebuild(SMALL, digits, DIGITS[:10], folder, ProgressBar())
    record = Run.load(folder).record
    assert record.test.accuracy == about["figures"]["mnist_test"]["accuracy"]
    assert (
        json.loads((folder / "run.json").read_text())["pretraining"]["chosen_on_held_out"]
        == about["chosen_on_held_out"]
    )
    images = np.random.default_rng(1).random((5, 28, 28)).astype(np.float32)
    assert Classifier.load(folder).probabilities(images).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert Refusal.load(folder).scores(images).shape == (5,)
    assert "Training, cycle 2 of 2" in capfd.readouterr().err
    head = Head.load(folder)
    assert about["chosen_on_held_out"]["refusal_threshold"] == head.threshold
    if not digits:
        return
    # Taught again without the network's training, by what the head alone needs, it is the same head.
    written = (folder / RECORD_FILE).read_bytes()
    (folder / REFUSAL_FILE).unlink()
    rebuild_head(SMALL, digits, DIGITS[:10], folder, ProgressBar())
    assert (folder / RECORD_FILE).read_bytes() == written
    again = Head.load(folder)
    assert np.array_equal(again.hidden_weights, head.hidden_weights)
    assert (again.bias, again.threshold) == (head.bias, head.threshold)


def test_a_head_alone_is_taught_only_where_the_network_was_pretrained(finished_run: Path) -> None:
    record = json.loads((finished_run / RECORD_FILE).read_text())
    del record["pretraining"]
    (finished_run / RECORD_FILE).write_text(json.dumps(record))
    before = (finished_run / REFUSAL_FILE).read_bytes()
    with pytest.raises(UnusableFile, match="was not made by"):
        rebuild_head(SMALL, [], [], finished_run, ProgressBar())
    assert (finished_run / REFUSAL_FILE).read_bytes() == before


def test_letters_that_come_near_to_a_digit_are_of_its_size() -> None:
    random = np.random.default_rng(4)
    for _ in range(100):
        low, high = bounds(letter_like_a_digit(random))
        width, height = high - low
        assert 0.7 < height < 1.4
        assert 0.2 < width < 2 * height
