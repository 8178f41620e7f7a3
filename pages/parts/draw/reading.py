"""What was read last on Draw, and how the page follows the drawing.

A stroke runs the fragment of the answer alone. What lies below it is a fragment of its own, which runs after a stroke
only while something in it is unfolded: folded, it costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from model.ink import Prepared
from model.reading import Reading
from pages.parts import session

if TYPE_CHECKING:
    from model.ink.photo import Step

# The keys of the two fragments.
ANSWER = "answer"
BELOW = "below"

_READ = "read_last"
_UNFOLDED = "unfolded"


@dataclass(frozen=True)
class Read:
    """A drawing, and what the network says of it.

    Attributes:
        before: what was done before there was ink, as with a photo.
        name: of the drawing's state, where the page reads it, too; see `pages/parts/pen.js`.
    """

    prepared: Prepared
    reading: Reading
    before: Sequence["Step"] = ()
    name: str = ""


def note(read: Read | None) -> None:
    """Keep what was read for all that follows the drawing; None where there is nothing to read."""
    st.session_state[_READ] = read


def last_read() -> Read | None:
    """What was read last in this session."""
    read: Read | None = st.session_state.get(_READ)
    return read


def fold(label: str, icon: str, key: str) -> ExpanderContainer:
    """Something below the answer, which follows the drawing while it is unfolded."""
    place = st.expander(label, icon=icon, key=key, on_change="rerun")
    unfolded: set[str] = st.session_state.setdefault(_UNFOLDED, set())
    (unfolded.add if place.open else unfolded.discard)(key)
    return place


def follow() -> None:
    """As the callback of a stroke: where something is unfolded, run both fragments, and not the answer's alone."""
    if st.session_state.get(_UNFOLDED):
        follow_all()


def follow_all() -> None:
    """As the end of a callback: run both fragments; nothing, where the visitor is on the way to another page."""
    if not session.is_leaving():
        st.rerun([ANSWER, BELOW])
