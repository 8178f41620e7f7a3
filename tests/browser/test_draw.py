"""The Draw page in a real browser: mouse and finger, the canvas's tools, the way to other pages and back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.devices import PHONE
from tests.browser.visitor import INK, Stroke
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS

ZERO, ONE, SEVEN = (next(iter(DRAWN_DIGITS[digit].values())) for digit in (0, 1, 7))

BOARD = """() => [...document.querySelectorAll(".st-key-canvas *")].find((each) => each.shadowRoot)
    .shadowRoot.querySelector("canvas.dc-canvas.lower-canvas")"""

# It starts at the canvas's top right, where the canvas's own toolbar lies hidden.
SIX_FROM_THE_CORNER: list[Stroke] = [
    [
        (240, 12),
        (190, 40),
        (140, 90),
        (105, 150),
        (100, 205),
        (130, 240),
        (180, 240),
        (205, 205),
        (185, 170),
        (110, 190),
    ]
]


# As browsers do that guard against being known by their canvases: whatever is read back is white, or noise.
GUARD = """
    const spoil = ({ data }) => {
        if (window.readsBack === "white") data.fill(255);
        else for (let i = 0; i < data.length; i += 65536) crypto.getRandomValues(data.subarray(i, i + 65536));
    };
    for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
        const read = prototype.getImageData;
        prototype.getImageData = function (...place) {
            const image = read.apply(this, place);
            spoil(image);
            return image;
        };
    }
    for (const name of ["toDataURL", "toBlob"]) {
        const read = HTMLCanvasElement.prototype[name];
        HTMLCanvasElement.prototype[name] = function (...how) {
            const image = new ImageData(this.width, this.height);
            spoil(image);
            const copy = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
            copy.getContext("2d").putImageData(image, 0, 0);
            return read.apply(copy, how);
        };
    }
