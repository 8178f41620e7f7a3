"""The Draw page: draw a digit and see the network read it."""

import streamlit as st

from model.drawing import prepare
from model.errors import UnusableFile
from model.picture_file import UnusablePicture
from model.strokes import CANVAS
from pages.parts.answer import show_answer, show_hint
from pages.parts.canvas import UnreadableDrawing, restore_drawing
from pages.parts.frame import frame
from pages.parts.handwriting import show_handwriting
from pages.parts.judgement import show_judgement
from pages.parts.model_line import show_model_in_use
from pages.parts.opened_up import show_opened_up
from pages.parts.session import classifier_in_use, explained, refusal_in_use
from pages.parts.sources import choose_source, drawn_with, open_example
from pages.parts.time_machine import show_time_machine

arrived = frame("app.py")

st.title("Draw a digit")

if arrived:
    restore_drawing()
    open_example()


# A fragment: a stroke runs this alone, and leaves the rest of the page as it is.
@st.fragment
def draw_and_read() -> None:
    source = choose_source()
    with st.container(key="drawing", horizontal=True, gap="large"):
        place = st.container(width=CANVAS)
        answer = st.container(key="answer")
    drawn = prepared = reading = None
    try:
        with place:
            drawn = drawn_with(source)
        prepared = prepare(drawn.rgba) if drawn.rgba is not None else None
        if prepared is None or prepared.is_empty:
            with answer:
                show_hint(drawn.hint)
        else:
            reading = classifier_in_use().read(prepared.image)
            is_digit = not refusal_in_use().refuses(prepared)
            with answer:
                show_answer(prepared, reading, is_digit=is_digit)
                show_judgement(drawn, prepared, reading.digit if is_digit else None)
    except (UnreadableDrawing, UnusableFile, UnusablePicture) as error:
        answer.error(str(error), icon=":material/error:")
        prepared = reading = None
    show_opened_up(prepared, reading, drawn.before if drawn else ())
    with explained():
        show_time_machine(prepared)
    show_handwriting()


draw_and_read()

show_model_in_use()
