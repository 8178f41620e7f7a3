"""One drawing, and what each of two networks reads in it, as it is drawn."""

from html import escape

import streamlit as st

from model.errors import UnusableFile
from model.ink import CANVAS
from model.ink.preparation import prepare_ink
from model.ink.strokes import Ink
from pages.parts.answer import answer_html, hint_html
from pages.parts.canvas import HeardCanvas, UnreadableDrawing, drawing_canvas
from pages.parts.compare.pair import Named, Pair
from pages.parts.models import classifier_of, refusal_of


def show_both_answers(pair: Pair) -> None:
    """The canvas, and beside it, or below on a phone, both answers."""
    with st.container(key="compare_drawing", horizontal=True, gap="large"):
        canvas = st.container(width=CANVAS)
        answers = st.container(key="both_answers")
    with canvas:
        heard = drawing_canvas()
    with answers:
        _answer(pair, heard)


# A drawing that comes runs this alone.
@st.fragment
def _answer(pair: Pair, heard: HeardCanvas) -> None:
    html = ""
    try:
        ink = heard.drawing().ink
        html = "".join(
            f'<div class="st-key-answer_of_{place}"><p>{escape(named.name)}</p>{_read(named, ink)}</div>'
            for place, named in enumerate(pair)
        )
    except (UnreadableDrawing, UnusableFile) as error:
        st.error(str(error), icon=":material/error:")
    heard.answer(f'<div class="both-answers">{html}</div>')


def _read(named: Named, ink: Ink | None) -> str:
    prepared = prepare_ink(ink) if ink is not None else None
    if prepared is None or prepared.is_empty:
        return hint_html("Draw a digit: both answer.")
    reading = classifier_of(named.run).read(prepared.image)
    return answer_html(prepared, reading, is_digit=not refusal_of(named.run).refuses(prepared))
