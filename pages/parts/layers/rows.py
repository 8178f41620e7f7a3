"""The network's summary, a row a layer, as data flows: line of code, shape to scale, arithmetic, shares."""

from collections.abc import Callable

import streamlit as st

from model.plan import Architecture, LayerSummary
from pages.parts.figures import percent
from pages.parts.layers.arithmetic import keras_lines, parameter_sum, sees, size_sum, why, work_sum
from pages.parts.layers.blocks import block_picture, network_file, network_picture
from pages.parts.prediction import predicted


def show_network(architecture: Architecture) -> None:
    """All layers' outputs to scale, side by side, and the same picture as a file."""
    with st.container(key="network"):
        st.html(network_picture(architecture))
        st.download_button(
            "The picture as SVG",
            network_file(architecture),
            "network.svg",
            "image/svg+xml",
            key="network_svg",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )


def has_guessed_the_work(architecture: Architecture) -> bool:
    """Ask which layer multiplies most, where there is more than one that does."""
    working = [line for line in architecture.summary if line.multiply_adds]
    if len(working) == 1:
        return True
    most = max(working, key=lambda line: line.multiply_adds)
    heaviest = max(working, key=lambda line: line.parameters)
    why = (
        "Every weight is used once for each number of the output, and its maps are larger than those of the layer with "
        "the most parameters."
        if most != heaviest
        else "It has the most parameters, too."
    )
    return predicted(
        "most_work",
        "Which layer does most of the work, counted in multiplications?",
        [line.name for line in working],
        most.name,
        f"It does {percent(most.multiply_adds / architecture.multiply_adds)} of all. {why}",
    )


def show_rows(
    architecture: Architecture, look_inside: Callable[[int], None] | None = None, *, with_work: bool = True
) -> None:
    """All layers, and the sums at the foot.

    Args:
        look_inside: shows below a row what is inside this layer of the summary; without it no row opens.
        with_work: with the multiply-adds.
    """
    with st.container(key="shapes", gap=None):
        for index, (line, code) in enumerate(zip(architecture.summary, keras_lines(architecture), strict=True)):
            with st.container(key=f"layer_{index}", gap=None):
                st.html(_row(line, code, architecture, with_work=with_work))
                if look_inside:
                    look_inside(index)
        work = f" <span>{architecture.multiply_adds:,} multiply-adds for each image</span>" if with_work else ""
        st.html(
            '<div class="layer-total"><b>All layers</b> '
            f"<span>{architecture.parameters:,} parameters</span>{work}</div>"
        )


def _row(line: LayerSummary, code: str, architecture: Architecture, *, with_work: bool) -> str:
    is_last = line == architecture.summary[-1]
    size = (size_sum(line) or "28").replace("-", "&minus;")
    figures = [
        _figure("Height and width" if len(line.output_shape) == 3 else "Numbers", size),
        _figure("A number sees", sees(line)),
        _figure("Parameters", parameter_sum(line) or "0", line.parameters / architecture.parameters),
    ]
    if with_work:
        share = line.multiply_adds / architecture.multiply_adds
        figures.append(_figure("Multiply-adds", work_sum(line) or "0", share))
    return (
        f'<div class="layer"><div class="block">{block_picture(line)}</div>'
        f'<h3>{line.name} <span class="shape">{line.output_shape}</span></h3>'
        f'<div class="words"><code>{code}</code><p>{why(line, is_last=is_last)}</p></div>'
        f"<dl>{''.join(figures)}</dl></div>"
    )


def _figure(name: str, value: str, share: float | None = None) -> str:
    """A figure with its name; where it is a part of something, with its share as a bar and in words."""
    bar = f'<span class="track"><span style="width:{share:.1%}"></span></span>' if share else ""
    words = f"<small>{_percent(share)} of all</small>" if share else ""
    return f"<div><dt>{name}</dt> <dd>{value} {bar} {words}</dd></div>"


def _percent(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{share * 100:.1f} %"
