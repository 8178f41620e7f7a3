"""pages.parts.prediction: a question is asked once, may be passed over, and is answered by what is shown."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.parts.prediction import predicted, show_everything

    show_everything()
    choices = st.session_state.get("choices", ["7", "42"])
    if predicted("most", "How many?", choices, choices[-1], "It is all there is."):
        st.caption("the figure")


def opened() -> AppTest:
    return AppTest.from_function(page).run()


def is_shown(at: AppTest) -> bool:
    assert not at.exception
    return [caption.value for caption in at.caption] == ["the figure"]


def said(at: AppTest) -> str:
    return str(at.markdown[0].value)


def test_it_asks_first_and_shows_nothing() -> None:
    at = opened()
    assert not is_shown(at)
    assert said(at) == "**How many?**"
    assert [button.label for button in at.button] == ["7", "42", "Just show me"]


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        ("42", "How many? :material/check: **42**, as you said. It is all there is."),
        ("7", "How many? **42**; you said 7. It is all there is."),
        ("Just show me", "How many? **42.** It is all there is."),
    ],
)
def test_any_button_shows_the_figure_and_the_session_remembers_it(label: str, verdict: str) -> None:
    at = opened()
    next(button for button in at.button if button.label == label).click().run()
    for _ in range(2):
        assert is_shown(at)
        assert said(at) == verdict
        assert not at.button
        at.run()


def test_show_everything_asks_nothing_and_takes_no_guess() -> None:
    at = opened()
    at.toggle(key="show_everything").set_value(True).run()
    assert is_shown(at)
    assert said(at) == "How many? **42.** It is all there is."
    at.toggle(key="show_everything").set_value(False).run()
    assert not is_shown(at)


def test_other_choices_are_another_question() -> None:
    at = opened()
    at.button(key="ask_most_0").click().run()
    at.session_state["choices"] = ["8", "43"]
    at.run()
    assert not is_shown(at)
    assert [button.label for button in at.button] == ["8", "43", "Just show me"]
