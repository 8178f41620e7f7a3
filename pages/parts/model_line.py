"""The line that says which model answers, and how good it is."""

import streamlit as st

from pages.parts.session import explained, model_in_use, use_model


def show_model_in_use() -> None:
    """One sentence on the model in use, and the way back to the bundled one."""
    with explained(), st.container(key="model_in_use", horizontal=True, vertical_alignment="center"):
        model = model_in_use()
        lost = "The model that this link names is no longer here. " if model.is_lost else ""
        accuracy = model.run.record.test.accuracy
        st.caption(
            f"{lost}Here {model.name} answers: it read {accuracy:.2%} of MNIST's 10,000 test digits right.".replace(
                "%", " %"
            ),
            width="content",
        )
        if not model.is_bundled:
            st.button("Use the bundled model", type="tertiary", on_click=use_model, args=("",))
