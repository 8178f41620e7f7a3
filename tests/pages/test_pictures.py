"""pages.parts.pictures: small pictures as text."""

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from pages.parts.pictures import data_uri, sheet_uri


def opened(uri: str) -> npt.NDArray[np.uint8]:
    head, content = uri.split(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_a_picture_keeps_its_pixels() -> None:
    image = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)
    assert np.array_equal(opened(data_uri(image)), np.rint(image * 255))


def test_what_is_out_of_range_is_black_or_white() -> None:
    assert opened(data_uri(np.array([[-1, 2]], np.float32))).tolist() == [[0, 255]]


def test_a_sheet_holds_every_image_and_nothing_between_them() -> None:
    images = np.random.default_rng(1).random((5, 3, 4), np.float32)
    grey, opacity = np.moveaxis(opened(sheet_uri(images, columns=3, gap=2)), 2, 0)
    assert grey.shape == (2 * 3 + 2, 3 * 4 + 2 * 2)
    shown = [grey[5 * (i // 3) :, 6 * (i % 3) :][:3, :4] for i in range(5)]
    assert np.array_equal(shown, np.rint(images * 255))
    assert opacity.sum() == 255 * images.size
    assert opacity[:3, :4].min() == 255
    assert opacity[3:5].max() == 0
