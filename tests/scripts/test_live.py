"""The answer while the pen moves: when it stands there, what it says, and that it is what the server would say.

The scripts are mounted as one, as the app hands them out, beside a made-up answer of the server and a made-up pen.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route

from model.ink.pen import heard
from model.ink.preparation import Prepared, prepare_ink
from model.ink.strokes import ink_of
from model.lesson import ARCHITECTURES
from model.reading import Classifier, Reading, portable
from model.run import PRETRAINED, Run
from pages.parts import answer
from pages.parts.draw import reader
from pages.parts.scripts import joined
from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.non_digits import NON_DIGITS
from tests.scripts.drawings import Told
from tests.scripts.stage import ADDRESS, Stage

JOINED = "joined.js"
PATIENCE = 2500  # milliseconds until it is said that the server has not answered yet
STANDS = 100  # milliseconds, after which a guess at what is no digit yet is shown
REST = 350  # milliseconds without a stroke, after which a drawing may be said to be no digit
FRAME = 20  # milliseconds: more than the page takes until it paints again

# `unpacked` counts the networks that have been unpacked, or have turned out not to be any; those that begin while there
# is a promise `held` wait for it. `painted` counts the pictures.
MOUNT = """async ({ script, text }) => {
    document.body.innerHTML = `<style>.answer[hidden], .answer [hidden] { display: none; }</style>
        <div class="st-key-answer"><div class="server"></div><div class="place"></div></div>`;
    window.unpacked = 0;
    window.wanted = [];
    const { arrayBuffer } = Response.prototype;
    Response.prototype.arrayBuffer = function () {
        const bytes = Promise.resolve(window.held).then(() => arrayBuffer.call(this));
        bytes.catch(() => {}).then(() => (window.unpacked += 1));
        return bytes;
    };
    window.painted = 0;
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        window.painted += 1;
        putImageData.apply(this, given);
    };
    const parentElement = document.querySelector(".place");
    const { default: component } = await import(script);
    window.ends = [];
    window.callIt = (text) => {
        const data = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const setTriggerValue = (name, value) => window.wanted.push([name, value]);
        window.ends.push(component({ name: "live", key: "live-1", data, parentElement, setTriggerValue }));
    };
    window.callIt(text);
}"""

HOLD = "window.held = new Promise((resolve) => { window.release = resolve; }); 0"

DRAW = """(drawing) => {
    globalThis.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null });
    const strokes = ([width, ...points]) => ({ width, points });
    digitsBoard.drawing = drawing && {
        name: drawing.name,
        strokes: drawing.strokes.map(strokes),
        live: drawing.live && strokes(drawing.live),
    };
    digitsBoard.dispatchEvent(new Event("change"));
}"""

SAID = """() => {
    const root = document.querySelector(".answer.live");
    const text = (selector) => root.querySelector(selector).textContent;
    return {
        stands: root.checkVisibility(),
        hint: root.querySelector(".hint").checkVisibility() ? text(".hint") : null,
        verdict: root.querySelector(".verdict").checkVisibility(),
        bars: root.querySelector(".bars").checkVisibility(),
        digit: text(".verdict > :first-child"),
        kind: root.querySelector(".verdict > :first-child").className,
        sure: text(".sure"),
        faint: root.classList.contains("faint"),
        rows: [...root.querySelectorAll("li")].map((row) => row.textContent),
        read: [...root.querySelectorAll("li")].map((row) => row.className),
    };
}"""


class Live:
    """The live answer on its page."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.page = stage.page

    def mount(self, told: bytes) -> None:
        self.page.evaluate(MOUNT, {"script": f"/{JOINED}", "text": base64.b64encode(told).decode()})

    def tell(self, told: bytes) -> None:
        self.page.evaluate("text => window.callIt(text)", base64.b64encode(told).decode())

    def wait_until_unpacked(self, networks: int = 1) -> None:
        self.page.wait_for_function("networks => unpacked === networks", arg=networks)
        self.stage.wind(FRAME)

    def draw(self, name: str, strokes: Told, live: list[int] | None = None) -> None:
        self.page.evaluate(DRAW, {"name": name, "strokes": strokes, "live": live})
        self.stage.wind(FRAME)

    def serve(self, name: str) -> None:
        """The server answers to the drawing of this name."""
        self.page.evaluate(
            "name => { const made = document.createElement('div'); made.className = 'answer'; "
            "made.dataset.drawing = name; document.querySelector('.server').replaceChildren(made); }",
            name,
        )
        self.stage.wind(FRAME)

    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(SAID)
        return found

    def stands(self) -> bool:
        return bool(self.said()["stands"])

    def waits(self) -> str | None:
        return self.stage.find(".st-key-answer").get_attribute("data-waits")

    def painted(self) -> int:
        return int(self.page.evaluate("painted"))


