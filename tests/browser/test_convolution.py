"""The Convolution page in a real browser: a kernel played, pointed and typed at, and a digit dragged about."""

import re

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, expect
from scipy.signal import correlate2d

from model.data import Mnist
from model.insight.shifts import Places
from model.lesson import load_lesson_network
from model.reading import Classifier
from model.run import PRETRAINED
from tests.browser.conftest import NewVisitor
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

MINUS = "\N{MINUS SIGN}"


def open_chapter(visitor: Visitor, name: str) -> None:
    visitor.open("/convolution")
    visitor.page.get_by_text("Show everything").click()
    visitor.page.get_by_role("radio", name=name).click()


def numbers(grid: Locator) -> npt.NDArray[np.float64]:
    """What is written in the cells of a grid, as a square."""
    written = [float(text.replace(MINUS, "-")) for text in grid.locator(".cells > span").all_inner_texts()]
    side = round(len(written) ** 0.5)
    return np.array(written).reshape(side, side)


def written_sum(stepper: Locator) -> list[float]:
    """The sum of the products, the bias, both together, and what ReLU makes of it."""
    text = stepper.locator(".sum").inner_text()
    return [float(number.replace(MINUS, "-")) for number in re.findall(rf"{MINUS}?\d+\.\d\d", text)]


def place(visitor: Visitor, row: int, column: int, side: int = 26) -> None:
    """Point at a number of the feature map."""
    box = visitor.page.locator(".stepper .output canvas").bounding_box()
    assert box
    visitor.page.mouse.move(
        box["x"] + (column + 0.5) * box["width"] / side, box["y"] + (row + 0.5) * box["height"] / side
    )


def test_chapter_1_asks_points_steps_and_plays_with_the_right_numbers(new_visitor: NewVisitor, mnist: Mnist) -> None:
    visitor = new_visitor()
    visitor.open("/convolution")
    visitor.page.get_by_role("button", name="28×28").click()
    expect(visitor.key("ask_output_size")).to_contain_text("26×26; you said 28×28")
    stepper = visitor.page.locator(".stepper")
    stepper.scroll_into_view_if_needed()
    image = mnist.x_test[0] / 255
    learned = Classifier.load(PRETRAINED).weights[0]
    index = int(visitor.page.get_by_role("slider").get_attribute("aria-valuetext") or "")
    kernel, bias = learned.kernel[:, :, 0, index], float(learned.bias[index])
    expected = correlate2d(image, kernel, "valid")
    for row, column in ((6, 9), (7, 16), (20, 12)):
        place(visitor, row, column)
        pixels = image[row : row + 3, column : column + 3]
        expect(stepper.locator(".inputs .cells > span").first).to_have_text(f"{pixels[0, 0]:.2f}")
        assert numbers(stepper.locator(".inputs")) == pytest.approx(pixels, abs=0.0051)
        assert numbers(stepper.locator(".weights")) == pytest.approx(kernel, abs=0.0051)
        assert numbers(stepper.locator(".products")) == pytest.approx(pixels * kernel, abs=0.0051)
        total = float(expected[row, column])
        answer = [total, bias, total + bias, max(total + bias, 0)]
        assert written_sum(stepper) == pytest.approx(answer, abs=0.0051)
    stepper.get_by_role("button", name="Step").click()
    assert written_sum(stepper)[0] == pytest.approx(float(expected[20, 13]), abs=0.0051)
    stepper.locator(".handle").press("ArrowUp")
    assert written_sum(stepper)[0] == pytest.approx(float(expected[19, 13]), abs=0.0051)
    visitor.key("stride").get_by_role("radio", name="3").click()
    expect(stepper.locator(".output figcaption")).to_contain_text("9 × 9")
    # It plays for two seconds only: what the button says then is read with the press.
    pressed = stepper.get_by_role("button", name="Play").evaluate("(play) => (play.click(), play.textContent)")
    assert "Pause" in pressed
    stepper.get_by_role("button", name="Play").wait_for()
    assert written_sum(stepper)[0] == pytest.approx(float(expected[24, 24]), abs=0.0051)


