"""What is to be trained, on paper: networks with their shapes and parameters, and recipes to train them."""

from model.plan.architecture import (
    DIGITS,
    INPUT_SHAPE,
    Architecture,
    Conv2D,
    Dense,
    Flatten,
    ImpossibleNetwork,
    Layer,
    LayerSummary,
    MaxPooling2D,
)
from model.plan.recipe import FAST, PRESETS, Recipe

__all__ = [
    "DIGITS",
    "FAST",
    "INPUT_SHAPE",
    "PRESETS",
    "Architecture",
    "Conv2D",
    "Dense",
    "Flatten",
    "ImpossibleNetwork",
    "Layer",
    "LayerSummary",
    "MaxPooling2D",
    "Recipe",
]