@pytest.fixture
def bare(stage: Stage) -> Iterator[Live]:
    """Nothing is mounted yet."""

    def hand_out(route: Route) -> None:
        route.fulfill(
            body=f"{joined(*reader.SCRIPTS)}\nexport {{ Panel }};", content_type="text/javascript; charset=utf-8"
        )

    stage.page.route(ADDRESS + JOINED, hand_out)
    yield Live(stage)
    stage.page.unroute(ADDRESS + JOINED)


@pytest.fixture
def live(bare: Live) -> Live:
    """It reads with the bundled network."""
    bare.mount(told_of(Run.load(PRETRAINED)))
    bare.wait_until_unpacked()
    return bare


def told_of(run: Run | None) -> bytes:
    return bytes(reader._told(run).whole if run else reader._NOTHING.whole)


def drawing(strokes: Strokes, width: int = 18) -> Told:
    return [[width, *(8 * number for point in stroke for number in point)] for stroke in strokes]


def prepared(told: Told) -> Prepared:
    return prepare_ink(ink_of(heard(told)))


FOUR = drawing(DRAWN_DIGITS[4]["open"])
SEVEN = drawing(DRAWN_DIGITS[7]["plain"])
LETTER = drawing(NON_DIGITS["letters"]["W, 1"])

BUNDLED = portable.pack(Run.load(PRETRAINED))


def test_it_stands_there_only_while_it_is_ahead_of_the_server(live: Live) -> None:
    assert not live.stands()
    live.draw("a.1", SEVEN)
    assert live.stands()
    live.serve("a.0")
    assert live.stands()
    live.serve("a.1")
    assert not live.stands()
    live.draw("a.2", FOUR)
    assert live.stands()
    live.serve("a.2")
    assert not live.stands()


def test_while_the_pen_is_down_it_is_ahead_whatever_the_server_says(live: Live) -> None:
    live.serve("a.1")
    live.draw("a.1", FOUR[:1], FOUR[1])
    assert live.stands()
    live.draw("a.1", FOUR)
    assert not live.stands()


def test_without_a_pen_it_does_not_stand_there(live: Live) -> None:
    live.draw("a.1", SEVEN)
    live.page.evaluate(DRAW, None)
    live.stage.wind(FRAME)
    assert not live.stands()


def test_a_drawing_that_is_there_before_it_is_read(bare: Live) -> None:
    bare.page.evaluate(DRAW, {"name": "a.1", "strokes": SEVEN, "live": None})
    bare.mount(told_of(Run.load(PRETRAINED)))
    bare.wait_until_unpacked()
    assert bare.stands()
    assert bare.said()["digit"] == "7"


def test_an_empty_canvas_gets_the_hint(live: Live) -> None:
    live.draw("a.1", SEVEN)
    live.draw("a.2", [])
    said = live.said()
    assert said["hint"] == reader.WORDS["hint"]
    assert (said["verdict"], said["bars"]) == (False, False)
    live.draw("a.2", [], [18, -2000, -2000])  # a stroke that is not on the canvas yet
    assert live.said()["hint"]
    live.draw("a.3", SEVEN)
    said = live.said()
    assert said["hint"] is None
    assert (said["verdict"], said["bars"]) == (True, True)


@pytest.mark.parametrize("digit", [0, 3, 5, 8])
def test_it_says_and_shows_what_the_server_would(digit: int, live: Live) -> None:
    told = drawing(next(iter(DRAWN_DIGITS[digit].values())), width=14)
    live.draw("a.1", told[:-1], told[-1])
    expected = prepared(told)
    reading = Classifier.load(PRETRAINED).read(expected.image)
    assert reading.digit == digit
    said = live.said()
    html = f"{answer._digit(reading)}{answer.probability_bars(reading.probabilities, reading.digit)}"
    assert f"{said['digit']} {said['sure']}{''.join(said['rows'])}" == without_tags(html)
    assert said["read"] == ["read" if place == digit else "" for place in range(10)]
    pixels = live.stage.pixels(".live canvas")
    np.testing.assert_array_equal(pixels[..., 0], np.rint(expected.image * 255))
    assert (pixels[..., 3] == 255).all()
    labels = live.stage.find(".live canvas").get_attribute("aria-label"), live.stage.find("figcaption").text_content()
    assert labels == (answer.PICTURE, answer.CAPTION)


def without_tags(html: str) -> str:
    return re.sub(r"<[^>]*>|\n", "", html)


