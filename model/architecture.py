"""The network on paper: its layers, their output shapes and parameters, in plain Python, without TensorFlow."""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any

Shape = tuple[int, ...]

INPUT_SHAPE: Shape = (28, 28, 1)
DIGITS = 10


@dataclass(frozen=True)
class Conv2D:
    """A convolution: `filters` patterns of kernel_size x kernel_size pixels, looked for everywhere; stride 1, ReLU."""

    filters: int
    kernel_size: int = 3

    def output_shape(self, shape: Shape) -> Shape:
        """(height, width, channels) to (height, width, filters); no window reaches over the edge."""
        height, width, _ = shape
        lost = self.kernel_size - 1
        return (height - lost, width - lost, self.filters)

    def parameters(self, shape: Shape) -> int:
        """One weight for each pixel and channel of the window and one bias, for each filter."""
        return (self.kernel_size**2 * shape[-1] + 1) * self.filters


@dataclass(frozen=True)
class MaxPooling2D:
    """Of every pool_size x pool_size pixels the largest; the rest at the edge is dropped."""

    pool_size: int = 2

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = shape
        return (height // self.pool_size, width // self.pool_size, channels)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Flatten:
    """The same numbers in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dense:
    """Every unit looks at all that comes in; the last one is followed by softmax."""

    units: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """One weight for each number that comes in and one bias, for each unit."""
        return (prod(shape) + 1) * self.units


Layer = Conv2D | MaxPooling2D | Flatten | Dense

LAYER_KINDS: dict[str, type[Layer]] = {kind.__name__: kind for kind in (Conv2D, MaxPooling2D, Flatten, Dense)}
KERAS_NAMES = {"Conv2D": "conv2d", "MaxPooling2D": "max_pooling2d", "Flatten": "flatten", "Dense": "dense"}

NOTEBOOK: tuple[Layer, ...] = (
    Conv2D(32),
    MaxPooling2D(),
    Conv2D(64),
    MaxPooling2D(),
    Conv2D(128),
    Flatten(),
    Dense(DIGITS),
)


@dataclass(frozen=True)
class LayerSummary:
    """One line of the model's summary; shapes without the batch axis."""

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    parameters: int


@dataclass(frozen=True)
class Architecture:
    """The layers between a (28, 28, 1) image and ten probabilities; by default the network of Chollet's notebook.

    Source: F. Chollet, "Deep Learning with Python", second edition, chapter 8, and its notebook.
    """

    layers: tuple[Layer, ...] = NOTEBOOK

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The input's shape and then each layer's output shape."""
        shapes = [INPUT_SHAPE]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes)

    @cached_property
    def summary(self) -> tuple[LayerSummary, ...]:
        """One entry a layer, the input first, named as Keras names a fresh model's layers."""
        lines = [LayerSummary("input_layer", "InputLayer", INPUT_SHAPE, INPUT_SHAPE, 0)]
        seen: dict[str, int] = {}
        for layer, (before, after) in zip(self.layers, pairwise(self.shapes), strict=True):
            kind = type(layer).__name__
            base = KERAS_NAMES[kind]
            count = seen.get(base, 0)
            seen[base] = count + 1
            name = base if count == 0 else f"{base}_{count}"
            lines.append(LayerSummary(name, kind, before, after, layer.parameters(before)))
        return tuple(lines)

    @property
    def parameters(self) -> int:
        """All trainable parameters: 104,202 for the notebook's network."""
        return sum(line.parameters for line in self.summary)

    def to_json(self) -> list[dict[str, Any]]:
        return [{"kind": type(layer).__name__, **asdict(layer)} for layer in self.layers]

    @classmethod
    def from_json(cls, content: list[dict[str, Any]]) -> "Architecture":
        """The architecture with these layers.

        Raises:
            KeyError, TypeError: a layer's kind or one of its settings does not exist.
        """
        return cls(tuple(_layer(**layer) for layer in content))


def _layer(kind: str, **settings: int) -> Layer:
    return LAYER_KINDS[kind](**settings)
