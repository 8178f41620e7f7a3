"""Chapter 1: one filter at work, a place at a time, with all its numbers."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink import FRAME
from model.insight.convolution import (
    KERNEL_SIZES,
    LARGEST_WEIGHT,
    PADDINGS,
    STRIDES,
    Filter,
    Window,
    classic_kernels,
    correlate,
    typed_filter,
)
from model.plan import Conv2D
from model.plan.architecture import Padding
from pages.parts.convolution.lesson import Convnet, choose_filter, say_what_stands_in
from pages.parts.picture_at_hand import Picture
from pages.parts.prediction import predicted

Floats = npt.NDArray[np.float32]

LEARNED, CLASSIC, TYPED = "Learned", "Classic", "Your own"

_TYPED = "typed_filters"
_COMPONENT = "filter"


def show_filter(picture: Picture, convnet: Convnet) -> None:
    """The whole chapter."""
    st.subheader("One filter at work")
    say_what_stands_in(picture, convnet)
    st.markdown(
        "A convolution lays a small **kernel** of weights on the image, multiplies each weight by the pixel under it, "
        "adds the products and a **bias**, and sets what is negative to zero: **ReLU**. That is one number. Then the "
        "kernel moves on, and the same weights give the next number: all together they are a **feature map**."
    )
    kernel_size = convnet.classifier.weights[0].kernel.shape[0]
    window = Window(FRAME, kernel_size)
    if predicted(
        "output_size",
        f"A kernel of {kernel_size}×{kernel_size} moves over {FRAME}×{FRAME} pixels, one pixel at a time, and never "
        "reaches over the edge. How large is the feature map?",
        [f"{side}×{side}" for side in sorted({FRAME, window.output_size, FRAME - kernel_size}, reverse=True)],
        f"{window.output_size}×{window.output_size}",
        f"Along each side there is room for {window.formula.replace('-', '&minus;')} places.",
    ):
        _work(picture, convnet)


# A fragment: another kernel runs this alone.
@st.fragment
def _work(picture: Picture, convnet: Convnet) -> None:
    kind = st.segmented_control(
        "Kernel", [LEARNED, CLASSIC, TYPED], default=LEARNED, required=True, key="kernel", persist_state="session"
    )
    with st.container(horizontal=True, gap="medium", key="filter_settings"):
        match kind:
            case "Classic":
                chosen = _classic()
            case "Your own":
                chosen = _typed(_kernel_size())
            case _:
                chosen = _learned(picture, convnet)
        window = _window(chosen.kernel.shape[0])
    feature_map = correlate(picture.image, chosen, window)
    _stepper(
        key=_COMPONENT,
        data=_data(picture, chosen, window, feature_map, is_typed=kind == TYPED),
        on_typed_change=_keep_typed,
    )
    st.markdown(f"**Output size** along each side: {window.formula.replace('-', '&minus;')}.{_padding_note(window)}")
    st.caption(f"{_note(kind, convnet)} All numbers are rounded to two decimals.")


def _learned(picture: Picture, convnet: Convnet) -> Filter:
    learned = convnet.classifier.weights[0]
    # To begin with, the one that the ink excites most, over what an empty image gives.
    maps = convnet.classifier.activations(picture.image[np.newaxis])[convnet.convolutions[0]][0]
    strongest = int((maps.max(axis=(0, 1)) - np.maximum(learned.bias, 0)).argmax())
    index = choose_filter("Filter", learned.kernel.shape[3], strongest, "filter")
    return Filter(learned.kernel[:, :, 0, index], float(learned.bias[index]))


def _classic() -> Filter:
    kernel_size = _kernel_size()
    kernels = classic_kernels(kernel_size)
    name = st.selectbox("What it does", list(kernels), key=f"classic_{kernel_size}", persist_state="session", width=220)
    return Filter(kernels[name])


def _typed(kernel_size: int) -> Filter:
    """What was typed into the kernel, kept for each size; what is no kernel gets a sentence and changes nothing."""
    try:
        _take_typed(kernel_size)
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
    typed: dict[int, Filter] = st.session_state.get(_TYPED, {})
    return typed.get(kernel_size) or Filter(classic_kernels(kernel_size)["Identity"])


def _take_typed(*kernel_sizes: int) -> None:
    """Keep what was typed last, where it is for one of these sizes.

    Raises:
        ValueError: it is no kernel of its size; the message is a sentence.
    """
    sent = st.session_state.get(_COMPONENT)
    typed = sent.get("typed") if isinstance(sent, dict) else None
    if isinstance(typed, dict) and (kernel_size := typed.get("kernelSize")) in kernel_sizes:
        taken = typed_filter(typed.get("weights"), typed.get("bias"), kernel_size)
        st.session_state.setdefault(_TYPED, {})[kernel_size] = taken


def _keep_typed() -> None:
    """Keep what is typed as it is told: by the time that the page is run, another kernel may have been chosen."""
    with suppress(ValueError):  # it is told beside the kernel, where that is still shown
        _take_typed(*KERNEL_SIZES)


def _kernel_size() -> int:
    return st.segmented_control(
        "Kernel size",
        KERNEL_SIZES,
        default=3,
        required=True,
        format_func=lambda side: f"{side}×{side}",
        key="kernel_size",
        persist_state="session",
    )


def _window(kernel_size: int) -> Window:
    stride = st.segmented_control("Stride", STRIDES, default=1, required=True, key="stride", persist_state="session")
    padding: Padding = st.segmented_control(
        "Padding", PADDINGS, default="valid", required=True, key="padding", persist_state="session"
    )
    return Window(FRAME, kernel_size, stride, padding)


def _data(picture: Picture, chosen: Filter, window: Window, feature_map: Floats, *, is_typed: bool) -> dict[str, Any]:
    """What the browser draws: all arrays row by row."""
    return {
        "image": np.round(picture.image.ravel().astype(float), 4).tolist(),
        "size": window.size,
        "kernel": np.round(chosen.kernel.ravel().astype(float), 6).tolist(),
        "kernelSize": window.kernel_size,
        "bias": round(chosen.bias, 6),
        "stride": window.stride,
        "zerosBefore": window.padded[0],
        "map": np.round(feature_map.ravel().astype(float), 5).tolist(),
        "mapSize": window.output_size,
        "name": picture.name,
        "largestWeight": LARGEST_WEIGHT,
        "isTyped": is_typed,
    }


def _padding_note(window: Window) -> str:
    zeros = sum(window.padded)
    if not zeros:
        return ""
    before, after = window.padded
    return f" The padding adds {zeros} rows of zeros, {before} above and {after} below, and as many columns."


def _note(kind: str, convnet: Convnet) -> str:
    match kind:
        case "Classic":
            return "People designed these by hand. Every kernel is a list of weights, and only the weights differ."
        case "Your own":
            largest = f"{LARGEST_WEIGHT:g}"
            return f"Type weights and the bias into the kernel: numbers from &minus;{largest} to {largest}."
        case _:
            return (
                f"Nobody designed these weights: {convnet.name} learned them. Grey stands for zero, white for positive "
                f"and black for negative weights. The network moves them with stride 1 and padding {_padding(convnet)}."
            )


def _padding(convnet: Convnet) -> Padding:
    layer = convnet.lines[convnet.convolutions[0]].layer
    assert isinstance(layer, Conv2D)
    return layer.padding


_stepper = st.components.v2.component(
    "filter_stepper",
    html='<div class="stepper"></div>',
    js=Path(__file__).with_name("filter_stepper.js").read_text(),
    isolate_styles=False,
)
