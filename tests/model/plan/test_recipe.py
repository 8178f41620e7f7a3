"""model.plan.recipe: settings and their limits."""

from typing import Any

import pytest

from model.plan import FAST, PRESETS, Recipe
from model.plan.recipe import NOTEBOOK


def test_the_notebooks_recipe() -> None:
    assert Recipe(optimizer="RMSprop", learning_rate=0.001, batch_size=64, epochs=5, images=60_000) == NOTEBOOK
    assert NOTEBOOK.schedule == "constant"
    assert NOTEBOOK.batches == 938


def test_fast_is_one_epoch() -> None:
    assert FAST.epochs == 1
    assert FAST.batches == 469


@pytest.mark.parametrize("recipe", PRESETS.values())
def test_json_and_back(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("optimizer", "Magic"),
        ("schedule", None),
        ("learning_rate", 0.0),
        ("learning_rate", 1.1),
        ("learning_rate", float("nan")),
        ("learning_rate", "0.001"),
        ("batch_size", 15),
        ("batch_size", 1025),
        ("batch_size", 64.0),
        ("epochs", 0),
        ("epochs", 51),
        ("epochs", True),
        ("images", 499),
        ("images", 60_001),
        ("seed", -1),
        ("weights", "stolen"),
    ],
)
def test_a_setting_out_of_its_limits_gives_one_sentence(setting: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^The(re)? [^\n]*\.$"):
        Recipe.from_json({setting: value})
