"""What the network says of the drawing, as one piece of HTML: on every stroke it costs one message and no request."""

from html import escape

import numpy as np
import numpy.typing as npt

from model.ink import Prepared
from model.reading import Reading
from pages.parts.pictures import data_uri

Floats = npt.NDArray[np.float32]


ALMOST_ONE = 0.9995

# What the page's own reader says as well, see `pages/parts/draw/live.js`.
SURE = "{percent} % sure"
VERY_SURE = "more than 99.9 % sure"
NO_DIGIT = "This does not look like a digit."
GUESS = "Nearest guess: {digit}"
PICTURE = "Your drawing as the network sees it: 28 by 28 pixels, the digit scaled and centred"
CAPTION = "What the network sees: 28 × 28 pixels"
BARS = "Probability of each digit"


def hint_html(sentence: str, name: str = "") -> str:
    """What to do, in place of an answer.

    Args:
        name: of the drawing's state that this is said of.
    """
    return f'<div class="answer" data-drawing="{escape(name)}"><p class="hint">{sentence}</p></div>'


def answer_html(prepared: Prepared, reading: Reading, *, is_digit: bool, name: str = "") -> str:
    """The digit, how sure the network is, its ten probabilities, and the picture that it sees.

    Of what is no digit it says so, and shows small which digit the network would have guessed.

    Args:
        name: of the drawing's state that this is the answer to.
    """
    verdict = _digit(reading) if is_digit else _no_digit(reading)
    return f"""<div class="answer" data-drawing="{escape(name)}">
          <div class="verdict">
            {verdict}
            {_picture(prepared)}
          </div>
          {probability_bars(reading.probabilities, reading.digit if is_digit else None)}
        </div>"""


def probability_bars(probabilities: Floats, answer: int | None) -> str:
    """Ten probabilities as a list of bars, in which the answer, where there is one, stands out."""
    bars = "".join(
        _bar(digit, float(probability), is_answer=digit == answer) for digit, probability in enumerate(probabilities)
    )
    return f'<ol class="bars" aria-label="{BARS}">{bars}</ol>'


def _digit(reading: Reading) -> str:
    return f'<div class="digit">{reading.digit}</div> <div class="sure">{_sure(reading.confidence)}</div>'


def _no_digit(reading: Reading) -> str:
    return f'<div class="no-digit">{NO_DIGIT}</div> <div class="sure">{GUESS.format(digit=reading.digit)}</div>'


def _bar(digit: int, probability: float, *, is_answer: bool) -> str:
    mark = ' class="read"' if is_answer else ""
    return (
        f"<li{mark}><span>{digit}</span> "
        f'<span class="track"><span style="width:{probability:.1%}"></span></span> '
        f"<span>{percent(probability)} %</span></li>\n"
    )


def _sure(confidence: float) -> str:
    return VERY_SURE if confidence >= ALMOST_ONE else SURE.format(percent=percent(confidence))


def percent(probability: float) -> str:
    """With one decimal, and never a rounded 100: no network should be believed to be that sure."""
    return "99.9" if probability >= ALMOST_ONE else f"{probability * 100:.1f}"


def _picture(prepared: Prepared) -> str:
    # The class is the one that a Streamlit container with this key would have: browser tests find the picture by it.
    return (
        '<figure class="st-key-steps">'
        f'<img src="{data_uri(prepared.image)}" width="112" height="112" '
        f'alt="{PICTURE}"><figcaption>{CAPTION}</figcaption></figure>'
    )
