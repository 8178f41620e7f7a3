"""The ways in: drawing on the canvas, a picture, a test digit, or the keyboard; only the chosen one is there."""

from enum import StrEnum

import streamlit as st

from model.lesson import UnusableLink, decode, encode
from pages.parts.canvas import draw_strokes, drawing_canvas, drawn_strokes, restore_drawing
from pages.parts.drawn import Drawn
from pages.parts.lesson_link import CELLS, DIGIT, DRAWING

_SOURCE = "source"


class Source(StrEnum):
    """Where the digit comes from, as the visitor reads it."""

    DRAW = "Draw"
    PICTURE = "Picture"
    MNIST = "Test digit"
    KEYBOARD = "Keyboard"


ICONS = {
    Source.DRAW: ":material/draw:",
    Source.PICTURE: ":material/photo_camera:",
    Source.MNIST: ":material/dataset:",
    Source.KEYBOARD: ":material/keyboard:",
}


def choose_source() -> Source:
    """The row of ways in; the canvas first, and it stays so for who never looks here."""
    with st.container(key="sources"):
        chosen = st.segmented_control(
            "Where the digit comes from",
            list(Source),
            default=None if _SOURCE in st.session_state else Source.DRAW,
            required=True,
            format_func=lambda source: f"{ICONS[source]} {source}",
            key=_SOURCE,
            on_change=restore_drawing,
            label_visibility="collapsed",
            persist_state="session",
        )
    return chosen or Source.DRAW


def drawn_with(source: Source) -> Drawn:
    """What the visitor brings in this way.

    Raises:
        UnreadableDrawing: what came from the canvas is no drawing.
        UnusablePicture: no digit can be read from the picture.
        UnusableFile: the test digits or a model are missing or damaged.
    """
    # What draws on the canvas waits for nothing that only the others need.
    match source:
        case Source.PICTURE:
            from pages.parts.picture_source import digit_in_picture

            return digit_in_picture()
        case Source.MNIST:
            from pages.parts.mnist_source import chosen_test_digit

            return chosen_test_digit()
        case Source.KEYBOARD:
            from pages.parts.keyboard_grid import cells_drawn, keyboard_grid

            return Drawn(
                keyboard_grid(),
                "Draw a digit with the arrow keys and the space bar. The answer appears when you pause.",
                example=lambda: {CELLS: cells_drawn()},
            )
        case Source.DRAW:
            return Drawn(
                drawing_canvas(),
                "Draw a digit from 0 to 9. The answer appears when you lift the pen.",
                example=lambda: {DRAWING: encode(drawn_strokes())},
            )


def open_example() -> None:
    """Show what the link carries, on arrival at the page; a link that carries nothing readable gets a sentence."""
    query = st.query_params
    try:
        if DIGIT in query:
            _show_test_digit(query[DIGIT])
        elif DRAWING in query:
            draw_strokes(decode(query[DRAWING]))
            st.session_state[_SOURCE] = Source.DRAW
        elif CELLS in query:
            _show_cells(query[CELLS])
    except UnusableLink as error:
        st.warning(str(error), icon=":material/link_off:")


def _show_test_digit(text: str) -> None:
    from pages.parts.mnist_source import show_digit

    show_digit(text)
    st.session_state[_SOURCE] = Source.MNIST


def _show_cells(text: str) -> None:
    from pages.parts.keyboard_grid import is_grid, put_cells

    if not is_grid(text):
        raise UnusableLink("The drawing in this link is damaged; ask for the link again, or draw your own.")
    put_cells(text)
    st.session_state[_SOURCE] = Source.KEYBOARD
