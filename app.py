"""The Draw page: draw a digit and see the network read it."""

from collections.abc import Callable

import streamlit as st

from model.errors import UnusableFile
from model.ink import CANVAS, prepare
from model.ink.picture_file import UnusablePicture
from pages.parts.answer import show_answer, show_hint
from pages.parts.canvas import UnreadableDrawing, restore_drawing
from pages.parts.draw import (
    Drawn,
    choose_source,
    open_example,
    reading,
    show_handwriting,
    show_judgement,
    show_opened_up,
    show_time_machine,
    way_in,
)
from pages.parts.draw.reading import Read
from pages.parts.errors import explained
from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.models import classifier_in_use, get_ready_to_read, refusal_in_use

arrived = frame("app.py")

st.title("Draw a digit")

if arrived:
    restore_drawing()
    open_example()

source = choose_source()
with st.container(key="drawing", horizontal=True, gap="large"):
    place = st.container(width=CANVAS)
    answer = st.container(key="answer")
with place:
    digit = way_in(source, on_stroke=reading.follow)


# A fragment: a stroke runs this alone, and leaves the rest of the page as it is.
@st.fragment(key=reading.ANSWER)
def read_and_answer(digit: Callable[[], Drawn]) -> None:
    reading.note(None)
    try:
        drawn = digit()
        prepared = prepare(drawn.rgba) if drawn.rgba is not None else None
        with answer:
            if prepared is None or prepared.is_empty:
                show_hint(drawn.hint)
                return
            read = Read(prepared, classifier_in_use().read(prepared.image), drawn.before)
            is_digit = not refusal_in_use().refuses(prepared)
            show_answer(prepared, read.reading, is_digit=is_digit)
            show_judgement(drawn, prepared, read.reading.digit if is_digit else None)
        reading.note(read)
    except (UnreadableDrawing, UnusableFile, UnusablePicture) as error:
        answer.error(str(error), icon=":material/error:")


# Another one: it follows the drawing only while something in it is unfolded.
@st.fragment(key=reading.BELOW)
def look_closer() -> None:
    read = reading.last_read()
    show_opened_up(read)
    with explained():
        show_time_machine(read.prepared if read else None)
    show_handwriting()


read_and_answer(digit)
look_closer()

show_model_in_use()
get_ready_to_read()
