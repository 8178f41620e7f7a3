"""Messages that nobody would think of. A few here; thousands with `make soak`.

After each of them, a visitor in another session still gets the right answer, and nothing that reached the sender tells
of the server's inside.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.browser.server import RunningApp
from tests.load.background import Background
from tests.load.client import Refused, Screen, Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw

Value = dict[str, Any]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NUMBERS = st.integers(-3000, 5000)
STROKES = st.lists(st.lists(NUMBERS | JSON, max_size=12), max_size=5)
# What the pen tells, its parts exchanged for anything at all; "$start" stands for the start that the page was told.
DRAWING = st.fixed_dictionaries(
    {
        "drawing": JSON
        | st.fixed_dictionaries(
            {
                "start": st.just("$start") | JSON,
                "name": st.integers(1, 9).map(lambda state: f"$start.{state}") | JSON,
                "strokes": STROKES | JSON,
            }
        )
    }
)

VALUES: st.SearchStrategy[Value] = st.one_of(
    (DRAWING | JSON).map(lambda content: {"json_value": json.dumps(content)}),
    st.text(max_size=200).map(lambda text: {"json_value": text}),
    st.text(max_size=50).map(lambda text: {"string_value": text}),
    st.lists(st.text(max_size=20), max_size=5).map(lambda texts: {"string_array_value": {"data": texts}}),
    st.floats().map(lambda number: {"double_value": number}),
    st.integers(-(2**63), 2**63 - 1).map(lambda number: {"int_value": number}),
    st.lists(st.floats(), max_size=5).map(lambda numbers: {"double_array_value": {"data": numbers}}),
    st.booleans().map(lambda value: {"bool_value": value}),
    st.binary(max_size=200).map(lambda content: {"bytes_value": content}),
)
PAGES = st.sampled_from(["", "train", "layers", "convolution", "evaluate", "compare", "nowhere"])
NAMES = ("model", "run", "pin", "design", "digit", "drawing", "cells", "recipe", "epochs", "page")
QUERIES = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), st.text(max_size=60), max_size=3)

SENTENCE = "The canvas sent something that is not a drawing; clear it and draw again."
FORBIDDEN = ("Traceback", 'File "/', "site-packages", ".py:")


class Neighbour:
    """The visitor in another session, whose answers must stay right."""

    def __init__(self, app: RunningApp) -> None:
        self.app = app
        self._background = Background()
        self._background.__enter__()
        self._tab = Tab(app.url)
        self.run(self._tab.__aenter__())
        self.run(self._tab.open())

    def run(self, what: Any) -> Any:
        return self._background.run(what)

    def still_gets_answers(self) -> None:
        tally = Tally()
        self.run(draw(self._tab, tally, messages()[0][0]))
        assert tally.is_clean
        assert tally.answers

    def close(self) -> None:
        self.run(self._tab.__aexit__())
        self._background.__exit__()


@pytest.fixture(scope="module")
def neighbour(app: RunningApp) -> Iterator[Neighbour]:
    neighbour = Neighbour(app)
    yield neighbour
    neighbour.close()


async def send(app: RunningApp, page: str, query: str, values: list[tuple[int, Value]]) -> list[Screen]:
    """Open a page and give its widgets, by their place on it, these values."""
    screens = []
    async with Tab(app.url) as tab:
        screens.append(await tab.open(page, query))
        for place, value in values:
            keys = sorted(tab.widgets)
            if keys:
                screens.append(await tab.set(keys[place % len(keys)], **started(tab, value)))
    return screens


def started(tab: Tab, value: Value) -> Value:
    """The value with the start that this tab's pen was told, where there is one."""
    start = tab.told.get("pen", {}).get("start", "")
    return {
        kind: content.replace("$start", start) if kind == "json_value" else content for kind, content in value.items()
    }


@settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(drawings=st.lists(DRAWING, min_size=1, max_size=4))
def test_no_drawing_harms_anybody(app: RunningApp, neighbour: Neighbour, drawings: list[Any]) -> None:
    """All of them to the pen: each gets the answer to what is drawn, or one sentence."""

    async def tell() -> list[Screen]:
        async with Tab(app.url) as tab:
            await tab.open()
            values = [started(tab, {"json_value": json.dumps(drawing)}) for drawing in drawings]
            return [await tab.set("told", **value) for value in values]

    for screen in neighbour.run(tell()):
        assert screen.exceptions == []
        assert any('class="answer"' in html for html in screen.html) != (SENTENCE in screen.texts)
    neighbour.still_gets_answers()
    assert app.process.poll() is None


@settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(page=PAGES, query=QUERIES, values=st.lists(st.tuples(st.integers(0, 100), VALUES), max_size=4))
def test_no_message_harms_anybody(
    app: RunningApp, neighbour: Neighbour, page: str, query: dict[str, str], values: list[tuple[int, Value]]
) -> None:
    screens: list[Screen] = []
    try:
        screens = neighbour.run(send(app, page, urlencoded(query), values))
    except Refused as refused:
        # The server may hang up on such a client; it may not leave it without an answer.
        assert "ConnectionClosed" in str(refused)  # noqa: PT017
    shown = "\n".join(text for screen in screens for text in [*screen.texts, *screen.html, *screen.exceptions])
    assert not [word for word in FORBIDDEN if word in shown]
    neighbour.still_gets_answers()
    assert app.process.poll() is None


def urlencoded(query: dict[str, str]) -> str:
    return urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in query.items()})


def test_every_kind_of_value_is_sent() -> None:
    """Streamlit's message has one field for each; those that carry files or tables are tried elsewhere."""
    kinds = {field.name for field in WidgetState.DESCRIPTOR.oneofs_by_name["value"].fields}
    assert {"json_value", "string_value", "double_value", "int_value", "bool_value", "bytes_value"} <= kinds
