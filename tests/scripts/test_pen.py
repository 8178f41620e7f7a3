"""The pen: what it takes down of mice, fingers and pens, what the canvas shows of it, and what is told when."""

import re
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Route

from model.ink.pen import FURTHEST, MOST_LENGTH, MOST_POINTS, MOST_STROKES, heard
from tests.scripts.pen_host import LOOKS, MAKE, REST, PenHost, Point, data, stroke
from tests.scripts.stage import ADDRESS, Stage

LINE: tuple[Point, ...] = ((40, 50), (60, 52.5), (80.25, 70), (81, 70), (120, 200), (121.5, 201))
SHORT: tuple[Point, ...] = ((200, 30), (210, 60))
DOT: tuple[Point, ...] = ((140, 140),)

# Where the canvas's own script is; its package is found, not imported, as it asks for a server.
PACKAGE = find_spec("streamlit_drawable_canvas")
assert PACKAGE
assert PACKAGE.origin
CANVAS_BUILD = Path(PACKAGE.origin).parent / "frontend/build"


@pytest.fixture
def host(stage: Stage) -> Iterator[PenHost]:
    host = PenHost(stage)
    yield host
    host.close()


@pytest.fixture
def pen(host: PenHost) -> PenHost:
    """The pen on a canvas with nothing on it."""
    host.mount()
    host.make()
    return host


@pytest.mark.parametrize("reset", ["Reset canvas & history", "Clear"])
def test_a_canvas_that_comes_later_is_tidied(host: PenHost, reset: str) -> None:
    host.mount()
    host.stage.wind(3 * LOOKS)
    host.make(reset)
    button = host.page.get_by_role("button", name="Clear", exact=True)
    assert button.get_attribute("title") == "Clear"
    styles = host.stage.find(".st-key-canvas style[data-pen]")
    assert styles.count() == 1
    assert host.stage.find(".dc-toolbar").evaluate("bar => getComputedStyle(bar).position") == "static"
    assert host.stage.find("[aria-label=Undo]").evaluate("each => getComputedStyle(each).width") == "44px"
    assert not host.stage.find("[aria-label=Edit]").is_visible()
    assert not host.stage.find("[aria-label^=Update]").is_visible()
    assert host.told() == []
    host.make(reset)
    assert styles.count() == 1


def test_a_page_without_a_canvas_is_left_alone(host: PenHost) -> None:
    host.stage.mount("pen.js", data(), isolated=True)
    host.stage.wind(3 * LOOKS)
    host.page.mouse.click(100, 100)
    host.stage.wind(10 * REST)
    assert host.told() == []


def test_a_stroke_of_the_mouse_is_taken_down_drawn_and_told_point_by_point(pen: PenHost) -> None:
    pen.draw(*LINE)
    assert pen.drawn() == [list(LINE)]
    assert pen.shown() == [stroke(*LINE)]
    assert pen.told() == []
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*LINE)]]


def test_what_is_drawn_is_shown_while_the_pen_is_down(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.go(*LINE[1:3])
    board = pen.board()
    assert board
    assert board["strokes"] == []
    assert board["live"] == {"width": 18, "points": stroke(*LINE[:3])[1:]}
    pen.page.mouse.up()
    after = pen.board()
    assert after
    assert after["live"] is None
    assert after["name"] != board["name"]


def test_a_dot_is_a_stroke(pen: PenHost) -> None:
    pen.draw(*DOT)
    assert pen.drawn() == [list(DOT)]
    assert pen.shown() == [stroke(*DOT)]


def test_points_that_add_nothing_are_left_out(pen: PenHost) -> None:
    pen.draw((40, 50), (40.375, 50), (40.5, 50), (40.5, 50.25))
    assert pen.drawn() == [[(40, 50), (40.5, 50)]]
    assert pen.shown() == [stroke((40, 50), (40.5, 50))]


def test_strokes_close_on_each_other_are_each_whole_and_told_together(pen: PenHost) -> None:
    pen.draw(*LINE)
    pen.stage.wind(REST - 1)
    pen.draw(*SHORT)
    pen.draw(*DOT)
    pen.stage.wind(REST - 1)
    assert pen.told() == []
    pen.stage.wind(1)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*LINE), stroke(*SHORT), stroke(*DOT)]]
    assert pen.drawn() == [list(LINE), list(SHORT), list(DOT)]


