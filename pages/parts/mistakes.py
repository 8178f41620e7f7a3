"""What the model reads wrong, the most confident mistake first."""

import streamlit as st

from model.evaluation import Evaluation
from pages.parts.digit_tiles import show_tiles


@st.fragment
def show_mistakes(evaluation: Evaluation) -> None:
    """All mistakes as tiles, each one click away from Draw."""
    with st.container(key="mistakes"):
        st.header("Its mistakes")
        mistakes = evaluation.mistakes.tolist()
        if not mistakes:
            st.markdown("There are none: it reads every test digit right.")
            return
        st.markdown(
            f"{_counted(len(mistakes))}, in the order of how sure it was. Large stands what it read, below it what the "
            "digit is. Open one on Draw to see how it came to that."
        )
        show_tiles("mistake_tiles", evaluation, mistakes)


def _counted(mistakes: int) -> str:
    return "One digit is read wrong" if mistakes == 1 else f"All {mistakes:,} digits that it reads wrong"
