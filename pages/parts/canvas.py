"""The canvas, and the pen that draws on it: what is drawn comes as strokes, checked before anything looks at them."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from model.ink.pen import heard, told
from model.ink.strokes import BRUSH_WIDTH, BRUSH_WIDTHS, CANVAS
from pages.parts import kept_drawing
from pages.parts.kept_drawing import Kept
from pages.parts.scripts import joined

_PEN = "pen"
_TOLD = "told"

# Of the number of a drawing's state, which follows its start in its name.
MOST_DIGITS = 9


class UnreadableDrawing(Exception):
    """The browser sent something that is no drawing; the message is a sentence for the visitor."""

    def __str__(self) -> str:
        return "The canvas sent something that is not a drawing; clear it and draw again."


@dataclass(frozen=True)
class HeardCanvas:
    """The canvas as whoever answers to it has it.

    In a fragment, a drawing that comes runs that alone: neither the canvas nor the pen is sent again.

    Attributes:
        on_stroke: called back with what is drawn whenever a drawing has come, before that fragment runs.
    """

    on_stroke: Callable[[Kept], None] | None = None

    def drawing(self) -> Kept:
        """What is drawn.

        Raises:
            UnreadableDrawing: what came from the browser is no drawing.
        """
        return _taken(st.session_state.get(_TOLD))

    def answer(self, html: str = "") -> None:
        """Show this, and go on hearing what is drawn: nothing is heard without it."""
        _told(
            key=_TOLD,
            data={"html": html},
            default={"drawing": None},
            on_drawing_change=self._hear,
        )

    # As a callback, since by the time that the page is run the visitor may have gone to another one.
    def _hear(self) -> None:
        try:
            kept = _taken(st.session_state.get(_TOLD))
        except UnreadableDrawing:
            kept = kept_drawing.kept()
        if self.on_stroke:
            self.on_stroke(kept)


def drawing_canvas(on_stroke: Callable[[Kept], None] | None = None) -> HeardCanvas:
    """The canvas, with its tools below.

    Args:
        on_stroke: called back with what is drawn whenever a drawing has come, before the fragment runs that answers.
    """
    place = st.container(key="canvas_frame")
    brush_width = _choose_brush()
    with place:
        _canvas()
        _put_pen(brush_width)
    return HeardCanvas(on_stroke)


def _canvas() -> None:
    # It can be imported only where Streamlit runs, and much that stands on this module is of use elsewhere, too.
    from streamlit_drawable_canvas import st_canvas

    # It begins empty, and tells nothing: the pen shows on it what is drawn, has its tools, and tells what the visitor
    # draws, see pen.js. Its settings never change: where they change twice at once, Streamlit ends a canvas with all
    # that is on it. And nothing is asked of it: what any client may send in its name, of which it takes any JSON as it
    # comes, is of no effect.
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        st_canvas(
            stroke_width=BRUSH_WIDTH,
            stroke_color="#ffffff",
            background_color="#000000",
            height=CANVAS,
            width=CANVAS,
            update_streamlit=False,
            key="canvas",
        )


def _put_pen(brush_width: int) -> None:
    kept = kept_drawing.kept()
    _pen(
        key=_PEN,
        data={
            "start": kept.start,
            # They are looked at once only, with a new start.
            "strokes": told(kept.began_with),
            "knowsNone": kept.is_unknown,
            "width": brush_width,
        },
    )


def _taken(told: Any) -> Kept:
    """What is drawn, now that the pen told this, which is kept where it is new.

    Raises:
        UnreadableDrawing: it is no drawing.
    """
    kept = kept_drawing.kept()
    try:
        drawing = told["drawing"] if told is not None else None
        if drawing is None:
            return kept
        start, name, strokes = drawing["start"], drawing["name"], drawing["strokes"]
        if start != kept.start or name == kept.name:
            return kept
        if not re.fullmatch(rf"{start}\.[0-9]{{1,{MOST_DIGITS}}}", name):
            raise UnreadableDrawing
        return kept_drawing.keep(kept, name, heard(strokes))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableDrawing from error


def _choose_brush() -> int:
    with st.container(key="brush"):
        return st.select_slider(
            "Brush width",
            BRUSH_WIDTHS,
            value=BRUSH_WIDTH,
            format_func=lambda pixels: f"Brush {pixels}",
            key="brush_width",
            label_visibility="collapsed",
            persist_state="session",
        )


_HERE = Path(__file__).parent
_pen = st.components.v2.component(_PEN, js=joined(*(_HERE / f"{name}.js" for name in ("ink", "telling", "pen"))))
_told = st.components.v2.component(_TOLD, js=joined(_HERE / "told.js"), isolate_styles=False)
