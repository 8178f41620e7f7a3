"""The weights in a LiteRT file, in Keras's layouts: read and exchanged without TensorFlow."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from model.plan import Architecture, Conv2D, Layer, LayerSummary

Floats = npt.NDArray[np.float32]

_CONVOLUTION = schema.BuiltinOperator.CONV_2D
_DENSE = schema.BuiltinOperator.FULLY_CONNECTED

# By the number of axes: of a bias, of a dense layer's kernel, of a convolution's.
_TO_KERAS = {1: (0,), 2: (1, 0), 4: (1, 2, 3, 0)}
_TO_LITERT = {1: (0,), 2: (1, 0), 4: (3, 0, 1, 2)}


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """What one layer has learned; read-only arrays.

    Attributes:
        kernel: (kernel_size, kernel_size, input channels, filters) float32 of a convolution, (inputs, units) of a dense
            layer.
        bias: (filters,) or (units,) float32.
    """

    kernel: Floats
    bias: Floats


def weights_of(content: bytes) -> tuple[LayerWeights, ...]:
    """The weights of each convolution and dense layer of a network, in the order of the layers.

    LiteRT has a convolution's kernel as (filters, height, width, channels) and a dense one transposed. The layers are
    found by the operations that use them, as constants of the same content may share one place in the file.

    Args:
        content: of a LiteRT file that the interpreter takes.
    """
    network = schema.Model.GetRootAs(content)
    return tuple(_layers(network))


def by_layer(architecture: Architecture, weights: tuple[LayerWeights, ...]) -> dict[str, LayerWeights]:
    """The weights under the name of the layer that they belong to.

    Raises:
        ValueError: they are another network's.
    """
    lines = [line for line in architecture.summary if line.parameters]
    if [_sizes(line) for line in lines] != [(layer.kernel.size, layer.bias.size) for layer in weights]:
        raise ValueError("these are not the weights of this architecture")
    return {line.name: layer for line, layer in zip(lines, weights, strict=True)}


def unpacked(numbers: npt.NDArray[np.floating[Any]], architecture: Architecture) -> tuple[LayerWeights, ...]:
    """The weights of each layer from all of a network's in one row, as `keras.Model.get_weights` orders them.

    Args:
        numbers: (parameters,) of any float type.

    Raises:
        ValueError: there are more or fewer of them than this architecture has.
    """
    if numbers.shape != (architecture.parameters,):
        raise ValueError("these are not the weights of this architecture")
    layers, start = [], 0
    for layer, line in zip(architecture.layers, architecture.summary[1:], strict=True):
        if not line.parameters:
            continue
        weights, biases = _sizes(line)
        kernel = numbers[start : start + weights].reshape(kernel_shape(layer, line))
        bias = numbers[start + weights : start + weights + biases]
        layers.append(LayerWeights(_read_only(kernel), _read_only(bias)))
        start += weights + biases
    return tuple(layers)


def kernel_shape(layer: Layer, line: LayerSummary) -> tuple[int, ...]:
    """Of a layer that has weights, in Keras's layout."""
    if isinstance(layer, Conv2D):
        return (layer.kernel_size, layer.kernel_size, line.input_shape[-1], layer.filters)
    return (prod(line.input_shape), line.output_shape[-1])


def exchanged(content: bytes, weights: tuple[LayerWeights, ...]) -> bytes:
    """The LiteRT file with other weights: they are written over its own, which takes a millisecond.

    Raises:
        ValueError: the file is of another network, or two of its layers share their weights' place.
    """
    result = bytearray(content)
    flat = np.frombuffer(result, np.uint8)
    places = [place for pair in _places(schema.Model.GetRootAs(result)) for place in pair[:2]]
    arrays = [array for layer in weights for array in (layer.kernel, layer.bias)]
    if len(arrays) != len(places) or len({_start(place) for place in places}) < len(places):
        raise ValueError("these weights have no place of their own in this file")
    for place, array in zip(places, arrays, strict=True):
        start = _start(place) - _start(flat)
        numbers = array.transpose(_TO_LITERT[array.ndim]).astype(np.float32)
        if numbers.shape != place.shape:
            raise ValueError("these are the weights of another network")
        flat[start : start + numbers.nbytes] = np.frombuffer(numbers.tobytes(), np.uint8)
    return bytes(result)


def _sizes(line: LayerSummary) -> tuple[int, int]:
    biases = line.output_shape[-1]
    return line.parameters - biases, biases


def _layers(network: Any) -> Iterator[LayerWeights]:
    for kernel, bias in _places(network):
        yield LayerWeights(_read_only(kernel.transpose(_TO_KERAS[kernel.ndim])), _read_only(bias))


def _places(network: Any) -> Iterator[tuple[Floats, Floats]]:
    """Each layer's kernel and bias where they stand in the file, in LiteRT's layouts."""
    graph = network.Subgraphs(0)
    for index in range(graph.OperatorsLength()):
        operation = graph.Operators(index)
        kind = network.OperatorCodes(operation.OpcodeIndex()).BuiltinCode()
        if kind not in (_CONVOLUTION, _DENSE):
            continue
        _, kernel_index, bias_index = operation.InputsAsNumpy()
        kernel = _constant(network, graph.Tensors(kernel_index))
        # A bias of nothing but zeros, as before training, may be left out of the file.
        bias = _constant(network, graph.Tensors(bias_index)) if bias_index >= 0 else np.zeros(len(kernel), np.float32)
        yield kernel, bias


def _constant(network: Any, tensor: Any) -> Floats:
    values = network.Buffers(tensor.Buffer()).DataAsNumpy().view(np.float32)
    constant: Floats = values.reshape(tensor.ShapeAsNumpy())
    return constant


def _start(array: npt.NDArray[Any]) -> int:
    """Where in memory the array begins."""
    address: int = array.__array_interface__["data"][0]
    return address


def _read_only(array: npt.NDArray[np.floating[Any]]) -> Floats:
    copy = np.ascontiguousarray(array, np.float32)
    copy.setflags(write=False)
    return copy
