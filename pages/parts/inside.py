"""Inside the network: every layer's feature maps of the drawing, from left to right, and one of them large."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.architecture import LayerSummary
from model.classifier import Reading
from model.drawing import Prepared
from model.weights import LayerWeights, by_layer
from pages.parts.feature_maps import GAP, feature_maps, filter_slices
from pages.parts.looks import row
from pages.parts.pictures import data_uri
from pages.parts.session import classifier_in_use, model_in_use

Floats = npt.NDArray[np.float32]

TALLEST = 300  # CSS pixels that a layer's maps may take before they get another column
NARROWEST, WIDEST = 92, 232
LARGE = 224  # CSS pixels of the picked map

_LAYER = "inside_layer"
_MAP = "inside_map"


def show_inside(prepared: Prepared, _: Reading) -> None:
    """The path from the input to the ten probabilities; a map that is picked is shown large, with its filter."""
    layers = model_in_use().run.record.architecture.summary
    classifier = classifier_in_use()
    activations = [activation[0] for activation in classifier.activations(prepared.image[np.newaxis])]
    own_scale = st.toggle("Each map in its own scale", key="inside_scale", persist_state="session")
    # Pressing a map sets the fields below, so it is asked first.
    picked = _map_picker(
        key="map_picker",
        data={"html": _path(layers, activations, own_scale=own_scale)},
        on_picked_change=lambda: None,
    )
    pickable = [index for index, line in enumerate(layers) if len(line.output_shape) == 3]
    _take_over(getattr(picked, "picked", None), layers, pickable)
    layer, number = _choose_map(layers, pickable)
    by_name = by_layer(model_in_use().run.record.architecture, classifier.weights)
    st.html(_large(layers, activations, by_name, layer, number))


def _path(layers: tuple[LayerSummary, ...], activations: list[Floats], *, own_scale: bool) -> str:
    return "".join(
        _station(index, line, activation, own_scale=own_scale)
        for index, (line, activation) in enumerate(zip(layers, activations, strict=True))
    )


def _station(index: int, line: LayerSummary, activation: Floats, *, own_scale: bool) -> str:
    """One layer of the path, with what the press of a map has to know."""
    if activation.ndim == 1:
        # What Flatten gives stands as a column of rows, so that it takes no more room than a layer of maps.
        columns = 16 if activation.size > 64 else None
        return f'<div class="station">{feature_maps(line, activation, columns=columns, width=NARROWEST)}</div>'
    columns, width = _shape_on_page(*activation.shape)
    sheet = feature_maps(line, activation, each_its_own_scale=own_scale, columns=columns, width=width)
    return (
        f'<div class="station" data-layer="{index}" data-maps="{activation.shape[2]}" data-columns="{columns}">'
        f"{sheet}</div>"
    )


def _shape_on_page(height: int, wide: int, number: int) -> tuple[int, int]:
    """Columns of a layer's maps and the width for them: narrow and tall, as the path has room for seven layers."""
    scale = max(1, min(4, 22 // wide))
    columns = 1
    while columns < number and -(-number // columns) * (height * scale + GAP) > TALLEST:
        columns += 1
    while number % columns and columns < number and (columns + 1) * (wide * scale + GAP) <= WIDEST:
        columns += 1
    return columns, max(columns * (wide * scale + GAP), NARROWEST if number == 1 else 0)


def _take_over(picked: Any, layers: tuple[LayerSummary, ...], pickable: list[int]) -> None:
    """A press on a map becomes the choice of the fields; whatever else a client sends is passed over."""
    match picked:
        case [int(layer), int(number)] if layer in pickable and 0 <= number < layers[layer].output_shape[2]:
            st.session_state[_LAYER] = layer
            st.session_state[_MAP] = number


def _choose_map(layers: tuple[LayerSummary, ...], pickable: list[int]) -> tuple[int, int]:
    first_with_filters = next((index for index in pickable if layers[index].parameters), pickable[0])
    if st.session_state.get(_LAYER) not in pickable:
        st.session_state[_LAYER] = first_with_filters
    with st.container(key="choose_map", horizontal=True):
        layer = st.selectbox(
            "Layer",
            pickable,
            format_func=lambda index: layers[index].name,
            key=_LAYER,
            width=200,
            persist_state="session",
        )
        most = layers[layer].output_shape[2] - 1
        st.session_state[_MAP] = min(max(int(st.session_state.get(_MAP) or 0), 0), most)
        number = st.number_input(
            "Map", 0, max(most, 1), key=_MAP, width=140, disabled=most == 0, persist_state="session"
        )
    return layer, min(int(number), most)


def _large(
    layers: tuple[LayerSummary, ...],
    activations: list[Floats],
    weights: dict[str, LayerWeights],
    layer: int,
    number: int,
) -> str:
    line, activation = layers[layer], activations[layer][..., number]
    figures = [_one(activation, f"Map {number} of {line.name}", _values(activation))]
    if line.name in weights:
        kernel, bias = weights[line.name].kernel[..., number], float(weights[line.name].bias[number])
        what = "the drawing" if kernel.shape[2] == 1 else f"all {kernel.shape[2]} maps of {layers[layer - 1].name}"
        figures.append(filter_slices(kernel, width=LARGE))
        figures.append(
            f'<p class="beside">The filter that made it looks at {what} through a window of {kernel.shape[0]} × '
            f"{kernel.shape[1]} pixels. At each place it multiplies weights and pixels, adds its bias of {bias:+.2f}, "
            "and keeps what is above zero.</p>"
        )
    elif layer:
        before = activations[layer - 1][..., number]
        figures.append(_one(before, f"Map {number} of {layers[layer - 1].name}", _values(before)))
        figures.append(
            '<p class="beside">A pooling has no filter: of each little square of the map before it, it keeps the '
            "largest number.</p>"
        )
    return row(*figures)


def _one(values: Floats, title: str, caption: str) -> str:
    largest = float(values.max())
    uri = data_uri(values / largest if largest > 0 else values)
    return (
        f'<figure class="look" style="width:{LARGE}px"><img src="{uri}" alt="{title}, large; {caption}" '
        f'width="{LARGE}"><figcaption><b>{title}</b><br>{caption}</figcaption></figure>'
    )


def _values(values: Floats) -> str:
    size = f"{values.shape[0]} × {values.shape[1]}"
    return f"{size}; white is {values.max():.2f}" if values.any() else f"{size}; zero everywhere: it found nothing here"


_map_picker = st.components.v2.component(
    "map_picker", js=Path(__file__).with_name("map_picker.js").read_text(), isolate_styles=False
)
