"""What a visitor did is told before what they do next: a click that comes too soon waits."""

from typing import Any

from tests.scripts.stage import ADDRESS, Stage

# A link is pressed in the moment in which something is told, which leaves with the browser's next timer.
PRESSED = """async ({ script, tells }) => {
    const { tellingFirst } = await import(script);
    const life = new AbortController();
    const tellFirst = tellingFirst(life.signal);
    const happened = [];
    const link = document.body.appendChild(document.createElement("a"));
    link.addEventListener("click", ({ ctrlKey }) => happened.push(ctrlKey ? "clicked with Ctrl" : "clicked"));
    if (tells) tellFirst(() => setTimeout(() => happened.push("told")));
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
    happened.push("pressed");
    window.happened = happened;
    window.life = life;
    window.link = link;
}"""


def pressed(stage: Stage, *, tells: bool) -> list[Any]:
    stage.page.goto(ADDRESS)
    stage.page.evaluate(PRESSED, {"script": "/telling.js", "tells": tells})
    stage.wind(10)
    happened: list[Any] = stage.page.evaluate("window.happened")
    return happened


def test_a_click_waits_until_what_was_told_has_left_and_is_the_same_click_then(stage: Stage) -> None:
    assert pressed(stage, tells=True) == ["pressed", "told", "clicked with Ctrl"]


def test_a_click_with_nothing_to_tell_does_not_wait(stage: Stage) -> None:
    assert pressed(stage, tells=False) == ["clicked with Ctrl", "pressed"]


def test_later_clicks_do_not_wait_and_the_component_takes_the_waiting_with_it(stage: Stage) -> None:
    pressed(stage, tells=True)
    assert stage.page.evaluate("() => { window.link.click(); return window.happened.at(-1); }") == "clicked"
    stage.page.evaluate("window.life.abort()")
    assert stage.page.evaluate("() => { window.link.click(); return window.happened.length; }") == 5
