"""Which training digits a drawing resembles, as the network sees them: the nearest eight, and a map of 2,000."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from model.ink import Prepared
from model.insight.neighbours import SHOWN_ON_MAP, Neighbours
from model.reading import Reading
from pages.parts.figures import picture, row, training_images
from pages.parts.models import classifier_in_use, model_in_use
from pages.parts.pictures import data_uri, image_uri

SIDE = 64  # CSS pixels: eight in a row, and four on a phone
MAP_WIDTH, MAP_HEIGHT = 1100, 760  # pixels, shown at about half that size
MARGIN = 0.04  # of the map, on every side
GLYPH = 19  # pixels

# Legible on light and on dark ground; the answer's own digit in the accent.
GREY = (138, 138, 138, 150)
ACCENT = (214, 112, 58, 235)

Floats = npt.NDArray[np.float32]


def show_neighbours(prepared: Prepared, reading: Reading) -> None:
    """The nearest eight with their labels, and the drawing's place on the map."""
    neighbours = neighbours_in_use()
    training = training_images()
    nearest = neighbours.nearest(prepared.image, training)
    digits = [int(training.digits[each.index]) for each in nearest]
    images = training.pick(each.index for each in nearest).astype(np.float32) / 255
    same = sum(digit == reading.digit for digit in digits)
    st.html(
        row(
            *(
                picture(data_uri(image), f"A training digit that is a {digit}", f"<b>{digit}</b>", SIDE)
                for image, digit in zip(images, digits, strict=True)
            )
        )
        + f'<p class="quiet">Of the 60,000 training digits, the eight that are nearest to your drawing at the Flatten '
        f"layer, the nearest first; {same} of them {'is' if same == 1 else 'are'} a {reading.digit}.</p>"
    )
    left, top = _on_map(neighbours.place(prepared.image)[np.newaxis], _bounds(neighbours.map))[0]
    st.html(
        f'<div class="digit-map"><img src="{_map(str(model_in_use().run.folder), reading.digit)}" '
        f'alt="A map of 2,000 training digits, each where its first two principal components put it; your drawing is '
        f'at {left:.0%} from the left and {top:.0%} from the top">'
        f'<span class="here" style="left:{left:.2%};top:{top:.2%}"></span></div>'
        f'<p class="quiet">2,000 training digits, each at its place along the two directions in which the Flatten '
        f"activations differ most; those of {reading.digit} stand out, and the ring is your drawing.</p>"
    )


def neighbours_in_use() -> Neighbours:
    """Of the model that answers in this session.

    Raises:
        UnusableFile: they are missing or damaged.
    """
    return _neighbours(str(model_in_use().run.folder))


@st.cache_resource(show_spinner=False, max_entries=10)
def _neighbours(folder: str) -> Neighbours:
    return Neighbours.load(Path(folder), classifier_in_use())


def _bounds(points: Floats) -> tuple[Floats, Floats]:
    """Of all but the outermost, which would push the others together."""
    return np.quantile(points, 0.002, axis=0), np.quantile(points, 0.998, axis=0)


def _on_map(points: Floats, bounds: tuple[Floats, Floats]) -> Floats:
    """Places (n, 2) to shares of the map's width and height; what lies outside is brought to its edge."""
    low, high = bounds
    shares: Floats = np.clip(MARGIN + (points - low) / np.maximum(high - low, 1e-6) * (1 - 2 * MARGIN), 0.01, 0.99)
    return shares


@st.cache_data(show_spinner=False, max_entries=100)
def _map(folder: str, digit: int) -> str:
    """The 2,000 digits as glyphs, those of one digit in the accent and on top: a PNG in a data URI."""
    neighbours = _neighbours(folder)
    digits = training_images().digits[SHOWN_ON_MAP]
    places = _on_map(neighbours.map, _bounds(neighbours.map)) * (MAP_WIDTH, MAP_HEIGHT)
    sheet = Image.new("RGBA", (MAP_WIDTH, MAP_HEIGHT))
    font = ImageFont.load_default(GLYPH)
    pen = ImageDraw.Draw(sheet)
    for index in sorted(range(len(digits)), key=lambda index: digits[index] == digit):
        # Bold, too, as on a phone the glyphs are no more than dots.
        colour, weight = (ACCENT, 1) if digits[index] == digit else (GREY, 0)
        pen.text(places[index], str(digits[index]), colour, font, anchor="mm", stroke_width=weight)
    return image_uri(sheet.quantize(32))
