"""The frame around every page: its title in the browser, the style, the menu."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from PIL import Image

from pages.parts import session
from pages.parts.pictures import image_uri
from pages.parts.server import put_server_in_order

NAME = "Digits"


class Page(NamedTuple):
    """A page of the menu.

    Attributes:
        label: its name.
        icon: of Material's.
        wing: its folder in `pages/parts`, all of whose stylesheets are sent with it.
        shared: the parts beside the wings that it shows and that have a stylesheet.
    """

    label: str
    icon: str
    wing: str
    shared: tuple[str, ...]


MENU = {
    "app.py": Page("Draw", ":material/draw:", "draw", ("answer", "canvas", "feature_maps", "figures")),
    "pages/train.py": Page("Train", ":material/model_training:", "train", ("answer", "feature_maps", "take_home")),
    "pages/layers.py": Page("Layers", ":material/layers:", "layers", ("feature_maps", "figures", "prediction")),
    "pages/convolution.py": Page(
        "Convolution", ":material/filter_center_focus:", "convolution", ("feature_maps", "figures", "prediction")
    ),
    "pages/evaluate.py": Page("Evaluate", ":material/fact_check:", "evaluate", ("digit_tiles", "take_home")),
    "pages/compare.py": Page("Compare", ":material/compare_arrows:", "compare", ("answer", "canvas", "digit_tiles")),
}

# In the page itself: Streamlit drops a file that it serves for a moment with every change of the page, and a browser
# that asks for the icon just then is told that there is none.
_ICON = image_uri(Image.open(Path(__file__).with_name("icon.png")))

_PARTS = Path(__file__).parent


def frame(page: str) -> bool:
    """Begin a page, which is one of the menu; True when the visitor comes to it from elsewhere."""
    put_server_in_order()
    st.set_page_config(page_title=f"{MENU[page].label} · {NAME}", page_icon=_ICON, layout="centered")
    st.html(f"<style>{style_of(page)}</style>")
    arrived = session.arrive(page)
    with st.container(key="menu", horizontal=True, gap="small"):
        for target, (label, icon, *_) in MENU.items():
            st.page_link(target, label=label, icon=icon, query_params=session.link())
    return arrived


@cache
def style_of(page: str) -> str:
    """What a page's stylesheets say, each beside the part that it is for; the frame's first, since it names colours."""
    _, _, wing, shared = MENU[page]
    sheets = [_PARTS / f"{part}.css" for part in ("frame", *shared)]
    # One beside a page of its own belongs to a component that shares its styles with nobody.
    sheets += sorted(sheet for sheet in (_PARTS / wing).glob("*.css") if not sheet.with_suffix(".html").exists())
    return "\n".join(sheet.read_text() for sheet in sheets)
