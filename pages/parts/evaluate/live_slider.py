"""A slider that tells its value while it is dragged; Streamlit's own tells it when it is let go."""

from functools import partial
from pathlib import Path

import streamlit as st


def live_slider(label: str, lowest: float, highest: float, step: float, value: float, key: str) -> float:
    """The value that the visitor has chosen, within its limits; kept for the session.

    Args:
        value: the first one.
        key: of the component; this and its label tell one slider from another.
    """
    before: float = st.session_state.get(f"{key}_kept", value)
    chosen = _slider(
        key=key,
        data={"label": label, "lowest": lowest, "highest": highest, "step": step, "value": before},
        default={"value": before},
        on_value_change=partial(_keep, key, lowest, highest),
    ).value
    within = st.session_state[f"{key}_kept"] = _within(lowest, highest, chosen, before)
    return within


def _keep(key: str, lowest: float, highest: float) -> None:
    """Keep a value as it is told: by the time that the page is run, the slider may have been left for another."""
    told, before = st.session_state.get(key), st.session_state.get(f"{key}_kept")
    if isinstance(told, dict) and before is not None:
        st.session_state[f"{key}_kept"] = _within(lowest, highest, told.get("value"), before)


def _within(lowest: float, highest: float, chosen: object, before: float) -> float:
    # Any client can send anything.
    if isinstance(chosen, bool) or not isinstance(chosen, int | float):
        chosen = before
    # The browser counts steps in binary fractions; in this order NaN is brought within the limits, too.
    return max(lowest, min(highest, round(chosen, 6)))


_slider = st.components.v2.component(
    "live_slider", js=Path(__file__).with_name("live_slider.js").read_text(), isolate_styles=False
)
