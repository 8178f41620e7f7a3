"""The Convolution page: four short chapters on what a convolution is, each with the visitor's own drawing."""

import streamlit as st

from pages.parts.convolution import choose_chapter, convnet
from pages.parts.errors import explained
from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.picture_at_hand import picture_at_hand
from pages.parts.prediction import show_everything

frame("pages/convolution.py")

st.title("Convolution")

with st.container(key="chapters", horizontal=True, vertical_alignment="center"):
    show_chapter = choose_chapter()
    show_everything()

with explained():
    show_chapter(picture_at_hand(), convnet())

show_model_in_use()