def test_only_when_it_rests_a_drawing_is_said_to_be_no_digit(live: Live) -> None:
    """Between the strokes of a 4 the answer keeps its form."""
    reading = Classifier.load(PRETRAINED).read(prepared(LETTER).image)
    live.draw("a.1", LETTER[:-1], LETTER[-1])
    said = live.said()
    assert (said["digit"], said["kind"], said["faint"]) == (str(reading.digit), "digit", True)
    assert "read" not in said["read"]
    live.draw("a.1", LETTER)
    live.stage.wind(REST - 2 * FRAME)
    assert live.said() == said
    live.draw("a.1", LETTER, SEVEN[0])
    live.stage.wind(2 * REST)
    assert live.said()["faint"]
    live.draw("a.1", LETTER)
    live.stage.wind(REST)
    said = live.said()
    html = without_tags(answer._no_digit(reading))
    assert f"{said['digit']} {said['sure']}" == html
    assert (said["kind"], said["faint"]) == ("no-digit", False)
    live.draw("a.2", SEVEN)
    said = live.said()
    assert (said["digit"], said["kind"], said["faint"]) == ("7", "digit", False)


def test_a_guess_at_what_is_no_digit_yet_is_shown_only_if_it_stands(live: Live) -> None:
    """As a 7 begins; what is a digit is shown at once, and so is what the pen has left."""
    (width, *places), *_ = SEVEN
    corners = np.reshape(places, (-1, 2))
    along = np.arange(0, 1.4, 0.025)
    points = [np.interp(along, np.arange(len(corners)), side) for side in corners.T]
    stroke = np.stack(points, axis=1).round().astype(int).ravel().tolist()
    guesses, shown = [], list[int]()
    for end in range(2, len(stroke) + 1, 2):
        live.draw("a.1", [], [width, *stroke[:end]])
        read, is_digit = live.page.evaluate("[digitsBoard.read.digit, digitsBoard.read.isDigit]")
        said = live.said()
        guesses.append(read)
        shown.append(int(said["digit"]))
        assert said["faint"] is not is_digit
        steps = STANDS // FRAME
        if is_digit or len(set(guesses[-steps - 2 :])) == 1:
            assert shown[-1] == read
        elif set(guesses[-steps + 1 :]) != {read}:
            assert shown[-1] == shown[-2]
    assert len(set(guesses)) > len(set(shown)) > 1
    live.draw("a.1", [], [width, *stroke[:40]])
    guess = live.page.evaluate("digitsBoard.read.digit")
    live.stage.wind(STANDS)
    assert live.said()["digit"] == str(guess)  # the pen stays where it is


def test_texts_and_percents_are_the_servers_whatever_the_probabilities(bare: Live) -> None:
    rng = np.random.default_rng(3)
    sharp = rng.dirichlet(np.full(10, 0.05), 400)
    even = rng.dirichlet(np.full(10, 5.0), 100)
    least = np.float32(answer.ALMOST_ONE)
    borders = [least, np.nextafter(least, np.float32(0)), np.nextafter(least, np.float32(1)), 1, 0.99999, 0.9994, 0.5]
    # Of the halves that a percent may end in, each is rounded to its even neighbour.
    halves = [number / 16 for number in range(1, 16, 2)]
    made = [[value, *[(1 - value) / 9] * 9] for value in [*borders, *halves, *(1 - half for half in halves)]]
    all_of_them = np.concatenate([sharp, even, made]).astype(np.float32)
    found = bare.page.evaluate(
        """async ({ script, told, all }) => {
            const { Panel } = await import(script);
            const panel = new Panel(document.body, told);
            const text = (selector) => panel.root.querySelector(selector).textContent;
            return all.map((probabilities) => {
                const digit = probabilities.indexOf(Math.max(...probabilities));
                panel.show({ frame: new Uint8Array(784), probabilities, digit, isDigit: true }, true);
                return {
                    text: `${text(".digit")} ${text(".sure")}${text(".bars")}`,
                    widths: panel.rows.map(({ bar }) => parseFloat(bar.style.width)),
                };
            });
        }""",
        {
            "script": f"/{JOINED}",
            "told": {"words": reader.WORDS, "almostOne": answer.ALMOST_ONE},
            "all": all_of_them.astype(float).tolist(),
        },
    )
    for probabilities, said in zip(all_of_them, found, strict=True):
        reading = Reading(probabilities)
        html = f"{answer._digit(reading)}{answer.probability_bars(probabilities, reading.digit)}"
        assert said["text"] == without_tags(html)
        assert said["widths"] == [float(width) for width in re.findall(r'style="width:([\d.]+)%"', html)]
        assert "100.0 %" not in said["text"]


