"""pages.parts.layers.blocks: blocks to scale, in SVG that any program reads."""

import base64
import re
from xml.etree import ElementTree

import pytest

from model.plan import Architecture, LayerSummary
from model.plan.design import Design
from pages.parts.layers.blocks import CHANNEL, PIXEL, block_picture, network_file, network_picture

SVG = "{http://www.w3.org/2000/svg}"
DESIGNS = ["c32k3p-c64k3p-c128k3-flatten", "same-c8k1p-c256k1-c8k3-c8k3p-c8k3-flatten-d64-d32", "flatten"]


def drawn(figure: str) -> ElementTree.Element:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', figure)
    assert found
    return ElementTree.fromstring(base64.b64decode(found[1]))


def fronts(svg: ElementTree.Element) -> list[tuple[float, float]]:
    """Width and height of each front."""
    paths = [path.get("d", "") for path in svg.iter(f"{SVG}path") if path.get("class") == "front"]
    found = [re.fullmatch(r"M[-\d.]+ [-\d.]+h([\d.]+)v([\d.]+)h-[\d.]+z", path) for path in paths]
    return [(float(match[1]), float(match[2])) for match in found if match]


def line_of(*shape: int) -> LayerSummary:
    return LayerSummary("conv2d", "Conv2D", (28, 28, 1), shape, 0)


@pytest.mark.parametrize("shape", [(26, 26, 32), (3, 3, 128), (1, 1, 256)])
def test_height_is_pixels_and_width_is_channels(shape: tuple[int, ...]) -> None:
    ((width, height),) = fronts(drawn(block_picture(line_of(*shape))))
    assert width == pytest.approx(shape[2] * CHANNEL, abs=0.1)
    assert height == pytest.approx(shape[0] * PIXEL, abs=0.1)


def test_a_long_vector_is_broken_and_a_short_one_is_not() -> None:
    assert fronts(drawn(block_picture(line_of(10)))) == [(3.5, 4.0)]
    first, second = fronts(drawn(block_picture(line_of(1152))))
    assert first == second


def test_the_alternative_text_says_the_shape() -> None:
    assert 'alt="3 by 3 pixels in 128 channels, to scale"' in block_picture(line_of(3, 3, 128))
    assert 'alt="1,152 numbers in a row, to scale"' in block_picture(line_of(1152))
    assert "28 by 28 pixels in 1 channel, 26 by 26" in network_picture(Architecture())


@pytest.mark.parametrize("text", DESIGNS)
def test_the_file_has_every_layer_in_words_and_within_its_frame(text: str) -> None:
    architecture = Design.from_text(text).architecture()
    svg = ElementTree.fromstring(network_file(architecture))
    words = [text.text for text in svg.iter(f"{SVG}text")]
    for line in architecture.summary:
        assert "×".join(f"{size:,}" for size in line.output_shape) in words
    groups = list(svg.iter(f"{SVG}g"))
    assert len(groups) == len(architecture.summary)
    lefts = [float(re.findall(r"[\d.]+", group.get("transform", ""))[0]) for group in groups]
    assert lefts == sorted(lefts)
    assert lefts[-1] < float(svg.get("width", 0))
    assert svg.find(f"{SVG}rect") is not None
