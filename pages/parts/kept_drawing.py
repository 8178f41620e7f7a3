"""What the visitor drew, as strokes of the pen: kept in the session, for the way back and for all other pages."""

import secrets
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from model.ink.strokes import Ink, PenStroke, ink_of

_KEPT = "kept_drawing"

Strokes = tuple[PenStroke, ...]


@dataclass(frozen=True)
class Kept:
    """A drawing.

    Attributes:
        start: names what the canvas began with; nobody can guess it, so what another session's page tells is not taken
            for this one's.
        began_with: the strokes that it began with.
        name: of the state in which the drawing is; the page names each state anew, after its start.
        strokes: of this state.
        is_unknown: no page has told of a drawing yet, nor was one put here.
    """

    start: str
    began_with: Strokes
    name: str
    strokes: Strokes
    is_unknown: bool = False

    @cached_property
    def ink(self) -> Ink | None:
        """(280, 280) uint8, not to be changed; None where nothing is drawn."""
        return ink_of(self.strokes) if self.strokes else None


def kept() -> Kept:
    """What is drawn in this session."""
    found: Kept | None = st.session_state.get(_KEPT)
    return found or start_with((), is_unknown=True)


def start_with(strokes: Strokes, *, is_unknown: bool = False) -> Kept:
    """Put these strokes in place of what is drawn."""
    start = secrets.token_hex(4)
    # The page counts the states of a drawing, and this one is its first.
    st.session_state[_KEPT] = found = Kept(start, strokes, f"{start}.1", strokes, is_unknown)
    return found


def keep(before: Kept, name: str, strokes: Strokes) -> Kept:
    """Note what a page told of the drawing that it began with this session's start, and that was so before."""
    st.session_state[_KEPT] = found = Kept(before.start, before.began_with, name, strokes)
    return found


def restore() -> None:
    """Let the canvas begin with what is drawn: on arrival at a page that has one, as a page change empties it."""
    before = kept()
    if not before.is_unknown:
        start_with(before.strokes)
