"""A digit of MNIST's test set: by its number, by chance, or a hard one that the model in use reads wrong."""

import random
import re

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink import CANVAS
from model.ink.preparation import BOX, crop
from model.ink.stroke_text import UnusableLink
from pages.parts.draw.drawn import Drawn
from pages.parts.errors import explained
from pages.parts.lesson_link import DIGIT
from pages.parts.models import model_in_use
from pages.parts.pictures import data_uri
from pages.parts.test_digits import evaluation_of, test_digits

TEST_DIGITS = 10_000

_INDEX = "test_digit"


def chosen_test_digit() -> Drawn:
    """The digit's picture with the ways to another one.

    Raises:
        UnusableFile: the test digits or the model are missing or damaged.
    """
    digits = test_digits()
    picture = st.empty()
    index = _choose()
    image, label = digits.images[index], int(digits.labels[index])
    picture.html(
        f'<img class="source-picture" src="{data_uri(image / np.float32(255))}" width="{CANVAS}" height="{CANVAS}" '
        f'alt="Test digit {index}, which MNIST calls a {label}">'
    )
    if is_cut_off(image):
        st.caption(
            "MNIST's own image of this digit is cut off at its edge, so the preparation enlarges what is left of it; "
            "Evaluate reads it as it is."
        )
    return Drawn(_enlarged(image), "", label=label, example=lambda: {DIGIT: str(index)})


def is_cut_off(image: npt.NDArray[np.uint8]) -> bool:
    """Whether the preparation changes this (28, 28) test image, as it does with 3 of the 10,000.

    MNIST's digits are 20 pixels long and centred already, and so come back from the canvas as they were; but of these,
    the frame's edge has cut a row away.
    """
    return bool(max(crop(image).shape) < BOX)


def show_digit(text: str) -> None:
    """Choose the digit that a link names.

    Raises:
        UnusableLink: there is none of this number.
    """
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or int(text) >= TEST_DIGITS:
        raise UnusableLink(f"This link names no test digit; they are numbered from 0 to {TEST_DIGITS - 1:,}.")
    st.session_state[_INDEX] = int(text)


def _choose() -> int:
    st.session_state.setdefault(_INDEX, 0)
    number = st.number_input(
        "Test digit, from 0 to 9,999",
        0,
        TEST_DIGITS - 1,
        step=1,
        key=_INDEX,
        persist_state="session",
    )
    with st.container(horizontal=True, gap="small", key="other_test_digit"):
        st.button("Any", icon=":material/casino:", key="any_digit", on_click=_choose_any)
        st.button("A hard one", icon=":material/psychology_alt:", key="hard_digit", on_click=_choose_hard)
    return min(max(int(number or 0), 0), TEST_DIGITS - 1)


def _choose_any() -> None:
    # For variety alone, not for secrets.
    st.session_state[_INDEX] = random.randrange(TEST_DIGITS)  # noqa: S311


def _choose_hard() -> None:
    with explained():
        hard = hard_digits(str(model_in_use().run.folder))
        others = [index for index in hard if index != st.session_state[_INDEX]]
        if others:
            st.session_state[_INDEX] = random.choice(others)  # noqa: S311


def hard_digits(folder: str) -> list[int]:
    """The test digits that this run's network reads wrong, on the canvas as well.

    Raises:
        UnusableFile: the test digits or the model are missing or damaged.
    """
    images = test_digits().images
    return [index for index in evaluation_of(folder).mistakes.tolist() if not is_cut_off(images[index])]


def _enlarged(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """As if it had been drawn on the whole canvas: (28, 28) to (280, 280, 4)."""
    times = CANVAS // image.shape[0]
    return image.repeat(times, axis=0).repeat(times, axis=1)
