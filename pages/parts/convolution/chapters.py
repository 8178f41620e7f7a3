"""The chapters of the lesson, and which of them is open."""

from collections.abc import Callable

import streamlit as st

from pages.parts.convolution.channels import show_channels
from pages.parts.convolution.filter import show_filter
from pages.parts.convolution.hierarchy import show_hierarchy
from pages.parts.convolution.lesson import Convnet
from pages.parts.convolution.shift import show_shift
from pages.parts.picture_at_hand import Picture

Chapter = Callable[[Picture, Convnet], None]

CHAPTERS: dict[str, Chapter] = {
    "1 One filter": show_filter,
    "2 Shifts": show_shift,
    "3 Patterns": show_hierarchy,
    "4 Channels": show_channels,
}


def choose_chapter() -> Chapter:
    """The chapter that the visitor has open, the first to begin with."""
    name = st.segmented_control(
        "Chapter",
        list(CHAPTERS),
        default=next(iter(CHAPTERS)),
        required=True,
        key="chapter",
        label_visibility="collapsed",
        persist_state="session",
    )
    return CHAPTERS[name]
