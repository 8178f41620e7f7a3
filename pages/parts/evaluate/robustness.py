"""How much the model can bear: twelve test digits that change under a slider, and the accuracy over 1,000."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.insight.robustness import CHANGES, Change, accuracy_when_changed, changed
from model.plan import DIGITS
from model.reading import Classifier
from pages.parts.digit_tiles import indefinite, percent
from pages.parts.errors import explained
from pages.parts.evaluate.live_slider import live_slider
from pages.parts.models import classifier_in_use, model_in_use, pinned_run
from pages.parts.pictures import data_uri
from pages.parts.test_digits import test_digits

# The second half of the test set was written less clearly than the first, so every tenth digit of both is taken.
EVERY = 10

# Digits that are shown twice, since they are often taken for each other.
TWICE = (4, 9)

CHART_HEIGHT = 300  # pixels
PATIENCE = 0.3  # seconds: what takes longer shows its progress

IN_USE = "the model in use"
PINNED = "the pinned run"

_CHOSEN = "change"
_QUIET = "#8e939c"  # legible on the light and on the dark page

Floats = npt.NDArray[np.float32]


@st.fragment
def show_robustness() -> None:
    """A change at a time, with its slider, its twelve digits and, on demand, its curve."""
    with st.container(key="robustness"), explained():
        st.header("How much can it bear?")
        st.markdown(
            "Change twelve test digits until it reads them wrong. Handwriting and photos bring all these changes."
        )
        name = st.pills(
            "Change",
            list(CHANGES),
            default=next(iter(CHANGES)),
            required=True,
            format_func=lambda name: CHANGES[name].label,
            key=_CHOSEN,
            label_visibility="collapsed",
            persist_state="session",
        )
        amount = _choose_amount(name)
        _show_twelve(name, amount)
        if st.toggle("Accuracy over 1,000 digits", key="curves_shown", persist_state="session"):
            _show_curve(name, amount)


def _choose_amount(name: str) -> float:
    change = CHANGES[name]
    label = f"{change.label}: {change.unit}"
    return live_slider(label, change.lowest, change.highest, change.step, change.none, key=f"amount_{name}")


def _show_twelve(name: str, amount: float) -> None:
    test = test_digits()
    numbers = twelve(test.labels)
    images = changed(test.images[numbers].astype(np.float32) / np.float32(255), name, amount)
    answers = classifier_in_use().probabilities(images)
    digits = test.labels[numbers]
    right = int((answers.argmax(axis=1) == digits).sum())
    tiles = "".join(
        _tile(image, int(digit), int(answer.argmax()), float(answer.max()))
        for image, digit, answer in zip(images, digits, answers, strict=True)
    )
    st.html(f'<ul class="twelve">{tiles}</ul><p class="twelve-right"><b>{right} of 12</b> are read right.</p>')


def twelve(digits: Sequence[int] | npt.NDArray[Any]) -> list[int]:
    """The numbers of the first image of each digit, and of the second of two digits."""
    of = {digit: np.flatnonzero(np.asarray(digits) == digit) for digit in range(DIGITS)}
    return [int(of[digit][index]) for digit in range(DIGITS) for index in range(2 if digit in TWICE else 1)]


def _tile(image: Floats, digit: int, read: int, confidence: float) -> str:
    wrong = read != digit
    return (
        f"<li{' class=wrong' if wrong else ''}>"
        f'<img src="{data_uri(image)}" alt="{indefinite(digit)}" width="84" height="84"> '
        f"<b>{read}</b> <small>{f'not {digit}, ' if wrong else ''}{percent(confidence)}</small></li>\n"
    )


def _show_curve(name: str, amount: float) -> None:
    change = CHANGES[name]
    curves = {label: _curve(folder, name) for label, folder in _compared().items()}
    rows = [
        (label, point, share)
        for label, shares in curves.items()
        for point, share in zip(change.curve, shares, strict=True)
    ]
    data = {
        "model": [label for label, _, _ in rows],
        "amount": [point for _, point, _ in rows],
        "accuracy": [share for _, _, share in rows],
        "now": [amount] * len(rows),
    }
    st.vega_lite_chart(
        data, _specification(change, is_compared=len(curves) > 1), height=CHART_HEIGHT, alt=_alt(change, curves)
    )
    if len(curves) == 1:
        st.caption("Pin a run on Train to see its curve beside this one.")


def _compared() -> dict[str, str]:
    """The folders of the model in use and, where another run is pinned, of that."""
    model, pinned = model_in_use(), pinned_run()
    compared = {IN_USE: str(model.run.folder)}
    if pinned is not None and pinned.folder != model.run.folder:
        compared[PINNED] = str(pinned.folder)
    return compared


def _alt(change: Change, curves: dict[str, list[float]]) -> str:
    told = "; ".join(
        f"{label}: " + ", ".join(f"{point:g}: {share:.3f}" for point, share in zip(change.curve, shares, strict=True))
        for label, shares in curves.items()
    )
    return f"Accuracy over 1,000 digits by {change.label.lower()}, of {told}"


def _curve(folder: str, name: str) -> list[float]:
    """The accuracy at each amount; what is not known yet is measured, and shows how far it is."""
    amounts = CHANGES[name].curve
    place = st.empty()
    began = time.monotonic()
    accuracies: list[float] = []
    for done, amount in enumerate(amounts):
        if time.monotonic() - began > PATIENCE:
            place.progress(done / len(amounts), text=f"Reading 1,000 digits: {done} of {len(amounts)} times …")
        accuracies.append(_accuracy(folder, name, amount))
    place.empty()
    return accuracies


# A number each: every amount of every change for some twenty runs. One takes a tenth of a second.
@st.cache_data(show_spinner=False, max_entries=2_000)
def _accuracy(folder: str, name: str, amount: float) -> float:
    test = test_digits()
    images = test.images[::EVERY].astype(np.float32) / np.float32(255)
    return accuracy_when_changed(Classifier.load(Path(folder)), images, test.labels[::EVERY], name, amount)


def _specification(change: Change, *, is_compared: bool) -> dict[str, Any]:
    """The same for all amounts, so that the browser moves the mark and does not build the chart anew."""
    return {
        "encoding": {
            "x": {
                "field": "amount",
                "type": "quantitative",
                "title": change.unit[0].upper() + change.unit[1:],
                "scale": {"domain": [change.lowest, change.highest], "nice": False},
                "axis": {"grid": False},
            },
        },
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": _QUIET},
                "encoding": {"x": {"field": "now", "type": "quantitative", "aggregate": "mean"}},
            },
            {
                "mark": {"type": "line", "point": {"filled": True, "size": 50}},
                "encoding": {
                    "tooltip": [
                        {"field": "amount", "type": "quantitative", "title": change.label},
                        {"field": "accuracy", "type": "quantitative", "title": "Accuracy", "format": ".1%"},
                        {"field": "model", "type": "nominal", "title": "Of"},
                    ],
                    "color": {
                        "field": "model",
                        "type": "nominal",
                        "scale": {"domain": [IN_USE, PINNED]},
                        "legend": {"orient": "bottom", "title": None} if is_compared else None,
                    },
                    "y": {
                        "field": "accuracy",
                        "type": "quantitative",
                        "title": "Accuracy",
                        "scale": {"domain": [0, 1]},
                        "axis": {"format": ".0%", "tickCount": 6},
                    },
                },
            },
        ],
    }
