"""Tests of `pages.parts.server.places`, against `copy.deepcopy` as it is."""

from copy import deepcopy

import pytest
from streamlit.cursor import RunningCursor
from streamlit.proto.Element_pb2 import Element

from pages.parts.server.places import copied


@pytest.fixture
def place() -> RunningCursor:
    place = RunningCursor(root_container=0, parent_path=(3, 1))
    place.open_block()
    place.get_transient_cursor()
    place.transient_elements[2] = Element()
    return place


def state(place: RunningCursor) -> object:
    return vars(place) | {"_transient_elements": list(place.transient_elements.items())}


def test_a_copy_is_as_deep_as_it_has_to_be(place: RunningCursor, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = state(deepcopy(place))
    monkeypatch.setattr(RunningCursor, "__deepcopy__", copied, raising=False)
    again = deepcopy({0: place})[0]
    assert again is not place
    assert state(again) == state(place) == expected
    again.lock_element()
    again.transient_elements[0] = Element()
    assert state(place) == expected
    assert again.delta_path == [0, 3, 1, 2]
