"""Pages as Streamlit runs them, without a browser: opening one, drawing on it, and reading what it says."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from model.data import Mnist
from model.queue.worker_process import ROOT
from tests.runs import wait_until

APP = str(ROOT / "app.py")


def opened(page: str = "app.py", **query: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params.update(query)
    at.run()
    if page != "app.py":
        at.switch_page(page).run()
    return at


def drawn(at: AppTest, content: object, strokes: object = None) -> AppTest:
    """What the browser would send in the canvas's name."""
    drawing = {"raw": strokes or {"objects": []}, "data": content}
    at.session_state["canvas"] = {"drawing": drawing, "backgroundFit": None}
    return at.run()


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def data_url(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def seven(mnist: Mnist) -> np.ndarray[Any, Any]:
    """MNIST's first test digit as it would stand on the canvas."""
    rgba = np.full((280, 280, 4), 255, np.uint8)
    rgba[..., :3] = mnist.x_test[0].repeat(10, axis=0).repeat(10, axis=1)[..., np.newaxis]
    return rgba


def wait_until_over(at: AppTest) -> None:
    wait_until(lambda: not any(button.key == "stop" for button in at.run().button))
