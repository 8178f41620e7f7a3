"""Test digits as tiles, each a link to Draw, where the same digit shows all that Draw has to show."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from model.insight import Evaluation
from pages.parts import session
from pages.parts.lesson_link import DIGIT
from pages.parts.pictures import data_uri
from pages.parts.test_digits import test_digits

TILES_AT_ONCE = 24


def show_tiles(key: str, evaluation: Evaluation, images: Sequence[int]) -> None:
    """So many of these test images, by their numbers, with what is read in them; pages lead to the others.

    A click leads to Draw within this session; the link itself works as well, in a tab of its own.
    """
    pages = -(-len(images) // TILES_AT_ONCE)
    page = _checked_page(f"{key}_page", pages)
    shown = images[(page - 1) * TILES_AT_ONCE : page * TILES_AT_ONCE]
    clicked = _tiles(
        key=key, data={"tiles": [_tile(evaluation, image) for image in shown]}, on_clicked_change=lambda: None
    ).clicked
    if pages > 1:
        with st.container(key=f"{key}_pages"):
            st.pagination(pages, key=f"{key}_page", max_visible_pages=5)
    if clicked is not None:
        _go_to_draw(clicked)


def _checked_page(key: str, pages: int) -> int:
    """The page that was chosen, or the first where there are no longer so many."""
    page = st.session_state.get(key, 1)
    if type(page) is not int or not 1 <= page <= pages:
        st.session_state[key] = page = 1
    return page


def _tile(evaluation: Evaluation, image: int) -> dict[str, str | int]:
    digit, read = int(evaluation.digits[image]), int(evaluation.predicted[image])
    return {
        "image": int(image),
        "href": "./?" + urlencode(session.link() | {DIGIT: str(image)}),
        "picture": data_uri(test_digits().images[image] / np.float32(255)),
        "read": read,
        "note": f"{indefinite(digit)}, {percent(float(evaluation.confidence[image]))} sure",
        "label": f"Test digit {image}: {indefinite(digit)}, read as {read}. Open it on Draw.",
    }


def indefinite(digit: int) -> str:
    """A digit with its article."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def percent(confidence: float) -> str:
    """Never a rounded 100 %: no network should be believed to be that sure."""
    return "over 99.9 %" if confidence >= 0.9995 else f"{confidence * 100:.1f} %"


def _go_to_draw(image: object) -> None:
    """Any client can send anything in a tile's name."""
    if type(image) is int and 0 <= image < len(test_digits().labels):
        st.switch_page("app.py", query_params=session.link() | {DIGIT: str(image)})


_tiles = st.components.v2.component(
    "digit_tiles", js=Path(__file__).with_name("digit_tiles.js").read_text(), isolate_styles=False
)
