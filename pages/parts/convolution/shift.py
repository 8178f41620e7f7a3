"""Chapter 2: what a convnet and a dense network say of the same digit in other places, and what that is worth."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.insight.shifts import SHIFTS, Places, ShiftCurve, moved_along, shift_curve
from pages.parts.convolution.lesson import Convnet, lesson_network, mnist, say_what_stands_in
from pages.parts.figures import percent
from pages.parts.picture_at_hand import Picture
from pages.parts.prediction import predicted

Floats = npt.NDArray[np.float32]

NAMES = {"convnet": "Convnet", "dense": "Dense network"}
TEST_DIGITS = 1000  # measured at once
MOVES = (1, 2, 4)  # pixels: what the layers are asked to move along with

BOTH, NEITHER = "Both will", "Neither will"
ONLY = {"convnet": "Only the convnet", "dense": "Only the dense network"}

_PART = "shift_part"


def show_shift(picture: Picture, _: Convnet) -> None:
    """The whole chapter; it has networks of its own, since only what is trained alike can be compared."""
    st.subheader("Local against global")
    say_what_stands_in(picture)
    networks = {name: lesson_network(name) for name in NAMES}
    parameters = {name: f"{network.record.architecture.parameters:,}" for name, network in networks.items()}
    st.markdown(
        f"A **dense** layer looks at all pixels at once, each through a weight of its own. A **convolution** looks at "
        f"small windows, all through the same weights. Two networks of about the same size, {parameters['convnet']} "
        f"and {parameters['dense']} parameters, learned from the same digits by the same recipe."
    )
    answers = {name: _answers(name, picture.image) for name in NAMES}
    home = _home(picture.image)
    digit = picture.label if picture.label is not None else int(answers["convnet"][home].argmax())
    if not predicted(
        "corner",
        f"The digit now moves into the corner at the top left. Who will read a {digit} there?",
        [BOTH, *ONLY.values(), NEITHER],
        _who_reads({name: int(each[0].argmax()) == digit for name, each in answers.items()}),
    ):
        return
    st.markdown("**Drag the digit**, or move it with the arrow keys.")
    _pad(key="shift_pad", data=_data(picture, answers, home))
    _measured()
    _where_it_ends(picture)


def _who_reads(reads: dict[str, bool]) -> str:
    match [name for name in NAMES if reads[name]]:
        case []:
            return NEITHER
        case [name]:
            return ONLY[name]
        case _:
            return BOTH


@st.cache_data(show_spinner=False, max_entries=100)
def _answers(name: str, image: Floats) -> Floats:
    """A network's probabilities, (n, 10), for the digit at each place where it can stand."""
    return lesson_network(name).classifier.probabilities(Places.of(image).images())


def _home(image: Floats) -> int:
    """The index of the place where the digit stands to begin with."""
    places = Places.of(image)
    return places.top * places.lefts + places.left


def _data(picture: Picture, answers: dict[str, Floats], home: int) -> dict[str, Any]:
    """What the browser needs to answer at once, wherever the digit is dragged."""
    places = Places.of(picture.image)
    return {
        "ink": np.rint(places.ink.ravel() * 255).astype(int).tolist(),
        "width": places.ink.shape[1],
        "tops": places.tops,
        "lefts": places.lefts,
        "home": home,
        "name": picture.name,
        "networks": [
            {"name": NAMES[name], "permille": np.rint(each * 1000).astype(int).ravel().tolist()}
            for name, each in answers.items()
        ],
    }


# A fragment: other test digits run this alone.
@st.fragment
def _measured() -> None:
    st.markdown(f"**How far does it carry?** {TEST_DIGITS:,} test digits, moved by up to eight pixels.")
    place = st.container(key="shift_curve")
    parts = len(mnist().x_test) // TEST_DIGITS
    if st.button("Measure other digits", icon=":material/refresh:", key="measure_shift"):
        st.session_state[_PART] = (st.session_state.get(_PART, 0) + 1) % parts
    with place:
        part = st.session_state.get(_PART, 0)
        kept = _curves()
        if part not in kept:
            kept[part] = _measure(part)
        _show_curve(*kept[part], part)


@st.cache_resource(show_spinner=False)
def _curves() -> dict[int, tuple[ShiftCurve, float]]:
    """The curves measured so far, and the seconds they took, by the part of the test digits; at most ten."""
    return {}


