"""The ways in, in a real browser: a picture, a test digit, the keyboard, a link for a second visitor; and the score."""

import base64
import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from model.ink.strokes import fitted, render_ink
from tests.browser.conftest import NewVisitor
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.visitor import INK, Visitor
from tests.drawn_digits import DRAWN_DIGITS
from tests.paper import PAPERS, file_of, photo_of

SIX, SEVEN = (next(iter(DRAWN_DIGITS[digit].values())) for digit in (6, 7))


# A camera that sees a picture: Chromium's own false one would have to be chosen when it starts.
CAMERA = """uri => {
    const [canvas, picture] = [document.createElement("canvas"), new Image()];
    [canvas.width, canvas.height] = [640, 480];
    picture.onload = () => setInterval(() => canvas.getContext("2d").drawImage(picture, 0, 0), 50);
    picture.src = uri;
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}"""


def choose(visitor: Visitor, source: str) -> None:
    visitor.key("sources").get_by_role("radio", name=source).click()


def press(visitor: Visitor, key: str) -> None:
    visitor.key(key).get_by_role("button").click()


def draw_a_seven_with_keys(visitor: Visitor) -> None:
    visitor.page.locator(".grid").focus()
    keys = ["ArrowLeft"] * 4 + ["ArrowUp"] * 4 + ["Shift+ArrowRight"] * 10 + ["Shift+ArrowDown"] * 4
    for key in keys + ["Shift+ArrowLeft", "Shift+ArrowDown", "Shift+ArrowDown"] * 6:
        visitor.page.keyboard.press(key)


def test_every_way_in(new_visitor: NewVisitor, tmp_path: Path) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    visitor.draw(SEVEN)
    seven = visitor.wait_for_digit(7)
    ink = visitor.ink()

    choose(visitor, "Picture")
    visitor.wait_for_hint()
    upload = visitor.key("picture_file").locator("input[type=file]")
    for name, content in {"page.html": b"<html>", "photo.heic": b"\0\0\0\x18ftypheic" + bytes(99)}.items():
        (tmp_path / name).write_bytes(content)
        upload.set_input_files(tmp_path / name)
        sentence = "This HEIC picture is damaged" if "heic" in name else "This file is no picture"
        expect(visitor.key("answer")).to_contain_text(sentence)
    (tmp_path / "six.jpg").write_bytes(file_of(photo_of(SIX, PAPERS["half in shadow"], seed=3)))
    upload.set_input_files(tmp_path / "six.jpg")
    visitor.wait_for_digit(6)
    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)
        expect(visitor.page.locator(".source-photo")).to_be_in_viewport()
        expect(visitor.key("answer").locator(".digit")).to_be_in_viewport(ratio=1)

    choose(visitor, "Test digit")
    visitor.wait_for_digit(7)
    expect(visitor.key("judgement")).to_contain_text("MNIST calls it a 7, too.")
    press(visitor, "hard_digit")
    expect(visitor.key("judgement")).to_contain_text("MNIST calls it a")
    expect(visitor.key("judgement")).not_to_contain_text("too.")

    choose(visitor, "Keyboard")
    visitor.wait_for_hint()
    draw_a_seven_with_keys(visitor)
    visitor.wait_for_digit(7)
    expect(visitor.page.get_by_role("status").filter(has_text="The network's answer: 7, ")).to_have_count(1)
    grid = visitor.page.locator(".grid")
    active = visitor.page.locator(f"#{grid.get_attribute('aria-activedescendant')}")
    assert "ink" in (active.get_attribute("aria-label") or "")
    for size in (PHONE, DESKTOP):
        visitor.wait_until_it_fits(size)

    choose(visitor, "Draw")
    visitor.wait_for_canvas()
    visitor.wait_for_state(f"({INK})() == {ink}")
    visitor.wait_for_state("picture => document.querySelector('.st-key-steps img').src === picture", arg=seven.picture)
    assert visitor.answer() == seven
    choose(visitor, "Keyboard")
    expect(visitor.key("canvas")).to_have_count(0)  # it has a button of that name, too
    visitor.wait_for_digit(7)
    visitor.page.get_by_role("button", name="Clear", exact=True).click()
    visitor.wait_for_hint()


