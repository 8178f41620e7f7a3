"""The Train page: train the network and watch it learn."""

import streamlit as st

from model.data import check_mnist
from model.jobs import training_queue
from pages.parts.bring_back import show_bring_back
from pages.parts.design import choose_network
from pages.parts.frame import frame
from pages.parts.session import explained
from pages.parts.settings import choose_recipe
from pages.parts.training import current_job, show_finished_run, show_job, show_start

frame("pages/train.py")
training_queue.warm_up()

st.title("Train the network")
st.markdown(
    "The network starts with random weights and sees MNIST's handwritten digits, a batch at a time. "
    "After each batch every weight moves a little, in the direction that makes the loss smaller."
)

with explained():
    check_mnist()
    job = current_job()
    if job is None or job.progress.is_over:
        architecture = choose_network()
        recipe = choose_recipe()
        if recipe:
            show_start(recipe, architecture)
        show_bring_back()
    if job is not None:
        show_job(job)
    else:
        show_finished_run()
