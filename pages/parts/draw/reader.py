"""The page's own reader: the network answers in the page while the pen moves, and the server when the drawing rests.

The page is sent the model in use once, as numbers; what it reads with them is in the scripts beside this. It shows its
answer in the place of the server's until the server has answered to the same drawing, which gives the same.
"""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import streamlit as st

from model.errors import UnusableFile
from model.reading import portable
from model.run import Run
from pages.parts import answer
from pages.parts.draw.sources import HINT
from pages.parts.models import BY_FOLDER, model_in_use
from pages.parts.scripts import joined

_HERE = Path(__file__).parent

WORDS = {
    "hint": HINT,
    "sure": answer.SURE,
    "verySure": answer.VERY_SURE,
    "noDigit": answer.NO_DIGIT,
    "guess": answer.GUESS,
    "picture": answer.PICTURE,
    "caption": answer.CAPTION,
    "bars": answer.BARS,
    "waits": "Waiting for the server: the rest of the page follows.",
}


def read_in_page() -> None:
    """Let the page read with the model in use, where that is light enough; of a damaged one the first answer tells."""
    run = model_in_use().run
    is_light = portable.is_light(run.record.architecture)
    told = _told(None)
    if is_light:
        with suppress(UnusableFile):
            told = _told(run)
    _live(key="live", data=told)
    if not is_light:
        st.caption("This network is too large to read while you draw: its answer comes when the pen rests.")


@st.cache_resource(show_spinner=False, max_entries=20, hash_funcs=BY_FOLDER)
def _told(run: Run | None) -> bytes:
    """What the page is told of a run, or that it is to leave the reading to the server.

    A component takes bytes alone, or JSON alone: so these are the length of a text, in four bytes, little-endian; the
    text, which is JSON; and the numbers of the model, packed with gzip.
    """
    packed = portable.pack(run) if run else None
    told = {"model": packed and packed.description, "words": WORDS, "almostOne": answer.ALMOST_ONE}
    text = json.dumps(told).encode()
    return len(text).to_bytes(4, "little") + text + (gzip.compress(packed.weights) if packed else b"")


SCRIPTS = [_HERE / f"{name}.js" for name in ("ink", "preparation", "network", "live")]
_live = st.components.v2.component("live", js=joined(*SCRIPTS), isolate_styles=False)
