"""The ways in on Draw: a picture, a test digit, the keyboard, a link; and what a visitor says of the answers."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.testing.v1 import AppTest

from model.data import Mnist
from model.ink.pen import told
from model.ink.preparation import prepare_ink
from model.ink.stroke_text import encode
from model.ink.strokes import PenStroke
from model.insight.handwriting import JudgedDigit
from model.reading import Refusal
from pages.parts.draw import picture_source
from pages.parts.draw.keyboard_grid import EMPTY, is_grid, pixels_of
from pages.parts.draw.mnist_source import is_cut_off
from tests.drawn_digits import DRAWN_DIGITS
from tests.pages.page import SEVEN, drawn, html, opened, stroked
from tests.paper import PAPERS, file_of, photo_of

HANDWRITTEN = next(iter(DRAWN_DIGITS[7].values()))
SEVEN_LINK = encode(tuple(PenStroke(np.array(stroke, np.float64), 18) for stroke in HANDWRITTEN))
NO_TEST_DIGIT = "This link names no test digit; they are numbered from 0 to 9,999."
NO_DRAWING = "The drawing in this link is damaged; ask for the link again, or draw your own."


def with_source(at: AppTest, source: str) -> AppTest:
    at.button_group(key="source").select(source).run()
    assert not at.exception
    return at


def markdown(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in at.markdown)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_the_canvas_comes_first_and_keeps_its_drawing() -> None:
    at = drawn(opened(), SEVEN)
    assert at.button_group(key="source").value == "Draw"
    for source in ("Keyboard", "Test digit", "Picture"):
        with_source(at, source)
    with_source(at, "Draw")
    assert told(at.session_state["kept_drawing"].began_with) == SEVEN
    assert '<div class="digit">7</div>' in html(at)


def test_a_link_opens_a_test_digit_of_which_the_label_is_known(mnist: Mnist) -> None:
    at = opened(digit="1")
    assert at.button_group(key="source").value == "Test digit"
    assert f'<div class="digit">{mnist.y_test[1]}</div>' in html(at)
    assert "MNIST calls it a 2, too." in markdown(at)
    assert "Was it right?" not in markdown(at)
    at.number_input(key="test_digit").set_value(9999).run()
    assert f'<div class="digit">{mnist.y_test[9999]}</div>' in html(at)


def test_a_hard_one_is_read_wrong(mnist: Mnist) -> None:
    at = with_source(opened(), "Test digit")
    for _ in range(3):
        at.button(key="hard_digit").click().run()
        index = int(at.number_input(key="test_digit").value or 0)
        assert f'<div class="digit">{mnist.y_test[index]}</div>' not in html(at)
        assert "Was it right?" not in markdown(at)


def test_a_link_opens_a_drawing() -> None:
    at = opened(drawing=SEVEN_LINK)
    assert not at.exception
    assert '<div class="digit">7</div>' in html(at)
    assert told(at.session_state["kept_drawing"].began_with) == SEVEN
    at.button(key="link").click().run()
    assert at.code[0].value.endswith(f"?drawing={SEVEN_LINK}")


def test_a_link_opens_the_grid_of_the_keyboard() -> None:
    image = np.zeros((28, 28), bool)
    image[5, 8:20] = image[6, 8:20] = True
    for row in range(7, 24):
        image[row, 19 - (row - 7) // 2 : 21 - (row - 7) // 2] = True
    cells = np.packbits(image).tobytes().hex()
    assert np.array_equal(pixels_of(cells)[::10, ::10] > 0, image)
    at = opened(cells=cells)
    assert at.button_group(key="source").value == "Keyboard"
    assert '<div class="digit">7</div>' in html(at)
    at.button(key="link").click().run()
    assert at.code[0].value.endswith(f"?cells={cells}")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        *(({"digit": text}, NO_TEST_DIGIT) for text in ("", "-1", "10000", "1e3", "٣", "9" * 5000, "<b>")),
        *(({"drawing": text}, NO_DRAWING) for text in ("", "%00", "A" * 100_000, SEVEN_LINK[:-3] + "____")),
        *(({"cells": text}, NO_DRAWING) for text in ("", "f" * 195, "f" * 197, "g" * 196, "F" * 196)),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_link_that_carries_nothing_readable_gets_one_sentence(query: dict[str, str], sentence: str) -> None:
    at = opened(**query)
    assert not at.exception
    assert [warning.value for warning in at.warning] == [sentence]
    assert "Draw a digit from 0 to 9" in html(at)


@pytest.mark.parametrize("cells", [None, 5, "", "f" * 195, "F" * 196, ["f"] * 196, {"a": 1}, "f" * 195 + "\n"])
def test_what_is_no_grid_is_none(cells: object) -> None:
    assert not is_grid(cells)
    assert is_grid(EMPTY)


def test_what_is_read_right_is_counted_once_and_can_be_taken_back() -> None:
    at = drawn(opened(), SEVEN)
    assert "of your digits" not in markdown(at)
    at.button(key="was_right").click().run()
    assert "The network read **1 of 1** of your digits (21 % to 100 %)." in markdown(at)
    assert "Of MNIST's 10,000 test digits it reads 99." in markdown(at)
    assert "was_right" not in [button.key for button in at.button]
    at.button(key="take_back").click().run()
    assert "of your digits" not in markdown(at)


def test_what_is_read_wrong_is_asked_for() -> None:
    at = drawn(opened(), SEVEN)
    at.button(key="was_wrong").click().run()
    assert [label for label in labels(at) if label.isdigit()] == list("012345689")
    at.button(key="truth_1").click().run()
    assert "The network read **0 of 1** of your digits (0 % to 79 %)." in markdown(at)
    assert "Counted as a 1 that was not read." in markdown(at)


def test_a_drawing_that_is_called_no_digit_can_be_one() -> None:
    at = drawn(opened(), stroked([[(20, y), (260, y)] for y in range(20, 270, 10)], 26))
    assert "This does not look like a digit." in html(at)
    at.button(key="truth_0").click().run()
    assert "**0 of 1**" in markdown(at)
    drawn(at, SEVEN)
    at.button(key="was_right").click().run()
    assert "**1 of 2**" in markdown(at)


def test_another_model_reads_the_digits_again() -> None:
    at = drawn(opened(), SEVEN)
    at.button(key="was_right").click().run()
    (name,) = at.session_state["judged_digits"]
    before: JudgedDigit = at.session_state["judged_digits"][name]
    wrong = JudgedDigit(before.image, before.ink, before.truth, 3)
    at.session_state["judged_digits"] = {name: wrong}
    at.run()
    assert "**0 of 1**" in markdown(at)
    at.session_state["judged_digits_read_by"] = "another one"
    at.run()
    assert "**1 of 1**" in markdown(at)
    assert "Counted as read right." in markdown(at), "at once, not only after the next stroke"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no picture", "This file is no picture that can be read here; choose a JPEG, PNG or WebP file."),
        (
            file_of(np.full((99, 99), 200, np.uint8)),
            "No digit stands out in this picture; write it large and dark on plain paper, filling the picture.",
        ),
    ],
    ids=["no picture", "no digit"],
)
def test_a_picture_without_a_digit_is_one_sentence_and_the_page_goes_on(content: bytes, sentence: str) -> None:
    at = uploaded(content)
    assert [error.value for error in at.error] == [sentence]
    with_source(at, "Draw")
    assert not at.error


def test_a_file_that_the_server_had_no_room_for_is_one_sentence() -> None:
    at = taken_in(picture_source._read, "picture_file", picture_file=DeletedFile("a"))
    assert [error.value for error in at.error] == ["The server holds too many files just now; try again in a minute."]


def test_a_file_that_the_browser_keeps_is_one_sentence() -> None:
    at = taken_in(picture_source._refuse)
    (error,) = at.error
    assert error.value.startswith("This file is larger than 20 MB; take a screenshot of the picture")


def test_a_digit_in_a_picture_is_read_and_judged() -> None:
    at = uploaded(file_of(photo_of(HANDWRITTEN, PAPERS["half in shadow"])))
    assert '<div class="digit">7</div>' in html(at)
    assert "Link to it" not in labels(at)
    at.button(key="was_right").click().run()
    assert "**1 of 1**" in markdown(at)


def uploaded(content: bytes) -> AppTest:
    """What is in the session when a file has come; AppTest has no browser that could send one."""
    return taken_in(picture_source._read, "picture_file", picture_file=io.BytesIO(content))


def taken_in(take: Callable[..., None], *args: str, **kept: Any) -> AppTest:
    """The page after this was called back, with this in the session."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(picture_source, "st", SimpleNamespace(**vars(st) | {"session_state": kept}))
        take(*args)
    at = with_source(opened(), "Picture")
    at.session_state["photo"] = kept["photo"]
    return at.run()


def test_test_digits_are_read_as_evaluate_reads_them_and_where_not_the_page_says_so(mnist: Mnist) -> None:
    cut_off = [index for index, image in enumerate(mnist.x_test) if is_cut_off(image)]
    changed = [
        index
        for index, image in enumerate(mnist.x_test)
        if not np.array_equal(prepare_ink(image).image, image / np.float32(255))
    ]
    assert cut_off == changed
    assert len(changed) == 3
    for index, is_told in ((changed[0], True), (changed[0] + 1, False)):
        at = opened(digit=str(index))
        assert not at.exception
        assert any("is cut off at its edge" in caption.value for caption in at.caption) == is_told


def test_a_test_digit_that_is_called_no_digit_is_not_called_misread(mnist: Mnist) -> None:
    refusal = Refusal.load()
    refused = int(np.flatnonzero(refusal.scores(mnist.x_test[:3000]) > refusal.threshold)[0])
    at = opened(digit=str(refused))
    assert "This does not look like a digit." in html(at)
    assert f"MNIST calls it a **{mnist.y_test[refused]}**: here it is taken for no digit." in markdown(at)
