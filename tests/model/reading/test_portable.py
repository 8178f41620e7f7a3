"""model.reading.portable: what the page is sent of a network is its very numbers, in as few bytes as hold them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from model.errors import UnusableFile
from model.ink.preparation import prepare_ink
from model.ink.strokes import render_ink
from model.lesson import ARCHITECTURES
from model.lesson import FOLDER as LESSON
from model.plan import Architecture
from model.plan.design import Design
from model.reading import Classifier, Refusal
from model.reading.portable import MOST_WORK, Portable, is_light, pack
from model.reading.refusal import REFUSAL_FILE, STEPS, Head
from model.run import PRETRAINED, RECORDED, Run
from model.run.run import KERAS_FILE
from model.run.weights import LayerWeights
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS

Floats = npt.NDArray[np.float32]

DRAWINGS = [*(strokes for styles in (*DRAWN_DIGITS.values(), *NON_DIGITS.values()) for strokes in styles.values())]


class Unpacked:
    """What a page makes of the bytes, read as `pages/parts/draw/network.js` says they are put together."""

    def __init__(self, portable: Portable) -> None:
        self._content = portable.weights
        self._place = 0
        told = portable.description
        self.network = list(self._layers(told["network"]))
        self.judge = list(self._layers(told["judge"])) if told["judge"] else self.network
        inputs, units = told["head"]
        steps = self._take(inputs * units, "i1").reshape(inputs, units)
        scales, hidden_bias, weights = (self._take(units, "<f4") for _ in range(3))
        bias, threshold = self._take(2, "<f4")
        self.steps = steps
        self.head = Head(steps * scales, hidden_bias, weights, float(bias), float(threshold))
        assert self._place == len(self._content), "there is nothing else"

    def _take(self, count: int, kind: str) -> npt.NDArray[Any]:
        taken = np.frombuffer(self._content, kind, count, self._place)
        self._place += taken.nbytes
        return taken

    def _layers(self, told: dict[str, Any]) -> Iterator[LayerWeights]:
        for line in Architecture.from_json(told["layers"]).summary:
            if not line.parameters:
                continue
            channels_or_units = line.output_shape[-1]
            count = line.parameters - channels_or_units
            if told["inHalves"]:
                low, high = self._take(count, "u1"), self._take(count, "u1")
                kernel = np.stack([low, high], axis=1).tobytes()
                numbers = np.frombuffer(kernel, "<f2").astype(np.float32)
            else:
                numbers = self._take(count, "<f4")
            yield LayerWeights(numbers, self._take(channels_or_units, "<f4"))


def assert_same(unpacked: list[LayerWeights], folder: Path) -> None:
    for taken, layer in zip(unpacked, Classifier.load(folder).weights, strict=True):
        assert np.array_equal(taken.kernel, layer.kernel.ravel())
        assert np.array_equal(taken.bias, layer.bias)


def visitors_run(folder: Path, source: Path) -> Run:
    """As one that was trained here: without a head."""
    shutil.copytree(source, folder)
    (folder / REFUSAL_FILE).unlink(missing_ok=True)
    (folder / KERAS_FILE).touch()  # the lesson's have none, and no page needs it
    return Run.load(folder)


def test_the_bundled_network_comes_back_from_its_bytes() -> None:
    portable = pack(Run.load(PRETRAINED))
    assert portable.description["network"]["inHalves"]
    assert portable.description["judge"] is None
    assert portable.description["network"]["layers"] == Architecture().to_json()
    unpacked = Unpacked(portable)
    assert_same(unpacked.network, PRETRAINED)


def test_the_head_comes_back_in_whole_steps() -> None:
    unpacked, head = Unpacked(pack(Run.load(PRETRAINED))), Head.load(PRETRAINED)
    for name in ("hidden_weights", "hidden_bias", "weights"):
        assert np.array_equal(getattr(unpacked.head, name), getattr(head, name)), name
    assert (unpacked.head.bias, unpacked.head.threshold) == (head.bias, head.threshold)
    assert np.abs(unpacked.steps.astype(int)).max() == STEPS
    assert np.array_equal(head.rounded().hidden_weights, head.hidden_weights), "the bundled one is rounded already"


def test_rounding_a_head_takes_no_weight_further_than_half_a_step() -> None:
    random = np.random.default_rng(2)
    weights = random.normal(size=(50, 8)).astype(np.float32)
    weights[:, 3] = 0
    head = Head(weights, np.zeros(8, np.float32), np.ones(8, np.float32), 0.5, 1.0)
    rounded = head.rounded()
    _, scales = head.in_steps()
    assert (np.abs(rounded.hidden_weights - weights) <= scales * np.float32(0.5001)).all()
    assert not rounded.hidden_weights[:, 3].any()
    assert np.array_equal(rounded.rounded().hidden_weights, rounded.hidden_weights)
    assert (rounded.bias, rounded.threshold) == (head.bias, head.threshold)


def test_what_comes_back_judges_as_the_server_does() -> None:
    """With the very weights, so that what is left is only in which order a page adds."""
    head, network, refusal = Unpacked(pack(Run.load(PRETRAINED))).head, Classifier.load(PRETRAINED), Refusal.load()
    inks = [render_ink(tuple(np.array(stroke, np.float64) for stroke in strokes)) for strokes in DRAWINGS]
    images = np.stack([prepare_ink(ink).image for ink in inks])
    assert head.scores(network.activations_of(-2, images)) == pytest.approx(refusal.scores(images), abs=1e-4)


@pytest.mark.parametrize("source", [RECORDED, LESSON / "convnet", LESSON / "dense"], ids=lambda folder: folder.name)
def test_a_visitor_s_run_is_judged_by_the_bundled_network_and_head(tmp_path: Path, source: Path) -> None:
    run = visitors_run(tmp_path / "run", source)
    portable = pack(run)
    assert portable.description["network"]["layers"] == run.record.architecture.to_json()
    bundled = pack(Run.load(PRETRAINED))
    assert portable.description["judge"] == bundled.description["network"]
    assert portable.description["head"] == bundled.description["head"]
    assert portable.weights.endswith(bundled.weights)
    unpacked = Unpacked(portable)
    assert_same(unpacked.network, run.folder)
    assert_same(unpacked.judge, PRETRAINED)
    assert np.array_equal(unpacked.head.hidden_weights, Head.load(PRETRAINED).hidden_weights)


def test_a_network_that_halves_cannot_hold_goes_whole(tmp_path: Path) -> None:
    run = visitors_run(tmp_path / "run", RECORDED)
    weights = Classifier.load(run.folder).weights
    kernels = [layer.kernel for layer in weights]
    assert any(not np.array_equal(kernel.astype(np.float16), kernel) for kernel in kernels)
    portable = pack(run)
    assert not portable.description["network"]["inHalves"]
    assert portable.description["judge"]["inHalves"]
    of_its_own = len(portable.weights) - len(pack(Run.load(PRETRAINED)).weights)
    assert of_its_own == 4 * sum(layer.kernel.size + layer.bias.size for layer in weights)


@pytest.mark.parametrize(
    ("change", "in_halves"),
    [(0.0, True), (2.0**-14, True), (1e-3, False), (70_000.0, False), (-65_504.0, True), (2.0**-25, False)],
    ids=["nothing", "what a half can hold", "a thousandth", "too large", "the largest", "too small"],
)
def test_halves_only_where_every_weight_is_one(
    change: float, in_halves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = visitors_run(tmp_path / "run", PRETRAINED)
    layers = list(Classifier.load(run.folder).weights)
    kernel = layers[1].kernel.copy()
    kernel.flat[7] = change
    layers[1] = LayerWeights(kernel, layers[1].bias)
    bundled = Classifier.load(PRETRAINED).weights
    own = iter([tuple(layers), bundled])
    monkeypatch.setattr(Classifier, "weights", property(lambda _: next(own)))
    portable = pack(run)
    assert portable.description["network"]["inHalves"] == in_halves
    for taken, layer in zip(Unpacked(portable).network, layers, strict=True):
        assert np.array_equal(taken.kernel, layer.kernel.ravel())


def test_the_page_reads_with_light_networks_only() -> None:
    bundled = Architecture()
    assert is_light(bundled)
    assert all(map(is_light, ARCHITECTURES.values()))
    assert 2 * work(bundled) < MOST_WORK
    heavy = Design.from_text("c32k3p-c112k3-c112k3p-flatten-d32").architecture()
    assert work(heavy) > MOST_WORK
    assert not is_light(heavy)


def work(architecture: Architecture) -> int:
    return sum(line.multiply_adds for line in architecture.summary)


@pytest.mark.parametrize("name", ["model.tflite", REFUSAL_FILE])
def test_a_damaged_run_is_named(finished_run: Path, name: str) -> None:
    (finished_run / name).write_bytes(b"nothing")
    with pytest.raises(UnusableFile, match=name.replace(".", r"\.")):
        pack(Run.load(finished_run))
