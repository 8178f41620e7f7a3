"""The picture that pages without a canvas look at: what the visitor drew last, or a test digit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.data import load_test_digits
from model.ink.preparation import prepare_ink
from pages.parts import kept_drawing

TEST_DIGIT = 0  # MNIST's first test image, a 7


@dataclass(frozen=True, eq=False)
class Picture:
    """What the network is shown.

    Attributes:
        image: (28, 28) float32 in [0, 1].
        name: as part of a sentence.
        label: which digit it is, of a test digit; None for a drawing, as nobody has told.
    """

    image: npt.NDArray[np.float32]
    name: str
    label: int | None = None


def picture_at_hand() -> Picture:
    """The drawing as the network sees it; where nothing is drawn, a test digit.

    Raises:
        UnusableFile: nothing is drawn, and the test digits are missing.
    """
    drawn = kept_drawing.kept().ink
    prepared = prepare_ink(drawn) if drawn is not None else None
    return _test_digit() if prepared is None or prepared.is_empty else Picture(prepared.image, "your drawing")


@st.cache_resource(show_spinner=False)
def _test_digit() -> Picture:
    test = load_test_digits()
    label = int(test.labels[TEST_DIGIT])
    return Picture(test.images[TEST_DIGIT] / np.float32(255), f"a {label} of MNIST's test digits", label)
