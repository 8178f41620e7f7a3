"""The Layers page in a real browser: rows that open, and a network of one's own, designed, trained and drawn for."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

SEVEN = next(iter(DRAWN_DIGITS[7].values()))

SKIP = "Just show me"


def skip(visitor: Visitor, question: str) -> None:
    visitor.wait_until_at_rest()  # what comes after the question would move it under the mouse
    visitor.key(f"ask_{question}").get_by_role("button", name=SKIP).click()
    expect(visitor.key(f"ask_{question}").get_by_role("button")).to_have_count(0)


def set_number(visitor: Visitor, label: str, number: int) -> None:
    field = visitor.key("designer").get_by_label(label, exact=True)
    field.fill(str(number))
    field.press("Enter")


def test_rows_with_shapes_sums_and_what_is_inside(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    visitor.go_to("Layers")
    shapes = visitor.key("shapes")
    for text in ("(28, 28, 1)", "(26, 26, 32)", "(11, 11, 64)", "(3, 3, 128)", "(1152,)", "(10,)", "18,496", "104,202"):
        expect(shapes).to_contain_text(text)
    visitor.key("ask_most_work").get_by_role("button", name="conv2d_1").click()
    expect(visitor.key("ask_most_work")).to_contain_text("as you said")
    expect(shapes).to_contain_text("11·11·64·(3·3·32) = 2,230,272")
    visitor.key("inside_1").locator("summary").click()
    skip(visitor, "silent_conv2d")
    first = visitor.key("layer_1")
    expect(first).to_contain_text("Shown: your drawing.")
    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)
        expect(first.get_by_alt_text(re.compile("32 feature maps of 26 by 26"))).to_be_visible()


def test_the_picture_is_a_file(new_visitor: NewVisitor, tmp_path: Path) -> None:
    visitor = new_visitor()
    visitor.open("/layers")
    with visitor.page.expect_download() as download:
        visitor.key("network_svg").get_by_role("button").click()
    assert download.value.suggested_filename == "network.svg"
    download.value.save_as(tmp_path / "network.svg")
    assert "26×26×32" in ElementTree.parse(tmp_path / "network.svg").getroot().itertext()


@pytest.mark.parametrize("kind", ["Convolutions first", "Dense only"])
def test_design_train_use_and_draw(new_visitor: NewVisitor, kind: str) -> None:
    visitor = new_visitor()
    visitor.open("/layers")
    visitor.page.get_by_role("radio", name="Design your own").click()
    skip(visitor, "larger_kernel")
    if kind == "Convolutions first":
        set_number(visitor, "Blocks", 1)
        expect(visitor.key("shapes")).to_contain_text("(13, 13, 32)")
        set_number(visitor, "Block 1: filters", 12)
        expected, last = "(13, 13, 12)", 4
    else:
        visitor.page.get_by_role("radio", name=kind).click()
        set_number(visitor, "Hidden dense layers", 1)
        expected, last = "(64,)", 3
    expect(visitor.key("shapes")).to_contain_text(expected)
    visitor.key("train_this").get_by_role("button").click()
    visitor.page.get_by_role("heading", name="Train the network").wait_for()
    visitor.page.reload()  # the link remembers the design
    visitor.page.get_by_role("radio", name="Fast").click()
    visitor.page.get_by_text("Settings", exact=True).click()
    images = visitor.key("images_Fast").get_by_role("spinbutton")
    images.fill("6000")
    images.press("Enter")
    expect(visitor.page.get_by_text("Changed from the preset")).to_be_visible()
    expect(visitor.page.get_by_text("parameters.").first).to_contain_text("→ 10;")
    visitor.key("start").get_by_role("button").click()
    visitor.key("use").get_by_role("button").click()
    expect(visitor.key("progress")).to_contain_text("This model now answers")
    visitor.go_to("Draw")
    visitor.wait_for_canvas()
    expect(visitor.key("model_in_use")).to_contain_text("the model you trained answers")
    visitor.draw(SEVEN)
    visitor.wait_for_digit(7)
    visitor.go_to("Layers")
    visitor.page.get_by_role("radio", name="The network in use").click()
    expect(visitor.key("shapes")).to_contain_text(expected)
    inside = visitor.key(f"inside_{last}")
    inside.locator("summary").click()
    expect(inside).to_contain_text("Shown: your drawing.")


def test_an_impossible_design_says_why_and_the_notebooks_is_a_click_away(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE)
    visitor.open("/layers?design=c8k3p-c8k3p-c8k3p-c8k3-flatten")
    skip(visitor, "larger_kernel")
    expect(
        visitor.page.get_by_text("After the third pooling 1×1 is left: a 3×3 kernel no longer fits.")
    ).to_be_visible()
    expect(visitor.key("train_this").get_by_role("button")).to_be_disabled()
    visitor.key("notebooks_network").get_by_role("button").click()
    expect(visitor.key("shapes")).to_contain_text("(3, 3, 128)")
    assert "design" not in visitor.page.url
    visitor.wait_until_it_fits(PHONE)