def test_a_stroke_that_leaves_the_canvas_goes_on_and_ends_outside(pen: PenHost) -> None:
    pen.draw((20, 20), (-10, 40), (-25, 300), (400, 310))
    assert pen.drawn() == [[(20, 20), (-10, 40), (-25, 300), (400, 310)]]
    pen.go((100, 100), (120, 100))
    assert pen.shown() == [stroke((20, 20), (-10, 40), (-25, 300), (400, 310))]


def test_no_point_is_further_away_than_the_server_takes(pen: PenHost) -> None:
    pen.page.set_viewport_size({"width": 1000, "height": 900})
    pen.draw((20, 20), (600, 20))
    assert pen.shown() == [stroke((20, 20), (560, 20))]
    pen.page.set_viewport_size({"width": 800, "height": 900})


def test_only_the_main_button_draws(pen: PenHost) -> None:
    buttons: tuple[Literal["right", "middle"], ...] = ("right", "middle")
    for button in buttons:
        pen.press((50, 50), button)
        pen.go((60, 60))
        pen.page.mouse.up(button=button)
    assert pen.drawn() == []
    assert pen.board() == {"name": "first.1", "strokes": [], "live": None}
    menu = pen.stage.find(".upper-canvas").evaluate(
        "canvas => canvas.dispatchEvent(new MouseEvent('contextmenu', "
        "{ bubbles: true, composed: true, cancelable: true }))"
    )
    assert not menu


