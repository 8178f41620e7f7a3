"""Tests of `pages.parts.server.told`; tests/server/test_told.py sees in a server what it does."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests, _coalesce_widget_states
from streamlit.runtime.state import SafeSessionState, SessionState

from pages.parts.server.told import giving_way, keeping_the_older, to_its_end


def states(*told: WidgetState) -> WidgetStates:
    return WidgetStates(widgets=told)


def test_what_the_newer_request_does_not_name_is_kept_and_triggers_are_streamlits() -> None:
    fold = keeping_the_older(_coalesce_widget_states)
    drawing, brush = (WidgetState(id="canvas", json_value=value) for value in ("1", "2"))
    pressed, released = (WidgetState(id="yes", trigger_value=value) for value in (True, False))
    assert fold(states(drawing), states()) == states(drawing)
    assert fold(states(drawing), states(brush)) == states(brush)
    assert fold(states(pressed, drawing), states()) == states(pressed, drawing)
    assert fold(states(released), states()) == states()
    assert fold(None, states(drawing)) == states(drawing)
    assert fold(states(drawing), None) == states(drawing)
    assert fold(None, None) is None


def test_a_run_looks_for_other_requests_when_its_values_are_taken_in() -> None:
    class Waiting(Exception):
        pass

    def look() -> None:
        raise Waiting

    page = SafeSessionState(SessionState(), look)
    with pytest.raises(Waiting):
        SafeSessionState.on_script_will_rerun(page, states())
    begin = to_its_end(lambda state, told: state.__setitem__("told", told))
    begin(page, "a stroke")
    with pytest.raises(Waiting):
        page["told"]
    assert page._state["told"] == "a stroke"
    with pytest.raises(KeyError):
        to_its_end(lambda state: state.__getitem__("never told"))(page)
    with pytest.raises(Waiting):
        page["told"]


@pytest.mark.parametrize(
    ("first", "second", "page", "fragments"),
    [
        # Another page is asked for, and then the one that is left asks for parts of itself.
        (
            RerunData(page_script_hash="b", widget_states=states()),
            RerunData(page_script_hash="a", fragment_id_queue=["x"]),
            "b",
            [],
        ),
        # They stay on the same page.
        (
            RerunData(page_script_hash="a", fragment_id_queue=["y"]),
            RerunData(page_script_hash="a", fragment_id_queue=["x"]),
            "a",
            ["y", "x"],
        ),
        # A visitor who comes back at once is not held up.
        (
            RerunData(page_script_hash="b", widget_states=states()),
            RerunData(page_script_hash="a", widget_states=states()),
            "a",
            [],
        ),
    ],
)
def test_what_a_page_asks_of_itself_gives_way_to_another_page(
    first: RerunData, second: RerunData, page: str, fragments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = "_request_rerun_locked"
    monkeypatch.setattr(ScriptRequests, asks, giving_way(vars(ScriptRequests)[asks]))
    requests = ScriptRequests()
    assert requests.request_rerun(first)
    assert requests.request_rerun_batch([second])
    request = requests.on_scriptrunner_yield() or requests.on_scriptrunner_ready()
    assert (request.rerun_data.page_script_hash, request.rerun_data.fragment_id_queue) == (page, fragments)
