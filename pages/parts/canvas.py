"""The canvas, and the pen that draws on it: what is drawn comes as strokes, checked before anything looks at them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from model.ink.pen import heard, told
from model.ink.strokes import BRUSH_WIDTH, BRUSH_WIDTHS, CANVAS
from pages.parts import kept_drawing
from pages.parts.kept_drawing import Kept
from pages.parts.scripts import joined

_PEN = "pen"

# Of the number of a drawing's state, which follows its start in its name.
MOST_DIGITS = 9


class UnreadableDrawing(Exception):
    """The browser sent something that is no drawing; the message is a sentence for the visitor."""

    def __str__(self) -> str:
        return "The canvas sent something that is not a drawing; clear it and draw again."


def drawing_canvas(on_stroke: Callable[[], None] | None = None) -> Callable[[], Kept]:
    """The place for the canvas, with its tools below; what is returned puts the canvas there and says what is drawn.

    It may be called in a fragment, so that a drawing that comes runs that alone and not the tools. It raises an
    UnreadableDrawing where what came from the browser is no drawing.

    Args:
        on_stroke: called back whenever a drawing has come, before that fragment runs.
    """
    place = st.container(key="canvas_frame")
    brush_width = _choose_brush()

    def drawing() -> Kept:
        with place:
            _canvas()
            return _drawing(brush_width, on_stroke)

    return drawing


def _canvas() -> None:
    # It can be imported only where Streamlit runs, and much that stands on this module is of use elsewhere, too.
    from streamlit_drawable_canvas import st_canvas

    # It begins empty, and tells nothing: the pen puts on it what is drawn, chooses its brush, and tells what the
    # visitor draws (see pen.js, which knows these settings). They never change: where they change twice at once,
    # Streamlit ends a canvas with all that is on it.
    try:
        st_canvas(
            stroke_width=BRUSH_WIDTH,
            stroke_color="#ffffff",
            background_color="#000000",
            height=CANVAS,
            width=CANVAS,
            update_streamlit=False,
            key="canvas",
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Any client can send any JSON in the canvas's name, and the canvas takes it as it comes.
        raise UnreadableDrawing from error


def _drawing(brush_width: int, on_stroke: Callable[[], None] | None) -> Kept:
    # In a callback, since by the time that the page is run the visitor may have gone to another one.
    def listen() -> None:
        _take(st.session_state.get(_PEN))
        if on_stroke:
            on_stroke()

    kept = kept_drawing.kept()
    result = _pen(
        key=_PEN,
        data={
            "start": kept.start,
            # They are looked at once only, with a new start.
            "strokes": told(kept.began_with),
            "knowsNone": kept.is_unknown,
            "width": brush_width,
        },
        default={"drawing": None},
        on_drawing_change=listen,
    )
    if not _take(result):
        raise UnreadableDrawing
    return kept_drawing.kept()


def _take(pen: Any) -> bool:
    """Keep what the pen told, where it is new; False where that is no drawing."""
    try:
        drawing = pen["drawing"]
        if drawing is None:
            return True
        start, name, strokes = drawing["start"], drawing["name"], drawing["strokes"]
        kept = kept_drawing.kept()
        if start == kept.start and name != kept.name:
            if not re.fullmatch(rf"{start}\.[0-9]{{1,{MOST_DIGITS}}}", name):
                return False
            kept_drawing.keep(name, heard(strokes))
    except (KeyError, TypeError, ValueError):
        return False
    return True


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
_pen = st.components.v2.component("pen", js=joined(_HERE / "telling.js", _HERE / "pen.js"))