def test_another_button_during_a_stroke_changes_nothing(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.go(LINE[1])
    pen.page.mouse.down(button="right")
    pen.go(LINE[2])
    pen.page.mouse.up(button="right")
    pen.go(*LINE[3:])
    pen.page.mouse.up()
    assert pen.drawn() == [list(LINE)]


def test_a_stroke_whose_end_nobody_saw_ends_when_the_mouse_comes_back(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.go(LINE[1])
    pen.page.mouse.down(button="right")
    pen.page.mouse.up(button="left")  # of two buttons the first to go makes no event of its own
    pen.go(LINE[2])
    pen.page.mouse.up(button="right")
    assert pen.drawn() == [list(LINE[:2])]
    pen.draw(*SHORT)
    assert pen.drawn() == [list(LINE[:2]), list(SHORT)]


def test_a_window_that_loses_the_focus_ends_the_stroke(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.go(LINE[1])
    pen.page.evaluate("dispatchEvent(new Event('blur'))")
    assert pen.drawn() == [list(LINE[:2])]
    pen.go(LINE[2])
    pen.page.mouse.up()
    assert pen.shown() == [stroke(*LINE[:2])]
    pen.stage.wind(REST)
    assert len(pen.told()) == 1


def test_a_finger_draws(pen: PenHost) -> None:
    pen.touch("touchStart", (1, LINE[0]))
    for point in LINE[1:]:
        pen.touch("touchMove", (1, point))
    pen.touch("touchEnd")
    assert pen.drawn() == [list(LINE)]
    assert pen.shown() == [stroke(*LINE)]


def test_a_finger_draws_on_after_it_has_left_the_canvas_and_lifts_outside(pen: PenHost) -> None:
    pen.touch("touchStart", (1, (250, 250)))
    pen.touch("touchMove", (1, (300, 300)))
    pen.touch("touchMove", (1, (310, 340)))
    pen.touch("touchEnd")
    assert pen.drawn() == [[(250, 250), (300, 300), (310, 340)]]


def test_a_second_finger_is_nobodys(pen: PenHost) -> None:
    pen.touch("touchStart", (1, (50, 50)))
    pen.touch("touchMove", (1, (60, 60)))
    pen.touch("touchStart", (1, (60, 60)), (2, (200, 200)))
    pen.touch("touchMove", (1, (70, 70)), (2, (210, 200)))
    pen.touch("touchEnd", (1, (70, 70)))
    assert pen.drawn() == [[(50, 50), (60, 60), (70, 70)]]
    pen.touch("touchMove", (2, (220, 200)))
    pen.touch("touchEnd")
    assert len(pen.drawn()) == 1
    pen.touch("touchStart", (1, (90, 90)))
    pen.touch("touchEnd")
    assert pen.drawn()[1:] == [[(90, 90)]]


def test_a_touch_that_the_system_takes_back_ends_the_stroke(pen: PenHost) -> None:
    pen.touch("touchStart", (1, (50, 50)))
    pen.touch("touchMove", (1, (60, 60)))
    pen.touch("touchCancel")
    assert pen.drawn() == [[(50, 50), (60, 60)]]
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke((50, 50), (60, 60))]]


def test_where_a_touch_is_taken_back_no_point_is_taken_down(pen: PenHost) -> None:
    """Browsers say of it that it was in the page's corner."""
    pen.page.evaluate("addEventListener('pointerdown', (event) => { window.pointer = event.pointerId; })")
    pen.touch("touchStart", (1, (50, 50)))
    pen.touch("touchMove", (1, (60, 60)))
    pen.page.evaluate("dispatchEvent(new PointerEvent('pointercancel', { pointerId: pointer }))")
    assert pen.drawn() == [[(50, 50), (60, 60)]]
    pen.touch("touchEnd")
    assert pen.shown() == [stroke((50, 50), (60, 60))]


def test_a_pen_takes_the_place_of_the_palm_that_came_before_it(pen: PenHost) -> None:
    pen.draw(*SHORT)
    pen.touch("touchStart", (1, (200, 250)))
    pen.touch("touchMove", (1, (202, 250)))
    pen.stylus("mousePressed", LINE[0])
    pen.touch("touchMove", (1, (204, 250)))
    assert pen.drawn() == [list(SHORT)]
    for point in LINE[1:]:
        pen.stylus("mouseMoved", point)
    pen.stylus("mouseReleased", LINE[-1])
    pen.touch("touchEnd")
    assert pen.drawn() == [list(SHORT), list(LINE)]
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*SHORT), stroke(*LINE)]]


def test_a_palm_that_comes_after_the_pen_is_nobodys(pen: PenHost) -> None:
    pen.stylus("mousePressed", LINE[0])
    pen.touch("touchStart", (1, (200, 250)))
    pen.stylus("mouseMoved", LINE[1])
    pen.touch("touchMove", (1, (204, 250)))
    pen.stylus("mouseReleased", LINE[1])
    pen.touch("touchEnd")
    assert pen.drawn() == [list(LINE[:2])]


def test_a_finger_on_the_canvas_neither_scrolls_nor_becomes_a_mouse_and_elsewhere_it_does(pen: PenHost) -> None:
    pen.page.evaluate(
        "() => { window.prevented = []; for (const type of ['touchstart', 'mousedown', 'click'])"
        " addEventListener(type, (event) => event.isTrusted && prevented.push([type, event.defaultPrevented])); }"
    )
    pen.touch("touchStart", (1, (50, 50)))
    pen.touch("touchEnd")
    assert pen.page.evaluate("prevented") == []  # nobody but the pen hears of it
    button = pen.stage.find(".elsewhere").bounding_box()
    assert button
    place = (button["x"] + 5, button["y"] + 5)
    pen.cdp.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [dict(zip("xy", place, strict=True))]}
    )
    pen.cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    pen.page.wait_for_function("prevented.length > 0")
    assert pen.page.evaluate("prevented[0]") == ["touchstart", False]


