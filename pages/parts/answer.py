"""What the network says of the drawing, as one piece of HTML: on every stroke it costs one message and no request."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink import Prepared
from model.reading import Reading
from pages.parts.pictures import data_uri

Floats = npt.NDArray[np.float32]


def show_hint(sentence: str) -> None:
    """What to do, in place of an answer."""
    st.html(f'<div class="answer"><p class="hint">{sentence}</p></div>')


def show_answer(prepared: Prepared, reading: Reading, *, is_digit: bool) -> None:
    """The digit, how sure the network is, its ten probabilities, and the picture that it sees.

    Of what is no digit it says so, and shows small which digit the network would have guessed.
    """
    verdict = _digit(reading) if is_digit else _no_digit(reading)
    st.html(
        f"""<div class="answer">
          <div class="verdict">
            {verdict}
            {_picture(prepared)}
          </div>
          {probability_bars(reading.probabilities, reading.digit if is_digit else None)}
        </div>"""
    )


def probability_bars(probabilities: Floats, answer: int | None) -> str:
    """Ten probabilities as a list of bars, in which the answer, where there is one, stands out."""
    bars = "".join(
        _bar(digit, float(probability), is_answer=digit == answer) for digit, probability in enumerate(probabilities)
    )
    return f'<ol class="bars" aria-label="Probability of each digit">{bars}</ol>'


def _digit(reading: Reading) -> str:
    return f'<div class="digit">{reading.digit}</div> <div class="sure">{_sure(reading.confidence)}</div>'


def _no_digit(reading: Reading) -> str:
    return (
        '<div class="no-digit">This does not look like a digit.</div> '
        f'<div class="sure">Nearest guess: {reading.digit}</div>'
    )


def _bar(digit: int, probability: float, *, is_answer: bool) -> str:
    mark = ' class="read"' if is_answer else ""
    return (
        f"<li{mark}><span>{digit}</span> "
        f'<span class="track"><span style="width:{probability:.1%}"></span></span> '
        f"<span>{probability * 100:.1f} %</span></li>\n"
    )


def _sure(confidence: float) -> str:
    """Never a rounded 100 %: no network should be believed to be that sure."""
    return "more than 99.9 % sure" if confidence >= 0.9995 else f"{confidence * 100:.1f} % sure"


def _picture(prepared: Prepared) -> str:
    # The class is the one that a Streamlit container with this key would have: browser tests find the picture by it.
    return (
        '<figure class="st-key-steps">'
        f'<img src="{data_uri(prepared.image)}" width="112" height="112" '
        'alt="Your drawing as the network sees it: 28 by 28 pixels, the digit scaled and centred">'
        "<figcaption>What the network sees: 28 × 28 pixels</figcaption></figure>"
    )
