"""MNIST's test digits and what a model reads in them: read once, kept for everybody."""

from pathlib import Path

import streamlit as st

from model.data import load_test_digits
from model.data.mnist import DigitSet
from model.insight import Evaluation, evaluate
from model.reading import Classifier

# Caches hold only what is cheap to build again: any visitor can have them cleared.


@st.cache_resource(show_spinner=False)
def test_digits() -> DigitSet:
    """MNIST's 10,000 test images, shared by everybody.

    Raises:
        UnusableFile: the file is missing or damaged.
    """
    return load_test_digits()


# Half a megabyte each, and a second to compute again.
@st.cache_resource(show_spinner="Reading the 10,000 test images …", max_entries=20)
def evaluation_of(folder: str) -> Evaluation:
    """What the network in a run's folder answers to the test images.

    Raises:
        UnusableFile: the model's files or the images are missing or damaged.
    """
    test = test_digits()
    return evaluate(Classifier.load(Path(folder)), test.images, test.labels)
