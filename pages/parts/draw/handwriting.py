"""My handwriting: how many of this visitor's own digits were read right, and the digits themselves to take home."""

import streamlit as st

from model.insight.handwriting import JudgedDigit, Score, as_npz, as_png, by_digit, score
from model.run import Result
from pages.parts.draw.judgement import forget_digits
from pages.parts.errors import explained
from pages.parts.judged_digits import judged_digits
from pages.parts.models import model_in_use


def show_handwriting() -> None:
    """The score in one line as soon as there is one, and the rest folded below it."""
    with explained():
        digits = list(judged_digits().values())
        if digits:
            _show_score(digits)


def _show_score(digits: list[JudgedDigit]) -> None:
    with st.container(key="handwriting"):
        st.markdown(f"{in_words(score(digits))} {_beside(model_in_use().run.record.test)}")
        fold = st.expander("My handwriting", icon=":material/signature:", key="handwriting_fold", on_change="rerun")
        if fold.open:
            with fold:
                _show_all(digits)


def in_words(result: Score) -> str:
    """How many of a visitor's digits were read right, with the 95 % interval of that share."""
    lowest, highest = result.interval
    return (
        f"The network read **{result.right} of {result.number}** of your digits ({lowest * 100:.0f} % to "
        f"{highest * 100:.0f} %)."
    )


def _beside(test: Result) -> str:
    return f"Of MNIST's 10,000 test digits it reads {test.accuracy * 100:.2f} %."


def _show_all(digits: list[JudgedDigit]) -> None:
    rows = "".join(_row(digit, result) for digit, result in enumerate(by_digit(digits)))
    st.html(
        '<table class="handwriting"><thead><tr><th scope="col">Digit</th><th scope="col">Read right</th>'
        f'<th scope="col">With 95 % confidence</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    st.caption(
        "If you drew many more such digits, the share read right would most likely lie in the range shown. Nothing is "
        "stored on the server: your digits are in this session's memory and go with it."
    )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PNG",
            lambda: as_png(digits),
            "my-digits.png",
            "image/png",
            key="download_png",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "NumPy (.npz)",
            lambda: as_npz(digits),
            "my-digits.npz",
            "application/octet-stream",
            key="download_npz",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button("Clear", icon=":material/delete:", key="forget_digits", on_click=forget_digits)


def _row(digit: int, result: Score) -> str:
    if not result.number:
        return f'<tr><th scope="row">{digit}</th><td>none yet</td><td></td></tr>'
    lowest, highest = result.interval
    return (
        f'<tr><th scope="row">{digit}</th><td>{result.right} of {result.number}</td>'
        f"<td>{lowest * 100:.0f} % to {highest * 100:.0f} %</td></tr>"
    )
