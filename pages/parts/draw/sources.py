"""The ways in: drawing on the canvas, a picture, a test digit, or the keyboard; only the chosen one is there."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NoReturn

import streamlit as st

from model.errors import UnusableFile
from model.ink.picture_file import UnusablePicture
from model.ink.stroke_text import UnusableLink, decode, encode
from pages.parts import kept_drawing
from pages.parts.canvas import drawing_canvas
from pages.parts.draw.drawn import Drawn
from pages.parts.lesson_link import CELLS, DIGIT, DRAWING

_SOURCE = "source"

HINT = "Draw a digit from 0 to 9. The answer follows your pen."


class Source(StrEnum):
    """Where the digit comes from, as the visitor reads it."""

    DRAW = "Draw"
    PICTURE = "Picture"
    MNIST = "Test digit"
    KEYBOARD = "Keyboard"


def choose_source() -> Source:
    """The row of ways in; the canvas first, and it stays so for who never looks here."""
    with st.container(key="sources"):
        chosen = st.segmented_control(
            "Where the digit comes from",
            list(Source),
            default=None if _SOURCE in st.session_state else Source.DRAW,
            required=True,
            key=_SOURCE,
            on_change=kept_drawing.restore,
            label_visibility="collapsed",
            persist_state="session",
        )
    return chosen or Source.DRAW


@dataclass(frozen=True)
class WayIn:
    """A way in as whoever answers has it.

    On the canvas a drawing that comes runs the fragment in which both are called, and leaves all else as it is; the
    other ways in run the page.

    Attributes:
        digit: gives the digit, as often as it is asked; raises an UnreadableDrawing, an UnusablePicture or an
            UnusableFile where there is no digit to be had.
        answer: shows this HTML. It must be called, be it with nothing: without it the canvas is not heard.
    """

    digit: Callable[[], Drawn]
    answer: Callable[[str], None]


def way_in(source: Source, on_stroke: Callable[[Drawn], None]) -> WayIn:
    """Let the visitor bring a digit in this way.

    Args:
        on_stroke: called back with the drawing after a stroke on the canvas, before the fragment runs.
    """
    if source is Source.DRAW:
        heard = drawing_canvas(lambda kept: on_stroke(_on_canvas(kept)))
        return WayIn(lambda: _on_canvas(heard.drawing()), heard.answer)
    try:
        drawn = _drawn_with(source)
    except (UnusablePicture, UnusableFile) as error:
        return WayIn(partial(_raise, error), _show)
    return WayIn(lambda: drawn, _show)


def _show(html: str) -> None:
    if html:
        st.html(html)


def _on_canvas(kept: kept_drawing.Kept) -> Drawn:
    return Drawn(kept.ink, HINT, name=kept.name, example=lambda: {DRAWING: encode(kept.strokes)}, strokes=kept.strokes)


def _drawn_with(source: Source) -> Drawn:
    # What draws on the canvas waits for nothing that only the others need.
    match source:
        case Source.PICTURE:
            from pages.parts.draw.picture_source import digit_in_picture

            return digit_in_picture()
        case Source.MNIST:
            from pages.parts.draw.mnist_source import chosen_test_digit

            return chosen_test_digit()
        case _:
            from pages.parts.draw.keyboard_grid import cells_drawn, keyboard_grid

            return Drawn(
                keyboard_grid(),
                "Draw a digit with the arrow keys and the space bar. The answer appears when you pause.",
                example=lambda: {CELLS: cells_drawn()},
            )


def _raise(error: Exception) -> NoReturn:
    raise error


def open_example() -> None:
    """Show what the link carries, on arrival at the page; a link that carries nothing readable gets a sentence."""
    query = st.query_params
    try:
        if DIGIT in query:
            _show_test_digit(query[DIGIT])
        elif DRAWING in query:
            kept_drawing.start_with(decode(query[DRAWING]))
            st.session_state[_SOURCE] = Source.DRAW
        elif CELLS in query:
            _show_cells(query[CELLS])
    except UnusableLink as error:
        st.warning(str(error), icon=":material/link_off:")


def _show_test_digit(text: str) -> None:
    from pages.parts.draw.mnist_source import show_digit

    show_digit(text)
    st.session_state[_SOURCE] = Source.MNIST


def _show_cells(text: str) -> None:
    from pages.parts.draw.keyboard_grid import is_grid, put_cells

    if not is_grid(text):
        raise UnusableLink("The drawing in this link is damaged; ask for the link again, or draw your own.")
    put_cells(text)
    st.session_state[_SOURCE] = Source.KEYBOARD
