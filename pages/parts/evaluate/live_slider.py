"""A slider that tells its value while it is dragged; Streamlit's own tells it when it is let go."""

from pathlib import Path

import streamlit as st


def live_slider(label: str, lowest: float, highest: float, step: float, value: float, key: str) -> float:
    """The value that the visitor has chosen, within its limits; kept for the session.

    Args:
        value: the first one.
        key: of the component; this and its label tell one slider from another.
    """
    kept = f"{key}_kept"
    before: float = st.session_state.get(kept, value)
    chosen = _slider(
        key=key,
        data={"label": label, "lowest": lowest, "highest": highest, "step": step, "value": before},
        default={"value": before},
        on_value_change=lambda: None,
    ).value
    # Any client can send anything.
    if isinstance(chosen, bool) or not isinstance(chosen, int | float):
        chosen = before
    # The browser counts steps in binary fractions; in this order NaN is brought within the limits, too.
    within: float = max(lowest, min(highest, round(chosen, 6)))
    st.session_state[kept] = within
    return within


_slider = st.components.v2.component(
    "live_slider", js=Path(__file__).with_name("live_slider.js").read_text(), isolate_styles=False
)
