"""The Compare page: two runs side by side, and whether one of them reads better or only had luck."""

import streamlit as st

from pages.parts import kept_drawing
from pages.parts.compare import (
    choose_two,
    show_both_answers,
    show_both_curves,
    show_differences,
    show_disagreement,
    show_results,
)
from pages.parts.errors import explained
from pages.parts.frame import frame

if frame("pages/compare.py"):
    kept_drawing.restore()

st.title("Compare two runs")

with explained():
    pair = choose_two()
    if pair:
        show_both_answers(pair)
        show_differences(pair)
        show_results(pair)
        show_disagreement(pair)
        show_both_curves(pair)
