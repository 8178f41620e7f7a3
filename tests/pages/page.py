"""Pages as Streamlit runs them, without a browser: opening one, drawing on it, and reading what it says."""

import base64
import io
import json
from itertools import count
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from model.ink.pen import heard, told
from model.ink.strokes import PenStroke, ink_of
from model.queue.worker_process import ROOT
from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.runs import wait_until

APP = str(ROOT / "app.py")


def opened(page: str = "app.py", **query: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params.update(query)
    at.run()
    if page != "app.py":
        at.switch_page(page).run()
    return at


def drawn(at: AppTest, strokes: object) -> AppTest:
    """What the browser would send in the pen's name."""
    start = at.session_state["kept_drawing"].start
    at.session_state["told"] = {"drawing": {"start": start, "name": f"{start}.{next(_states)}", "strokes": strokes}}
    return at.run()


def html(at: AppTest) -> str:
    """What stands in the page as HTML, by itself or within a component that goes on with it."""
    within = (json.loads(element.proto.json or "null") for element in at.get("bidi_component"))
    pieces = [piece["html"] for piece in within if isinstance(piece, dict) and "html" in piece]
    return "\n".join([element.proto.body for element in at.get("html")] + pieces)


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def data_url(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def stroked(strokes: Strokes, width: int = 18) -> list[list[int]]:
    """A drawing as the pen tells it."""
    return told(tuple(PenStroke(np.array(stroke, np.float64), width) for stroke in strokes))


_states = count(2)

SEVEN = stroked(next(iter(DRAWN_DIGITS[7].values())))
SEVEN_INK = ink_of(heard(SEVEN))


def wait_until_over(at: AppTest) -> None:
    wait_until(lambda: not any(button.key == "stop" for button in at.run().button))
