"""The page's own reader on the stage, with the bundled network: what it has read is on the board for other scripts."""

import base64

from model.run import PRETRAINED, Run
from pages.parts.draw import reader
from tests.scripts.drawings import Told
from tests.scripts.stage import Stage

START = """async (told) => {
    const { default: live } = await import("/draw/live.js");
    const data = Uint8Array.from(atob(told), (character) => character.charCodeAt(0));
    // What it shows itself is not looked at.
    live({ data, parentElement: document.createElement("div") });
}"""

SHOW = """({ name, told, isUnderWay }) => {
    const strokes = told.map(([width, ...points]) => ({ width, points }));
    const live = isUnderWay ? strokes.pop() : null;
    digitsBoard.drawing = { name, strokes, live };
    digitsBoard.dispatchEvent(new Event("change"));
}"""


def start_reading(stage: Stage) -> None:
    stage.page.evaluate(START, base64.b64encode(reader._told(Run.load(PRETRAINED)).whole).decode())


def show_drawing(stage: Stage, name: str, told: Told, *, under_way: bool = False) -> None:
    """As the pen does; until it is read, which takes a while at first."""
    stage.page.evaluate(SHOW, {"name": name, "told": told, "isUnderWay": under_way})
    for _ in range(500):
        stage.wind(20)
        if stage.page.evaluate("name => digitsBoard.read?.name === name", name):
            return
    raise AssertionError("it was not read")
