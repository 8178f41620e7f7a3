"""The Draw page: draw a digit and see the network read it."""

import streamlit as st

from model.drawing import prepare
from model.errors import UnusableFile
from model.strokes import CANVAS
from pages.parts.answer import show_answer, show_hint
from pages.parts.canvas import UnreadableDrawing, drawing_canvas, restore_drawing
from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.opened_up import show_opened_up
from pages.parts.session import classifier_in_use, refusal_in_use

if frame("app.py"):
    restore_drawing()

st.title("Draw a digit")


# A fragment: a stroke runs this alone, and leaves the rest of the page as it is.
@st.fragment
def draw_and_read() -> None:
    with st.container(key="drawing", horizontal=True, gap="large"):
        canvas = st.container(width=CANVAS)
        answer = st.container(key="answer")
    prepared = reading = None
    try:
        with canvas:
            drawing = drawing_canvas()
        prepared = prepare(drawing) if drawing is not None else None
        with answer:
            if prepared is None or prepared.is_empty:
                show_hint("Draw a digit from 0 to 9. The answer appears when you lift the pen.")
            else:
                reading = classifier_in_use().read(prepared.image)
                show_answer(prepared, reading, is_digit=not refusal_in_use().refuses(prepared))
    except (UnreadableDrawing, UnusableFile) as error:
        answer.error(str(error), icon=":material/error:")
    show_opened_up(prepared, reading)


draw_and_read()

show_model_in_use()
