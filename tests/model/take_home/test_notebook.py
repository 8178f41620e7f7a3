"""model.take_home.notebook: executed as a reader would, it ends where the run ended."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import keras
import nbformat
import numpy as np
import pytest
import tensorflow as tf
from nbclient import NotebookClient

from model.data import Mnist
from model.ink import preparation
from model.plan import PRESETS, Architecture, Conv2D, Dense, Flatten, MaxPooling2D, Recipe
from model.plan.recipe import Optimizer
from model.run import PRETRAINED, Record, Result, Run
from model.run.record import packed
from model.take_home.notebook import notebook
from model.take_home.recipe_code import augmentation_code, optimizer_code
from model.training.augmentation import AFFINE, RandomAffine
from model.training.loop import train
from model.training.network import build_convnet
from model.training.optimizers import optimizer_for
from tests.runs import with_fewer_tests

SMALL = Recipe(optimizer="Adam", schedule="one-cycle", learning_rate=0.004, batch_size=30, epochs=2, images=1000)
RECORD = Record(
    recipe=SMALL,
    batch_losses=packed([1.0]),
    batch_accuracies=packed([0.5]),
    epochs=(),
    test=Result(0.5, 0.9),
    seconds=1.0,
)


def nodes(record: Record) -> nbformat.NotebookNode:
    content = nbformat.reads(notebook(record).decode(), as_version=4)
    nbformat.validate(content)
    return content


def code_of(record: Record) -> str:
    return "\n".join(cell.source for cell in nodes(record).cells if cell.cell_type == "code")


def printed(content: nbformat.NotebookNode) -> str:
    return "".join(
        output.text for cell in content.cells for output in cell.get("outputs", []) if output.get("name") == "stdout"
    )


@pytest.fixture(scope="module")
def small_mnist(mnist: Mnist) -> Mnist:
    """What both a run and its notebook learn from and are tested on; the one does what the other did with any images.

    A notebook scales all of them before it chooses some, and reads the test images after each epoch and at the end.
    """
    return replace(with_fewer_tests(mnist), x_train=mnist.x_train[:6000], y_train=mnist.y_train[:6000])


@pytest.fixture
def beside_the_notebook(small_mnist: Mnist, tmp_path: Path) -> Path:
    """A folder with the file that a notebook takes its images from."""
    np.savez(tmp_path / "mnist.npz", **vars(small_mnist))
    return tmp_path


def test_executed_it_ends_at_the_runs_accuracy_and_reads_a_drawing(
    small_mnist: Mnist, beside_the_notebook: Path
) -> None:
    run = train(SMALL, Architecture(), small_mnist, lambda _: None, lambda _: None)
    content = nodes(run.record)
    # Without a time limit of its own: the one for every test is enough.
    NotebookClient(content, timeout=None, resources={"metadata": {"path": str(beside_the_notebook)}}).execute()
    text = printed(content)
    accuracy = re.search(r"^Test accuracy: ([\d.]+)$", text, re.MULTILINE)
    assert accuracy
    assert float(accuracy[1]) == pytest.approx(run.record.test.accuracy, abs=0.005)
    assert run.record.test.accuracy > 0.85
    assert "Read as 7; it is a 7" in text


OTHER = Architecture(
    (Conv2D(8, 5, "same"), MaxPooling2D(3), Conv2D(4, 2), Flatten(), Dense(30), Dense(10)),
)


def test_another_network_and_another_recipe_end_where_their_run_ended(
    small_mnist: Mnist,
    beside_the_notebook: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With changed images, too; the notebook's code, executed in this process."""
    recipe = Recipe(optimizer="AdamW", learning_rate=0.004, batch_size=64, epochs=2, images=1500, augmentation=True)
    run = train(recipe, OTHER, small_mnist, lambda _: None, lambda _: None)
    monkeypatch.chdir(beside_the_notebook)
    names: dict[str, Any] = {"__name__": "notebook"}
    monkeypatch.setitem(sys.modules, "notebook", ModuleType("notebook"))  # where a dataclass looks for its types
    exec(code_of(run.record), names)
    assert names["test_accuracy"] == pytest.approx(run.record.test.accuracy, abs=0.005)
    assert run.record.test.accuracy > 0.5
    assert re.search(r"^Read as \d; it is a 7$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("architecture", [Architecture(), OTHER], ids=["notebook", "other"])
def test_the_code_builds_the_runs_network(architecture: Architecture) -> None:
    """Layer by layer, settings and all, but for the names that Keras counts through."""
    code = code_of(replace(RECORD, architecture=architecture))
    start, end = code.index("inputs = "), code.index("model.summary()")
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(code[start:end], names)  # the notebook's own lines
    expected = build_convnet(architecture)
    assert [settings(layer) for layer in names["model"].layers] == [settings(layer) for layer in expected.layers]
    assert names["model"].count_params() == architecture.parameters


def settings(layer: keras.layers.Layer) -> dict[str, Any]:
    return {"kind": type(layer).__name__} | {
        name: value for name, value in layer.get_config().items() if name not in ("name", "batch_shape", "build_config")
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_a_presets_code_is_python_and_names_its_settings(preset: str) -> None:
    recipe = PRESETS[preset]
    code = code_of(replace(RECORD, recipe=recipe))
    compile(code, preset, "exec")
    assert f"keras.optimizers.{recipe.optimizer}(" in code
    assert ("OneCycle(" in code) == (recipe.schedule == "one-cycle")
    assert f"range({recipe.epochs})" in code
    assert re.search(rf"batch(_size=|\(){recipe.batch_size}\b", code)
    assert ("random.choice" in code) == (recipe.images < 60_000)
    assert ("RandomAffine(AFFINE, SEED)" in code) == recipe.augmentation


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
def test_every_optimizer_is_the_runs_own(optimizer: Optimizer) -> None:
    recipe = Recipe(optimizer=optimizer, learning_rate=0.0125)
    names: dict[str, Any] = {"keras": keras}
    exec(optimizer_code(recipe).splitlines()[0], names)  # the notebook's own line
    expected = optimizer_for(recipe)
    assert type(names["optimizer"]) is type(expected)
    assert names["optimizer"].get_config() | {"name": ""} == expected.get_config() | {"name": ""}


def test_the_images_are_changed_as_in_the_apps_training(mnist: Mnist) -> None:
    names: dict[str, Any] = {"SEED": 3}
    exec(augmentation_code(Recipe(augmentation=True)), names)  # the notebook's own lines
    images = mnist.x_train[:50]
    found, digits = names["changed"](tf.constant(images[..., np.newaxis] / np.float32(255)), mnist.y_train[:50])
    np.testing.assert_array_equal(found, RandomAffine(AFFINE, 3)(tf.constant(images)))
    np.testing.assert_array_equal(digits, mnist.y_train[:50])
    assert np.abs(found[..., 0] - images / 255).max() > 0.5


def test_a_drawing_is_prepared_by_the_apps_own_code_word_for_word() -> None:
    assert Path(preparation.__file__).read_text().rstrip() in [cell.source for cell in nodes(RECORD).cells]


def test_what_a_notebook_cannot_do_again_it_says() -> None:
    def words(record: Record) -> str:
        return "\n".join(cell.source for cell in nodes(record).cells if cell.cell_type == "markdown")

    again = "does again what a run in the app did"
    assert again in words(RECORD)
    assert "stopped early" not in words(RECORD)
    assert "stopped early; the notebook trains to the end" in words(replace(RECORD, stopped=True))
    bundled = words(Run.load(PRETRAINED).record)
    assert "learned from digits that people drew" in bundled
    assert again not in bundled
    brought_back = words(replace(RECORD, brought_back=True, seconds=0.0))
    assert "brought to the app as a file, and read 90.00% of MNIST's test images right" in brought_back
    assert again not in brought_back
    assert "0 seconds" not in brought_back
