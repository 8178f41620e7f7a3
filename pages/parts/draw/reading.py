"""What was read last on Draw, and how the page follows the drawing.

A drawing that comes runs the fragment of the answer alone. What follows it is in fragments of their own: the question
whether it was right, which runs where it would say something else than it does; and what lies below, which runs only
while something in it is unfolded. What stays as it is costs nothing.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from model.ink import Prepared
from model.ink.preparation import prepare_ink
from model.reading import Reading
from model.run import Run
from pages.parts import session
from pages.parts.draw.drawn import Drawn
from pages.parts.draw.offer import offer_html
from pages.parts.models import classifier_of, model_in_use, refusal_of

# The keys of the fragments.
ANSWER = "answer"
JUDGEMENT = "judgement"
BELOW = "below"

_READ = "read_last"
_UNFOLDED = "unfolded"


@dataclass(frozen=True)
class Read:
    """A drawing, and what the network says of it.

    Attributes:
        drawn: where it comes from.
        run: of the model that read it.
        is_digit: False where it was said to be none.
        offer: what else the drawing may hold, as HTML; empty where that is nothing.
    """

    drawn: Drawn
    prepared: Prepared
    reading: Reading
    run: Run
    is_digit: bool
    offer: str = ""

    @property
    def answer(self) -> int | None:
        """The digit that was read, None where the drawing was said to be none."""
        return self.reading.digit if self.is_digit else None

    @cached_property
    def ink_name(self) -> str:
        """Of this ink, whenever and however it comes."""
        return hashlib.sha256(self.prepared.ink.tobytes()).hexdigest()


def read(drawn: Drawn) -> Read | None:
    """Read a drawing with the model in use, and keep that for all that follows it; None where there is nothing to read.

    What was read of it just before, as in the callback before this run, is not read again.

    Raises:
        UnusableFile: the model's files are missing or damaged.
    """
    run = model_in_use().run
    before = last_read()
    if before and drawn.name and before.drawn.name == drawn.name and before.run.folder == run.folder:
        return before
    forget()
    prepared = prepare_ink(drawn.ink) if drawn.ink is not None else None
    if prepared is None or prepared.is_empty:
        return None
    reading, is_refused = refusal_of(run).read_by(classifier_of(run), prepared)
    is_digit = drawn.is_digit and not is_refused
    offer = offer_html(drawn.strokes, reading.digit if is_digit else None, run)
    st.session_state[_READ] = found = Read(drawn, prepared, reading, run, is_digit, offer)
    return found


def forget() -> None:
    """There is nothing that was read."""
    st.session_state[_READ] = None


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


def is_unfolded() -> bool:
    """Whether something below the answer follows the drawing."""
    return bool(st.session_state.get(_UNFOLDED))


def run(*fragments: str) -> None:
    """As the end of a callback: run these; nothing, where the visitor is on the way to another page."""
    if not session.is_leaving():
        st.rerun(list(fragments))
