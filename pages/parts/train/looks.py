"""The network as it learns: its first filters, and what it says of a test digit."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.data.mnist import load_test_images
from model.plan import DIGITS
from model.run.looks import WATCHED_IMAGES, Look
from pages.parts.answer import probability_bars
from pages.parts.feature_maps import filter_sheet
from pages.parts.pictures import data_uri

WIDTH = 320  # CSS pixels of the sheet of filters

_WATCHED = "watched_digit"


def choose_watched_digit(key: str) -> int:
    """Which of the ten test digits is watched, one of each kind."""
    chosen = st.segmented_control(
        "Watch a test digit",
        list(range(DIGITS)),
        default=DIGITS - 1,
        key=f"{_WATCHED}_{key}",
        required=True,
        persist_state="session",
    )
    return int(chosen)


def show_look(look: Look, digit: int) -> None:
    """The filters of the first layer, and the probabilities of this test digit."""
    left, right = st.columns(2)
    with left:
        if look.filters.size:
            st.html(f'<p class="look-title">First layer</p>{_filters(look)}')
        else:
            st.caption("The first layer of this network is no convolution, so it has no filters to show.")
    with right:
        st.html(_probabilities(look.probabilities[digit], digit))


@lru_cache(maxsize=32)
def _filters(look: Look) -> str:
    """Made once for all who watch the same run."""
    kernel = np.moveaxis(look.filters, 0, 2)[:, :, np.newaxis]
    return filter_sheet(kernel, columns=8, width=WIDTH)


def _probabilities(probabilities: npt.NDArray[np.float32], digit: int) -> str:
    return (
        '<div class="answer watched"><p class="look-title">A test digit it never learns from</p>'
        f'<img src="{_picture(digit)}" width="56" height="56" alt="The test digit that is watched, a {digit}">'
        f"{probability_bars(probabilities, int(probabilities.argmax()))}</div>"
    )


@st.cache_data(show_spinner=False)
def _picture(digit: int) -> str:
    image = load_test_images(WATCHED_IMAGES)[digit]
    return data_uri(image.astype(np.float32) / 255)
