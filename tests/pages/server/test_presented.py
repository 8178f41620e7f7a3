"""Tests of `pages.parts.server.presented`, against what Streamlit itself presents."""

from typing import Any

import pytest
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import WidgetMetadata

from pages.parts.server.presented import plainly

TRIGGERS = "told for one run"


@pytest.mark.parametrize("triggers", [None, [], [{"event": "clicked", "value": 4}], {"event": "clicked", "value": 4}])
@pytest.mark.parametrize("state", [{"drawing": {"name": "a.1"}}, {"clicked": 5}, {}, None, "text"])
def test_a_page_sees_what_streamlit_would_show(state: Any, triggers: Any) -> None:
    session = SessionState()
    session._new_widget_state.set_widget_metadata(
        WidgetMetadata(TRIGGERS, lambda value: value, lambda value: value, "json_trigger_value")
    )
    session._new_widget_state.set_from_value(TRIGGERS, triggers)
    made = make_bidi_component_presenter, plainly(make_bidi_component_presenter)
    streamlits, ours = (make(TRIGGERS, "component", {"drawing"})(state, session) for make in made)
    assert ours == streamlits


def test_what_told_nothing_yet_is_presented_as_it_is() -> None:
    state = {"drawing": None}
    assert plainly(make_bidi_component_presenter)(TRIGGERS)(state, SessionState()) == state
