"""A question to predict by: asked before something is shown, answered by what is shown, and easy to pass over."""

from collections.abc import Sequence

import streamlit as st

SKIP = "Just show me"

_GUESSES = "predictions"
_SHOW_EVERYTHING = "show_everything"


def show_everything() -> bool:
    """The switch for those who teach or look something up: no page asks any more, in the whole session."""
    return st.toggle(
        "Show everything",
        key=_SHOW_EVERYTHING,
        help="Leaves out the questions that come before a figure.",
        persist_state="session",
    )


def predicted(key: str, question: str, choices: Sequence[str], answer: str, why: str = "") -> bool:
    """Ask until the visitor has guessed or passed; True from then on, with one line that says what is right.

    The session remembers the guess. Where choices change with what the page shows, so that the guess is no longer one
    of them, the question is asked anew.

    Args:
        key: the question's name, unlike that of any other in the app; also of its container, as `ask_{key}`.
        question: in Markdown, with its question mark.
        choices: in Markdown, the right one among them.
        answer: the right one, from the figure that is shown afterwards.
        why: one sentence that follows the answer.
    """
    assert answer in choices, f"{answer} is not among {choices}"
    guess = _guesses().get(key)
    has_guessed = guess in choices
    if not has_guessed and guess != SKIP and not st.session_state.get(_SHOW_EVERYTHING):
        _ask(key, question, choices)
        return False
    with st.container(key=f"ask_{key}"):
        st.markdown(f"{question} {_verdict(guess if has_guessed else None, answer)} {why}")
    return True


def _guesses() -> dict[str, str]:
    guesses: dict[str, str] = st.session_state.setdefault(_GUESSES, {})
    return guesses


def _ask(key: str, question: str, choices: Sequence[str]) -> None:
    with st.container(key=f"ask_{key}", border=True):
        st.markdown(f"**{question}**")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            for number, choice in enumerate(choices):
                st.button(choice, key=f"ask_{key}_{number}", on_click=_remember, args=(key, choice))
            st.button(SKIP, key=f"ask_{key}_skip", type="tertiary", on_click=_remember, args=(key, SKIP))


def _remember(key: str, guess: str) -> None:
    _guesses()[key] = guess


def _verdict(guess: str | None, answer: str) -> str:
    if guess is None:
        return f"**{answer}.**"
    if guess == answer:
        return f":material/check: **{answer}**, as you said."
    return f"**{answer}**; you said {guess}."
