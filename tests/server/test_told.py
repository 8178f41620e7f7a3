"""What a component tells is kept by a busy server, too: the part of the page that asks for it may be gone by then."""

import json
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Tab
from tests.load.drawings import messages

Told = tuple[str, dict[str, Any]]


def choice(key: str, name: str) -> Told:
    return key, {"string_array_value": {"data": [name]}}


def state(key: str, **value: object) -> Told:
    return key, {"json_value": json.dumps(value)}


INK = "0" * 60 + "f" * 40 + "0" * 96
TYPED = {"kernelSize": 3, "weights": [0.5] * 9, "bias": 2}

# The page, what is chosen first, what is told in quick succession, what brings the component back, and what it must be
# given then by the server.
LEFT: dict[str, tuple[str, list[Told], list[Told], Told, str, dict[str, object]]] = {
    "a slider, for another one": (
        "evaluate",
        [choice("change", "Noise")],
        [state("amount_noise", value=0.55), state("amount_noise", value=0.6), choice("change", "Blur")],
        choice("change", "Noise"),
        "amount_noise",
        {"value": 0.6},
    ),
    "the keyboard's grid, for the canvas": (
        "",
        [choice("source", "Keyboard")],
        [state("keyboard_grid", cells="0" * 196), state("keyboard_grid", cells=INK), choice("source", "Draw")],
        choice("source", "Keyboard"),
        "keyboard_grid",
        {"cells": INK},
    ),
    "a typed kernel, for another chapter": (
        "convolution",
        [("show_everything", {"bool_value": True}), choice("kernel", "Your own")],
        [state("filter", typed=TYPED | {"bias": 1}), state("filter", typed=TYPED), choice("chapter", "4 Channels")],
        choice("chapter", "1 One filter"),
        "filter",
        {"kernelSize": 3, "bias": 2, "isTyped": True},
    ),
}


@pytest.mark.parametrize(("page", "first", "told", "back", "key", "expected"), LEFT.values(), ids=LEFT.keys())
def test_what_is_told_last_is_kept_when_its_part_of_the_page_is_left_at_once(
    app: RunningApp, page: str, first: list[Told], told: list[Told], back: Told, key: str, expected: dict[str, object]
) -> None:
    async def given() -> dict[str, Any]:
        data: dict[str, Any] = {}

        def hear(message: ForwardMsg) -> None:
            component = message.delta.new_element.bidi_component
            if component.id.endswith(f"-{key}"):
                data.clear()
                data.update(json.loads(component.json))

        async with Tab(app.url) as tab:
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            await tab.open(page)
            for choice in first:
                await tab.set(choice[0], **choice[1])
            *before, last = told
            for each in before:
                await tab.tell(each[0], **each[1])
            await tab.set(last[0], **last[1])
            tab._values.pop(key)  # a browser forgets what has left the page
            data.clear()
            while not data:  # the answers to what was told before may still be on their way
                await tab.set(back[0], **back[1])
            return data

    assert expected.items() <= run(given()).items()


@pytest.mark.parametrize("waiting", [1, 2])
def test_a_stroke_told_just_before_another_page_is_asked_for_is_kept(app: RunningApp, waiting: int) -> None:
    strokes = [drawing[0] for drawing in messages()[:2]][:waiting]

    async def drawn() -> list[str]:
        async with Tab(app.url) as tab:
            await tab.open()
            for stroke in strokes:  # while the server runs the one, the other waits, and so does the way out
                await tab.tell("told", json_value=tab.drawing(stroke.strokes)[1])
            screen = await tab.go_to("layers")
            for page in ("layers", ""):
                while tab.page != page:
                    screen = await tab.go_to(page)
                assert screen.exceptions == []
            return screen.html

    assert any(strokes[-1].picture in html for html in run(drawn()))
    assert "Traceback" not in app.log


def test_another_page_comes_whole_though_a_callback_of_the_last_asks_for_parts_of_that(app: RunningApp) -> None:
    async def comes() -> None:
        async with Tab(app.url) as tab:
            await tab.open()
            await tab.draw(messages()[0][0].strokes)
            _, again = tab.drawing(messages()[0][0].strokes)
            await tab.tell("told", json_value=again)  # so that the server has something to do
            await tab.tell("was_right", trigger_value=True)
            screen = await tab.go_to("layers")  # asked for once
            while "104,202" not in " ".join(screen.html):
                screen = await tab.hear()
            assert tab.page == "layers"

    run(comes())
