"""The visitor's own network: kept in the session and in the link, and chosen on Train."""

import streamlit as st

from model.plan import Architecture
from model.plan.design import NOTEBOOK, Design
from pages.parts import session

_CHOICE = "network_to_train"
_NETWORKS = ("The notebook's network", "Your design")


def current_design() -> Design:
    """What the designer shows; the notebook's network, until it is changed."""
    try:
        return Design.from_text(st.session_state.get(session.DESIGN, ""))
    except ValueError:
        return NOTEBOOK


def keep_design(design: Design) -> None:
    """Keep it for this session, and in the link for others; the notebook's network is what a link without one means."""
    st.session_state[session.DESIGN] = "" if design == NOTEBOOK else design.text
    session.write_link()


def train_own_design() -> None:
    """Let Train take the visitor's design."""
    st.session_state[_CHOICE] = _NETWORKS[1]


def choose_network() -> Architecture:
    """The network that a run will train: the visitor's own, where there is one that can be built, or the notebook's."""
    design = current_design()
    if design == NOTEBOOK:
        return NOTEBOOK.architecture()
    try:
        own = design.architecture()
    except ValueError:
        return NOTEBOOK.architecture()
    # Not as the widget's default: "Train this" chooses, too.
    st.session_state.setdefault(_CHOICE, _NETWORKS[1])
    choice = st.segmented_control("Network", _NETWORKS, key=_CHOICE, required=True, persist_state="session")
    chosen = own if choice == _NETWORKS[1] else NOTEBOOK.architecture()
    st.caption(in_words(chosen))
    return chosen


def in_words(architecture: Architecture) -> str:
    """The network's shapes in one line, with its parameters."""
    shapes = ("×".join(map(str, shape)) for shape in architecture.shapes)
    return f"{' → '.join(shapes)}; {architecture.parameters:,} parameters."
