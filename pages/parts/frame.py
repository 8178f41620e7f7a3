"""The frame around every page: its title in the browser, the style, the menu."""

from pathlib import Path

import streamlit as st
from PIL import Image

from pages.parts import session
from pages.parts.pictures import image_uri
from pages.parts.server import put_server_in_order

NAME = "Digits"

MENU = {
    "app.py": ("Draw", ":material/draw:"),
    "pages/train.py": ("Train", ":material/model_training:"),
    "pages/layers.py": ("Layers", ":material/layers:"),
    "pages/convolution.py": ("Convolution", ":material/filter_center_focus:"),
    "pages/evaluate.py": ("Evaluate", ":material/fact_check:"),
    "pages/compare.py": ("Compare", ":material/compare_arrows:"),
}

# In the page itself: Streamlit drops a file that it serves for a moment with every change of the page, and a browser
# that asks for the icon just then is told that there is none.
_ICON = image_uri(Image.open(Path(__file__).with_name("icon.png")))
# A file for each part that needs one; the frame's own comes first, since it names the colours.
_STYLES = Path(__file__).with_name("styles")
_STYLE = "\n".join(
    path.read_text() for path in sorted(_STYLES.glob("*.css"), key=lambda path: (path.stem != "frame", path.stem))
)


def frame(page: str) -> bool:
    """Begin a page, which is one of the menu; True when the visitor comes to it from elsewhere."""
    put_server_in_order()
    label, _ = MENU[page]
    st.set_page_config(page_title=f"{label} · {NAME}", page_icon=_ICON, layout="centered")
    st.html(f"<style>{_STYLE}</style>")
    arrived = session.arrive(page)
    with st.container(key="menu", horizontal=True, gap="small"):
        for target, (target_label, icon) in MENU.items():
            st.page_link(target, label=target_label, icon=icon, query_params=session.link())
    return arrived
