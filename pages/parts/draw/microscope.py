"""The preparation under the microscope: each step as a picture, and what the network says when one is left out."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from model.ink import FRAME, Prepared
from model.ink.preparation import ALL_STEPS, Steps, prepare_ink
from model.reading import Classifier, Reading
from pages.parts.draw.heat import heat_uri
from pages.parts.figures import answer_of, percent, picture, row, training_images
from pages.parts.models import classifier_in_use
from pages.parts.pictures import data_uri
from pages.parts.scripts import joined

if TYPE_CHECKING:
    from model.ink.photo import Step

SIDE = 112  # CSS pixels of the frame: four for each of its pixels, and as much for the whole canvas

# What a step is called in its switch, and in "Without ...".
SWITCHES = {
    "crop": ("Crop to the ink", "cropping"),
    "scale": ("Scale to 20 pixels", "scaling"),
    "centre": ("Centre by mass", "centring"),
}

_MISSING = {step: missing for step, (_, missing) in SWITCHES.items()}

Pixels = npt.NDArray[np.uint8]


def show_microscope(prepared: Prepared, reading: Reading, before: Sequence["Step"] = (), name: str = "") -> None:
    """The steps as a row of pictures, a switch for each, and the ten probabilities with and without.

    Args:
        before: what was done before there was ink, as with a photo.
        name: of the drawing's state, where the page goes on with the drawing by itself.
    """
    classifier = classifier_in_use()
    pictures = st.container()
    steps = _choose_steps()
    changed = prepare_ink(prepared.ink, steps)

    def show(part: str, html: str) -> None:
        if name:
            told = {"part": part, "html": html, "name": name, "steps": asdict(steps), "missing": _MISSING, "side": SIDE}
            _part(key=f"microscope_{part}", data=told)
        else:
            st.html(html)

    with pictures:
        show("pictures", row(*map(_early, before), *_pictures(changed, steps)))
    if st.toggle("Show the 784 pixel values", key="pixel_values", persist_state="session"):
        show("values", _pixel_values(changed))
    show("consequences", _consequences(classifier, prepared, reading, steps, changed))
    _show_average(prepared, reading)


def _choose_steps() -> Steps:
    with st.container(key="switches", horizontal=True):
        return Steps(
            **{
                step: st.toggle(label, value=True, key=f"step_{step}", persist_state="session")
                for step, (label, _) in SWITCHES.items()
            }
        )


def _pictures(prepared: Prepared, steps: Steps) -> list[str]:
    canvas = max(prepared.ink.shape)
    whole = "the whole canvas" if not steps.crop else "cropped"
    cropped_size, scaled_size = (
        " × ".join(map(str, shape[::-1])) for shape in (prepared.cropped.shape, prepared.scaled.shape)
    )
    return [
        _at_scale(prepared.ink, SIDE / canvas, "Your ink", f"{prepared.ink.shape[1]} × {prepared.ink.shape[0]}"),
        _at_scale(prepared.cropped, SIDE / canvas, whole.capitalize(), cropped_size),
        _at_scale(prepared.scaled, SIDE / FRAME, "Scaled" if steps.scale else "Only shrunk", scaled_size),
        _at_scale(
            np.rint(prepared.image * 255).astype(np.uint8),
            SIDE / FRAME,
            "Centred by mass" if steps.centre else "Where it was drawn",
            "28 × 28, the input",
        ),
    ]


def _early(step: "Step") -> str:
    """A step of a photo; what it does stands in the place of its size, which says nothing."""
    return _at_scale(step.picture, SIDE / max(step.picture.shape), step.name, step.sentence)


def _at_scale(image: Pixels, scale: float, caption: str, what: str) -> str:
    """With so many CSS pixels for each of its own, so that the steps can be compared; small ones leave room around."""
    shown = image
    if max(image.shape) > 2 * SIDE:
        shown = np.asarray(
            Image.fromarray(image).resize(
                [max(1, round(side * 2 * SIDE / max(image.shape))) for side in image.shape[::-1]]
            )
        )
    width = max(4, round(image.shape[1] * scale))
    uri = data_uri(shown.astype(np.float32) / np.float32(255))
    return (
        f'<figure class="look" style="width:{SIDE}px"><span class="stage" style="height:{SIDE}px">'
        f'<img src="{uri}" alt="{caption}: {what}" width="{width}"></span>'
        f"<figcaption>{caption}<br>{what}</figcaption></figure>"
    )


def _pixel_values(prepared: Prepared) -> str:
    """The input as a grid of numbers, 0 to 255, on the picture itself; zeros are left out."""
    values = np.rint(prepared.image * 255).astype(int)
    cells = "".join(
        f"<i>{value}</i>" if 0 < value < 128 else f"<b>{value}</b>" if value else "<i></i>" for value in values.ravel()
    )
    return (
        f'<div class="pixel-values" role="img" aria-label="The input\'s 784 pixel values, row by row, from 0 to 255">'
        f'<img src="{data_uri(prepared.image)}" alt="">{cells}</div>'
        '<p class="quiet">From 0, black and left blank here, to 255, white; the network gets them divided by 255.</p>'
    )


def _consequences(classifier: Classifier, prepared: Prepared, reading: Reading, steps: Steps, changed: Prepared) -> str:
    """The ten probabilities as the switches are now; beside them, what leaving out each step would do."""

    def without(*names: str) -> str:
        left_out = replace(ALL_STEPS, **dict.fromkeys(names, False))
        return answer_of(classifier.read(prepare_ink(prepared.ink, left_out).image))

    now = classifier.read(changed.image)
    missing = [name for step, (_, name) in SWITCHES.items() if not getattr(steps, step)]
    title = f"Without {' and '.join(missing)}" if missing else "With all steps"
    lines = "".join(f"<li>Without {name}: <b>{without(step)}</b></li>" for step, (_, name) in SWITCHES.items())
    return (
        '<div class="consequences">'
        f"<div><p><b>{title}: {answer_of(now)}</b></p>{_bars(now, title)}</div>"
        f"<div><p>With all steps: <b>{answer_of(reading)}</b></p>"
        f"<ul>{lines}<li>Without any, the canvas only shrunk: <b>{without(*SWITCHES)}</b></li></ul>"
        "<p>The network learned from digits of about one size, in about one place. An app that only shrinks its canvas "
        "shows it something else.</p></div></div>"
    )


def _bars(reading: Reading, title: str) -> str:
    bars = "".join(
        f"<li{' class=read' if digit == reading.digit else ''}><span>{digit}</span>"
        f'<span class="track"><span style="width:{float(probability):.1%}"></span></span>'
        f"<span>{percent(float(probability))}</span></li>"
        for digit, probability in enumerate(reading.probabilities)
    )
    return f'<ol class="look-bars" aria-label="{title}: probability of each digit">{bars}</ol>'


def _show_average(prepared: Prepared, reading: Reading) -> None:
    average = training_images().averages[reading.digit]
    difference = prepared.image - average
    st.html(
        row(
            picture(data_uri(prepared.image), "Your drawing, prepared", "Yours"),
            picture(
                data_uri(average),
                f"The average of MNIST's images of {reading.digit}",
                f"The average {reading.digit} of MNIST's training images",
            ),
            picture(
                heat_uri(np.zeros_like(average), difference, 1.0),
                "The difference: orange where only you have ink, blue where only the average has",
                "The difference: orange is ink that only you have, blue what only the average has",
            ),
        )
    )


_SCRIPTS = [Path(__file__).with_name(f"{name}.js") for name in ("follow", "microscope")]
_part = st.components.v2.component("microscope", js=joined(*_SCRIPTS), isolate_styles=False)