@pytest.mark.parametrize("zoom", [0.67, 0.9, 1, 1.25, 2])
@pytest.mark.parametrize("ratio", [1, 1.5, 3])
def test_points_are_the_same_however_large_the_canvas_is_shown(pen: PenHost, zoom: float, ratio: float) -> None:
    metrics = {"width": 800, "height": 900, "deviceScaleFactor": ratio, "mobile": False}
    pen.cdp.send("Emulation.setDeviceMetricsOverride", metrics)
    pen.page.evaluate("zoom => document.querySelector('.st-key-canvas').style.zoom = zoom", zoom)
    assert pen.page.evaluate("devicePixelRatio") == ratio
    assert pen.box["width"] == pytest.approx(280 * zoom, abs=0.02)
    pen.draw(*LINE)
    assert pen.shown() == [stroke(*LINE)]
    assert pen.drawn() == [list(LINE)]
    pen.cdp.send("Emulation.clearDeviceMetricsOverride")


def test_undo_and_redo_keep_in_step_and_are_told_when_they_rest(pen: PenHost) -> None:
    for points in (LINE, SHORT, DOT):
        pen.draw(*points)
    pen.stage.wind(REST)
    assert len(pen.told()) == 1
    pen.click("Undo")
    pen.click("Undo")
    assert pen.shown() == [stroke(*LINE)]
    pen.click("Redo")
    assert pen.shown() == [stroke(*LINE), stroke(*SHORT)]
    assert pen.told() == []
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*LINE), stroke(*SHORT)]]
    pen.draw(*DOT)  # which leaves nothing to do again
    assert not pen.stage.find("[aria-label=Redo]").is_enabled()
    assert pen.drawn() == [list(LINE), list(SHORT), list(DOT)]


def test_what_comes_back_to_what_was_told_tells_nothing(pen: PenHost) -> None:
    pen.draw(*LINE)
    pen.click("Undo")
    pen.stage.wind(10 * REST)
    assert pen.drawn() == []
    assert pen.told() == []


def test_a_tool_that_would_do_nothing_is_off(pen: PenHost) -> None:
    """Whatever the canvas says of its own, which the pen has taken away."""

    def on() -> list[bool]:
        return [pen.stage.find(f"[aria-label={tool}]").is_enabled() for tool in ("Undo", "Redo")]

    assert on() == [False, False]
    pen.draw(*LINE)
    assert on() == [True, False]
    pen.draw(*SHORT)
    pen.click("Undo")
    assert on() == [True, True]
    pen.click("Undo")
    assert on() == [False, True]
    pen.click("Clear")
    assert on() == [False, False]


def test_a_tool_waits_while_a_stroke_is_drawn(pen: PenHost) -> None:
    pen.draw(*SHORT)
    pen.press(LINE[0])
    for tool in ("Undo", "Clear"):
        pen.stage.find(f"[aria-label={tool}] i").dispatch_event("click")
    pen.go(*LINE[1:])
    pen.page.mouse.up()
    assert pen.drawn() == [list(SHORT), list(LINE)]


def test_clear_is_told_at_once_and_cannot_be_undone(pen: PenHost) -> None:
    pen.draw(*LINE)
    pen.draw(*SHORT)
    pen.click("Undo")
    pen.stage.wind(REST)
    pen.told()
    pen.click("Clear")
    assert [each["strokes"] for each in pen.told()] == [[]]
    pen.stage.wind(10 * REST)
    assert pen.drawn() == []
    assert pen.told() == []


def test_what_is_drawn_before_anybody_hears_is_told_as_soon_as_somebody_does(host: PenHost) -> None:
    """The server's answer, and with it who tells the server, comes after the pen."""
    host.mount(is_heard=False)
    host.make()
    host.draw(*LINE)
    host.stage.wind(10 * REST)
    host.be_heard()
    assert [each["strokes"] for each in host.told()] == [[stroke(*LINE)]]
    host.be_heard()
    assert host.told() == []


