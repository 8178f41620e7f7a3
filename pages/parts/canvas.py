"""The canvas: what the visitor draws, kept while they visit other pages, and checked before anything looks at it."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from model.ink import CANVAS
from model.ink.fabric import drawing_of, pen_strokes
from model.ink.stroke_text import PenStroke, render_strokes
from model.ink.strokes import BRUSH_WIDTH, BRUSH_WIDTHS

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult

# A drawing as PNG takes 2 to 10 KB, and at worst little more than its pixels; its strokes take 1 KB to 5 KB each.
MAXIMUM_PNG_BYTES = CANVAS * CANVAS * 4 + 10_000
MAXIMUM_STROKES_BYTES = 500_000

_CANVAS = "canvas"
_TOLD = "told_drawing"
_KEPT = "kept_drawing"
_START = "canvas_start"
_STARTS = "canvas_starts"

Strokes = dict[str, Any]
Pixels = npt.NDArray[np.uint8]


class UnreadableDrawing(Exception):
    """The browser sent something that is no drawing; the message is a sentence for the visitor."""

    def __str__(self) -> str:
        return "The canvas sent something that is not a drawing; clear it and draw again."


@dataclass(frozen=True)
class _Kept:
    """A drawing as the canvas sent it: Fabric.js's description of its strokes, and its PNG."""

    strokes: Strokes
    png: bytes


def restore_drawing() -> None:
    """Start the canvas with what was drawn before: on arrival at the page, as a page change empties it."""
    kept = _kept()
    _start_with(kept.strokes if kept else {})


def draw_strokes(strokes: tuple[PenStroke, ...]) -> None:
    """Put these strokes on the canvas in place of what is on it; until it speaks, their own picture stands for it."""
    file = io.BytesIO()
    Image.fromarray(render_strokes(strokes)).save(file, format="PNG")
    st.session_state.pop(_TOLD, None)
    st.session_state[_KEPT] = _Kept(drawing_of(strokes), file.getvalue())
    restore_drawing()


def drawn_strokes() -> tuple[PenStroke, ...]:
    """What is drawn on the canvas, as strokes of the pen."""
    kept = _kept()
    return pen_strokes(kept.strokes) if kept else ()


def _start_with(strokes: Strokes) -> None:
    """Let the canvas show these strokes in place of what is on it; a number in them tells it that they are new."""
    st.session_state[_STARTS] = st.session_state.get(_STARTS, 0) + 1
    st.session_state[_START] = {"objects": [], **strokes, "start": st.session_state[_STARTS]}


def _clear() -> None:
    _start_with({})


def drawing_canvas(on_stroke: Callable[[], None] | None = None) -> Callable[[], Pixels | None]:
    """The place for the canvas, with its tools below; what is returned puts the canvas there and says what is drawn.

    It may be called in a fragment, so that a stroke runs that alone and not the tools. It returns (280, 280, 4) uint8,
    or None before the first stroke, and raises an UnreadableDrawing where what came from the browser cannot be read.

    Args:
        on_stroke: called back after every stroke, before that fragment runs.
    """
    place = st.container(key="canvas_frame")
    _tidy_canvas(key="tidy_canvas", on_clear_change=_clear)
    brush_width = _choose_brush()

    def drawing() -> Pixels | None:
        with place:
            return _drawing(_canvas(brush_width, on_stroke))

    return drawing


def kept_drawing() -> Pixels | None:
    """What was drawn last in this session, (280, 280, 4) uint8, for pages without a canvas; None where nothing was.

    It may be without ink, as after a clear.
    """
    kept = _kept()
    return _pixels(kept.png) if kept else None


def _kept() -> _Kept | None:
    """What is kept; before that, what was told and not looked at, since the canvas was left at once, is taken in."""
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        from streamlit_drawable_canvas import CanvasResult

        with suppress(AttributeError, UnreadableDrawing):
            _drawing(CanvasResult(told.get("raw"), told.get("data"), return_image_data=True))
    kept: _Kept | None = st.session_state.get(_KEPT)
    return kept


def _note_told() -> None:
    """Remember a stroke as it is told: by the time that the page is run, the canvas may have been left."""
    told = st.session_state.get(_CANVAS)
    st.session_state[_TOLD] = told.get("drawing") if isinstance(told, dict) else None


def _follow(on_stroke: Callable[[], None] | None) -> None:
    _note_told()
    if on_stroke:
        on_stroke()


def _canvas(stroke_width: int, on_stroke: Callable[[], None] | None) -> "CanvasResult":
    # It can be imported only where Streamlit runs, and much that stands on this module is of use elsewhere, too.
    from streamlit_drawable_canvas import st_canvas

    try:
        return st_canvas(
            stroke_width=stroke_width,
            stroke_color="#ffffff",
            background_color="#000000",
            height=CANVAS,
            width=CANVAS,
            initial_drawing=st.session_state[_START],
            return_image_data=True,
            key=_CANVAS,
            on_change=partial(_follow, on_stroke),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Any client can send any JSON in the canvas's name, and the canvas takes it as it comes.
        raise UnreadableDrawing from error


def _drawing(result: "CanvasResult") -> Pixels | None:
    """What the canvas sent last, checked and kept; until it sends something, what was kept before."""
    st.session_state.pop(_TOLD, None)
    try:
        png, strokes = result.image_bytes, result.json_data
    except (AttributeError, TypeError, ValueError) as error:
        raise UnreadableDrawing from error
    if png is None:
        return kept_drawing()
    if len(png) > MAXIMUM_PNG_BYTES:
        raise UnreadableDrawing
    pixels = _pixels(png)
    if isinstance(strokes, dict) and len(json.dumps(strokes)) <= MAXIMUM_STROKES_BYTES:
        st.session_state[_KEPT] = _Kept(strokes, png)
    return pixels


def _pixels(png: bytes) -> Pixels:
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            # Before anything is unpacked: a file of a few bytes can claim to hold gigabytes.
            if image.size != (CANVAS, CANVAS):
                raise UnreadableDrawing
            return np.asarray(image.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
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


_tidy_canvas = st.components.v2.component("tidy_canvas", js=Path(__file__).with_name("tidy_canvas.js").read_text())
