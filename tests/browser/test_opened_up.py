"""The looks below the answer in a real browser, with a mouse and on a phone."""

import shutil

from playwright.sync_api import expect

from model.lesson import FOLDER
from model.run import PRETRAINED
from model.run.run import KERAS_FILE
from model.run.store import RunStore
from tests.browser.conftest import NewVisitor
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.server import RunningApp
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

DENSE = FOLDER / "dense"  # a network without convolutions, and the record of its run

THREE, SEVEN = (next(iter(DRAWN_DIGITS[digit].values())) for digit in (3, 7))

SHOWN = {
    "microscope": "Without centring: 7 at",
    "inside": "max_pooling2d_1",
    "why": "erased in turn",
    "neighbours": "2,000 training digits",
}


def unfold(visitor: Visitor, look: str) -> None:
    """By the keyboard: what a look above it shows may still move it away from under a mouse."""
    visitor.key(f"look_{look}").locator("summary").press("Enter")


# What the page has drawn of the layers, and what it says of them and of the steps.
LOOKS_NOW = """() => [...document.querySelectorAll(".path canvas, .look canvas")].map((each) => each.toDataURL())
    .concat([...document.querySelectorAll(".path, .consequences")].map((each) => each.innerText)).join()"""
ANSWERED = "() => document.querySelector('.answer[data-drawing]').dataset.drawing"


def test_the_maps_and_the_steps_follow_the_pen_before_anything_is_sent(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=(DESKTOP[0], 2600))  # all of it is in view
    page = visitor.page
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visitor.open_draw()
    visitor.draw(SEVEN)
    for look in ("microscope", "inside"):
        unfold(visitor, look)
        expect(visitor.key(f"look_{look}")).to_contain_text(SHOWN[look])
    expect(page.locator(".path canvas")).to_have_count(7)
    visitor.wait_until_at_rest()
    answered, now, messages = page.evaluate(ANSWERED), page.evaluate(LOOKS_NOW), len(sent)

    box = visitor.key("canvas").locator("canvas.upper-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 240)
    page.mouse.down()
    for x in (90, 140, 190, 240):
        page.mouse.move(box["x"] + x, box["y"] + 240, steps=5)
        visitor.wait_for_state(f"before => ({LOOKS_NOW})() !== before", arg=now)
        now = page.evaluate(LOOKS_NOW)
    assert len(sent) == messages
    assert page.evaluate(ANSWERED) == answered

    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    page.evaluate("() => { window.pieces = [...document.querySelectorAll('.path canvas, .look canvas')]; }")
    page.mouse.up()
    visitor.wait_for_state(f"before => ({ANSWERED})() !== before", arg=answered)
    visitor.wait_until_at_rest()
    assert len(sent) > messages
    assert page.evaluate("window.pieces.every((each) => each.isConnected)"), "the server's run changes nothing"


def test_every_look_opens_and_follows_the_drawing(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    unfold(visitor, "microscope")
    expect(visitor.key("look_microscope")).to_contain_text("Draw a digit first")
    visitor.page.locator("h1").scroll_into_view_if_needed()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    for look, text in SHOWN.items():
        if look != "microscope":
            unfold(visitor, look)
        expect(visitor.key(f"look_{look}")).to_contain_text(text)
    expect(visitor.key("look_neighbours").get_by_alt_text("A training digit that is a 7").first).to_be_visible()

    visitor.key("step_crop").locator("label").click()
    expect(visitor.key("look_microscope")).to_contain_text("Without cropping: 7 at")
    visitor.key("pixel_values").locator("label").click()
    visitor.page.locator(".pixel-values").wait_for()

    third = visitor.page.locator('.path [data-layer="3"] img')
    box = third.bounding_box()
    assert box
    third.click(position={"x": box["width"] - 6, "y": box["height"] - 6})
    expect(visitor.key("look_inside")).to_contain_text("Map 63 of conv2d_1")
    expect(visitor.page.locator('.path [data-layer="3"] .picked')).to_be_visible()

    visitor.key("why_other").locator("button").filter(has_text="9").click()
    expect(visitor.key("look_why")).to_contain_text("Add ink here for a 9")

    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    visitor.page.locator("h1").scroll_into_view_if_needed()
    visitor.draw(THREE)
    visitor.wait_for_digit(3)
    expect(visitor.key("look_why")).to_contain_text("Why it is read as 3")
    expect(visitor.key("look_inside")).to_contain_text("Map 63 of conv2d_1")
    visitor.key("why_other").locator("button").filter(has_text="9").click()
    expect(visitor.key("look_why")).to_contain_text("Add ink here for a 9")
    third.click(position={"x": 6, "y": 6})
    expect(visitor.key("look_inside")).to_contain_text("Map 0 of conv2d_1")
    visitor.wait_until_it_fits(PHONE)


def test_every_look_fits_a_phone_with_a_visitors_own_network(new_visitor: NewVisitor, app: RunningApp) -> None:
    run_id = RunStore().new_id()
    folder = shutil.copytree(DENSE, app.runs / run_id)
    shutil.copy(PRETRAINED / KERAS_FILE, folder)  # it must be there, and is not read here
    visitor = new_visitor(size=PHONE, touch=True)
    visitor.open(f"/?model={run_id}")
    visitor.wait_for_canvas()
    visitor.draw_with_finger(SEVEN)
    visitor.key("answer").locator(".bars").wait_for()
    for look, text in (SHOWN | {"inside": "Map 0 of input_layer", "neighbours": "neighbours are not here"}).items():
        unfold(visitor, look)
        expect(visitor.key(f"look_{look}")).to_contain_text(text.replace(": 7 at", ""))
    expect(visitor.key("model_in_use")).to_contain_text("Here the model you trained answers")
    visitor.wait_until_it_fits(PHONE)
