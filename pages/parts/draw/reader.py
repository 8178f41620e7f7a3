"""The page's own reader: the network answers in the page while the pen moves, and the server when the drawing rests.

The page is sent the model in use once, as numbers, and keeps it while it is open; what it reads with them is in the
scripts beside this. It shows its answer in the place of the server's until the server has answered to the same drawing,
which gives the same.
"""

import gzip
import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
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
_INK = _HERE.parent / "ink.js"

_KEY = "live"
_SENT = "models_sent"
_WHOLE = "model_sent_whole"

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


def read_in_page(arrived: bool) -> None:
    """Let the page read with the model in use, where that is light enough; of a damaged one the first answer tells.

    Args:
        arrived: the visitor has just come to this page.
    """
    run = model_in_use().run
    is_light = portable.is_light(run.record.architecture)
    told = _NOTHING
    if is_light:
        with suppress(UnusableFile):
            told = _told(run)
    _live(key=_KEY, data=_message_of(told, arrived), on_wanted_change=_send_again)
    if not is_light:
        st.caption("This network is too large to read while you draw: its answer comes when the pen rests.")


def _message_of(told: "_Told", arrived: bool) -> bytes:
    """Whole the first time, and unchanged during that stay, since Streamlit does not send again what is known."""
    state = st.session_state
    sent: set[str] = state.setdefault(_SENT, set())
    if told.name not in sent:
        sent.add(told.name)
        state[_WHOLE] = told.name
    elif arrived:
        state[_WHOLE] = ""
    return told.whole if told.name == state[_WHOLE] else told.name_alone


def _send_again() -> None:
    """The page does not have the model that it was told of by its name alone."""
    st.session_state.pop(_SENT, None)


@dataclass(frozen=True)
class _Told:
    """A model as the page is told of it, by a name that no other has: whole, and where it has come before."""

    name: str
    whole: bytes
    name_alone: bytes


def _message(name: str, model: object, weights: bytes = b"") -> bytes:
    """The bytes that are told.

    A component takes bytes alone, or JSON alone: so these are the length of a text, in four bytes, little-endian; the
    text, which is JSON; and the numbers of the model, packed with gzip.
    """
    text = json.dumps({"name": name, "model": model, "words": WORDS, "almostOne": answer.ALMOST_ONE}).encode()
    return len(text).to_bytes(4, "little") + text + weights


_NOTHING = _Told("", _message("", None), _message("", None))


@st.cache_resource(show_spinner=False, max_entries=20, hash_funcs=BY_FOLDER)
def _told(run: Run) -> _Told:
    packed = portable.pack(run)
    name = sha256(json.dumps(packed.description).encode() + packed.weights).hexdigest()
    return _Told(name, _message(name, packed.description, gzip.compress(packed.weights)), _message(name, None))


SCRIPTS = [_INK, *(_HERE / f"{name}.js" for name in ("preparation", "network", "live"))]
_live = st.components.v2.component(_KEY, js=joined(*SCRIPTS), isolate_styles=False)