def test_each_drawing_is_read_once(live: Live) -> None:
    """Not at every frame: what the answer itself changes in the page is nothing new."""
    live.draw("a.1", SEVEN)
    live.stage.wind(50 * FRAME)
    assert live.painted() == 1
    live.serve("a.0")
    live.tell(told_of(Run.load(PRETRAINED)))  # as when the theme changes
    live.stage.wind(10 * FRAME)
    assert live.painted() == 1
    assert live.stands()
    assert live.page.evaluate("unpacked") == 1


def test_of_many_changes_within_a_frame_the_last_one_is_read(live: Live) -> None:
    for strokes in (FOUR, LETTER, SEVEN):
        live.page.evaluate(DRAW, {"name": "a.1", "strokes": strokes, "live": None})
    live.stage.wind(FRAME)
    assert live.painted() == 1
    assert live.said()["digit"] == "7"


def test_it_follows_what_is_undone_and_cleared(live: Live) -> None:
    live.draw("a.1", [*SEVEN, *LETTER])
    live.draw("a.2", SEVEN)
    assert live.said()["digit"] == "7"
    live.draw("a.3", [])
    live.draw("a.4", FOUR)
    assert live.said()["digit"] == "4"


def test_after_long_it_is_said_that_the_server_is_waited_for(live: Live) -> None:
    live.draw("a.1", SEVEN)
    live.stage.wind(PATIENCE - 2 * FRAME)
    assert live.waits() is None
    live.stage.wind(2 * FRAME)
    assert live.waits() == reader.WORDS["waits"]
    live.serve("a.1")
    assert live.waits() is None
    live.stage.wind(2 * PATIENCE)
    assert live.waits() is None


def test_it_is_not_said_while_the_pen_is_down_nor_soon_after_a_change(live: Live) -> None:
    live.draw("a.1", [], SEVEN[0])
    live.stage.wind(2 * PATIENCE)
    assert live.waits() is None
    live.draw("a.1", SEVEN)
    live.stage.wind(PATIENCE)
    assert live.waits()
    live.draw("a.2", SEVEN, FOUR[0])
    assert live.waits() is None
    live.draw("a.3", [*SEVEN, FOUR[0]])
    live.stage.wind(PATIENCE - 2 * FRAME)
    live.draw("a.4", SEVEN)
    live.stage.wind(PATIENCE - 2 * FRAME)
    assert live.waits() is None


def test_another_model_reads_the_drawing_that_stands_there(live: Live, blind: bytes) -> None:
    live.draw("a.1", SEVEN)
    assert live.said()["digit"] == "7"
    live.tell(blind)
    live.wait_until_unpacked(2)
    assert live.stands()
    assert live.said()["digit"] == "2"
    live.tell(told_of(None))
    live.stage.wind(FRAME)
    assert not live.stands()
    live.tell(told_of(Run.load(PRETRAINED)))
    live.wait_until_unpacked(3)
    assert live.said()["digit"] == "7"


@pytest.fixture
def blind() -> bytes:
    """A model that takes everything for a 2."""
    layers = ARCHITECTURES["dense"].to_json()
    biases = np.zeros(10, "<f4")
    biases[2] = 5
    return packed(
        {
            "network": {"layers": [layers[0], layers[-1]], "inHalves": False},
            "judge": BUNDLED.description["network"],
            "head": BUNDLED.description["head"],
        },
        bytes(4 * 784 * 10) + biases.tobytes() + BUNDLED.weights,
    )


def packed(model: dict[str, Any], weights: bytes, *, is_packed: bool = True) -> bytes:
    """As the server tells it; see `reader.py`."""
    name = f"{len(weights)} {is_packed} {json.dumps(model)}"
    return reader._message(name, model, gzip.compress(weights) if is_packed else weights)


def test_a_model_that_came_before_is_told_by_its_name(live: Live, blind: bytes) -> None:
    live.tell(blind)
    live.wait_until_unpacked(2)
    live.draw("a.1", SEVEN)
    assert live.said()["digit"] == "2"
    live.tell(reader._told(Run.load(PRETRAINED)).name_alone)
    live.wait_until_unpacked(3)
    assert live.said()["digit"] == "7"
    assert live.page.evaluate("wanted") == []


def test_a_model_that_the_page_does_not_have_is_asked_for(bare: Live) -> None:
    told = reader._told(Run.load(PRETRAINED))
    bare.mount(told.name_alone)
    bare.draw("a.1", SEVEN)
    assert not bare.stands()
    assert bare.page.evaluate("wanted") == [["wanted", told.name]]
    bare.tell(told.whole)
    bare.wait_until_unpacked()
    assert bare.said()["digit"] == "7"


