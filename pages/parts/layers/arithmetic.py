"""A layer in words and figures: its line of Keras, and how its size, its parameters and its work come about."""

from math import prod

from model.plan import INPUT_SHAPE, Architecture, Conv2D, Dense, Flatten, Layer, LayerSummary, MaxPooling2D
from model.words import counted


def keras_lines(architecture: Architecture) -> list[str]:
    """The network in Keras's Functional API, a line a layer, the input's first."""
    lines = [f"inputs = keras.Input(shape={INPUT_SHAPE})"]
    last = len(architecture.layers) - 1
    for index, layer in enumerate(architecture.layers):
        before = "x" if index else "inputs"
        after = "outputs" if index == last else "x"
        lines.append(f"{after} = layers.{_call(layer, is_last=index == last)}({before})")
    return lines


def _call(layer: Layer, *, is_last: bool) -> str:
    match layer:
        case Conv2D():
            padding = ', padding="same"' if layer.padding == "same" else ""
            return f'Conv2D({layer.filters}, {layer.kernel_size}{padding}, activation="relu")'
        case MaxPooling2D():
            return f"MaxPooling2D({layer.pool_size})"
        case Flatten():
            return "Flatten()"
        case Dense():
            return f'Dense({layer.units}, activation="{"softmax" if is_last else "relu"}")'


def size_sum(line: LayerSummary) -> str:
    """How height and width, or the length, of the output come about; empty for the input."""
    before, after = line.input_shape, line.output_shape
    match line.layer:
        case Conv2D(padding="same"):
            return f"{before[0]} stays {after[0]}"
        case Conv2D(kernel_size=size):
            return f"({before[0]} - {size}) + 1 = {after[0]}"
        case MaxPooling2D(pool_size=size):
            rest = before[0] % size
            return f"{before[0]} / {size} = {after[0]}" + (f", rest {rest}" if rest else "")
        case Flatten():
            return f"{_product(before)} = {after[0]:,}"
        case Dense():
            return f"{after[0]} units"
        case None:
            return ""


def parameter_sum(line: LayerSummary) -> str:
    """(weights of one filter or unit + its bias), times how many there are; empty where there is none."""
    match line.layer:
        case Conv2D(filters=filters, kernel_size=size):
            window = _product((size, size, line.input_shape[-1]))
            return f"({window} + 1)·{filters} = {line.parameters:,}"
        case Dense(units=units):
            return f"({prod(line.input_shape):,} + 1)·{units} = {line.parameters:,}"
        case _:
            return ""


def work_sum(line: LayerSummary) -> str:
    """Places of the window, times what is multiplied there; empty where nothing is."""
    match line.layer:
        case Conv2D(kernel_size=size):
            window = _product((size, size, line.input_shape[-1]))
            return f"{_product(line.output_shape)}·({window}) = {line.multiply_adds:,}"
        case Dense(units=units):
            return f"{prod(line.input_shape):,}·{units} = {line.multiply_adds:,}"
        case _:
            return ""


def why(line: LayerSummary, *, is_last: bool) -> str:
    """What the layer does with what comes in, in a sentence or two."""
    before = line.input_shape
    match line.layer:
        case None:
            return "Height, width and channels: a single channel, as the drawing is grey."
        case Conv2D(filters=filters, kernel_size=size, padding=padding):
            channels = f"{counted(filters, 'filter')}, so {counted(filters, 'channel')}."
            if size == 1:
                return f"{channels} A window of one pixel fits everywhere: height and width stay."
            if padding == "same":
                return f"{channels} Zeros around the map let the window stand at its edge: height and width stay."
            fewer = f"{counted(size - 1, 'row')} and {counted(size - 1, 'column')} fewer"
            return f"{channels} The {size}×{size} window stands only where all its pixels are inside: {fewer}."
        case MaxPooling2D(pool_size=size):
            rest = before[0] % size
            dropped = " The rest at the right and at the bottom is dropped." if rest else ""
            return f"Of every {size}×{size} pixels the largest; the channels stay.{dropped}"
        case Flatten():
            return "The same numbers in one row, since a dense layer takes a vector."
        case Dense():
            weighs = f"Each unit weighs all {prod(before):,} numbers that come in"
            return f"{weighs}; softmax turns the ten sums into probabilities." if is_last else f"{weighs}."


def sees(line: LayerSummary) -> str:
    """The receptive field of one number of the output, in pixels of the image."""
    image = INPUT_SHAPE[0]
    field = line.receptive_field
    if line.layer is None:
        return "itself"
    if field.size >= image:
        # Where the layers pad, a number at the edge looks past the image, too.
        sees_all = field.pixels(0).stop >= image and field.pixels(field.numbers - 1).start <= 0
        return f"{'all' if sees_all else 'up to'} {image}×{image} pixels"
    pixels = f"{field.size}×{field.size} {'pixel' if field.size == 1 else 'pixels'}"
    return f"{pixels}: what pooling dropped is lost" if isinstance(line.layer, Dense) else pixels


def _product(factors: tuple[int, ...]) -> str:
    return "·".join(f"{factor:,}" for factor in factors)
