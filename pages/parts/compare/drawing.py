"""One drawing, and what each of two networks reads in it, as it is drawn."""

import streamlit as st

from model.errors import UnusableFile
from model.ink import CANVAS
from model.ink.preparation import prepare_ink
from pages.parts.answer import answer_html, hint_html
from pages.parts.canvas import UnreadableDrawing, drawing_canvas
from pages.parts.compare.pair import Pair
from pages.parts.models import classifier_of, refusal_of


@st.fragment
def show_both_answers(pair: Pair) -> None:
    """The canvas, and beside it, or below on a phone, both answers."""
    with st.container(key="compare_drawing", horizontal=True, gap="large"):
        canvas = st.container(width=CANVAS)
        answers = st.container(key="both_answers", horizontal=True, gap="medium")
    try:
        with canvas:
            heard = drawing_canvas()
            heard.answer()
            drawn = heard.drawing().ink
        prepared = prepare_ink(drawn) if drawn is not None else None
        for place, named in enumerate(pair):
            with answers, st.container(key=f"answer_of_{place}"):
                st.markdown(f"**{named.name}**")
                if prepared is None or prepared.is_empty:
                    st.html(hint_html("Draw a digit: both answer."))
                else:
                    reading = classifier_of(named.run).read(prepared.image)
                    is_digit = not refusal_of(named.run).refuses(prepared)
                    st.html(answer_html(prepared, reading, is_digit=is_digit))
    except (UnreadableDrawing, UnusableFile) as error:
        answers.error(str(error), icon=":material/error:")
