"""model.take_home.notebook: executed as a reader would, it ends where the run ended."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import nbformat
import pytest
from nbclient import NotebookClient

from model import drawing
from model.architecture import Architecture
from model.data import MNIST_FILE, Mnist
from model.network import build_convnet
from model.recipe import PRESETS, Recipe
from model.run import PRETRAINED, Record, Result, Run, packed
from model.take_home.notebook import notebook
from model.training import train

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


def test_executed_it_ends_at_the_runs_accuracy_and_reads_a_drawing(mnist: Mnist, tmp_path: Path) -> None:
    run = train(SMALL, Architecture(), mnist, lambda _: None, lambda _: None)
    content = nodes(run.record)
    (tmp_path / "mnist.npz").symlink_to(MNIST_FILE)
    NotebookClient(content, timeout=100, resources={"metadata": {"path": str(tmp_path)}}).execute()
    text = printed(content)
    accuracy = re.search(r"^Test accuracy: ([\d.]+)$", text, re.MULTILINE)
    assert accuracy
    assert float(accuracy[1]) == pytest.approx(run.record.test.accuracy, abs=0.005)
    assert run.record.test.accuracy > 0.85
    assert "Read as 7; it is a 7" in text


def test_the_code_builds_the_runs_network() -> None:
    """Layer by layer, settings and all, but for the names that Keras counts through."""
    code = code_of(RECORD)
    start, end = code.index("inputs = "), code.index("model.summary()")
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(code[start:end], names)  # the notebook's own lines
    expected = build_convnet(RECORD.architecture)
    assert [settings(layer) for layer in names["model"].layers] == [settings(layer) for layer in expected.layers]
    assert names["model"].count_params() == RECORD.architecture.parameters


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
    assert ("_OneCycle(" in code) == (recipe.schedule == "one-cycle")
    assert f"range({recipe.epochs})" in code
    assert f"batch_size={recipe.batch_size}" in code
    assert ("random.choice" in code) == (recipe.images < 60_000)


def test_a_drawing_is_prepared_by_the_apps_own_code_word_for_word() -> None:
    assert Path(drawing.__file__).read_text().rstrip() in [cell.source for cell in nodes(RECORD).cells]


def test_what_a_notebook_cannot_do_again_it_says() -> None:
    def words(record: Record) -> str:
        return "\n".join(cell.source for cell in nodes(record).cells if cell.cell_type == "markdown")

    assert "stopped early" not in words(RECORD)
    assert "stopped early" in words(replace(RECORD, stopped=True))
    assert "learned from digits that people drew" in words(Run.load(PRETRAINED).record)