def test_a_drawing_is_told_once_and_each_state_by_its_own_name(pen: PenHost) -> None:
    pen.draw(*LINE)
    pen.stage.wind(10 * REST)
    pen.draw(*SHORT)
    pen.stage.wind(10 * REST)
    first, second = pen.told()
    assert {first["start"], second["start"]} == {"first"}
    names = ["first.1", first["name"], second["name"]]
    assert len(set(names)) == 3
    board = pen.board()
    assert board
    assert board["name"] == second["name"]


@pytest.mark.parametrize("press", ["mouse", "key"])
def test_it_is_told_at_once_when_something_else_is_pressed(pen: PenHost, press: str) -> None:
    pen.draw(*LINE)
    if press == "mouse":
        pen.stage.find(".elsewhere").hover()
        pen.page.mouse.down()
    else:
        pen.page.keyboard.down("Tab")
    assert len(pen.told()) == 1
    pen.page.mouse.up()
    pen.page.keyboard.up("Tab")
    pen.stage.wind(10 * REST)
    assert pen.told() == []


LEAVINGS = {
    "hidden": "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
    "document.dispatchEvent(new Event('visibilitychange'))",
    "gone": "dispatchEvent(new Event('pagehide'))",
}


@pytest.mark.parametrize("way", LEAVINGS)
def test_it_is_told_at_once_when_the_page_is_left_even_in_the_midst_of_a_stroke(pen: PenHost, way: str) -> None:
    pen.press(LINE[0])
    pen.go(LINE[1])
    pen.page.evaluate(f"() => {{ {LEAVINGS[way]} }}")
    assert [each["strokes"] for each in pen.told()] == [[stroke(*LINE[:2])]]
    pen.page.mouse.up()
    pen.stage.wind(10 * REST)
    assert pen.told() == []


def test_a_page_that_comes_to_the_front_tells_nothing(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    pen.go(*LINE[1:])
    pen.page.mouse.up()
    assert pen.drawn() == [list(LINE)]
    assert pen.told() == []


def test_nothing_is_told_while_the_pen_is_down(pen: PenHost) -> None:
    pen.draw(*SHORT)
    pen.press(LINE[0])
    pen.stage.wind(10 * REST)
    pen.page.keyboard.press("Shift")
    pen.go(*LINE[1:])
    pen.stage.wind(10 * REST)
    assert pen.told() == []
    pen.page.mouse.up()
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*SHORT), stroke(*LINE)]]


def test_it_begins_with_what_the_server_has_and_does_not_tell_it_back(host: PenHost) -> None:
    begun = [stroke(*LINE, width=12), stroke(*DOT, width=26)]
    host.mount(strokes=begun, knowsNone=False)
    host.make()
    assert host.drawn() == [list(LINE), list(DOT)]
    assert host.board() == {
        "name": "first.1",
        "strokes": [{"width": width, "points": points} for width, *points in begun],
        "live": None,
    }
    host.stage.wind(10 * REST)
    assert host.told() == []


def test_the_same_start_again_leaves_all_as_it_is(pen: PenHost) -> None:
    pen.draw(*LINE)
    before = pen.board()
    pen.stage.call_again(data(strokes=[stroke(*DOT)], knowsNone=False))
    assert pen.board() == before
    pen.stage.wind(REST)
    assert [(each.value["strokes"], each.call) for each in pen.stage.told()] == [([stroke(*LINE)], 2)]
    pen.stage.wind(10 * REST)
    assert pen.drawn() == [list(LINE)]


@pytest.mark.parametrize("knows_none", [True, False])
def test_a_new_start_puts_its_strokes_in_place_of_what_is_drawn(pen: PenHost, knows_none: bool) -> None:
    if not knows_none:
        pen.draw(*LINE)
        pen.draw(*SHORT)
    pen.draw(*SHORT)
    pen.click("Undo")
    if knows_none:
        assert pen.shown() == []
    pen.stage.call_again(data(start="second", strokes=[stroke(*DOT, width=20)], knowsNone=knows_none))
    assert pen.board() == {"name": "second.1", "strokes": [{"width": 20, "points": [1120, 1120]}], "live": None}
    assert pen.drawn() == [list(DOT)]
    assert not pen.stage.find("[aria-label=Redo]").is_enabled()
    pen.stage.wind(10 * REST)
    assert pen.told() == []


