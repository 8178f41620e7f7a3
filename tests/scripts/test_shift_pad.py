"""The digit that is dragged about its frame: where it goes, how it is drawn, and what two networks say of it there."""

from typing import Any

import numpy as np
import pytest

from tests.scripts.stage import MODIFIERS, Stage

FRAME = 28
INK = np.array([[255, 0, 10], [90, 200, 255]])  # two rows of three pixels
TOPS, LEFTS = FRAME - 2 + 1, FRAME - 3 + 1
HOME = (11, 14)

rng = np.random.default_rng(3)
# Ten probabilities for every place, none alike; at the first place the second network is surer than can be said.
PERMILLE = rng.integers(0, 900, (2, TOPS, LEFTS, 10))
PERMILLE[1, 0, 0] = [0] * 9 + [1000]


def data(ink: Any = INK, home: tuple[int, int] = HOME) -> dict[str, Any]:
    return {
        "ink": np.ravel(ink).tolist(),
        "width": 3,
        "tops": TOPS,
        "lefts": LEFTS,
        "home": home[0] * LEFTS + home[1],
        "name": "your drawing",
        "networks": [
            {"name": name, "permille": PERMILLE[index].ravel().tolist()}
            for index, name in enumerate(("Convnet", "Dense network"))
        ],
    }


def mount(stage: Stage) -> None:
    stage.mount("convolution/shift_pad.js", data(), '<div class="shift-pad"></div>')


CARDS = """cards => cards.map(card => ({
    digit: card.querySelector(".digit").textContent,
    sure: card.querySelector(".sure").textContent,
    bars: [...card.querySelectorAll("li")].map(row => [
        row.textContent, row.title, row.querySelector(".track span").style.width, row.classList.contains("read"),
    ]),
}))"""


def assert_at(stage: Stage, top: int, left: int, ink: Any = INK) -> None:
    """The digit is drawn there, and what is said is meant for that place."""
    expected = np.zeros((FRAME, FRAME), int)
    expected[top : top + 2, left : left + 3] = ink
    # The middle of each of the picture's pixels.
    assert (stage.pixels("canvas", 5, 10)[..., :3] == expected[..., np.newaxis]).all()
    cards = stage.find("section.card").evaluate_all(CARDS)
    assert len(cards) == 2
    for card, permille in zip(cards, PERMILLE[:, top, left], strict=True):
        digit = str(int(permille.argmax()))
        assert card["digit"] == digit
        assert card["sure"] == (
            "more than 99.9 % sure" if permille.max() == 1000 else f"{permille.max() / 10:.1f} % sure"
        )
        assert card["bars"] == [
            [str(number), f"{share / 10:.1f} %", f"{share / 10:g}%", str(number) == digit]
            for number, share in enumerate(permille)
        ]


def where(stage: Stage) -> str:
    text = stage.find(".where").text_content() or ""
    assert stage.find("canvas").get_attribute("aria-label") == f"your drawing. {text}"
    return text


def middle(stage: Stage) -> tuple[float, float]:
    box = stage.find("canvas").bounding_box()
    assert box
    assert box["width"] == 280
    return box["x"] + 140, box["y"] + 140


def test_it_begins_where_the_digit_was_drawn(stage: Stage) -> None:
    mount(stage)
    assert stage.find("h4").all_text_contents() == ["Convnet", "Dense network"]
    assert_at(stage, *HOME)
    assert where(stage) == "Where it was"


def test_arrow_keys_move_it_and_its_way_is_said(stage: Stage) -> None:
    mount(stage)
    for key, place, said in [
        ("ArrowUp", (10, 14), "Moved: 1 up"),
        ("ArrowUp", (9, 14), "Moved: 2 up"),
        ("ArrowRight", (9, 15), "Moved: 2 up, 1 right"),
        ("ArrowDown", (10, 15), "Moved: 1 up, 1 right"),
        ("ArrowDown", (11, 15), "Moved: 1 right"),
        ("ArrowLeft", (11, 14), "Where it was"),
        ("ArrowLeft", (11, 13), "Moved: 1 left"),
        ("ArrowDown", (12, 13), "Moved: 1 down, 1 left"),
    ]:
        stage.find(".handle").press(key)
        assert where(stage) == said
        assert_at(stage, *place)


@pytest.mark.parametrize(
    ("keys", "corner"),
    [(("ArrowUp", "ArrowLeft"), (0, 0)), (("ArrowDown", "ArrowRight"), (TOPS - 1, LEFTS - 1))],
)
def test_it_never_leaves_the_frame(stage: Stage, keys: tuple[str, str], corner: tuple[int, int]) -> None:
    mount(stage)
    for key in keys:
        assert stage.takes(".handle", key, times=FRAME)
    assert_at(stage, *corner)


def test_a_key_with_a_modifier_is_the_browsers(stage: Stage) -> None:
    mount(stage)
    for modifier in MODIFIERS:
        assert not stage.takes(".handle", "ArrowLeft", **{modifier: True})
    assert not stage.takes(".handle", "a")
    assert where(stage) == "Where it was"


def test_the_buttons_lead_to_the_corner_and_back(stage: Stage) -> None:
    mount(stage)
    stage.page.get_by_role("button", name="Corner").click()
    assert_at(stage, 0, 0)
    assert where(stage) == "Moved: 11 up, 14 left"
    stage.page.get_by_role("button", name="Back").click()
    assert_at(stage, *HOME)


def test_a_mouse_drags_it_pixel_by_pixel_until_it_is_let_go(stage: Stage) -> None:
    mount(stage)
    x, y = middle(stage)
    # Ten of the page's pixels are one of the picture; half of them are rounded up, and less counts for none.
    stage.drag((x, y), (x + 4, y - 4), (x + 34, y - 46))
    assert_at(stage, HOME[0] - 5, HOME[1] + 3)
    stage.page.mouse.move(x, y)
    assert where(stage) == "Moved: 5 up, 3 right"
    stage.drag((x, y), (x + 10, y))
    assert where(stage) == "Moved: 5 up, 4 right"
    stage.drag((x, y), (x - 390, y + 390), (x - 290, y + 200))
    assert_at(stage, TOPS - 1, 0)


def test_a_cancelled_finger_lets_go(stage: Stage) -> None:
    mount(stage)
    x, y = middle(stage)
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.find(".handle").dispatch_event("pointercancel")
    stage.page.mouse.move(x + 50, y)
    stage.page.mouse.up()
    assert where(stage) == "Where it was"


def test_the_same_digit_stays_where_it_was_moved_and_another_begins_anew(stage: Stage) -> None:
    mount(stage)
    stage.find(".handle").press("ArrowUp")
    stage.call_again(data())
    assert_at(stage, 10, 14)
    other = INK[::-1]
    stage.call_again(data(other, home=(3, 4)))
    assert_at(stage, 3, 4, other)
    assert where(stage) == "Where it was"
    assert stage.find("section.card").count() == 2
    stage.find(".handle").press("ArrowUp")  # by one, though it was called three times
    assert_at(stage, 2, 4, other)


def test_it_tells_the_server_nothing(stage: Stage) -> None:
    mount(stage)
    stage.find(".handle").press("ArrowUp")
    assert stage.told() == []
