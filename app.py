"""The Draw page: draw a digit and see the network read it."""

import streamlit as st

from model.errors import UnusableFile
from model.ink import CANVAS
from model.ink.picture_file import UnusablePicture
from pages.parts import kept_drawing
from pages.parts.answer import answer_html, hint_html
from pages.parts.canvas import UnreadableDrawing
from pages.parts.draw import (
    Source,
    WayIn,
    choose_source,
    follow,
    open_example,
    read_in_page,
    reading,
    show_handwriting,
    show_judgement,
    show_opened_up,
    show_time_machine,
    way_in,
)
from pages.parts.errors import explained
from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.models import get_ready_to_read

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
    way = way_in(source, on_stroke=follow)


# A fragment: a drawing that comes runs this alone, and leaves the rest of the page as it is.
@st.fragment(key=reading.ANSWER)
def read_and_answer(way: WayIn) -> None:
    html = ""
    try:
        drawn = way.digit()
        read = reading.read(drawn)
        html = (
            answer_html(read.prepared, read.reading, is_digit=read.is_digit, name=drawn.name)
            if read
            else hint_html(drawn.hint, drawn.name)
        )
    except (UnreadableDrawing, UnusableFile, UnusablePicture) as error:
        reading.forget()
        st.error(str(error), icon=":material/error:")
    way.answer(html)


# Another one: most drawings leave the question as it is.
@st.fragment(key=reading.JUDGEMENT)
def judge() -> None:
    show_judgement(reading.last_read())


# And one more: it follows the drawing only while something in it is unfolded.
@st.fragment(key=reading.BELOW)
def look_closer() -> None:
    read = reading.last_read()
    show_opened_up(read)
    with explained():
        show_time_machine(read.prepared if read else None)
    show_handwriting()


with answer:
    read_and_answer(way)
    with st.container(key="judged"):
        judge()
look_closer()

show_model_in_use()
get_ready_to_read()
if source is Source.DRAW:
    with answer, explained():
        read_in_page(arrived)
