"""What the looks below the answer share: small figures, percentages, and MNIST's training images."""

import streamlit as st

from model.data.training_images import TrainingImages
from model.reading import Reading


@st.cache_resource(show_spinner=False)
def training_images() -> TrainingImages:
    """The same for everybody.

    Raises:
        UnusableFile: MNIST is missing or damaged, or there is no room for temporary files.
    """
    return TrainingImages.unpack()


def picture(uri: str, alt: str, caption: str, width: int = 112) -> str:
    """One small picture with a caption, as the HTML of a figure."""
    return (
        f'<figure class="look" style="width:{width}px"><img src="{uri}" alt="{alt}" width="{width}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def row(*figures: str) -> str:
    """Figures beside each other, as many as fit."""
    return f'<div class="looks">{"".join(figures)}</div>'


def answer_of(reading: Reading) -> str:
    """As in "7 at 61 %"."""
    return f"{reading.digit} at {percent(reading.confidence)}"


def percent(share: float) -> str:
    """A whole number of percent, but never a rounded 0 % or 100 %."""
    if share >= 0.995:
        return "over 99 %"
    return "under 1 %" if share < 0.005 else f"{share * 100:.0f} %"
