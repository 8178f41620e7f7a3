"""What is inside a layer of a trained network: its filters, and what it makes of the picture at hand."""

import streamlit as st

from model.plan import LayerSummary
from model.run import Run
from model.run.weights import LayerWeights, by_layer
from pages.parts.errors import explained
from pages.parts.feature_maps import Floats, feature_maps, filter_sheet, unit_sheet
from pages.parts.models import classifier_of
from pages.parts.picture_at_hand import picture_at_hand
from pages.parts.prediction import predicted

WIDTH = 340  # CSS pixels: two sheets side by side, and one on a phone


@st.fragment
def look_inside(run: Run, index: int) -> None:
    """A layer of the run's summary, folded; what is in it is computed when it is opened."""
    line = run.record.architecture.summary[index]
    inside = st.expander(_label(line), key=f"inside_{index}", on_change="rerun", type="compact")
    if inside.open:
        with inside, explained():
            _show(run, index)


def _label(line: LayerSummary) -> str:
    match line.kind:
        case "InputLayer":
            return "The picture"
        case "Conv2D":
            return "Filters and feature maps"
        case "Dense":
            return "Weights and what comes out"
        case _:
            return "What comes out"


def _show(run: Run, index: int) -> None:
    architecture = run.record.architecture
    line = architecture.summary[index]
    picture = picture_at_hand()
    classifier = classifier_of(run)
    output = classifier.activations(picture.image[None])[index][0]
    weights = by_layer(architecture, classifier.weights).get(line.name)
    if line.kind == "Conv2D" and not _has_guessed_silent_maps(line, output):
        return
    columns = st.columns(2) if weights else (st.container(),)
    if weights:
        with columns[0]:
            st.html(_weights(line, architecture.summary[index - 1], weights))
    with columns[-1]:
        # What Flatten gives is a long strip.
        st.html(feature_maps(line, output, width=2 * WIDTH if line.kind == "Flatten" else WIDTH))
    st.caption(f"Shown: {picture.name}.")


def _has_guessed_silent_maps(line: LayerSummary, output: Floats) -> bool:
    """Ask how many filters find nothing, where there are several."""
    filters = output.shape[2]
    if filters == 1:
        return True
    silent = int((output.max(axis=(0, 1)) == 0).sum())
    choices = ("None", "Up to a quarter", "More than a quarter")
    answer = choices[0] if not silent else choices[1] if silent <= filters / 4 else choices[2]
    return predicted(
        f"silent_{line.name}",
        f"How many of the {filters} feature maps will stay black everywhere for this picture?",
        choices,
        answer,
        f"{silent} of {filters} filters find their pattern nowhere.",
    )


def _weights(line: LayerSummary, before: LayerSummary, weights: LayerWeights) -> str:
    if line.kind == "Conv2D":
        return filter_sheet(weights.kernel, width=WIDTH)
    # Right after Flatten, a unit's weights stand for the pixels of the maps before it.
    shape = before.input_shape if before.kind == "Flatten" else line.input_shape
    return unit_sheet(weights.kernel, shape, width=WIDTH)
