"""The confusion matrix, whose cells show their images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from model.insight import Evaluation
from model.plan import DIGITS
from pages.parts.digit_tiles import show_tiles

COMMONEST = 5

_MATRIX = "confusion_matrix"
_CELL = "confusion_cell"


@st.fragment
def show_confusion(evaluation: Evaluation) -> None:
    """The matrix, and below it the images of the cell that is chosen."""
    with st.container(key="confusion"):
        st.header("What it takes for what")
        st.markdown(
            "A row for each digit as it was written, a column for what is read. The diagonal is right; the stronger a "
            "cell beside it, the commoner the mistake. Choose a cell to see its images."
        )
        chosen = st.session_state.get(_CELL)
        _matrix(
            key=_MATRIX,
            data={"counts": evaluation.confusion.tolist(), "chosen": chosen},
            on_chosen_change=_choose_sent,
        )
        commonest = commonest_mistakes(evaluation)
        if commonest:
            _show_commonest(evaluation, commonest)
        if chosen is not None:
            _show_cell(evaluation, *divmod(chosen, DIGITS))


def commonest_mistakes(evaluation: Evaluation) -> list[int]:
    """The cells beside the diagonal with the most images, numbered row by row; fewer where there are no more."""
    mistakes = evaluation.confusion * (1 - np.eye(DIGITS, dtype=int))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:COMMONEST]
    return [int(cell) for cell in order if mistakes.flat[cell]]


def _show_commonest(evaluation: Evaluation, cells: Sequence[int]) -> None:
    with st.container(key="commonest", horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Most often:", width="content")
        for cell in cells:
            digit, read = divmod(cell, DIGITS)
            label = f"{digit} read as {read}: {evaluation.confusion[digit, read]:,}"
            st.button(label, key=f"commonest_{cell}", on_click=_choose, args=(cell,))


def _show_cell(evaluation: Evaluation, digit: int, read: int) -> None:
    images = evaluation.read_as(digit, read).tolist()
    with st.container(key="cell_images"):
        if not images:
            st.markdown(f"**No {digit} is read as {read}.**")
            return
        order = "the least sure first" if digit == read else "the most sure first"
        order = f", {order}" if len(images) > 1 else ""
        st.markdown(
            f"**{digit} read as {read}:** {len(images):,} of {evaluation.by_digit[digit].images:,} images{order}."
        )
        show_tiles(f"cell_{digit}{read}", evaluation, images)


def _choose(cell: int) -> None:
    st.session_state[_CELL] = cell


def _choose_sent() -> None:
    """What the browser sent as the cell that was clicked; any client can send anything."""
    cell = st.session_state[_MATRIX].get("chosen")
    if type(cell) is int and 0 <= cell < DIGITS * DIGITS:
        _choose(cell)


_matrix = st.components.v2.component(
    "confusion_matrix", js=Path(__file__).with_name("confusion.js").read_text(), isolate_styles=False
)
