"""The Layers page: what becomes of the drawing on its way through the network, layer by layer, and a designer."""

from functools import partial

import streamlit as st

from pages.parts.errors import explained
from pages.parts.frame import frame
from pages.parts.layers import (
    begin_designing,
    design_network,
    has_guessed_the_work,
    look_inside,
    show_network,
    show_rows,
    wants_to_design,
)
from pages.parts.model_line import show_model_in_use
from pages.parts.models import model_in_use
from pages.parts.prediction import show_everything

if frame("pages/layers.py"):
    begin_designing()

st.title("Layers")

with st.container(key="view", horizontal=True, vertical_alignment="center"):
    is_designing = wants_to_design()
    show_everything()

with explained():
    if is_designing:
        designed = design_network()
        if designed:
            show_network(designed)
            show_rows(designed)
    else:
        run = model_in_use().run
        in_use = run.record.architecture
        show_network(in_use)
        show_rows(in_use, partial(look_inside, run), with_work=has_guessed_the_work(in_use))

show_model_in_use()
