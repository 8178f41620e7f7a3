"""Inside the network: every layer's feature maps of the drawing, from left to right, and one of them large."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink import Prepared
from model.plan import LayerSummary
from model.run.weights import LayerWeights, by_layer
from pages.parts.feature_maps import GAP, feature_maps, filter_slices
from pages.parts.figures import picture, row
from pages.parts.models import classifier_in_use, model_in_use
from pages.parts.pictures import data_uri
from pages.parts.scripts import joined

Floats = npt.NDArray[np.float32]

# CSS pixels that a layer's maps may take: the path has room for seven layers, and two stand side by side on a phone.
TALLEST = 300
NARROWEST, WIDE = 92, 200
WIDEST = 310  # where even maps of a pixel a number need more
VECTOR = 120  # CSS pixels of what Flatten gives
LARGE = 224  # CSS pixels of the picked map

_PICKER = "map_picker"
_LAYER = "inside_layer"
_MAP = "inside_map"


def show_inside(prepared: Prepared, name: str = "") -> None:
    """The path from the input to the ten probabilities; a map that is picked is shown large, with its filter.

    Args:
        name: of the drawing's state, where the page goes on with the path by itself.
    """
    layers = model_in_use().run.record.architecture.summary
    classifier = classifier_in_use()
    activations = [activation[0] for activation in classifier.activations(prepared.image[np.newaxis])]
    pickable = [index for index, line in enumerate(layers) if len(line.output_shape) == 3]
    layer, number = _settle_choice(layers, activations, pickable)
    own_scale = st.toggle("Each map in its own scale", key="inside_scale", persist_state="session")
    path = _path(layers, activations, own_scale=own_scale)
    _map_picker(key=_PICKER, data={"html": path, "picked": [layer, number], "name": name}, on_picked_change=_take_over)
    if len(pickable) > 1:
        _show_fields(layers, pickable, layer)
    weights = by_layer(model_in_use().run.record.architecture, classifier.weights)
    st.html(_large(layers, activations, weights, layer, number))


def _take_over() -> None:
    """A press on a map becomes the choice; what a client may send besides is mended before it is used."""
    match st.session_state[_PICKER].get("picked"):
        case [int(layer), int(number)]:
            st.session_state[_LAYER], st.session_state[_MAP] = layer, number


def _settle_choice(layers: tuple[LayerSummary, ...], activations: list[Floats], pickable: list[int]) -> tuple[int, int]:
    """The layer and the map that are picked; at first the brightest map of the first layer with filters."""
    layer = st.session_state.get(_LAYER)
    if layer not in pickable:
        layer = next((index for index in pickable if layers[index].parameters), pickable[0])
        st.session_state[_MAP] = int(activations[layer].max(axis=(0, 1)).argmax())
    number = min(max(st.session_state.get(_MAP) or 0, 0), layers[layer].output_shape[2] - 1)
    st.session_state[_LAYER], st.session_state[_MAP] = layer, number
    return layer, number


def _show_fields(layers: tuple[LayerSummary, ...], pickable: list[int], layer: int) -> None:
    """The same choice for a keyboard."""
    maps = layers[layer].output_shape[2]
    with st.container(key="choose_map", horizontal=True):
        st.selectbox(
            "Layer",
            pickable,
            format_func=lambda index: layers[index].name,
            key=_LAYER,
            width=200,
            persist_state="session",
        )
        st.number_input("Map", 0, max(maps - 1, 1), key=_MAP, width=140, disabled=maps == 1, persist_state="session")


def _path(layers: tuple[LayerSummary, ...], activations: list[Floats], *, own_scale: bool) -> str:
    return "".join(
        _station(index, line, activation, own_scale=own_scale)
        for index, (line, activation) in enumerate(zip(layers, activations, strict=True))
    )


def _station(index: int, line: LayerSummary, activation: Floats, *, own_scale: bool) -> str:
    """One layer of the path, with what the press of a map has to know."""
    if activation.ndim == 1:
        # What Flatten gives stands as a column of rows, so that it takes no more room than a layer of maps.
        columns = 24 if activation.size > 64 else None
        return f'<div class="station">{feature_maps(line, activation, columns=columns, width=VECTOR)}</div>'
    columns, width = _shape_on_page(*activation.shape)
    sheet = feature_maps(line, activation, each_its_own_scale=own_scale, columns=columns, width=width)
    return (
        f'<div class="station" data-layer="{index}" data-maps="{activation.shape[2]}" data-columns="{columns}">'
        f"{sheet}</div>"
    )


def _shape_on_page(height: int, wide: int, number: int) -> tuple[int, int]:
    """Columns of a layer's maps and the width for them: the maps as large as they can be, narrow and tall together."""
    for scale in (4, 3, 2, 1):
        side = wide * scale + GAP
        rows = max(1, TALLEST // (height * scale + GAP))
        columns = min(number, max(-(-number // rows), -(-NARROWEST // side)))
        if columns * side <= WIDE:
            break
    columns = min(columns, max(1, WIDEST // side))
    # A sheet without a gap at its end, where some columns more give it.
    columns = next((more for more in range(columns, WIDE // side + 1) if number % more == 0), columns)
    return columns, columns * side - GAP


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
        before = layers[layer - 1].name
        what = f"all {kernel.shape[2]} maps of {before}" if kernel.shape[2] > 1 else f"the one map of {before}"
        if layer == 1:
            what = "the drawing"
        figures.append(_single(kernel[..., 0]) if kernel.shape[2] == 1 else filter_slices(kernel, width=LARGE))
        figures.append(
            f'<p class="beside">The filter that made it looks at {what} through a window of {kernel.shape[0]} × '
            f"{kernel.shape[1]} pixels. At each place it multiplies weights and pixels, adds its bias of "
            f"{_signed(bias)}, and keeps what is above zero.</p>"
        )
    elif layer:
        pooled = activations[layer - 1][..., number]
        figures.append(_one(pooled, f"Map {number} of {layers[layer - 1].name}", _values(pooled)))
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


def _single(kernel: Floats) -> str:
    limit = float(np.abs(kernel).max()) or 1.0
    size = f"{kernel.shape[0]} × {kernel.shape[1]}"
    return picture(
        data_uri(kernel / (2 * limit) + np.float32(0.5)),
        f"The filter's {size} weights",
        f"A filter of {size}; grey is zero, white +{limit:.2f}, black &minus;{limit:.2f}",
    )


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "&minus;")


def _values(values: Floats) -> str:
    size = f"{values.shape[0]} × {values.shape[1]}"
    return f"{size}; white is {values.max():.2f}" if values.any() else f"{size}; zero everywhere: it found nothing here"


_SCRIPTS = [Path(__file__).with_name(f"{name}.js") for name in ("follow", "map_picker")]
_map_picker = st.components.v2.component("map_picker", js=joined(*_SCRIPTS), isolate_styles=False)
