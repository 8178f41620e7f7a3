"""The Evaluate page in a real browser: a cell clicked, tapped and reached by keyboard, through to Draw."""

import re

import pytest
from playwright.sync_api import Locator, expect

from model.data import Mnist
from model.insight import Evaluation, evaluate
from model.reading import Classifier
from model.run import PRETRAINED
from tests.browser.conftest import NewVisitor
from tests.browser.devices import PHONE
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def bundled(mnist: Mnist) -> Evaluation:
    return evaluate(Classifier.load(PRETRAINED), mnist.x_test, mnist.y_test)


def commonest(evaluation: Evaluation) -> tuple[int, int]:
    """The mistake that is made most often, as digit and what it is read as."""
    confusion = evaluation.confusion.copy()
    confusion[range(10), range(10)] = 0
    return divmod(int(confusion.argmax()), 10)


def opened(visitor: Visitor) -> Visitor:
    visitor.open("/evaluate")
    visitor.key("robustness").locator(".twelve-right").wait_for()
    cell(visitor, 9, 9).wait_for()
    return visitor


def cell(visitor: Visitor, digit: int, read: int) -> Locator:
    return visitor.key("confusion_matrix").get_by_role("button", name=f"{digit} read as {read}:")


def tiles(part: Locator) -> list[int]:
    """The numbers of the test digits that are shown, from the links to them."""
    hrefs = [link.get_attribute("href") or "" for link in part.locator(".digit-tiles a").all()]
    return [int(re.search(r"[?&]digit=(\d+)$", href)[1]) for href in hrefs]  # type: ignore[index]


def assert_cell_is_shown(visitor: Visitor, evaluation: Evaluation, digit: int, read: int) -> None:
    images = evaluation.read_as(digit, read).tolist()
    part = visitor.key("cell_images")
    expect(part).to_contain_text(f"{digit} read as {read}: {len(images):,} of")
    expect(part.locator(".digit-tiles li")).to_have_count(min(len(images), 24))
    assert tiles(part) == images[:24]
    expect(cell(visitor, digit, read)).to_have_attribute("aria-pressed", "true")


def assert_draw_reads(visitor: Visitor, evaluation: Evaluation, image: int) -> None:
    """Draw shows this test digit, and reads in it what the evaluation says, be it sure that it is a digit or not."""
    visitor.page.get_by_role("heading", level=1).filter(has_text="Draw a digit").wait_for()
    expect(visitor.page).to_have_url(re.compile(rf"/\?digit={image}$"))
    digit, read = evaluation.digits[image], evaluation.predicted[image]
    expect(visitor.page.get_by_alt_text(f"Test digit {image}, which MNIST calls a {digit}")).to_be_visible()
    expect(visitor.key("answer")).to_contain_text(re.compile(rf"^\s*{read}\s|Nearest guess: {read}"))


def test_a_cell_is_clicked_and_a_digit_of_it_opens_on_draw(new_visitor: NewVisitor, bundled: Evaluation) -> None:
    visitor = opened(new_visitor())
    digit, read = commonest(bundled)
    cell(visitor, digit, read).click()
    assert_cell_is_shown(visitor, bundled, digit, read)
    image = int(bundled.read_as(digit, read)[1])
    visitor.key("cell_images").get_by_role("link", name=f"Test digit {image}:").click()
    assert_draw_reads(visitor, bundled, image)
    visitor.go_to("Evaluate")
    assert_cell_is_shown(visitor, bundled, digit, read)


def test_the_matrix_is_reached_by_keyboard(new_visitor: NewVisitor, bundled: Evaluation) -> None:
    visitor = opened(new_visitor())
    cell(visitor, 0, 0).focus()
    for key in (
        "ArrowLeft",
        "ArrowUp",
        "ArrowDown",
        "ArrowDown",
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
    ):
        visitor.page.keyboard.press(key)
    expect(cell(visitor, 2, 2)).to_be_focused()
    visitor.page.keyboard.press("Enter")
    assert_cell_is_shown(visitor, bundled, 2, 2)
    expect(cell(visitor, 2, 2)).to_be_focused()
    visitor.key("cell_images").get_by_role("button", name="Next").click()
    expect(visitor.key("cell_images").locator(".digit-tiles a").first).to_have_attribute(
        "href", f"./?digit={bundled.read_as(2, 2)[24]}"
    )
    visitor.page.keyboard.press("Tab")


def test_a_finger_on_a_phone(new_visitor: NewVisitor, bundled: Evaluation) -> None:
    visitor = opened(new_visitor(size=PHONE, touch=True))
    digit, read = commonest(bundled)
    cell(visitor, digit, read).tap()
    assert_cell_is_shown(visitor, bundled, digit, read)
    cell(visitor, 1, 1).tap()
    assert_cell_is_shown(visitor, bundled, 1, 1)
    controls = visitor.page.locator(
        ".digit-tiles a, .stPagination button, summary, .st-key-commonest button, .st-key-curves_shown label, "
        ".st-key-robustness .stButtonGroup button"
    )
    assert controls.count() > 60
    for box in controls.evaluate_all("found => found.map((each) => each.getBoundingClientRect().toJSON())"):
        assert min(box["width"], box["height"]) >= 44, box
    visitor.page.get_by_text("Is it as sure as it should be?").tap()
    expect(visitor.key("reliability").get_by_text("Calibration error")).to_be_visible()
    expect(visitor.key("reliability").locator("canvas, svg").first).to_be_visible()
    visitor.page.get_by_text("Digit by digit").tap()
    expect(visitor.page.locator(".by-digit tbody tr")).to_have_count(10)
    visitor.wait_until_it_fits(PHONE)
    image = int(bundled.mistakes[0])
    visitor.key("mistakes").get_by_role("link", name=f"Test digit {image}:").tap()
    assert_draw_reads(visitor, bundled, image)


def test_twelve_digits_follow_the_slider_and_the_curve_is_drawn(new_visitor: NewVisitor) -> None:
    visitor = opened(new_visitor())
    part = visitor.key("robustness")
    expect(part).to_contain_text("12 of 12 are read right")
    part.get_by_text("Noise", exact=True).click()
    slider = visitor.key("amount_noise").get_by_role("slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    visitor.page.mouse.move(box["x"] + 9, middle)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + box["width"] - 9, middle, steps=20)
    expect(part).not_to_contain_text("12 of 12 are read right")  # though the mouse still holds it
    visitor.page.mouse.up()
    expect(slider).to_have_value("0.6")
    visitor.page.get_by_role("radio", name="Blur").click()
    expect(part).to_contain_text("12 of 12 are read right")
    visitor.page.get_by_role("radio", name="Noise").click()
    expect(visitor.key("amount_noise").get_by_role("slider")).to_have_value("0.6")
    expect(part.locator("li.wrong").first).to_contain_text("not ")
    part.get_by_text("Accuracy over 1,000 digits").click()
    expect(part.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg").first).to_be_visible()
