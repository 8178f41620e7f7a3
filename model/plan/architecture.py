"""The network on paper: its layers, their output shapes, parameters and work, in plain Python, without TensorFlow."""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any, Literal, get_args

from model.checks import check_count
from model.plan.receptive_field import ReceptiveField
from model.words import ordinal

Shape = tuple[int, ...]
Padding = Literal["valid", "same"]

INPUT_SHAPE: Shape = (28, 28, 1)
DIGITS = 10

FILTERS = (1, 256)
KERNEL_SIZES = (1, 28)
POOL_SIZES = (2, 28)
UNITS = (1, 1024)

# Architectures come from visitors. The limits keep a run's files below 5 MB, its work within about five times the
# notebook's, and the worker, with batches of 1,024 images, at 1.3 GB (with the notebook's network it takes 1.2 GB).
LAYERS = (1, 20)
PARAMETERS = 500_000
MULTIPLY_ADDS = 16_000_000
ACTIVATIONS = 64_000


class ImpossibleNetwork(ValueError):
    """These layers make no network that can be trained here; the message is a sentence that says why."""


@dataclass(frozen=True)
class Conv2D:
    """A convolution: `filters` patterns of kernel_size x kernel_size pixels, looked for everywhere; stride 1, ReLU.

    With padding "valid" no window reaches over the edge, and the map loses a border; with "same" there are zeros around
    the map, so that it keeps its size.
    """

    filters: int
    kernel_size: int = 3
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        check_count("number of filters", self.filters, FILTERS)
        check_count("kernel size", self.kernel_size, KERNEL_SIZES)
        if self.padding not in get_args(Padding):
            raise ValueError(f"The padding must be one of {', '.join(get_args(Padding))}.")

    def output_shape(self, shape: Shape) -> Shape:
        """(height, width, channels) to (height, width, filters)."""
        height, width, _ = shape
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        return (height - lost, width - lost, self.filters)

    def parameters(self, shape: Shape) -> int:
        """One weight for each pixel and channel of the window and one bias, for each filter."""
        return (self.kernel_size**2 * shape[-1] + 1) * self.filters

    def multiply_adds(self, shape: Shape) -> int:
        """One for each weight, at every place that the window stands on; padded zeros count as any number."""
        return prod(self.output_shape(shape)) * self.kernel_size**2 * shape[-1]

    def receptive_field(self, before: ReceptiveField, shape: Shape) -> ReceptiveField:
        # Of an even kernel's padding, the odd one out is at the right and at the bottom.
        padding = (self.kernel_size - 1) // 2 if self.padding == "same" else 0
        return before.after_window(self.kernel_size, 1, self.output_shape(shape)[0], padding)


