"""The test of a model: its headline, and its figures by digit."""

import streamlit as st

from model.insight import Evaluation, wilson_interval
from model.insight.evaluation import DigitFigures
from pages.parts.models import model_in_use
from pages.parts.test_digits import evaluation_of


def evaluation_in_use() -> Evaluation:
    """What the model that answers in this session reads in the test images.

    Raises:
        UnusableFile: the model's files or the images are missing or damaged.
    """
    return evaluation_of(str(model_in_use().run.folder))


def show_result(evaluation: Evaluation) -> None:
    """Loss and accuracy as the notebook prints them, and what the accuracy is worth."""
    number = len(evaluation.digits)
    lowest, highest = wilson_interval(evaluation.right, number)
    with st.container(key="test_result"):
        st.html(
            '<dl class="test-result">'
            f"<div><dt>Test accuracy</dt> <dd>{evaluation.accuracy:.3f}</dd></div>"
            f"<div><dt>Test loss</dt> <dd>{evaluation.loss:.3f}</dd></div></dl>"
        )
        st.markdown(
            f"It reads **{evaluation.right:,}** of the {number:,} test digits right and {number - evaluation.right:,} "
            f"wrong. Other digits by such writers would come out a little differently: with 95 % confidence, its "
            f"accuracy on them all lies between {lowest * 100:.2f} % and {highest * 100:.2f} %."
        )


def show_by_digit(evaluation: Evaluation) -> None:
    """Precision, recall and F1 of each digit, as a table that unfolds."""
    title = "Digit by digit: precision, recall and F1"
    with st.expander(title, icon=":material/format_list_numbered:", key="by_digit"):
        st.markdown(
            "**Recall**: of all the 4s, how many are read as 4? **Precision**: of all that is read as 4, how much is "
            "one? **F1** is their harmonic mean: high only where both are."
        )
        rows = "".join(_row(figures) for figures in evaluation.by_digit)
        st.html(
            '<table class="by-digit"><thead><tr><th scope="col">Digit</th><th scope="col">Images</th>'
            '<th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )


def _row(figures: DigitFigures) -> str:
    return (
        f'<tr><th scope="row">{figures.digit}</th><td>{figures.images:,}</td><td>{figures.precision:.3f}</td>'
        f"<td>{figures.recall:.3f}</td><td>{figures.f1:.3f}</td></tr>"
    )
