"""What lies below the answer on Draw: four looks behind it, each computed only while it is unfolded."""

import streamlit as st

from pages.parts.draw.reading import Read, fold
from pages.parts.errors import explained

# By their names: what they are called on the page, and their icons.
LOOKS = {
    "microscope": ("From your ink to 28 × 28 pixels", ":material/biotech:"),
    "inside": ("Inside the network", ":material/account_tree:"),
    "why": ("Why this answer", ":material/question_mark:"),
    "neighbours": ("Which digits it resembles", ":material/groups:"),
}


def show_opened_up(read: Read | None) -> None:
    """The four looks, folded at first; before anything is drawn, each says so."""
    with st.container(key="opened_up", gap="small"):
        for name, (label, icon) in LOOKS.items():
            place = fold(label, icon, f"look_{name}")
            if not place.open:
                continue
            with place, explained():
                if read is None:
                    st.markdown("Draw a digit first; this follows your drawing stroke by stroke.")
                else:
                    _show(name, read)


def _show(name: str, read: Read) -> None:
    # Imported only when it is unfolded: the first canvas and the first answer need not wait for it.
    match name:
        case "microscope":
            from pages.parts.draw.microscope import show_microscope

            show_microscope(read.prepared, read.reading, read.drawn.before, read.drawn.name)
        case "inside":
            from pages.parts.draw.inside import show_inside

            show_inside(read.prepared, read.drawn.name)
        case "why":
            from pages.parts.draw.why import show_why

            show_why(read.prepared, read.reading)
        case "neighbours":
            from pages.parts.draw.neighbours import show_neighbours

            show_neighbours(read.prepared, read.reading)
