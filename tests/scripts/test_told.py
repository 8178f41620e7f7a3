"""Who tells the server what the pen drew, and shows its answer."""

from tests.scripts.stage import Stage, Told

SCRIPT = "told.js"
BOARD = "globalThis.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null });"


def answer(name: str) -> dict[str, str]:
    return {"html": f'<div class="answer" data-drawing="{name}"><b>7</b></div>'}


def test_it_tells_with_the_means_of_the_last_call(stage: Stage) -> None:
    stage.page.evaluate(f"() => {{ {BOARD} digitsBoard.addEventListener('hears', () => digitsBoard.tell(1)); }}")
    stage.mount(SCRIPT, answer("a.1"))
    stage.call_again(answer("a.2"))
    stage.page.evaluate("digitsBoard.tell({ name: 'a.3' })")
    assert stage.told() == [
        Told("state", "drawing", 1, call=1),
        Told("state", "drawing", 1, call=2),
        Told("state", "drawing", {"name": "a.3"}, call=2),
    ]


def test_the_answer_stays_as_it_is_until_there_is_another_one(stage: Stage) -> None:
    stage.mount(SCRIPT, answer("a.1"))
    stage.page.evaluate("() => { window.first = document.querySelector('.answer b'); }")
    stage.call_again(answer("a.1"))
    assert stage.page.evaluate("first.isConnected")
    stage.call_again(answer("a.2"))
    assert stage.find(".answer").get_attribute("data-drawing") == "a.2"
    stage.call_again({"html": ""})
    assert stage.find(".answer").count() == 0


def test_when_it_leaves_nobody_tells(stage: Stage) -> None:
    stage.mount(SCRIPT, answer("a.1"))
    stage.call_again(answer("a.1"))
    stage.end(1)  # an overtaken call ends nothing
    assert stage.page.evaluate("digitsBoard.tell !== null")
    stage.page.evaluate("document.body.lastElementChild.remove()")
    stage.end()
    assert stage.page.evaluate("digitsBoard.tell") is None