@dataclass(frozen=True)
class MaxPooling2D:
    """Of every pool_size x pool_size pixels the largest; the rest at the edge is dropped."""

    pool_size: int = 2

    def __post_init__(self) -> None:
        check_count("pool size", self.pool_size, POOL_SIZES)

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = shape
        return (height // self.pool_size, width // self.pool_size, channels)

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """None: it only compares."""
        return 0

    def receptive_field(self, before: ReceptiveField, shape: Shape) -> ReceptiveField:
        return before.after_window(self.pool_size, self.pool_size, self.output_shape(shape)[0])


@dataclass(frozen=True)
class Flatten:
    """The same numbers in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def parameters(self, shape: Shape) -> int:
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        return 0

    def receptive_field(self, before: ReceptiveField, shape: Shape) -> ReceptiveField:
        """As before: a number does not see more for standing in a row."""
        return before


@dataclass(frozen=True)
class Dense:
    """Every unit looks at all that comes in; the last layer is followed by softmax, any other by ReLU."""

    units: int

    def __post_init__(self) -> None:
        check_count("number of units", self.units, UNITS)

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """One weight for each number that comes in and one bias, for each unit."""
        return (prod(shape) + 1) * self.units

    def multiply_adds(self, shape: Shape) -> int:
        return prod(shape) * self.units

    def receptive_field(self, before: ReceptiveField, shape: Shape) -> ReceptiveField:
        """What all the numbers that come in see together."""
        return before.together(INPUT_SHAPE[0])


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


_A_PIXEL = ReceptiveField.of_input(INPUT_SHAPE[0])


@dataclass(frozen=True)
class LayerSummary:
    """One line of the model's summary; shapes without the batch axis.

    Attributes:
        multiply_adds: multiplications, each with its addition, for one image; the biases' additions are not counted.
        receptive_field: what one number of the output sees of the image.
        layer: what the line describes; None for the input.
    """

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int = 0
    receptive_field: ReceptiveField = _A_PIXEL
    layer: Layer | None = None


@dataclass(frozen=True)
class Architecture:
    """The layers between a (28, 28, 1) image and ten probabilities; by default the network of Chollet's notebook.

    Source: F. Chollet, "Deep Learning with Python", second edition, chapter 8, and its notebook.

    Raises:
        ImpossibleNetwork: a layer does not fit on what comes before it, or the network is larger than the limits.
    """

    layers: tuple[Layer, ...] = NOTEBOOK

    def __post_init__(self) -> None:
        fewest, most = LAYERS
        if not fewest <= len(self.layers) <= most:
            raise ImpossibleNetwork(f"A network here has {fewest} to {most} layers.")
        if self.layers[-1] != Dense(DIGITS):
            raise ImpossibleNetwork("The last layer must be a dense one with ten units, one for each digit.")
        shape = INPUT_SHAPE
        for index, layer in enumerate(self.layers):
            _check_fit(layer, shape, self.layers[:index])
            shape = layer.output_shape(shape)
        _check_size("parameters", self.parameters, PARAMETERS)
        _check_size("multiply-adds an image", self.multiply_adds, MULTIPLY_ADDS)
        _check_size("numbers between its layers", sum(map(prod, self.shapes)), ACTIVATIONS)

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
            lines.append(
                LayerSummary(
                    name=base if count == 0 else f"{base}_{count}",
                    kind=kind,
                    input_shape=before,
                    output_shape=after,
                    parameters=layer.parameters(before),
                    multiply_adds=layer.multiply_adds(before),
                    receptive_field=layer.receptive_field(lines[-1].receptive_field, before),
                    layer=layer,
                )
            )
        return tuple(lines)

    @property
    def parameters(self) -> int:
        """All trainable parameters: 104,202 for the notebook's network."""
        return sum(line.parameters for line in self.summary)

    @property
    def multiply_adds(self) -> int:
        """Of all layers, for one image: 3,100,032 for the notebook's network."""
        return sum(line.multiply_adds for line in self.summary)

    def to_json(self) -> list[dict[str, Any]]:
        return [{"kind": type(layer).__name__, **asdict(layer)} for layer in self.layers]

    @classmethod
    def from_json(cls, content: list[dict[str, Any]]) -> "Architecture":
        """The architecture with these layers.

        Raises:
            ImpossibleNetwork: as above.
            ValueError: a layer's setting is out of its limits.
            KeyError, TypeError: a layer's kind or one of its settings does not exist.
        """
        return cls(tuple(_layer(**layer) for layer in content))


def _layer(kind: str, **settings: Any) -> Layer:
    return LAYER_KINDS[kind](**settings)


def _check_fit(layer: Layer, shape: Shape, before: tuple[Layer, ...]) -> None:
    """Raises an ImpossibleNetwork where the layer cannot take this shape."""
    match layer:
        case Conv2D() | MaxPooling2D() if len(shape) == 1:
            raise ImpossibleNetwork(f"{type(layer).__name__} needs height and width, which are gone after Flatten.")
        case Dense() if len(shape) == 3:
            raise ImpossibleNetwork("A dense layer takes a vector: Flatten must come before it.")
        case Conv2D() | MaxPooling2D() if min(layer.output_shape(shape)) < 1:
            size, window = (
                (layer.kernel_size, "kernel") if isinstance(layer, Conv2D) else (layer.pool_size, "pooling window")
            )
            left = f"{shape[0]}×{shape[1]} is left"
            raise ImpossibleNetwork(f"After {_place(before)} {left}: a {size}×{size} {window} no longer fits.")


def _place(layers: tuple[Layer, ...]) -> str:
    """The last of these layers in words, counted among its kind: "the third pooling"."""
    if not layers:
        return "the input"
    last = type(layers[-1])
    number = sum(isinstance(layer, last) for layer in layers)
    what = "convolution" if last is Conv2D else "pooling"
    return f"the {ordinal(number)} {what}"


def _check_size(what: str, number: int, most: int) -> None:
    if number > most:
        raise ImpossibleNetwork(
            f"This network has {number:,} {what}; up to {most:,} can be trained here: take fewer filters or units, "
            "a smaller kernel, or one more pooling."
        )
