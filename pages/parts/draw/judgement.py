"""Below an answer: what else may it be? Was it right? And a link to what was read, for others to see the same."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from model.ink.stroke_text import UnusableLink
from model.insight.handwriting import MOST, JudgedDigit
from model.plan import DIGITS
from pages.parts import session
from pages.parts.draw import reading
from pages.parts.draw.reading import Read
from pages.parts.judged_digits import forget, judged_digits

_NOTED = "noted_of_drawings"
_WRONG = "wrong"
_LINKED = "linked"
_SAYS = "judgement_says"


def forget_digits() -> None:
    """As a callback: begin to count anew."""
    forget()
    reading.run(reading.JUDGEMENT, reading.BELOW)


def show_judgement(read: Read | None) -> None:
    """The offer; the question, or the verdict where it is known; and the link. All is of what was read last."""
    st.session_state[_SAYS] = _says(read) if read else None
    if read is None:
        return
    drawn = read.drawn
    if read.offer:
        st.html(read.offer)
    with st.container(key="judgement", horizontal=True, gap="small", vertical_alignment="center"):
        if drawn.label is not None:
            st.markdown(_comparison(drawn.label, read.answer), width="content")
        elif digit := _judged(read):
            st.markdown(f":material/task_alt: {_verdict(digit)}", width="content")
            st.button("Take it back", key="take_back", type="tertiary", on_click=_take_back)
        elif _asks_for_the_digit(read):
            _ask_for_the_digit(read.answer)
        else:
            st.markdown("Was it right?", width="content")
            st.button("Yes", icon=":material/check:", key="was_right", on_click=_judge)
            st.button("No", icon=":material/close:", key="was_wrong", on_click=_note, args=(_WRONG,))
        if drawn.example:
            st.button(
                "Link to it", icon=":material/link:", key="link", type="tertiary", on_click=_note, args=(_LINKED,)
            )
    if drawn.example and _is_noted(_LINKED, read):
        _show_link(drawn.example)


def says_something_else(read: Read) -> bool:
    """Whether of this there is something else to be said than what stands there now."""
    return _says(read) != st.session_state.get(_SAYS)


def _says(read: Read) -> tuple[object, ...]:
    """All that what is shown follows from."""
    drawn, answer = read.drawn, read.answer
    if drawn.label is not None:
        says: tuple[object, ...] = (_comparison(drawn.label, answer),)
    elif digit := _judged(read):
        says = (_verdict(digit),)
    else:
        says = ("which", answer) if _asks_for_the_digit(read) else ("right?",)
    linked = read.ink_name if _is_noted(_LINKED, read) else None
    return (*says, drawn.example is not None, linked, read.offer)


def _comparison(label: int, answer: int | None) -> str:
    if answer == label:
        return f"MNIST calls it a {label}, too."
    if answer is None:
        return f"MNIST calls it a **{label}**: here it is taken for no digit."
    return f"MNIST calls it a **{label}**: here the network is wrong."


def _judged(read: Read) -> JudgedDigit | None:
    judged = judged_digits()
    # The name is asked for only where there is something to compare it with, as it takes a look at the whole canvas.
    return judged.get(read.ink_name) if judged else None


def _is_noted(what: str, read: Read) -> bool:
    """Whether this was noted of what was read."""
    noted = _noted().get(what)
    return noted is not None and noted == read.ink_name


def _noted() -> dict[str, str]:
    """What was noted last, and of which drawing."""
    noted: dict[str, str] = st.session_state.setdefault(_NOTED, {})
    return noted


def _verdict(digit: JudgedDigit) -> str:
    return "Counted as read right." if digit.is_right else f"Counted as a {digit.truth} that was not read."


def _asks_for_the_digit(read: Read) -> bool:
    return read.answer is None or _is_noted(_WRONG, read)


def _ask_for_the_digit(answer: int | None) -> None:
    st.markdown("Which digit was it?", width="content")
    for digit in range(DIGITS):
        if digit != answer:
            st.button(str(digit), key=f"truth_{digit}", on_click=_judge, args=(digit,))


def _judge(truth: int | None = None) -> None:
    """Count what was read last: as this digit, or as what was read."""
    read = reading.last_read()
    digit = read.answer if read and truth is None else truth
    if read is None or digit is None:
        return
    judged, name = judged_digits(), read.ink_name
    if len(judged) >= MOST and name not in judged:
        del judged[next(iter(judged))]
    judged[name] = JudgedDigit.of(read.prepared, digit, read.answer)
    reading.run(reading.JUDGEMENT, reading.BELOW)


def _take_back() -> None:
    if read := reading.last_read():
        forget(read.ink_name)
    _noted().pop(_WRONG, None)
    reading.run(reading.JUDGEMENT, reading.BELOW)


def _note(what: str) -> None:
    """Of what was read last: that it was wrong, or that a link to it is wanted."""
    if read := reading.last_read():
        _noted()[what] = read.ink_name


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
