"""The line that says which model answers, and how good it is."""

import streamlit as st

from pages.parts.errors import explained
from pages.parts.models import ModelInUse, model_in_use
from pages.parts.session import use_model


def show_model_in_use() -> None:
    """One sentence on the model in use, and the way back to the bundled one."""
    with explained(), st.container(key="model_in_use", horizontal=True, vertical_alignment="center"):
        model = model_in_use()
        st.caption(_sentence(model), width="content")
        if not model.is_bundled:
            st.button("Use the bundled model", type="tertiary", on_click=use_model, args=("",))


def _sentence(model: ModelInUse) -> str:
    lost = "The model that this link names is no longer here. " if model.is_lost else ""
    record = model.run.record
    drawn = (
        f", and {_percent(record.drawn_accuracy)} of digits drawn by people it never learned from"
        if record.drawn_accuracy
        else ""
    )
    return (
        f"{lost}Here {model.name} answers: it read {_percent(record.test.accuracy)} of MNIST's 10,000 test digits right"
        f"{drawn}."
    )


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
