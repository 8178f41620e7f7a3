"""model.architecture and model.network: shapes and parameters on paper, held against Keras."""

import keras
import pytest

from model.architecture import Architecture, Conv2D, Dense, Flatten, MaxPooling2D
from model.network import build_convnet

OTHERS = [
    Architecture((Flatten(), Dense(10))),
    Architecture((Flatten(), Dense(64), Dense(10))),
    Architecture((Conv2D(5, 5), MaxPooling2D(3), Conv2D(7, 1), Flatten(), Dense(20), Dense(10))),
]


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


def test_relu_between_and_softmax_at_the_end() -> None:
    activations = [
        layer.activation.__name__ for layer in build_convnet().layers if isinstance(layer, keras.layers.Conv2D)
    ]
    assert activations == ["relu"] * 3
    assert build_convnet().layers[-1].activation.__name__ == "softmax"


@pytest.mark.parametrize("architecture", [Architecture(), *OTHERS])
def test_json_and_back(architecture: Architecture) -> None:
    assert Architecture.from_json(architecture.to_json()) == architecture


@pytest.mark.parametrize("layer", [{"kind": "LSTM", "units": 3}, {"kind": "Dense"}, {"kind": "Dense", "unit": 3}])
def test_json_of_no_layer_is_refused(layer: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Architecture.from_json([layer])
