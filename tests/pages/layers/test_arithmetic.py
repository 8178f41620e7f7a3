"""pages.parts.layers.arithmetic: the sums are right by themselves, and the lines of code build the very network."""

from typing import Any

import keras
import pytest

from model.plan import Architecture
from model.plan.design import Design
from model.training.network import build_convnet
from pages.parts.layers.arithmetic import keras_lines, parameter_sum, sees, size_sum, why, work_sum

DESIGNS = [
    "c32k3p-c64k3p-c128k3-flatten",
    "same-c8k4p-c6k1p-c1k3-flatten-d20-d12",
    "c8k2-c8k7p-flatten",
    "flatten",
    "flatten-d30",
]


@pytest.fixture(params=DESIGNS)
def architecture(request: pytest.FixtureRequest) -> Architecture:
    return Design.from_text(request.param).architecture()


def value(expression: str) -> float:
    result: float = eval(expression.replace("·", "*").replace(",", ""))
    return result


def test_each_sum_holds(architecture: Architecture) -> None:
    for line in architecture.summary[1:]:
        for written, expected in ((parameter_sum(line), line.parameters), (work_sum(line), line.multiply_adds)):
            left, _, right = written.partition(" = ")
            assert (value(left), value(right)) == (expected, expected) if written else expected == 0
        size, _, result = size_sum(line).partition(" = ")
        if result:
            result, _, rest = result.partition(", rest ")
            assert value(size) == pytest.approx(value(result) + value(rest or "0") / 2)
            assert value(result) == line.output_shape[0]


def test_the_sums_of_the_notebooks_network() -> None:
    lines = {line.name: line for line in Architecture().summary}
    assert size_sum(lines["conv2d"]) == "(28 - 3) + 1 = 26"
    assert size_sum(lines["max_pooling2d"]) == "26 / 2 = 13"
    assert size_sum(lines["max_pooling2d_1"]) == "11 / 2 = 5, rest 1"
    assert parameter_sum(lines["conv2d_1"]) == "(3·3·32 + 1)·64 = 18,496"
    assert work_sum(lines["dense"]) == "1,152·10 = 11,520"
    assert sees(lines["conv2d_2"]) == "18×18 pixels"
    assert sees(lines["dense"]) == "26×26 pixels: what pooling dropped is lost"
    assert "2 rows and 2 columns fewer" in why(lines["conv2d"], is_last=False)
    assert "softmax" in why(lines["dense"], is_last=True)


def test_a_field_larger_than_the_image_is_all_of_it_where_no_number_is_at_an_edge() -> None:
    padded = Design.from_text("same-c4k7p-c4k7p-c4k7p-flatten").architecture()
    lines = {line.name: line for line in padded.summary}
    assert sees(lines["conv2d_2"]) == "up to 28×28 pixels"
    assert sees(lines["dense"]) == "all 28×28 pixels"


def test_the_lines_of_code_build_the_network(architecture: Architecture) -> None:
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec("\n".join(keras_lines(architecture)), names)
    written = keras.Model(names["inputs"], names["outputs"])
    assert [description(layer) for layer in written.layers] == [
        description(layer) for layer in build_convnet(architecture).layers
    ]


def description(layer: keras.layers.Layer) -> dict[str, Any]:
    return {"kind": type(layer).__name__} | {name: each for name, each in layer.get_config().items() if name != "name"}