def test_a_server_that_knows_nothing_is_told_what_is_drawn(pen: PenHost) -> None:
    """As after it was started anew, under the open page."""
    pen.draw(*LINE)
    pen.stage.wind(REST)
    pen.told()
    pen.stage.call_again(data(start="second"))
    (told,) = pen.told()
    assert told["start"] == "second"
    assert told["strokes"] == [stroke(*LINE)]
    # That would be the name of the empty drawing that it begins with.
    assert told["name"] != "second.1"
    board = pen.board()
    assert board
    assert board["name"] == told["name"]
    assert pen.drawn() == [list(LINE)]


def test_so_is_a_stroke_that_is_being_drawn_then(pen: PenHost) -> None:
    pen.press(LINE[0])
    pen.stage.call_again(data(start="second"))
    assert pen.told() == []
    pen.go(*LINE[1:])
    pen.page.mouse.up()
    pen.stage.wind(REST)
    assert [(each["start"], each["strokes"]) for each in pen.told()] == [("second", [stroke(*LINE)])]
    assert pen.drawn() == [list(LINE)]


def test_each_stroke_has_the_width_that_was_chosen_when_it_began(pen: PenHost) -> None:
    pen.draw(*SHORT)
    pen.press(LINE[0])
    pen.stage.call_again(data(width=26))
    pen.go(*LINE[1:])
    pen.page.mouse.up()
    pen.draw(*DOT)
    assert pen.shown() == [stroke(*SHORT), stroke(*LINE), stroke(*DOT, width=26)]
    assert pen.drawn() == [list(SHORT), list(LINE), list(DOT)]


def test_a_canvas_in_another_ones_place_gets_all_strokes_with_their_widths(pen: PenHost) -> None:
    pen.draw(*LINE)
    pen.stage.call_again(data(width=12))
    pen.draw(*DOT)
    pen.press(SHORT[0])
    pen.make()
    assert pen.drawn() == [list(LINE), list(DOT)]
    pen.go(*SHORT[1:])
    pen.page.mouse.up()
    assert pen.drawn() == [list(LINE), list(DOT), list(SHORT)]
    assert pen.shown() == [stroke(*LINE), stroke(*DOT, width=12), stroke(*SHORT, width=12)]


def test_a_canvas_that_has_just_come_is_drawn_on(pen: PenHost) -> None:
    """Pressed before it was looked for: the page's clock stands still here."""
    pen.page.evaluate(MAKE, "Clear")
    pen.draw(*LINE)
    assert pen.shown() == [stroke(*LINE)]
    pen.stage.wind(REST)
    assert [each["strokes"] for each in pen.told()] == [[stroke(*LINE)]]


def test_a_new_start_before_the_canvas_is_found_is_drawn_alone(host: PenHost) -> None:
    host.mount(strokes=[stroke(*LINE)], knowsNone=False)
    host.page.evaluate(MAKE, "Clear")
    host.stage.call_again(data(start="second", strokes=[stroke(*DOT)], knowsNone=False))
    host.wait_for_pen()
    assert host.drawn() == [list(DOT)]


