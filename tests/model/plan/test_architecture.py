"""model.plan: shapes, parameters, work and receptive fields on paper, held against the network that Keras builds."""

from functools import cache
from random import Random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from model.plan import DIGITS, INPUT_SHAPE, Architecture, Conv2D, Dense, Flatten, ImpossibleNetwork, Layer, MaxPooling2D
from model.plan.architecture import MULTIPLY_ADDS, PARAMETERS, Shape
from model.training.network import build_convnet

OTHERS = [
    Architecture((Flatten(), Dense(10))),
    Architecture((Flatten(), Dense(64), Dense(10))),
    Architecture((Conv2D(5, 5), MaxPooling2D(3), Conv2D(7, 1), Flatten(), Dense(20), Dense(10))),
    Architecture((Conv2D(4, 4, "same"), MaxPooling2D(), Conv2D(6, 3, "same"), Conv2D(5, 2), Flatten(), Dense(10))),
]

RANDOM_DESIGNS = 300


def random_layers(random: Random) -> tuple[Layer, ...]:
    """Any number of convolutions and poolings, possible or not, and then some dense layers."""
    layers: list[Layer] = []
    for _ in range(random.randrange(6)):
        layers.append(Conv2D(random.choice([1, 5, 12]), random.randint(1, 7), random.choice(["valid", "same"])))
        if random.random() < 0.5:
            layers.append(MaxPooling2D(random.choice([2, 2, 2, 3, 4])))
    dense = [Dense(random.choice([1, 7, 30])) for _ in range(random.randrange(3))]
    return (*layers, Flatten(), *dense, Dense(DIGITS))


def test_the_notebooks_network() -> None:
    lines = [(line.output_shape, line.parameters) for line in Architecture().summary]
    assert lines == [
        ((28, 28, 1), 0),
        ((26, 26, 32), 320),
        ((13, 13, 32), 0),
        ((11, 11, 64), 18_496),
        ((5, 5, 64), 0),
        ((3, 3, 128), 73_856),
        ((1152,), 0),
        ((10,), 11_530),
    ]
    assert Architecture().parameters == 104_202
    assert Architecture().multiply_adds == 3_100_032


