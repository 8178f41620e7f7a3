"""The epoch time machine on Draw: the same drawing, read by the network as it was after each of its epochs."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.errors import UnusableFile
from model.ink import Prepared
from model.reading import Classifier
from model.reading.epochs import EPOCHS_FILE, TimeMachine
from model.run import Run
from pages.parts.answer import probability_bars
from pages.parts.draw.reading import fold
from pages.parts.feature_maps import feature_maps
from pages.parts.models import BY_FOLDER, model_in_use, recorded_run

LAYERS = 3  # the feature maps of the first convolutions are shown
WIDTH = 208  # CSS pixels of a layer's sheet

_POSITION = "time_machine_epoch"


def show_time_machine(prepared: Prepared | None) -> None:
    """Folded until somebody opens it; the network is then read at any epoch that the run in use has kept."""
    place = fold("Epoch time machine", ":material/history:", "time_machine")
    if not place.open:
        return
    with place:
        run = model_in_use().run
        if not (run.folder / EPOCHS_FILE).is_file():
            run = recorded_run()
            st.caption("The model in use has kept no epochs, so this is the recorded run of the Notebook preset.")
        position = _choose_epoch(run)
        if prepared is None or prepared.is_empty:
            st.caption("Draw a digit to see how it was read at this epoch.")
        else:
            _show(run, _classifier(run, position), prepared.image)


def _choose_epoch(run: Run) -> int:
    epochs = _machine(run).epochs
    last = len(epochs) - 1
    if last == 0:
        return 0
    return st.select_slider(
        "Epochs learned",
        range(last + 1),
        value=last,
        format_func=lambda position: _name(epochs[position]),
        key=f"{_POSITION}_{run.folder.name}",
        persist_state="session",
    )


def _name(epoch: float) -> str:
    return "untrained" if epoch == 0 else f"{epoch:.3g}"


def _show(run: Run, classifier: Classifier, image: npt.NDArray[np.float32]) -> None:
    activations = classifier.activations(image[np.newaxis])
    probabilities = activations[-1][0]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.html(f'<div class="answer past">{probability_bars(probabilities, int(probabilities.argmax()))}</div>')
    lines = zip(run.record.architecture.summary, activations, strict=True)
    maps = [(line, activation[0]) for line, activation in lines if line.kind == "Conv2D"]
    with right:
        sheets = "".join(feature_maps(line, activation, width=WIDTH) for line, activation in maps[:LAYERS])
        st.html(f'<div class="past-maps">{sheets}</div>')


# A cache holds the 30 networks of one or two runs, at half a megabyte each; another is made in some milliseconds.


@st.cache_resource(show_spinner=False, max_entries=10, hash_funcs=BY_FOLDER)
def _machine(run: Run) -> TimeMachine:
    return TimeMachine.load(run.folder, run.record.architecture)


@st.cache_resource(show_spinner=False, max_entries=60, hash_funcs=BY_FOLDER)
def _classifier(run: Run, position: int) -> Classifier:
    machine = _machine(run)
    if not 0 <= position < len(machine.epochs):
        raise UnusableFile("There is no such epoch in this run.")
    return machine.classifier(position)
