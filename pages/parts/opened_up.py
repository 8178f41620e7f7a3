"""What lies below the answer on Draw: four looks behind it, each computed only while it is unfolded."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from model.classifier import Reading
from model.drawing import Prepared
from model.photo import Step
from pages.parts.inside import show_inside
from pages.parts.microscope import show_microscope
from pages.parts.neighbours import show_neighbours
from pages.parts.session import explained
from pages.parts.why import show_why

Look = Callable[[Prepared, Reading], None]


def show_opened_up(prepared: Prepared | None, reading: Reading | None, before: Sequence[Step] = ()) -> None:
    """The four looks, folded at first; before anything is drawn, each says so.

    Args:
        prepared: the drawing; None or empty before there is one.
        reading: what the network says of it.
        before: what was done before there was ink, as with a photo.
    """
    looks: dict[str, tuple[str, str, Look]] = {
        "microscope": (
            "From your ink to 28 × 28 pixels",
            ":material/biotech:",
            partial(show_microscope, before=before),
        ),
        "inside": ("Inside the network", ":material/account_tree:", show_inside),
        "why": ("Why this answer", ":material/question_mark:", show_why),
        "neighbours": ("Which digits it resembles", ":material/groups:", show_neighbours),
    }
    with st.container(key="opened_up", gap="small"):
        for name, (label, icon, show) in looks.items():
            fold = st.expander(label, icon=icon, key=f"look_{name}", on_change="rerun")
            if not fold.open:
                continue
            with fold, explained():
                if prepared is None or reading is None:
                    st.markdown("Draw a digit first; this follows your drawing stroke by stroke.")
                else:
                    show(prepared, reading)