@pytest.mark.parametrize("architecture", [Architecture(), *OTHERS])
def test_names_shapes_and_parameters_are_those_of_keras(architecture: Architecture) -> None:
    network = build_convnet(architecture)
    expected = [
        (layer.name, type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in network.layers
    ]
    found = [(line.name, line.kind, line.output_shape, line.parameters) for line in architecture.summary]
    assert found == expected
    assert architecture.parameters == network.count_params()


def test_hundreds_of_random_designs_have_the_shapes_and_counts_of_keras_or_are_impossible_there_too() -> None:
    random = Random(6)
    designs = [random_layers(random) for _ in range(RANDOM_DESIGNS)]
    found = [summary_on_paper(layers) for layers in designs]
    assert found == [summary_of_keras(layers) for layers in designs]
    assert RANDOM_DESIGNS / 3 < sum(summary is not None for summary in found) < RANDOM_DESIGNS


def summary_on_paper(layers: tuple[Layer, ...]) -> list[tuple[Shape, int]] | None:
    """Each layer's output shape and parameters; None where a window does not fit."""
    try:
        return [(line.output_shape, line.parameters) for line in Architecture(layers).summary[1:]]
    except ImpossibleNetwork as impossible:
        if "no longer fits" in str(impossible):
            return None
        raise


def summary_of_keras(layers: tuple[Layer, ...]) -> list[tuple[Shape, int]] | None:
    """Each layer's output shape and parameters; None where Keras refuses a layer, or nothing is left after it."""
    shape = INPUT_SHAPE
    summary = []
    for layer in layers:
        line = line_of_keras(layer, shape)
        if line is None or 0 in line[0]:
            return None
        summary.append(line)
        shape = line[0]
    return summary


@cache  # a layer of Keras takes some milliseconds
def line_of_keras(layer: Layer, shape: Shape) -> tuple[Shape, int] | None:
    built = keras_layer(layer)
    try:
        built.build((None, *shape))
        return tuple(built.compute_output_shape((None, *shape))[1:]), built.count_params()
    except ValueError:
        return None


def keras_layer(layer: Layer) -> keras.layers.Layer:
    match layer:
        case Conv2D():
            return keras.layers.Conv2D(layer.filters, layer.kernel_size, padding=layer.padding)
        case MaxPooling2D():
            return keras.layers.MaxPooling2D(layer.pool_size)
        case Flatten():
            return keras.layers.Flatten()
        case Dense():
            return keras.layers.Dense(layer.units)


@pytest.mark.parametrize("architecture", [Architecture(), *OTHERS])
def test_multiply_adds_are_half_of_what_tensorflow_counts(architecture: Architecture) -> None:
    """Its profiler takes a multiplication and an addition for two operations."""
    of_one_image = tf.function(build_convnet(architecture)).get_concrete_function(tf.TensorSpec((1, *INPUT_SHAPE)))
    options = {**tf.compat.v1.profiler.ProfileOptionBuilder.float_operation(), "output": "none"}
    kind = tf.compat.v1.profiler.profile(
        convert_variables_to_constants_v2(of_one_image).graph, options=options, cmd="op"
    )
    operations = {}
    while kind:
        operations[kind.name] = kind.float_ops
        kind = next(iter(kind.children), None)
    assert operations.get("Conv2D", 0) + operations["MatMul"] == 2 * architecture.multiply_adds


@pytest.mark.parametrize("architecture", [Architecture(), *OTHERS])
def test_a_number_changes_with_the_pixels_of_its_receptive_field_and_no_others(architecture: Architecture) -> None:
    """With all weights one, every pixel that a number can see raises it; tried with an image for each row."""
    network = build_convnet(architecture)
    network.set_weights([np.ones(weights.shape) * (weights.ndim > 1) for weights in network.get_weights()])
    network.layers[-1].activation = keras.activations.linear
    rows = np.eye(28, dtype=np.float32)[:, :, np.newaxis, np.newaxis].repeat(28, axis=2)
    outputs = keras.Model(network.input, [layer.output for layer in network.layers])(rows)
    for line, output in zip(architecture.summary, outputs, strict=True):
        field = line.receptive_field
        if line.kind == "Flatten":
            continue
        seen = np.asarray(output).reshape(28, field.numbers, -1).max(axis=2) > 0
        for index in range(field.numbers):
            expected = [row for row in field.pixels(index) if 0 <= row < 28]
            assert np.flatnonzero(seen[:, index]).tolist() == expected, line.name


def test_relu_between_and_softmax_at_the_end() -> None:
    activations = [
        layer.activation.__name__ for layer in build_convnet().layers if isinstance(layer, keras.layers.Conv2D)
    ]
    assert activations == ["relu"] * 3
    assert build_convnet().layers[-1].activation.__name__ == "softmax"


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (
            (*(Conv2D(8), MaxPooling2D()) * 3, Conv2D(8), Flatten(), Dense(10)),
            "After the third pooling 1×1 is left: a 3×3 kernel no longer fits.",
        ),
        (
            (*(Conv2D(8, 3, "same"), MaxPooling2D()) * 5, Flatten(), Dense(10)),
            "After the fifth convolution 1×1 is left: a 2×2 pooling window no longer fits.",
        ),
        ((Conv2D(8, 28), Conv2D(8, 2), Flatten(), Dense(10)), "After the first convolution 1×1 is left"),
        ((MaxPooling2D(14), Conv2D(8, 3), Flatten(), Dense(10)), "After the first pooling 2×2 is left"),
        ((), "A network here has 1 to 20 layers."),
        ((Flatten(),) * 20 + (Dense(10),), "A network here has 1 to 20 layers."),
        ((Flatten(), Dense(11)), "The last layer must be a dense one with ten units"),
        ((Dense(10),), "A dense layer takes a vector: Flatten must come before it."),
        ((Flatten(), MaxPooling2D(), Dense(10)), "MaxPooling2D needs height and width"),
        ((Flatten(), Conv2D(3), Dense(10)), "Conv2D needs height and width"),
        ((Flatten(), Dense(630), Dense(10)), f"This network has 500,860 parameters; up to {PARAMETERS:,}"),
        (
            (Conv2D(64, 5), Conv2D(64, 3), MaxPooling2D(8), Flatten(), Dense(10)),
            f"This network has 18,766,336 multiply-adds an image; up to {MULTIPLY_ADDS:,}",
        ),
        ((Conv2D(128, 1), MaxPooling2D(28), Flatten(), Dense(10)), "This network has 101,402 numbers between"),
    ],
)
def test_why_a_network_is_impossible(layers: tuple[Layer, ...], sentence: str) -> None:
    with pytest.raises(ImpossibleNetwork) as raised:
        Architecture(layers)
    assert str(raised.value).startswith(sentence)


@pytest.mark.parametrize("architecture", [Architecture(), *OTHERS])
def test_json_and_back(architecture: Architecture) -> None:
    assert Architecture.from_json(architecture.to_json()) == architecture


@pytest.mark.parametrize(
    "layer",
    [
        {"kind": "LSTM", "units": 3},
        {"kind": "Dense"},
        {"kind": "Dense", "unit": 3},
        {"kind": "Dense", "units": 0},
        {"kind": "Dense", "units": 1025},
        {"kind": "Dense", "units": "10"},
        {"kind": "Dense", "units": True},
        {"kind": "Conv2D", "filters": 257},
        {"kind": "Conv2D", "filters": 8, "kernel_size": 10**9},
        {"kind": "Conv2D", "filters": 8, "kernel_size": 3.0},
        {"kind": "Conv2D", "filters": 8, "padding": "full"},
        {"kind": "Conv2D", "filters": 8, "padding": []},
        {"kind": "MaxPooling2D", "pool_size": 0},
        "Dense",
        5,
    ],
)
def test_json_of_no_layer_is_refused(layer: Any) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Architecture.from_json([layer, {"kind": "Flatten"}, {"kind": "Dense", "units": 10}])
