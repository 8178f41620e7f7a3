"""Small pictures as data URIs, so that they travel with the text around them and cost no request of their own."""

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]


def data_uri(image: Floats) -> str:
    """An (h, w) image in [0, 1], black to white, as a PNG in a data URI."""
    return image_uri(Image.fromarray(_grey(image)))


def colour_uri(pixels: npt.NDArray[np.uint8]) -> str:
    """An (h, w, 3) image of red, green and blue as a PNG in a data URI."""
    return image_uri(Image.fromarray(pixels))


def photo_uri(pixels: npt.NDArray[np.uint8], side: int) -> str:
    """A photo, (h, w, 3), as a JPEG in a data URI, no higher and no wider than so many pixels."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side))
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def sheet_uri(images: Floats, columns: int, gap: int = 1) -> str:
    """Many images on one sheet, row by row: a single PNG in a data URI, transparent between them.

    Args:
        images: (n, h, w) in [0, 1], black to white.
        columns: images in a row.
        gap: pixels between two images.
    """
    number, height, width = images.shape
    rows = -(-number // columns)
    sheet = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 2), np.uint8)
    for index, image in enumerate(_grey(images)):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        tile = sheet[top : top + height, left : left + width]
        tile[..., 0], tile[..., 1] = image, 255
    return image_uri(Image.fromarray(sheet, "LA"))


def image_uri(image: Image.Image) -> str:
    """Any picture, as a PNG in a data URI."""
    file = io.BytesIO()
    image.save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _grey(images: Floats) -> npt.NDArray[np.uint8]:
    return np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
