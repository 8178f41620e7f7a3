"""The canvas's toolbar put in order: on a made-up canvas, with what of its markup the script knows."""

import pytest

from tests.scripts.stage import Stage, Told

SCRIPT = "tidy_canvas.js"
LOOKS = 50  # milliseconds from one look at the page to the next

# A canvas that counts what is clicked on it, as the true one hears its buttons.
MAKE = """(reset) => {
    const frame = document.querySelector(".st-key-canvas");
    const host = document.createElement("div");
    frame.replaceChildren(document.createElement("p"), host);
    host.attachShadow({ mode: "open" }).innerHTML = `
        <div class="dc-root"><div class="dc-container"><canvas></canvas></div>
        <div class="dc-toolbar"><button aria-label="Undo">u</button><button aria-label="${reset}"><i>r</i></button>
        </div></div>`;
    window.heard = [];
    host.shadowRoot.addEventListener("click", (event) =>
        window.heard.push(event.target.closest("button")?.getAttribute("aria-label")));
}"""
# As Streamlit does when it ends a canvas and makes another one in the same place.
MAKE_ANEW = """() => {
    const root = document.querySelector(".st-key-canvas div").shadowRoot;
    const canvas = root.querySelector(".dc-root");
    canvas.replaceWith(canvas.cloneNode(true));
}"""

CLEAR, REPLACED = Told("trigger", "clear", True), Told("trigger", "replaced", True)


def mount(stage: Stage) -> None:
    stage.mount(SCRIPT, None, around='<div class="st-key-canvas"></div>')


def make(stage: Stage, reset: str = "Reset canvas") -> None:
    stage.page.evaluate(MAKE, reset)
    stage.wind(LOOKS)


def heard(stage: Stage) -> list[str]:
    found: list[str] = stage.page.evaluate("window.heard")
    return found


@pytest.mark.parametrize("reset", ["Reset canvas", "Clear"])
def test_a_canvas_that_comes_later_is_tidied(stage: Stage, reset: str) -> None:
    mount(stage)
    stage.wind(3 * LOOKS)
    make(stage, reset)
    button = stage.page.get_by_role("button", name="Clear", exact=True)
    assert button.get_attribute("title") == "Clear"
    styles = stage.find(".st-key-canvas style")
    assert styles.count() == 1
    assert ".dc-toolbar" in (styles.text_content() or "")
    assert stage.find(".dc-toolbar").evaluate("bar => getComputedStyle(bar).position") == "static"
    assert stage.told() == []


def test_clear_is_left_to_the_server_and_every_other_click_to_the_canvas(stage: Stage) -> None:
    mount(stage)
    make(stage)
    stage.page.get_by_role("button", name="Undo").click()
    assert stage.told() == []
    stage.find("[title=Clear] i").click()  # on what the button holds
    assert stage.told() == [CLEAR]
    assert heard(stage) == ["Undo"]


def test_another_canvas_in_its_place_is_told_and_tidied(stage: Stage) -> None:
    mount(stage)
    make(stage)
    stage.page.evaluate(MAKE_ANEW)
    stage.wind(LOOKS)
    assert stage.told() == [REPLACED]
    assert stage.find(".st-key-canvas style").count() == 1
    stage.page.get_by_role("button", name="Clear", exact=True).click()
    assert stage.told() == [CLEAR]
    stage.wind(10 * LOOKS)
    assert stage.told() == []


def test_a_page_without_a_canvas_is_left_alone(stage: Stage) -> None:
    stage.mount(SCRIPT, None)
    stage.wind(3 * LOOKS)
    assert stage.told() == []


def test_called_again_it_still_tells_everything_once(stage: Stage) -> None:
    """As when the theme changes."""
    mount(stage)
    make(stage)
    stage.call_again(None)
    stage.page.get_by_role("button", name="Clear", exact=True).click()
    stage.page.evaluate(MAKE_ANEW)
    stage.wind(LOOKS)
    assert [(each.name, each.call) for each in stage.told()] == [("clear", 2), ("replaced", 2)]


def test_when_it_has_left_the_page_nothing_looks_and_nothing_listens(stage: Stage) -> None:
    mount(stage)
    make(stage)
    stage.call_again(None)
    stage.end()
    stage.page.get_by_role("button", name="Clear", exact=True).click()
    assert heard(stage) == ["Clear"]
    stage.page.evaluate(MAKE_ANEW)
    stage.wind(10 * LOOKS)
    assert stage.told() == []
