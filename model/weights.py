"""The weights in a LiteRT file, in Keras's layouts, read without TensorFlow and without running the network."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from model.architecture import Architecture, LayerSummary

Floats = npt.NDArray[np.float32]

_CONVOLUTION = schema.BuiltinOperator.CONV_2D
_DENSE = schema.BuiltinOperator.FULLY_CONNECTED


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


def _sizes(line: LayerSummary) -> tuple[int, int]:
    biases = line.output_shape[-1]
    return line.parameters - biases, biases


def _layers(network: Any) -> Iterator[LayerWeights]:
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
        axes = (1, 2, 3, 0) if kind == _CONVOLUTION else (1, 0)
        yield LayerWeights(_read_only(kernel.transpose(axes)), _read_only(bias))


def _constant(network: Any, tensor: Any) -> Floats:
    values = network.Buffers(tensor.Buffer()).DataAsNumpy().view(np.float32)
    constant: Floats = values.reshape(tensor.ShapeAsNumpy())
    return constant


def _read_only(array: Floats) -> Floats:
    copy = np.ascontiguousarray(array)
    copy.setflags(write=False)
    return copy
