"""Chapter 3: patterns built of patterns, as the patches that excite the filters of each convolution most."""

import streamlit as st

from model.ink import FRAME
from model.insight.hierarchy import PATCHES, Excitations, excitations
from model.words import ordinal
from pages.parts.convolution.lesson import Convnet, mnist, say_what_stands_in
from pages.parts.picture_at_hand import Picture
from pages.parts.pictures import sheet_uri
from pages.parts.prediction import predicted

IMAGES = 3000  # training images among which the strongest are looked for
FILTERS = 4  # shown of each layer
PATCH = 54  # CSS pixels: the side of a patch, about


def show_hierarchy(_: Picture, convnet: Convnet) -> None:
    """The whole chapter."""
    st.subheader("A hierarchy of patterns")
    say_what_stands_in(convnet=convnet)
    lines = [convnet.lines[index] for index in convnet.convolutions]
    st.markdown(
        "Each convolution reads the maps of the one before. So its filters look for patterns of patterns, and each of "
        "its numbers depends on a larger square of the image: its **receptive field**."
    )
    sizes = [line.receptive_field.size for line in lines]
    if predicted(
        "receptive_field",
        f"How large is the receptive field of one number of the {ordinal(len(lines))} convolution?",
        [f"{size}×{size}" for size in sorted({lines[0].receptive_field.size, *sizes, FRAME})],
        f"{sizes[-1]}×{sizes[-1]}",
        f"Below are the {PATCHES} patches of that size, among {IMAGES:,} training images, that excite a filter most."
        if sizes[-1] <= FRAME
        else "That is more than the image has.",
    ):
        _layers(convnet)


# A fragment: other filters run this alone.
@st.fragment
def _layers(convnet: Convnet) -> None:
    layers = _found(convnet)
    for number, found in enumerate(layers, start=1):
        with st.container(key=f"hierarchy_{number}"):
            size = found.line.receptive_field.size
            sees = f"sees **{size}×{size}** pixels at once" if size <= FRAME else "may see **all** of the image"
            st.markdown(f"**The {ordinal(number)} convolution** {sees}.")
            _show(found, _choose(found))
    look_for = (
        "Look for edges of strokes in the first, ends, corners and bows in the second, and whole parts of digits, such "
        "as loops and crossings, in the last. "
        if len(layers) > 2
        else ""
    )
    st.caption(f"{look_for}The numbers are how strongly the filter answered to the first patch and to the last.")


def _choose(found: Excitations) -> list[int]:
    filters = len(found.values)
    chosen: list[int] = st.multiselect(
        "Filters",
        range(filters),
        default=found.strongest(FILTERS),
        max_selections=FILTERS,
        key=f"filters_{found.line.name}_{filters}",
        label_visibility="collapsed",
        placeholder=f"Choose up to {FILTERS} of the {filters} filters",
        format_func=lambda index: f"Filter {index}",
        persist_state="session",
    )
    return chosen[:FILTERS]


def _show(found: Excitations, filters: list[int]) -> None:
    images = mnist().x_train[:IMAGES]
    size = min(found.line.receptive_field.size, FRAME)
    scale = max(1, PATCH // size)
    figures = []
    for index in filters:
        values = found.values[index][found.values[index] > 0]
        if not values.size:
            figures.append(f"<figure><p>Nothing excites it.</p><figcaption>filter {index}</figcaption></figure>")
            continue
        patches = found.patches(images, index)[: values.size].repeat(scale, axis=1).repeat(scale, axis=2)
        alt = f"The patches of {size} by {size} pixels that excite filter {index} of {found.line.name} most"
        figures.append(
            f'<figure><img src="{sheet_uri(patches, 3, 2)}" alt="{alt}" width="{3 * size * scale + 4}">'
            f"<figcaption>filter {index}: {values[0]:.2f} to {values[-1]:.2f}</figcaption></figure>"
        )
    st.html(f'<div class="patches">{"".join(figures)}</div>')


def _found(convnet: Convnet) -> list[Excitations]:
    kept = _kept(convnet.folder)
    if not kept:
        progress = st.progress(0.0)

        def report(done: float) -> None:
            progress.progress(done, text=f"The network reads {IMAGES:,} training images …")

        # In place of whatever is there: another visitor may have been at it, too.
        kept[:] = excitations(convnet.classifier, convnet.lines, mnist().x_train[:IMAGES], report)
        progress.empty()
    return kept


@st.cache_resource(show_spinner=False, max_entries=50)
def _kept(folder: str) -> list[Excitations]:  # noqa: ARG001 - it is the cache's key
    """What was found for the network in this folder; empty until it is."""
    return []
