"""Chapter 4: channels, the depth of images and of feature maps."""

import re

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink.preparation import whiteness
from model.insight.convolution import Window, contributions
from model.plan import Conv2D
from model.words import counted
from pages.parts.convolution.lesson import Convnet, choose_filter, say_what_stands_in
from pages.parts.feature_maps import SHEET, feature_maps, filter_slices
from pages.parts.picture_at_hand import Picture
from pages.parts.pictures import colour_uri, data_uri
from pages.parts.prediction import predicted

Floats = npt.NDArray[np.float32]

INK, PAPER = "#f0935b", "#1f3a6e"
SHOWN = 140  # CSS pixels: the side of a picture of the drawing

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def show_channels(picture: Picture, convnet: Convnet) -> None:
    """The whole chapter."""
    st.subheader("Channels")
    say_what_stands_in(picture, convnet)
    st.markdown(
        "What a convolution reads has a height, a width and a **depth**: its number of channels. An image has three in "
        "colour, for red, green and blue, and one in grey. What it writes has one channel for each filter: a "
        "**feature map**, which says where in the picture, and how strongly, the filter found its pattern."
    )
    _colours(picture)
    index = convnet.convolutions[min(1, len(convnet.convolutions) - 1)]
    side, *_, channels, filters = _kernel(convnet, index).shape
    weights = side**2 * channels
    if predicted(
        "filter_weights",
        f"A convolution reads {counted(channels, 'channel')} and has {counted(filters, 'filter')} of {side}×{side}. "
        "How many weights has one of them?",
        [f"{number:,}" for number in sorted({side**2, weights, weights * filters})],
        f"{weights:,}",
        f"It looks at all channels at once: {side}·{side}·{channels} = {counted(weights, 'weight')}, and a bias.",
    ):
        _one_filter(picture, convnet, index)
        _depth(picture, convnet)


# A fragment: another colour runs this alone.
@st.fragment
def _colours(picture: Picture) -> None:
    with st.container(horizontal=True, gap="medium", key="colours"):
        ink = _colour("Ink", INK)
        paper = _colour("Paper", PAPER)
    coloured = paper + (ink - paper) * picture.image[..., np.newaxis]
    pixels = np.rint(coloured).astype(np.uint8)
    opaque = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
    figures = [_figure(colour_uri(pixels), f"{picture.name} in colour", "RGB: (28, 28, 3)")]
    for channel, name in enumerate(("red", "green", "blue")):
        uri = data_uri((pixels[..., channel] / 255).astype(np.float32))
        figures.append(_figure(uri, f"the {name} channel", f"{name}: {_range(pixels[..., channel])}"))
    grey = whiteness(opaque)
    figures.append(_figure(data_uri((grey / 255).astype(np.float32)), "the same in grey", "grey: (28, 28, 1)"))
    st.html(f'<div class="channels">{"".join(figures)}</div>')
    st.caption(
        "The same picture as three channels and as one, each number from 0 to 255. A 3×3 filter would have "
        "3·3·3 = 27 weights on the colours and has 3·3·1 = 9 on the grey."
    )


def _colour(label: str, default: str) -> Floats:
    """The chosen colour as (3,), 0 to 255."""
    chosen = st.color_picker(label, default, key=f"colour_{label}", persist_state="session")
    # Any client can send anything in the widget's name.
    sound = chosen if _COLOUR.fullmatch(str(chosen)) else default
    return np.array([int(sound[start : start + 2], 16) for start in (1, 3, 5)], np.float32)


# A fragment: another filter runs this alone.
@st.fragment
def _one_filter(picture: Picture, convnet: Convnet, index: int) -> None:
    """One filter of a convolution: its slices, and the sum of what each channel gives."""
    kernel = _kernel(convnet, index)
    line = convnet.lines[index]
    activations = [layer[0] for layer in convnet.classifier.activations(picture.image[np.newaxis])]
    strongest = int(activations[index].max(axis=(0, 1)).argmax())
    chosen = choose_filter(f"Filter of {line.name}", kernel.shape[3], strongest, f"filter_{line.name}")
    feature_map = activations[index][..., chosen]
    row, column = (int(place) for place in np.unravel_index(feature_map.argmax(), feature_map.shape))
    assert isinstance(line.layer, Conv2D)
    window = Window(line.input_shape[0], kernel.shape[0], 1, line.layer.padding)
    each = contributions(activations[index - 1], kernel[..., chosen], row, column, window)
    bias = float(_bias(convnet, index)[chosen])
    with st.container(horizontal=True, gap="large", key="one_filter"):
        st.html(filter_slices(kernel[..., chosen], width=260), width="content")
        st.html(feature_maps(line, feature_map[..., np.newaxis], width=160), width="content")
    total = float(each.sum())
    number = float(feature_map[row, column])
    if number:
        strongest = int(each.argmax())
        st.markdown(
            f"At the brightest place of its map, row {row} and column {column}, {counted(len(each), 'channel')} give "
            f"**{_signed(total)}** together, most of it channel {strongest} with {_signed(float(each[strongest]))}; "
            f"with the bias of {_signed(bias)} that is **{_signed(total + bias)}**, and the network itself says "
            f"**{number:.2f}** there."
        )
    else:
        st.markdown("This filter finds nothing in the picture: its map is zero everywhere.")


def _depth(picture: Picture, convnet: Convnet) -> None:
    """The maps of all convolutions, ever smaller and ever more."""
    activations = convnet.classifier.activations(picture.image[np.newaxis])
    shown = [0, *convnet.convolutions]
    depths = " → ".join(str(convnet.lines[index].output_shape[2]) for index in shown)
    st.markdown(
        f"**{depths} channels**: {picture.name} on its way through {convnet.name}. Each small picture is one channel, "
        "the map of one filter, and white is its own largest number."
    )
    with st.container(key="depth"):
        for index in shown:
            width = SHOWN if index == 0 else SHEET
            st.html(feature_maps(convnet.lines[index], activations[index][0], each_its_own_scale=True, width=width))


def _kernel(convnet: Convnet, index: int) -> Floats:
    return convnet.classifier.weights[convnet.convolutions.index(index)].kernel


def _bias(convnet: Convnet, index: int) -> Floats:
    return convnet.classifier.weights[convnet.convolutions.index(index)].bias


def _figure(uri: str, alt: str, caption: str) -> str:
    return f'<figure><img src="{uri}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'


def _range(channel: npt.NDArray[np.uint8]) -> str:
    return f"{channel.min()} to {channel.max()}"


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "&minus;")
