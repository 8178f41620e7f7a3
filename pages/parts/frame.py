"""The frame around every page: its title in the browser, the style, the menu."""

from pathlib import Path

import streamlit as st

from pages.parts import session

NAME = "Digits"

MENU = {
    "app.py": ("Draw", ":material/draw:"),
    "pages/train.py": ("Train", ":material/model_training:"),
    "pages/layers.py": ("Layers", ":material/layers:"),
}

_ICON = Path(__file__).with_name("icon.png")
_STYLE = Path(__file__).with_name("style.css")


def frame(page: str) -> bool:
    """Begin a page, which is one of the menu; True when the visitor comes to it from elsewhere."""
    label, _ = MENU[page]
    st.set_page_config(page_title=f"{label} · {NAME}", page_icon=_ICON, layout="centered")
    st.html(_STYLE)
    arrived = session.arrive(page)
    with st.container(key="menu", horizontal=True, gap="small"):
        for target, (target_label, icon) in MENU.items():
            st.page_link(target, label=target_label, icon=icon, query_params=session.link())
    return arrived