DROP = """({ name, content }) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
    const place = document.querySelector(".st-key-picture_file section");
    for (const type of ["dragenter", "dragover", "drop"]) {
        place.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
}"""


def test_a_phones_photo_is_made_smaller_before_it_is_sent(new_visitor: NewVisitor, tmp_path: Path) -> None:
    """Of 48 megapixels, more than the server reads: chosen, and dropped; and one in a form that no browser reads."""
    visitor = new_visitor(size=PHONE, touch=True)
    sent: list[int] = []
    visitor.page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    visitor.open_draw()
    choose(visitor, "Picture")
    visitor.wait_for_hint()
    field = visitor.key("picture_file")
    upload = field.locator("input[type=file]")
    assert (upload.get_attribute("accept") or "").startswith("image/jpeg,image/png,")

    pages = {digit: photo_of(strokes, PAPERS["light from one side"]) for digit, strokes in ((6, SIX), (7, SEVEN))}
    large = {
        digit: file_of(np.repeat(np.repeat(page, 10, axis=0), 10, axis=1), quality=97) for digit, page in pages.items()
    }
    (tmp_path / "six.jpg").write_bytes(large[6])
    upload.set_input_files(tmp_path / "six.jpg")
    visitor.wait_for_digit(6)
    visitor.page.evaluate(DROP, {"name": "seven.jpg", "content": base64.b64encode(large[7]).decode()})
    visitor.wait_for_digit(7)
    expect(field).not_to_contain_text("Drag and drop")
    assert min(map(len, large.values())) > 2_000_000
    assert max(sent) < 1_000_000

    (tmp_path / "large.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(20_990_000))
    upload.set_input_files(tmp_path / "large.heic")
    expect(visitor.key("answer")).to_contain_text("This file is larger than 20 MB; take a screenshot of the picture")
    pillow_heif.from_pillow(Image.fromarray(pages[6])).save(tmp_path / "six.heic")
    upload.set_input_files(tmp_path / "six.heic")
    visitor.wait_for_digit(6)


def test_what_was_just_drawn_with_keys_comes_along_to_another_page(new_visitor: NewVisitor) -> None:
    """The grid tells what is drawn when the keys rest for 200 ms: here the link is pressed before that."""
    visitor = new_visitor()
    visitor.open_draw()
    choose(visitor, "Keyboard")
    visitor.wait_for_hint()
    link = visitor.key("menu").get_by_role("link", name="Layers").bounding_box()
    assert link
    draw_a_seven_with_keys(visitor)
    visitor.page.mouse.click(link["x"] + link["width"] / 2, link["y"] + link["height"] / 2)
    visitor.page.get_by_role("heading", level=1).filter(has_text="Layers").wait_for()
    visitor.go_to("Draw")
    visitor.wait_for_digit(7)


def test_of_several_digits_one_is_chosen_and_all_follows_it(new_visitor: NewVisitor, tmp_path: Path) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    choose(visitor, "Picture")
    visitor.wait_for_hint()
    sheet = np.full((300, 640), 225, np.uint8)
    for place, strokes in ((120, SIX), (330, SEVEN), (540, SIX)):
        drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
        sheet = np.minimum(sheet, 255 - render_ink(fitted(drawing, 150, (place, 150)), 12, 640)[:300])
    (tmp_path / "three.jpg").write_bytes(file_of(sheet))
    visitor.key("picture_file").locator("input[type=file]").set_input_files(tmp_path / "three.jpg")
    six = visitor.wait_for_digit(6)
    marks = visitor.key("chosen_mark")
    expect(marks).to_contain_text("3 digits")
    choices = marks.get_by_role("radio")
    expect(choices).to_have_count(3)
    expect(visitor.page.locator(".source-photo span")).to_have_text(["6", "7", "6"])
    expect(visitor.page.locator(".source-photo .chosen")).to_have_text("6")
    visitor.key("opened_up").locator("summary").first.click()
    cut = visitor.key("look_microscope").get_by_alt_text("Cut out: ")
    first = cut.get_attribute("src")

    choices.first.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Space")
    seven = visitor.wait_for_digit(7)
    assert seven.picture != six.picture
    expect(visitor.page.locator(".source-photo .chosen")).to_have_text("7")
    expect(cut).not_to_have_attribute("src", first or "")
    press(visitor, "was_right")
    expect(visitor.key("judgement")).to_contain_text("Counted as read right.")
    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)
    choices.first.click()
    assert visitor.wait_for_digit(6) == six
    expect(cut).to_have_attribute("src", first or "")
    choices.nth(1).click()
    assert visitor.wait_for_digit(7) == seven

    (tmp_path / "one.jpg").write_bytes(file_of(photo_of(SIX, PAPERS["ballpoint"])))
    visitor.key("picture_file").locator("input[type=file]").set_input_files(tmp_path / "one.jpg")
    visitor.wait_for_digit(6)
    expect(marks).to_have_count(0)


