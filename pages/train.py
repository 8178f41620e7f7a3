"""The Train page: train the network and watch it learn."""

import streamlit as st

from model.data.mnist import check_mnist
from model.queue import training_queue
from pages.parts.design import choose_network
from pages.parts.errors import explained
from pages.parts.frame import frame
from pages.parts.train import choose_recipe, run_in_view, show_bring_back, show_in_view, show_recorded_run, show_start

frame("pages/train.py")
training_queue.warm_up()

st.title("Train the network")
st.markdown(
    "The network starts with random weights and sees MNIST's handwritten digits, a batch at a time. "
    "After each batch every weight moves a little, in the direction that makes the loss smaller."
)

with explained():
    check_mnist()
    view = run_in_view()
    if view is None or not view.is_under_way or not view.owner_id:
        architecture = choose_network()
        recipe = choose_recipe()
        if recipe:
            show_start(recipe, architecture)
        show_bring_back()
    show_in_view(view)
    show_recorded_run(is_open=view is not None and view.is_waiting)
