"""What the model reads wrong, the most confident mistake first."""

import streamlit as st

from model.insight import Evaluation
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
        counted = (
            "It reads one digit wrong."
            if len(mistakes) == 1
            else f"All {len(mistakes):,} digits that it reads wrong, those first of which it was most sure."
        )
        st.markdown(
            f"{counted} Large stands what it read, below it what the digit is. Open one on Draw to see how it came to "
            "that; Draw may add that it does not look like a digit, while here the network has to choose one."
        )
        show_tiles("mistake_tiles", evaluation, mistakes)