def test_a_photo_from_the_camera(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE, touch=True)
    visitor.open_draw()
    photo = photo_of(SIX, PAPERS["under a hand"], side=480)
    visitor.page.evaluate(CAMERA, "data:image/jpeg;base64," + base64.b64encode(file_of(photo)).decode())
    choose(visitor, "Picture")
    visitor.wait_for_hint()
    visitor.key("use_camera").locator("label").click()
    visitor.page.locator("video").wait_for()
    visitor.wait_for_state("document.querySelector('video').videoWidth > 0")
    visitor.page.get_by_role("button", name="Take Photo").click()
    visitor.wait_for_digit(6)
    visitor.wait_until_it_fits(PHONE)


def test_a_second_visitor_sees_the_drawing_of_the_link(new_visitor: NewVisitor) -> None:
    first, second = new_visitor(), new_visitor(size=PHONE, touch=True)
    first.open_draw()
    first.draw(SIX)
    six = first.wait_for_digit(6)
    press(first, "link")
    link = first.page.locator("code").inner_text()
    second.page.goto(link)
    second.wait_for_canvas()
    read = second.wait_for_digit(6)
    assert read.percents == pytest.approx(six.percents, abs=2)
    second.wait_until_at_rest()
    assert second.ink() == pytest.approx(first.ink(), rel=0.01)
    second.tool("Clear").tap()
    second.wait_for_hint()
    second.page.goto(first.url + "/?digit=1")
    second.wait_for_digit(2)


def test_the_handwriting_is_judged_taken_home_and_cleared(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open_draw()
    for strokes, digit in ((SIX, 6), (SEVEN, 7)):
        visitor.draw(strokes)
        visitor.wait_for_digit(digit)
        press(visitor, "was_right")
        expect(visitor.key("judgement")).to_contain_text("Counted as read right.")
        visitor.tool("Clear").click()
        visitor.wait_for_hint()
    expect(visitor.key("handwriting")).to_contain_text("The network read 2 of 2 of your digits (34 % to 100 %).")
    visitor.key("handwriting_fold").locator("summary").click()
    expect(visitor.key("handwriting")).to_contain_text("Nothing is stored on the server")
    contents = {}
    for key in ("download_png", "download_npz"):
        visitor.wait_until_at_rest()  # what is left of the page before would move it under the mouse
        with visitor.page.expect_download() as download:
            press(visitor, key)
        contents[key] = Path(download.value.path()).read_bytes()
    with Image.open(io.BytesIO(contents["download_png"])) as sheet:
        assert sheet.size == (280, 140)
    with np.load(io.BytesIO(contents["download_npz"])) as arrays:
        assert arrays["labels"].tolist() == [6, 7]
    press(visitor, "forget_digits")
    expect(visitor.key("handwriting")).to_have_count(0)
