"""pages.parts.train.recipe_link: settings in a link, and links that ask for what cannot be."""

from dataclasses import replace

import pytest

from model.plan import FAST, PRESETS
from model.plan.recipe import NOTEBOOK
from pages.parts.train.recipe_link import from_link, to_link


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_opens_what_was_set_up(name: str) -> None:
    recipe = replace(PRESETS[name], learning_rate=0.0123, augmentation=not PRESETS[name].augmentation, seed=7)
    assert from_link(to_link(name, recipe)) == (name, recipe)


def test_a_preset_as_it_is_makes_a_short_link() -> None:
    assert to_link("Too little data", PRESETS["Too little data"]) == {"recipe": "too-little-data"}
    assert from_link({"recipe": "fast"}) == ("Fast", FAST)
    assert from_link({}) == ("Notebook", NOTEBOOK)


@pytest.mark.parametrize(
    "link",
    [
        {"recipe": "magic"},
        {"optimizer": "Magic"},
        {"learning_rate": "nan"},
        {"learning_rate": "1e9"},
        {"epochs": "51"},
        {"epochs": "1.5"},
        {"epochs": ""},
        {"epochs": "9" * 5000},
        {"images": "-1"},
        {"augmentation": "yes"},
        {"seed": "<script>"},
    ],
)
def test_what_cannot_be_is_one_sentence(link: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^The [^\n]*\.$"):
        from_link(link)
