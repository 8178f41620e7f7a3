"""The Evaluate page: how well the model in use reads digits that it never learned from, and what it gets wrong."""

import streamlit as st

from pages.parts.errors import explained
from pages.parts.evaluate import (
    evaluation_in_use,
    show_by_digit,
    show_confusion,
    show_mistakes,
    show_reliability,
    show_result,
    show_robustness,
)
from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.models import model_in_use
from pages.parts.take_home import show_take_home

frame("pages/evaluate.py")

st.title("Evaluate")
st.markdown("MNIST keeps 10,000 digits apart, and no network here learns from them: they are the test.")

with explained():
    evaluation = evaluation_in_use()
    show_result(evaluation)
    show_confusion(evaluation)
    show_mistakes(evaluation)
    show_by_digit(evaluation)
    show_reliability(evaluation)
    show_robustness()
    show_take_home(model_in_use().run)

show_model_in_use()
