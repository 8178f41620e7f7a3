"""Small pictures as data URIs, so that they travel with the text around them and cost no request of their own."""

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image


def data_uri(image: npt.NDArray[np.float32]) -> str:
    """An (h, w) image in [0, 1], black to white, as a PNG in a data URI."""
    pixels = np.rint(image * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
