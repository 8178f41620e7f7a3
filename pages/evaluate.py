"""The Evaluate page: how well the model in use reads digits that it never learned from, and what it gets wrong."""

import streamlit as st

from pages.parts.confusion import show_confusion
from pages.parts.evaluate_results import evaluation_in_use, show_by_digit, show_result
from pages.parts.frame import frame
from pages.parts.mistakes import show_mistakes
from pages.parts.model_line import show_model_in_use
from pages.parts.reliability import show_reliability
from pages.parts.robustness import show_robustness
from pages.parts.session import explained, model_in_use
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
