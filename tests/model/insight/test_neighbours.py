"""model.insight.neighbours: the training digits nearest to a drawing, against a search through all of them."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from model.data import Mnist
from model.data.training_images import TrainingImages
from model.errors import UnusableFile
from model.insight.neighbours import (
    CANDIDATES,
    NEAREST,
    NEIGHBOURS_FILE,
    Interrupted,
    Neighbours,
    _folded,
    write_neighbours,
)
from model.plan import Architecture, Conv2D, Dense, Flatten
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.training.export import export
from model.training.network import build_convnet

QUERIES = 60


@pytest.fixture(scope="module")
def training() -> TrainingImages:
    return TrainingImages.unpack()


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory, mnist: Mnist, training: TrainingImages
) -> tuple[Path, npt.NDArray[np.intp]]:
    """The bundled run with neighbours of its own, and the true ones of some test digits."""
    folder = Path(shutil.copytree(PRETRAINED, tmp_path_factory.mktemp("run") / "run"))
    (folder / NEIGHBOURS_FILE).unlink(missing_ok=True)
    return folder, write_and_search(folder, 6, mnist, training)


@pytest.fixture(scope="module")
def folder(written: tuple[Path, npt.NDArray[np.intp]]) -> Path:
    return written[0]


def write_and_search(folder: Path, layer: int, mnist: Mnist, training: TrainingImages) -> npt.NDArray[np.intp]:
    """Write the neighbours, and compare some test digits with all training images by the layer: (60, 8) indices.

    The network reads 60,000 images for the file; it would take as long again to have it read them for the comparison.
    """
    queries = Classifier.load(folder).activations_of(layer, mnist.x_test[:QUERIES])
    distances = np.full((QUERIES, len(training)), np.nan, np.float32)
    picked: list[list[int]] = []
    pick, activations_of = TrainingImages.pick, Classifier.activations_of

    def noted(images: TrainingImages, indices: Iterable[int]) -> npt.NDArray[np.uint8]:
        picked.append(list(indices))
        return pick(images, picked[-1])

    def compared(classifier: Classifier, of: int, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        assert of == layer
        assert np.array_equal(images, mnist.x_train[picked[-1]])
        activations = activations_of(classifier, of, images)
        distances[:, picked[-1]] = np.square(activations).sum(axis=1) - 2 * queries @ activations.T
        return activations

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainingImages, "pick", noted)
        patch.setattr(Classifier, "activations_of", compared)
        write_neighbours(folder, training)
    assert np.isfinite(distances).all()
    return np.argpartition(distances, NEAREST, axis=1)[:, :NEAREST]


def loaded(folder: Path) -> Neighbours:
    return Neighbours.load(folder, Classifier.load(folder))


def recall(folder: Path, true: npt.NDArray[np.intp], mnist: Mnist, training: TrainingImages) -> float:
    """The share of the true eight nearest among those found, over the same test digits."""
    neighbours = loaded(folder)
    images = mnist.x_test[:QUERIES].astype(np.float32) / 255
    found = [{each.index for each in neighbours.nearest(image, training)} for image in images]
    return float(np.mean([len(found[row] & set(true[row])) / NEAREST for row in range(QUERIES)]))


def test_nine_of_ten_true_neighbours_are_found(
    written: tuple[Path, npt.NDArray[np.intp]], mnist: Mnist, training: TrainingImages
) -> None:
    assert recall(*written, mnist, training) >= 0.9


def test_a_training_image_is_its_own_nearest(folder: Path, mnist: Mnist, training: TrainingImages) -> None:
    found = loaded(folder).nearest(mnist.x_train[777].astype(np.float32) / 255, training)
    assert (found[0].index, len(found)) == (777, 8)
    assert found[0].distance == pytest.approx(0, abs=1e-3)
    assert [each.distance for each in found] == sorted(each.distance for each in found)


def test_they_are_found_in_a_moment(
    folder: Path, mnist: Mnist, training: TrainingImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by a clock, which would tell of the machine: the network reads the drawing and the candidates, no more."""
    neighbours = loaded(folder)
    read = []
    activations_of = Classifier.activations_of

    def counted(classifier: Classifier, layer: int, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        read.append(len(images))
        return activations_of(classifier, layer, images)

    monkeypatch.setattr(Classifier, "activations_of", counted)
    neighbours.nearest(mnist.x_test[0].astype(np.float32) / 255, training)
    assert sum(read) == 1 + CANDIDATES < 100
    assert (folder / NEIGHBOURS_FILE).stat().st_size < 8_000_000


def test_the_map_shows_2000_digits_and_places_them_as_any_drawing(
    folder: Path, mnist: Mnist, training: TrainingImages
) -> None:
    neighbours = loaded(folder)
    assert neighbours.map.shape == (2000, 2)
    extent = float(np.abs(neighbours.map).max())
    for number in (0, 500, 1999):
        image = mnist.x_train[30 * number].astype(np.float32) / 255
        assert neighbours.place(image) == pytest.approx(neighbours.map[number], abs=0.02 * extent)
    digits = training.digits[::30]
    middles = np.array([neighbours.map[digits == digit].mean(axis=0) for digit in range(10)])
    to_middles = np.linalg.norm(neighbours.map[:, np.newaxis] - middles, axis=2)
    own = to_middles[np.arange(2000), digits].mean()
    assert own < 0.6 * to_middles.mean(), "digits of a kind lie together"


def test_a_network_with_a_large_flatten_has_neighbours_too(
    finished_run: Path, mnist: Mnist, training: TrainingImages
) -> None:
    """And be it one whose filters answer to little, so that many images are all alike to it: the worst of 400 seeds."""
    architecture = Architecture((Conv2D(4), Flatten(), Dense(10)))
    keras.utils.set_random_seed(235)
    export(build_convnet(architecture), finished_run)
    record = replace(Run.load(PRETRAINED).record, architecture=architecture)
    (finished_run / "run.json").write_text(json.dumps(record.to_json()))
    true = write_and_search(finished_run, 2, mnist, training)
    assert recall(finished_run, true, mnist, training) >= 0.9


def test_folding_keeps_distances_about(mnist: Mnist) -> None:
    images = np.tile(mnist.x_test[:40].reshape(40, -1), (1, 10)).astype(np.float32)
    images = images * np.random.default_rng(2).random(images.shape[1], np.float32)
    assert _folded(images).shape == (40, 2048)
    assert np.array_equal(_folded(images[:, :2048]), images[:, :2048])
    exact = np.linalg.norm(images[:20] - images[20:], axis=1)
    assert np.linalg.norm(_folded(images[:20]) - _folded(images[20:]), axis=1) == pytest.approx(exact, rel=0.15)


def test_a_run_without_the_file_says_so(finished_run: Path) -> None:
    (finished_run / NEIGHBOURS_FILE).unlink(missing_ok=True)
    with pytest.raises(UnusableFile, match="neighbours are not here"):
        loaded(finished_run)


@pytest.mark.parametrize("size", [0, 5, 100, 300, 5_000, 400_000])
def test_a_damaged_file_says_so(folder: Path, finished_run: Path, size: int) -> None:
    content = (folder / NEIGHBOURS_FILE).read_bytes()
    (finished_run / NEIGHBOURS_FILE).write_bytes(content[:size])
    with pytest.raises(UnusableFile, match="is damaged"):
        loaded(finished_run)
    (finished_run / NEIGHBOURS_FILE).write_bytes(b"\0" * size + content)
    if size:
        with pytest.raises(UnusableFile, match="is damaged"):
            loaded(finished_run)


def test_another_networks_file_is_refused(folder: Path, finished_run: Path) -> None:
    export(build_convnet(), finished_run)
    shutil.copy(folder / NEIGHBOURS_FILE, finished_run)
    with pytest.raises(UnusableFile, match="belongs to another network"):
        loaded(finished_run)


def test_a_full_disk_leaves_nothing_half_written(
    folder: Path, training: TrainingImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / NEIGHBOURS_FILE).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    monkeypatch.setattr("model.insight.neighbours.LEARNED_FROM", slice(0, 300))
    monkeypatch.setattr(TrainingImages, "__len__", lambda _: 400)
    with pytest.raises(OSError, match="No space"):
        write_neighbours(folder, training)
    assert (folder / NEIGHBOURS_FILE).read_bytes() == before
    assert not list(folder.glob("*.part"))


def test_the_bundled_file_belongs_to_the_bundled_network() -> None:
    assert loaded(PRETRAINED).map.shape == (2000, 2)


def test_a_search_that_is_interrupted_writes_nothing(finished_run: Path, training: TrainingImages) -> None:
    (finished_run / NEIGHBOURS_FILE).unlink()
    before = sorted(finished_run.iterdir())
    answers = iter([False, False, True])
    with pytest.raises(Interrupted):
        write_neighbours(finished_run, training, lambda: next(answers))
    assert sorted(finished_run.iterdir()) == before