def test_a_thousand_strokes_are_told_whole_shown_and_undone_one_by_one(host: PenHost) -> None:
    many = [stroke((10 + i % 250, 10 + i // 4), (20 + i % 250, 12 + i // 4), width=12) for i in range(1000)]
    host.mount(strokes=many, knowsNone=False)
    host.make()
    assert len(host.drawn()) == 1000
    host.draw(*LINE)
    host.stage.wind(REST)
    assert [each["strokes"] for each in host.told()] == [[*many, stroke(*LINE)]]
    undo = host.stage.find("[aria-label=Undo]")
    undo.evaluate("button => { for (let i = 0; i < 998; i++) button.click(); }")
    assert len(host.drawn()) == 3
    undo.evaluate("button => { for (let i = 0; i < 998; i++) button.click(); }")
    assert host.drawn() == []


# A drawing with room for so little more, and the points of the stroke that is drawn then.
FULL: dict[str, tuple[list[list[int]], int]] = {
    "no more strokes": ([stroke(*DOT)] * MOST_STROKES, 0),
    "one more stroke": ([stroke(*DOT)] * (MOST_STROKES - 1), 6),
    "24 more pixels of line": ([[18, *[0, 0, 8 * FURTHEST, 0] * (MOST_LENGTH // FURTHEST // 2 + 1)]], 2),
}


@pytest.mark.parametrize(("strokes", "points"), FULL.values(), ids=FULL.keys())
def test_no_more_is_drawn_than_the_server_takes(strokes: list[list[int]], points: int, host: PenHost) -> None:
    limits = re.findall(r"const MOST_\w+ = ([\d_]+)", Path("pages/parts/pen.js").read_text())
    assert list(map(int, limits)) == [MOST_STROKES, MOST_POINTS, MOST_LENGTH]
    *others, last = strokes
    spare = sum(abs(a - b) for a, b in zip(last[3:], last[1:], strict=False)) / 8 - (MOST_LENGTH - 24)
    if spare > 0:
        last = [*last[:-2], round(last[-2] - 8 * spare), last[-1]]
    host.mount(strokes=[*others, last], knowsNone=False)
    host.make()
    host.draw(*LINE)
    host.stage.wind(REST)
    found = host.shown()
    assert found[: len(strokes)] == [*others, last]
    assert [(len(each) - 1) // 2 for each in found[len(strokes) :]] == ([points] if points else [])
    assert len(heard(found)) == len(found)
    assert [each["strokes"] for each in host.told()] == ([found] if points else [])


def test_called_again_it_goes_on_and_an_overtaken_call_ends_nothing(pen: PenHost) -> None:
    pen.stage.call_again(data())
    pen.stage.end(1)
    pen.draw(*LINE)
    pen.stage.wind(REST)
    assert [(each.value["strokes"], each.call) for each in pen.stage.told()] == [([stroke(*LINE)], 2)]
    assert pen.drawn() == [list(LINE)]


COUNT = """() => {
    window.signals = [];
    window.timers = new Set();
    for (const target of [window, document]) {
        const add = target.addEventListener;
        target.addEventListener = function (type, ear, options) {
            // Playwright listens, too.
            if (!/hitTarget|seenEvent/.test(ear)) signals.push(options?.signal ?? { type });
            return add.call(this, type, ear, options);
        };
    }
    for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
        const [begin, end] = [window[set].bind(window), window[clear].bind(window)];
        window[set] = (does, ...others) => {
            const timer = begin(() => { if (set === "setTimeout") timers.delete(timer); does(); }, ...others);
            timers.add(timer);
            return timer;
        };
        window[clear] = (timer) => { timers.delete(timer); end(timer); };
    }
}"""


@pytest.mark.parametrize("is_ready", [True, False])
def test_when_it_has_left_the_page_nothing_looks_listens_or_waits(host: PenHost, is_ready: bool) -> None:
    host.page.evaluate(COUNT)
    host.mount(strokes=[stroke(*SHORT)], knowsNone=False)
    if is_ready:
        host.make()
        host.draw(*LINE)
        assert host.page.evaluate("timers.size") == 2  # it looks for canvases, and waits until the drawing rests
    else:
        host.page.evaluate(MAKE, "Clear")
        host.stage.wind(LOOKS)
    host.leave()
    assert host.page.evaluate("signals.length") > 10
    assert host.page.evaluate("signals.every((signal) => signal.aborted)")
    assert host.board() is None
    host.stage.wind(10 * REST)
    assert host.page.evaluate("timers.size") == 0
    assert host.told() == []


# The canvas as it is, in Streamlit's place; what pages/parts/canvas.py tells it.
MAKE_TRUE = """async (style) => {
    const host = document.createElement("div");
    document.querySelector(".st-key-canvas").replaceChildren(host);
    const parentElement = host.attachShadow({ mode: "open" });
    parentElement.innerHTML = `<style>${style}</style><div class="canvas-root"></div>`;
    const { default: canvas } = await import("/streamlit-drawable-canvas-true.js");
    window.heard = [];
    window.callCanvas = () => canvas({ parentElement, setStateValue: (name) => window.heard.push(name), data: {
        fillColor: "#eee", strokeColor: "#ffffff", strokeWidth: 18, backgroundColor: "#000000",
        backgroundImageURL: null, backgroundImageFit: "stretch", realtimeUpdateStreamlit: false, returnImageData: false,
        canvasWidth: 280, canvasHeight: 280, maxDisplayHeight: null, drawingMode: "freedraw", displayRadius: 3,
        initialDrawing: { objects: [], background: "#000000" }, disabled: false, fontSize: 20, label: "",
    } });
    callCanvas();
    heard.length = 0;  // of its beginning
}"""


@pytest.fixture
def true_canvas(host: PenHost) -> Iterator[PenHost]:
    """The pen on the canvas that the app has."""
    address = f"{ADDRESS}streamlit-drawable-canvas-true.js"
    (build,) = CANVAS_BUILD.glob("*.js")
    (style,) = CANVAS_BUILD.glob("*.css")
    host.page.route(address, partial(hand_out, script=build.read_text()))
    host.mount()
    host.page.evaluate(MAKE_TRUE, style.read_text())
    host.wait_for_pen()
    yield host
    host.page.unroute(address)


def hand_out(route: Route, script: str) -> None:
    route.fulfill(body=script, content_type="text/javascript; charset=utf-8")


def test_the_true_canvas_shows_what_is_taken_down_and_tells_nothing_by_itself(true_canvas: PenHost) -> None:
    """However often it is called, as when the theme changes."""
    pen, drawn = true_canvas, list[list[Point]]()
    for width, points in ((18, LINE), (12, SHORT), (26, DOT), (12, ((30, 250), (60, 250), (90, 200), (93, 250)))):
        pen.stage.call_again(data(width=width))
        pen.draw(*points)
        drawn.append(list(points))
        assert pen.drawn() == drawn
        pen.page.evaluate("void callCanvas()")
    pen.click("Undo")
    assert pen.drawn() == drawn[:-1]
    pen.click("Redo")
    assert pen.drawn() == drawn
    pen.click("Clear")
    assert pen.drawn() == []
    pen.draw(*SHORT)
    pen.page.evaluate("void callCanvas()")
    pen.stage.call_again(data(start="second", strokes=[stroke(*DOT)], knowsNone=False))
    assert pen.drawn() == [list(DOT)]
    pen.stage.wind(10 * REST)
    assert pen.page.evaluate("heard") == []


def test_the_true_canvas_forgets_a_palm(true_canvas: PenHost) -> None:
    pen = true_canvas
    pen.draw(*SHORT)
    pen.touch("touchStart", (1, (200, 250)))
    pen.touch("touchMove", (1, (230, 250)))
    pen.stylus("mousePressed", LINE[0])
    for point in LINE[1:]:
        pen.stylus("mouseMoved", point)
    pen.stylus("mouseReleased", LINE[-1])
    pen.touch("touchEnd")
    assert pen.drawn() == [list(SHORT), list(LINE)]


def test_the_true_canvas_is_as_wide_as_its_place_and_takes_down_the_same(true_canvas: PenHost) -> None:
    pen = true_canvas
    for width in (280, 163, 99.5):
        pen.page.evaluate("width => document.querySelector('.st-key-canvas').style.width = `${width}px`", width)
        assert (pen.box["width"], pen.box["height"]) == (width, width)
        pen.draw(*LINE)
        assert pen.shown()[-1] == stroke(*LINE)
