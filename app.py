"""The Draw page: draw a digit and see the network read it."""

from collections.abc import Callable

import streamlit as st

from model.errors import UnusableFile
from model.ink import CANVAS
from model.ink.picture_file import UnusablePicture
from model.ink.preparation import prepare_ink
from pages.parts import kept_drawing
from pages.parts.answer import show_answer, show_hint
from pages.parts.canvas import UnreadableDrawing
from pages.parts.draw import (
    Drawn,
    Source,
    choose_source,
    open_example,
    read_in_page,
    reading,
    show_handwriting,
    show_judgement,
    show_offer,
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
    kept_drawing.restore()
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
        prepared = prepare_ink(drawn.ink) if drawn.ink is not None else None
        with answer:
            if prepared is None or prepared.is_empty:
                show_hint(drawn.hint, drawn.name)
                return
            read = Read(prepared, classifier_in_use().read(prepared.image), drawn.before, drawn.name)
            is_digit = drawn.is_digit and not refusal_in_use().refuses(prepared)
            show_answer(prepared, read.reading, is_digit=is_digit, name=drawn.name)
            show_judgement(drawn, prepared, read.reading.digit if is_digit else None)
            show_offer(drawn.strokes, read.reading.digit if is_digit else None)
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
if source is Source.DRAW:
    with answer, explained():
        read_in_page(arrived)
