"""Take it home and bring it back in a real browser: every file is downloaded, and the weights return as a model."""

import re
from pathlib import Path

from playwright.sync_api import expect

from model.run import PRETRAINED, Run
from model.take_home.files import files_of
from tests.browser.conftest import NewVisitor
from tests.browser.devices import PHONE
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

ONE = next(iter(DRAWN_DIGITS[1].values()))
FILES = files_of(Run.load(PRETRAINED))


def download(visitor: Visitor, what: str) -> tuple[str, Path]:
    """Click on a file of "Take it home": its name, and where it was kept."""
    with visitor.page.expect_download() as started:
        visitor.key("take_home").get_by_role("button", name=what, exact=True).click()
    return started.value.suggested_filename, started.value.path()


def bring_back(visitor: Visitor, file: Path) -> None:
    visitor.key("bring_back").locator("input[type=file]").set_input_files(file)


def open_bring_back(visitor: Visitor) -> None:
    visitor.page.get_by_text("Bring a model back", exact=True).click()
    expect(visitor.key("bring_back").get_by_test_id("stFileUploaderDropzone")).to_be_visible()


def test_home_and_back(new_visitor: NewVisitor, tmp_path: Path) -> None:
    visitor = new_visitor()
    visitor.open("/evaluate")
    visitor.page.get_by_text("Take it home", exact=True).click()
    for file in FILES:
        name, path = download(visitor, file.what)
        assert name == f"digits-{file.name}"
        assert path.read_bytes() == file.make()
    weights = tmp_path / "digits-weights.npz"
    weights.write_bytes(FILES[-1].make())
    visitor.go_to("Train")
    open_bring_back(visitor)
    not_weights = tmp_path / "not weights.npz"
    damaged, other = "This is no .npz file of weights, or it is damaged.", "This file has no design of a network in it"
    # Each gets another sentence than the one before it, so that it is its own which is waited for.
    for content, sentence in {
        b"": damaged,
        (PRETRAINED / "refusal.npz").read_bytes(): other,
        FILES[-1].make()[:-300]: damaged,
        FILES[-3].make(): other,
    }.items():
        not_weights.write_bytes(content)
        bring_back(visitor, not_weights)
        expect(visitor.key("bring_back")).to_contain_text(sentence)
    expect(visitor.key("progress")).to_have_count(0)
    bring_back(visitor, weights)
    expect(visitor.key("progress")).to_contain_text("It was brought back from a file")
    expect(visitor.key("bring_back")).not_to_contain_text("damaged")
    visitor.key("use").get_by_role("button").click()
    visitor.go_to("Draw")
    visitor.wait_for_canvas()
    expect(visitor.key("model_in_use")).to_contain_text("the model you brought back answers")
    visitor.draw(ONE)
    visitor.wait_for_digit(1)
    visitor.go_to("Compare")
    expect(visitor.key("chance")).to_contain_text("Both read exactly the same digits right")


def test_compare_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE, touch=True)
    received: list[str] = []
    visitor.page.on("websocket", lambda socket: socket.on("framereceived", lambda each: received.append(repr(each))))
    visitor.open("/compare")
    visitor.wait_for_canvas()
    visitor.wait_until_at_rest()
    assert {found for each in received for found in re.findall("-(canvas|pen)\\b", each)} == {"canvas", "pen"}
    received.clear()
    visitor.draw_with_finger(ONE)
    for place in (0, 1):
        visitor.key(f"answer_of_{place}").locator(".digit").filter(has_text="1").wait_for()
    visitor.wait_until_at_rest()
    assert not [each for each in received if re.search("-(canvas|pen)\\b", each)]  # they are not sent again
    expect(visitor.key("settings_that_differ")).to_contain_text("RMSprop")
    expect(visitor.key("chance")).to_contain_text("McNemar's test")
    expect(visitor.key("both_curves").locator("canvas, svg").first).to_be_visible()
    visitor.wait_until_it_fits(PHONE)
    visitor.key("only_right_0").get_by_role("link").first.click()
    visitor.page.get_by_role("heading", level=1).filter(has_text="Draw a digit").wait_for()
    visitor.key("answer").locator(".digit, .no-digit").first.wait_for()