def test_chapter_1_takes_a_kernel_that_is_typed_in(new_visitor: NewVisitor, mnist: Mnist) -> None:
    visitor = new_visitor(size=PHONE, touch=True)
    open_chapter(visitor, "1 One filter")
    visitor.page.get_by_role("radio", name="Your own").click()
    stepper = visitor.page.locator(".stepper")
    corner = stepper.get_by_label("Weight in row 1, column 1")
    corner.fill("101")
    corner.press("Enter")
    expect(stepper.locator(".sum")).to_have_text(re.compile("Each weight and the bias is a number between"))
    corner.fill("-2,5")
    corner.press("Tab")
    expect(corner).to_have_value("-2.5")
    place(visitor, 21, 12)
    image = mnist.x_test[0] / 255
    answer = image[22, 13] - 2.5 * image[21, 12]
    assert 0 < answer < image[22, 13]
    expect(stepper.locator(".sum strong")).to_have_text(f"{answer:.2f}")
    # The answer has come, and the next weight is still being typed.
    expect(stepper.get_by_label("Weight in row 1, column 2")).to_be_focused()
    box = corner.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 43
    visitor.wait_until_it_fits(PHONE)


def test_chapter_2_answers_while_the_digit_is_dragged(new_visitor: NewVisitor, mnist: Mnist) -> None:
    places = Places.of((mnist.x_test[0] / 255).astype(np.float32))
    home = places.top * places.lefts + places.left
    read = [
        load_lesson_network(name).classifier.probabilities(places.images()).argmax(axis=1).astype(str)
        for name in ("convnet", "dense")
    ]
    at_home, in_the_corner = ([str(each[place]) for each in read] for place in (home, 0))
    assert at_home != in_the_corner
    visitor = new_visitor()
    open_chapter(visitor, "2 Shifts")
    pad = visitor.page.locator(".shift-pad")
    chart = visitor.key("shift_curve").locator("canvas, svg").first
    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)
        expect(pad.locator(".digit")).to_have_text(at_home)
        pad.scroll_into_view_if_needed()
        box = pad.locator("canvas").bounding_box()
        assert box
        pixel, mouse = box["width"] / 28, visitor.page.mouse
        mouse.move(box["x"] + 14 * pixel, box["y"] + 14 * pixel)
        mouse.down()
        mouse.move(box["x"] + 12 * pixel, box["y"] + 9 * pixel, steps=4)
        expect(pad.locator(".where")).to_have_text("Moved: 5 up, 2 left")
        mouse.up()
        pad.locator(".handle").press("ArrowDown")
        expect(pad.locator(".where")).to_have_text("Moved: 4 up, 2 left")
        pad.get_by_role("button", name="Corner").click()
        expect(pad.locator(".digit")).to_have_text(in_the_corner)
        pad.get_by_role("button", name="Back").click()
        expect(pad.locator(".where")).to_have_text("Where it was")
        expect(pad.locator(".digit")).to_have_text(at_home)
        chart.scroll_into_view_if_needed()
        expect(chart).to_be_visible()
    visitor.wait_until_it_fits(PHONE)


def test_the_chapters_show_what_was_drawn(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(next(iter(DRAWN_DIGITS[3].values())))
    visitor.wait_for_digit(3)
    visitor.go_to("Convolution")
    visitor.page.get_by_text("Show everything").click()
    expect(visitor.page.locator(".stepper .drawing figcaption")).to_have_text("28 × 28 pixels: your drawing")
    visitor.page.get_by_role("radio", name="3 Patterns").click()
    expect(visitor.page.locator(".patches img")).to_have_count(12)
    visitor.page.get_by_role("radio", name="4 Channels").click()
    expect(visitor.key("depth").locator("img")).to_have_count(4)
    expect(visitor.key("depth").locator("figcaption").last).to_contain_text("128 maps of 3 × 3")