"""


def test_every_digit_is_read_whatever_the_browser_makes_of_a_canvas_that_is_read_back(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.page.add_init_script(GUARD)
    visitor.open_draw()
    for digit, styles in DRAWN_DIGITS.items():
        is_white = digit % 2 == 0
        visitor.page.evaluate("how => { window.readsBack = how; }", "white" if is_white else "noise")
        assert visitor.ink() == pytest.approx(280 * 280 if is_white else 280 * 280 / 2, rel=0.05)
        visitor.draw(next(iter(styles.values())))
        visitor.wait_for_state("digit => digitsBoard.read?.digit === digit", digit)  # by the page itself
        answer = visitor.wait_for_digit(digit)
        assert max(answer.percents) == answer.percents[digit] > 50
        assert sum(answer.percents) == pytest.approx(100, abs=0.6)
        visitor.tool("Clear").click()
        visitor.wait_for_hint()


def test_what_is_no_digit_is_told_so(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(NON_DIGITS["letters"]["A, 1"])
    assert visitor.wait_for_refusal().digit is None
    expect(visitor.key("answer")).to_contain_text("Nearest guess: ")
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)


def test_an_empty_canvas_shows_a_hint_and_no_guess(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.wait_for_hint()
    assert not any(digit.is_visible() for digit in visitor.key("answer").locator(".digit").all())
    expect(visitor.key("model_in_use")).to_contain_text("the bundled model answers")
    expect(visitor.key("model_in_use")).to_contain_text("of MNIST's 10,000 test digits")


def test_a_stroke_leaves_the_rest_of_the_page_alone(new_visitor: NewVisitor) -> None:
    """Neither the canvas nor anything outside the answer is built anew, and nothing moves."""
    visitor = new_visitor()
    visitor.open_draw()
    visitor.wait_until_at_rest()
    visitor.page.evaluate(
        """() => {
            const host = [...document.querySelectorAll(".st-key-canvas *")].find(each => each.shadowRoot);
            window.changes = [];
            window.canvas = host.shadowRoot.querySelector("canvas");
            const watch = (root) => new MutationObserver((records) => {
                for (const record of records)
                    for (const node of [...record.addedNodes, ...record.removedNodes])
                        if (node.isConnected ? !node.parentElement?.closest(".st-key-answer")
                                             : !record.target.closest?.(".st-key-answer"))
                            window.changes.push(node.outerHTML ?? node.textContent);
            }).observe(root, { childList: true, subtree: true });
            watch(document.querySelector(".stMain"));
            watch(host.shadowRoot.querySelector(".dc-container"));
        }"""
    )
    before = visitor.key("answer").bounding_box()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    assert visitor.page.evaluate("window.changes") == []
    assert visitor.page.evaluate("window.canvas.isConnected")
    assert visitor.key("answer").bounding_box() == before
    # Nor while the page's own answer stands in the place of the server's, with the question whether it was right.
    visitor.draw([[(140, 140)]])
    visitor.key("answer").locator(".live .digit").wait_for()
    assert visitor.key("answer").bounding_box() == before


def test_undo_redo_and_clear(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(ONE)
    one = visitor.wait_for_digit(1)
    visitor.draw([[(40, 140), (240, 140)]])
    crossed = visitor.wait_for_other_answer(one)
    visitor.tool("Undo").click()
    assert visitor.wait_for_other_answer(crossed) == one
    visitor.tool("Undo").click()
    visitor.wait_for_hint()
    visitor.tool("Redo").click()
    assert visitor.wait_for_digit(1) == one
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    expect(visitor.tool("Undo")).to_be_disabled()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)


def test_the_brush_can_be_chosen(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.choose_brush("End")
    visitor.draw([[(40, 140), (240, 140)]])
    visitor.wait_for_refusal()
    assert visitor.ink() == pytest.approx(200 * 26 + 3.14 * 13**2, rel=0.03)


def test_many_changes_of_the_brush_leave_the_drawing(new_visitor: NewVisitor) -> None:
    """On a slow browser, too, it stays the same canvas, which knows the way back; none is ended or made anew."""
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(ONE)
    one = visitor.wait_for_digit(1)
    visitor.draw([[(40, 140), (240, 140)]])
    crossed = visitor.wait_for_other_answer(one)
    ink = visitor.ink()
    visitor.page.evaluate(f"window.board = ({BOARD})()")
    slow = visitor.context.new_cdp_session(visitor.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    brush = visitor.key("brush").get_by_role("slider")
    for pause in range(0, 200, 20):
        brush.press("ArrowRight" if pause % 160 < 80 else "ArrowLeft")
        visitor.page.wait_for_timeout(pause)  # as a hand pauses, not until anything has happened
    visitor.choose_brush("Home")
    visitor.wait_until_at_rest()
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    assert visitor.page.evaluate(f"window.board === ({BOARD})()")
    assert visitor.ink() == ink
    assert visitor.answer() == crossed
    visitor.tool("Undo").click()
    assert visitor.wait_for_other_answer(crossed) == one
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    visitor.wait_for_state(f"({INK})() === 0")


def test_a_stroke_that_was_not_told_yet_comes_along_to_another_page(new_visitor: NewVisitor) -> None:
    """A drawing is told when it has rested for a moment: here the link is pressed before that."""
    visitor = new_visitor()
    visitor.open_draw()
    link = visitor.key("menu").get_by_role("link", name="Layers").bounding_box()
    assert link
    visitor.draw(SEVEN)
    visitor.page.mouse.click(link["x"] + link["width"] / 2, link["y"] + link["height"] / 2)
    visitor.page.get_by_role("heading", level=1).filter(has_text="Layers").wait_for()
    visitor.go_to("Draw")
    visitor.wait_for_digit(7)
    visitor.wait_for_canvas()
    visitor.wait_for_state(f"({INK})() > 0")


@pytest.mark.parametrize("pointer", ["mouse", "finger"])
def test_a_stroke_under_the_toolbars_old_place_counts(new_visitor: NewVisitor, pointer: str) -> None:
    finger = pointer == "finger"
    visitor = new_visitor(size=PHONE, touch=True) if finger else new_visitor()
    draw = visitor.draw_with_finger if finger else visitor.draw
    visitor.open_draw()
    draw(SIX_FROM_THE_CORNER)
    six = visitor.wait_for_digit(6)
    draw([[(265, 12)]])
    # The dot widens the drawing's box, so the answer is another one; a reset would have emptied the canvas.
    dotted = visitor.wait_for_other_answer(six)
    visitor.tool("Undo").click()
    assert visitor.wait_for_other_answer(dotted) == six


def test_a_finger_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE, touch=True)
    visitor.open_draw()
    for label in ("Undo", "Redo", "Clear"):
        box = visitor.tool(label).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert visitor.tool(label).is_visible()
    for digit, strokes in ((0, ZERO), (7, SEVEN)):
        visitor.draw_with_finger(strokes)
        visitor.wait_for_digit(digit)
        visitor.tool("Clear").tap()
        visitor.wait_for_hint()
    visitor.wait_until_it_fits(PHONE)
    assert visitor.page.evaluate("document.querySelector('.stMain').scrollTop") == 0


# A window of 1280×900 at 67 % to 200 %, and phones, the last one at 200 %; and how many pixels the screen has for one.
SIZES = (
    (1911, 1343, 0.67),
    (1280, 900, 3),
    (853, 600, 1.5),
    (640, 450, 2),
    (390, 844, 3),
    (320, 640, 2),
    (195, 422, 2),
)

# The widest part of the page, and the sides of what one draws on, with and looks at.
EDGES = """() => {
    const host = [...document.querySelectorAll(".st-key-canvas *")].find((each) => each.shadowRoot).shadowRoot;
    const shown = [host.querySelector(".dc-container"), host.querySelector("[aria-label=Clear]"),
        ...document.querySelectorAll(".st-key-brush .stSlider, .answer:not(.live) :is(.digit, .sure, img, li > *)")];
    const boxes = shown.map((each) => each.getBoundingClientRect());
    return [document.querySelector(".stMain").scrollWidth, boxes.length,
        Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
}"""


def test_nothing_is_cut_off_however_large_the_page_is_shown(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    screen = visitor.context.new_cdp_session(visitor.page)
    for width, height, ratio in SIZES:
        metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False}
        screen.send("Emulation.setDeviceMetricsOverride", metrics)
        visitor.wait_for_state("width => document.querySelector('.stMain').clientWidth === width", width)
        widest, parts, left, right = visitor.page.evaluate(EDGES)
        assert widest == width
        assert parts == 36  # of the answer three, and of its ten rows three each
        assert 0 < left < right < width
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    visitor.key("canvas").scroll_into_view_if_needed()
    visitor.draw(ZERO)
    visitor.wait_for_digit(0)


def test_the_drawing_survives_a_visit_to_another_page(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(ZERO)
    zero = visitor.wait_for_digit(0)
    visitor.go_to("Layers")
    visitor.go_to("Draw")
    assert visitor.wait_for_digit(0) == zero
    visitor.wait_for_canvas()
    visitor.draw([[(140, 60), (140, 220)]])
    crossed = visitor.wait_for_other_answer(zero)
    visitor.tool("Undo").click()
    assert visitor.wait_for_other_answer(crossed) == zero
    visitor.tool("Clear").click()
    visitor.wait_for_hint()
    visitor.go_to("Layers")
    visitor.go_to("Draw")
    visitor.wait_for_canvas()
    visitor.wait_for_hint()


def test_the_page_is_sent_its_model_once(new_visitor: NewVisitor) -> None:
    """The way to another page and back brings it no second time, and the page reads on; a lost one comes again."""
    visitor = new_visitor()
    received: list[int] = []
    visitor.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda content: received.append(len(content)))
    )
    visitor.open_draw()
    visitor.wait_until_at_rest()
    model = max(received)
    assert model > 100_000
    received.clear()
    visitor.go_to("Layers")
    visitor.go_to("Draw")
    visitor.wait_for_canvas()
    visitor.wait_until_at_rest()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    assert 0 < max(received) < model / 2
    assert visitor.page.evaluate("digitsBoard.read.digit") == 7
    visitor.go_to("Layers")
    visitor.page.evaluate("digitsModels.clear()")
    visitor.go_to("Draw")
    visitor.wait_for_state("digitsBoard.read?.digit === 7")
    assert max(received) >= model


def test_two_visitors_draw_each_their_own(new_visitor: NewVisitor) -> None:
    first, second = new_visitor(), new_visitor()
    for visitor in (first, second):
        visitor.open_draw()
    first.draw(ZERO)
    second.draw(SEVEN)
    first.wait_for_digit(0)
    second.wait_for_digit(7)
    assert first.answer().digit == 0