def test_the_page_keeps_the_newest_few_models(live: Live) -> None:
    for number in range(2, 7):
        live.tell(reader._message(f"model {number}", BUNDLED.description, gzip.compress(BUNDLED.weights)))
        live.wait_until_unpacked(number)
    assert live.page.evaluate("[...digitsModels.keys()]") == ["model 4", "model 5", "model 6"]


def test_the_newest_of_two_models_reads_whichever_is_unpacked_last(bare: Live, blind: bytes) -> None:
    bare.page.evaluate(HOLD)
    bare.mount(told_of(Run.load(PRETRAINED)))
    bare.page.evaluate("window.held = null")
    bare.tell(blind)
    bare.wait_until_unpacked(1)
    bare.page.evaluate("window.release()")
    bare.wait_until_unpacked(2)
    bare.draw("a.1", SEVEN)
    assert bare.said()["digit"] == "2"


DAMAGED = {
    "too short": packed(BUNDLED.description, BUNDLED.weights[:-1]),
    "too long": packed(BUNDLED.description, BUNDLED.weights + b"0"),
    "empty": packed(BUNDLED.description, b""),
    "cut off": told_of(Run.load(PRETRAINED))[:-100],
    "not packed": packed(BUNDLED.description, BUNDLED.weights, is_packed=False),
    "of unknown layers": packed({**BUNDLED.description, "network": {"layers": [{"kind": "x"}]}}, BUNDLED.weights),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_with_a_damaged_model_the_answer_is_left_to_the_server(how: str, bare: Live) -> None:
    bare.mount(DAMAGED[how])
    bare.wait_until_unpacked()
    bare.draw("a.1", SEVEN)
    bare.stage.wind(PATIENCE)
    assert not bare.stands()
    assert bare.waits() is None
    assert bare.stage.complaints() == []
    bare.tell(told_of(Run.load(PRETRAINED)))
    bare.wait_until_unpacked(2)
    assert bare.said()["digit"] == "7"


def test_so_it_is_in_a_browser_that_cannot_unpack(bare: Live) -> None:
    bare.page.evaluate("delete window.DecompressionStream")
    bare.mount(told_of(Run.load(PRETRAINED)))
    bare.draw("a.1", SEVEN)
    bare.draw("a.2", SEVEN)
    assert not bare.stands()
    assert bare.stage.complaints() == []


def test_so_it_is_without_a_model(bare: Live) -> None:
    bare.mount(told_of(None))
    bare.draw("a.1", SEVEN)
    bare.stage.wind(PATIENCE)
    assert not bare.stands()
    assert bare.waits() is None


def leave(live: Live) -> None:
    """As in the app, all at once: what is told of changes of the page is told later."""
    live.page.evaluate("() => { document.querySelector('.place').remove(); window.ends.at(-1)(); }")


def test_a_call_that_was_overtaken_ends_nothing(live: Live) -> None:
    live.tell(told_of(Run.load(PRETRAINED)))
    live.stage.end(1)
    live.draw("a.1", SEVEN)
    assert live.stands()
    assert live.stage.find(".answer.live").count() == 1


@pytest.mark.parametrize("is_about_to_read", [True, False])
def test_when_it_has_left_the_page_nothing_is_read_nor_said(live: Live, is_about_to_read: bool) -> None:
    live.draw("a.1", SEVEN)
    live.stage.wind(PATIENCE)
    assert live.waits()
    if is_about_to_read:
        live.page.evaluate(DRAW, {"name": "a.2", "strokes": FOUR, "live": None})
    leave(live)
    assert live.waits() is None
    painted = live.painted()
    live.draw("a.3", SEVEN)
    live.serve("a.2")
    live.stage.wind(2 * PATIENCE)
    assert live.painted() == painted
    assert live.waits() is None
    assert live.stage.find(".answer.live").count() == 0


def test_nor_when_it_leaves_before_its_model_is_unpacked(bare: Live) -> None:
    bare.page.evaluate(DRAW, {"name": "a.1", "strokes": SEVEN, "live": None})
    bare.page.evaluate(HOLD)
    bare.mount(told_of(Run.load(PRETRAINED)))
    bare.stage.wind(FRAME)
    bare.page.evaluate("document.querySelector('.st-key-answer').remove()")
    bare.stage.end()
    bare.page.evaluate("window.release()")
    bare.wait_until_unpacked()
    bare.stage.wind(2 * PATIENCE)
    assert bare.painted() == 0
