"""A recipe in a link: the preset's name, and each setting that differs from it."""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from model.plan import PRESETS, Recipe

PRESET = "recipe"
FIELDS = tuple(field.name for field in fields(Recipe))


def slug(name: str) -> str:
    """A preset's name as it stands in a link."""
    return name.lower().replace(" ", "-")


def to_link(name: str, recipe: Recipe) -> dict[str, str]:
    """The query parameters for a recipe that began as this preset."""
    changed = {field: getattr(recipe, field) for field in recipe.differences(PRESETS[name])}
    return {PRESET: slug(name)} | {field: _text(value) for field, value in changed.items()}


def from_link(parameters: Mapping[str, str]) -> tuple[str, Recipe]:
    """The preset's name and the recipe that these query parameters ask for.

    Raises:
        ValueError: there is no such preset, or a setting is out of its limits; the message is a sentence.
    """
    names = {slug(name): name for name in PRESETS}
    asked = parameters.get(PRESET, "notebook")
    if asked not in names:
        raise ValueError(f"The recipe must be one of {', '.join(names)}.")
    preset = PRESETS[names[asked]]
    settings = {field: _value(field, parameters[field], preset) for field in FIELDS if field in parameters}
    return names[asked], replace(preset, **settings)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _value(field: str, text: str, preset: Recipe) -> Any:
    """Of the setting's own type; what cannot be read as one stays text, which the recipe then refuses."""
    kind = type(getattr(preset, field))
    if kind is bool:
        return {"on": True, "off": False}.get(text, text)
    try:
        value = kind(text)
    except ValueError:
        return text
    return text if kind is float and not math.isfinite(value) else value