def _measure(part: int) -> tuple[ShiftCurve, float]:
    chosen = slice(part * TEST_DIGITS, (part + 1) * TEST_DIGITS)
    progress = st.progress(0.0)

    def report(done: float) -> None:
        progress.progress(done, text="Both networks read the moved digits …")

    started = time.perf_counter()
    curve = shift_curve(
        {name: lesson_network(name).classifier for name in NAMES},
        mnist().x_test[chosen],
        mnist().y_test[chosen],
        report,
    )
    progress.empty()
    return curve, time.perf_counter() - started


_CURVE = {
    "encoding": {
        "x": {
            "field": "pixels",
            "type": "quantitative",
            "title": "Shift in pixels",
            # Fixed, since Vega warns of an axis that has to wait for its first numbers.
            "scale": {"domain": [SHIFTS[0], SHIFTS[-1]]},
            "axis": {"grid": False, "tickMinStep": 1},
        },
        "y": {
            "field": "accuracy",
            "type": "quantitative",
            "title": None,
            "scale": {"domain": [0, 1]},
            "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]},
        },
        "color": {
            "field": "network",
            "type": "nominal",
            "scale": {"domain": list(NAMES.values())},
            "legend": {"orient": "top", "title": None, "symbolType": "circle"},
        },
    },
    "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 50}, "tooltip": True},
}


def _show_curve(curve: ShiftCurve, seconds: float, part: int) -> None:
    rows = [
        {"pixels": shift, "accuracy": accuracy, "network": NAMES[name]}
        for name, accuracies in curve.accuracies.items()
        for shift, accuracy in zip(curve.shifts, accuracies, strict=True)
    ]
    said = "; ".join(
        f"{NAMES[name]} " + ", ".join(map(_accuracy, accuracies)) for name, accuracies in curve.accuracies.items()
    )
    data = {field: [row[field] for row in rows] for field in ("pixels", "accuracy", "network")}
    st.vega_lite_chart(data, _CURVE, height=340, alt=f"Accuracy after a shift of 0 to 8 pixels: {said}")
    convnet, dense = (curve.accuracies[name] for name in NAMES)
    st.markdown(
        f"Moved by **2** pixels, the convnet still reads **{_accuracy(convnet[2])}** and the dense network "
        f"**{_accuracy(dense[2])}**; by **4** pixels **{_accuracy(convnet[4])}** and **{_accuracy(dense[4])}**."
    )
    first = part * TEST_DIGITS + 1
    st.caption(
        f"Test digits {first:,} to {first + TEST_DIGITS - 1:,}, a quarter of them in each of the four directions, "
        f"measured here in {seconds:.1f} s. Moved by 4 pixels, {percent(1 - curve.ink[4])} of all ink has left the "
        f"frame; by 8, {percent(1 - curve.ink[8])}."
    )


def _where_it_ends(picture: Picture) -> None:
    """The table of which layers move along with the digit."""
    network = lesson_network("convnet")
    lines = network.record.architecture.summary
    shares = moved_along(network.classifier, lines, picture.image, MOVES)
    rows = "".join(
        f"<tr><th scope='row'>{line.name} <small>{_numbers(line.output_shape)}</small></th>"
        + "".join(f"<td>{'all' if share == 1 else percent(share)}</td>" for share in each)
        + "</tr>"
        for line, each in zip(lines, shares, strict=True)
        if line.kind in ("Conv2D", "MaxPooling2D", "Flatten")
    )
    head = "".join(f"<th scope='col'>{move} px</th>" for move in MOVES)
    st.markdown("**Where does it end?** The digit moves sideways: how many of a layer's numbers move along, unchanged?")
    with st.container(key="moved_along"):
        st.html(
            f"<table class='moved'><thead><tr><th scope='col'>Layer of the convnet</th>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )
    st.markdown(
        "- **A convolution** moves along exactly with what it reads: the same weights look everywhere, so the same "
        "pattern gives the same number wherever it stands.\n"
        "- **A pooling** keeps one number of every two along each side, so its maps follow only every second pixel, "
        "and behind two of them only every fourth. In between its numbers change, yet by the curve above one pixel "
        "hardly hurts.\n"
        "- **Flatten** ends it: the last Dense layer has a weight of its own for each place, and has learned what "
        "stands where in centred digits. So this convnet carries a pattern further than a dense network does, but not "
        "everywhere."
    )


def _numbers(shape: tuple[int, ...]) -> str:
    return "×".join(f"{side:,}" for side in shape)


def _accuracy(share: float) -> str:
    return f"{share * 100:.1f} %"


_pad = st.components.v2.component(
    "shift_pad",
    html='<div class="shift-pad"></div>',
    js=Path(__file__).with_name("shift_pad.js").read_text(),
    isolate_styles=False,
)
