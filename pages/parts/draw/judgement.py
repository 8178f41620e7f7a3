"""Below an answer: was it right? And a link to what was read, for others to see the same."""

import hashlib
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from model.ink import Prepared
from model.ink.stroke_text import UnusableLink
from model.insight.handwriting import MOST, JudgedDigit
from model.plan import DIGITS
from pages.parts import session
from pages.parts.draw.drawn import Drawn
from pages.parts.draw.reading import follow_all
from pages.parts.judged_digits import judged_digits

_WRONG = "judged_wrong"
_LINKED = "linked_drawing"


def forget_digits() -> None:
    """As a callback: begin to count anew."""
    judged_digits().clear()
    follow_all()


def show_judgement(drawn: Drawn, prepared: Prepared, answer: int | None) -> None:
    """The question, or the verdict where it is known; and the link.

    Args:
        answer: the digit that was read, None where the drawing was said to be no digit.
    """
    name = _name_of(prepared)
    with st.container(key="judgement", horizontal=True, gap="small", vertical_alignment="center"):
        if drawn.label is not None:
            st.markdown(_comparison(drawn.label, answer), width="content")
        elif name in judged_digits():
            _show_verdict(name)
        elif answer is None or st.session_state.get(_WRONG) == name:
            _ask_for_the_digit(name, prepared, answer)
        else:
            st.markdown("Was it right?", width="content")
            st.button(
                "Yes", icon=":material/check:", key="was_right", on_click=_judge, args=(name, prepared, answer, answer)
            )
            st.button("No", icon=":material/close:", key="was_wrong", on_click=_doubt, args=(name,))
        if drawn.example:
            st.button("Link to it", icon=":material/link:", key="link", type="tertiary", on_click=_link, args=(name,))
    if drawn.example and st.session_state.get(_LINKED) == name:
        _show_link(drawn.example)


def _name_of(prepared: Prepared) -> str:
    return hashlib.sha256(prepared.ink.tobytes()).hexdigest()


def _comparison(label: int, answer: int | None) -> str:
    if answer == label:
        return f"MNIST calls it a {label}, too."
    if answer is None:
        return f"MNIST calls it a **{label}**: here it is taken for no digit."
    return f"MNIST calls it a **{label}**: here the network is wrong."


def _ask_for_the_digit(name: str, prepared: Prepared, answer: int | None) -> None:
    st.markdown("Which digit was it?", width="content")
    for digit in range(DIGITS):
        if digit != answer:
            st.button(str(digit), key=f"truth_{digit}", on_click=_judge, args=(name, prepared, digit, answer))


def _show_verdict(name: str) -> None:
    digit = judged_digits()[name]
    verdict = "Counted as read right." if digit.is_right else f"Counted as a {digit.truth} that was not read."
    st.markdown(f":material/task_alt: {verdict}", width="content")
    st.button("Take it back", key="take_back", type="tertiary", on_click=_take_back, args=(name,))


def _judge(name: str, prepared: Prepared, truth: int, answer: int | None) -> None:
    judged = judged_digits()
    if len(judged) >= MOST and name not in judged:
        del judged[next(iter(judged))]
    judged[name] = JudgedDigit.of(prepared, truth, answer)
    follow_all()


def _doubt(name: str) -> None:
    st.session_state[_WRONG] = name


def _take_back(name: str) -> None:
    judged_digits().pop(name, None)
    st.session_state[_WRONG] = None
    follow_all()


def _link(name: str) -> None:
    st.session_state[_LINKED] = name


def _show_link(example: Callable[[], dict[str, str]]) -> None:
    model = {name: value for name, value in session.link().items() if name == session.MODEL}
    try:
        query = urlencode(model | example())
    except UnusableLink as error:
        st.info(str(error), icon=":material/link_off:")
        return
    address = (st.context.url or "").partition("?")[0]
    st.code(f"{address.rstrip('/')}/?{query}", language=None, wrap_lines=True)
    st.caption("Whoever opens this link sees the same, read by the same model.")
