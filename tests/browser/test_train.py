"""The Train page in a real browser: a run from Start to "Use this model", left, found again, stopped."""

import os
import signal

import psutil
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.devices import DESKTOP, PHONE
from tests.browser.server import RunningApp
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

ONE = next(iter(DRAWN_DIGITS[1].values()))


HEAR_PROGRESS = """() => {
    window.said = [];
    new MutationObserver(() => {
        const text = document.querySelector(".st-key-progress")?.innerText.trim();
        if (text && text !== window.said.at(-1)) window.said.push(text);
    }).observe(document.querySelector(".stMain"), { childList: true, subtree: true, characterData: true });
}"""


# By which it is seen to be the same one later.
POPOVER = "window.popover = document.querySelector('[data-testid=stPopoverBody]')"


def choose(visitor: Visitor, preset: str, **settings: int) -> None:
    """A preset, and numbers typed into its settings."""
    visitor.page.get_by_role("radio", name=preset).click()
    visitor.page.get_by_text("Settings", exact=True).click()
    for key, value in settings.items():
        field = visitor.key(f"{key}_{preset}").get_by_role("spinbutton")
        field.fill(str(value))
        field.press("Enter")
        expect(visitor.page.get_by_text("Changed from the preset")).to_be_visible()


def start_long(visitor: Visitor) -> None:
    """Start a run that no machine brings to its end before the test stops it: fifty epochs over all images."""
    visitor.open("/train?epochs=50")
    expect(visitor.page.get_by_text("Changed from the preset Notebook: epochs.")).to_be_visible()
    start(visitor)


def start(visitor: Visitor) -> None:
    visitor.key("start").get_by_role("button").click()
    visitor.key("stop").wait_for()


def wait_until_it_trains(visitor: Visitor) -> None:
    # For a moment the run before may stand there, too.
    visitor.key("progress").get_by_text("images a second").first.wait_for()


def test_train_on_few_images_use_the_model_and_draw(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open("/train")
    choose(visitor, "Fast", images=6000)
    start(visitor)
    result = visitor.key("progress")
    expect(result).to_contain_text("Test accuracy")
    expect(result).to_contain_text("Test loss")
    expect(visitor.key("curves").locator("canvas, svg").first).to_be_visible()
    for size in (PHONE, DESKTOP):
        visitor.wait_until_it_fits(size)
    visitor.key("use").get_by_role("button").click()
    expect(result).to_contain_text("This model now answers")
    visitor.go_to("Draw")
    visitor.wait_for_canvas()
    expect(visitor.key("model_in_use")).to_contain_text("the model you trained answers")
    visitor.draw(ONE)
    visitor.wait_for_digit(1)
    visitor.go_to("Layers")
    expect(visitor.key("shapes")).to_contain_text("(26, 26, 32)")
    expect(visitor.key("model_in_use")).to_contain_text("the model you trained answers")
    visitor.page.reload()
    expect(visitor.key("model_in_use")).to_contain_text("the model you trained answers")
    visitor.page.get_by_role("button", name="Use the bundled model").click()
    expect(visitor.key("model_in_use")).to_contain_text("the bundled model answers")
    for size in (DESKTOP, PHONE):
        visitor.wait_until_it_fits(size)


def test_a_run_is_found_again_and_can_be_stopped(app: RunningApp, new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    start_long(visitor)
    wait_until_it_trains(visitor)
    with app.training_held():
        visitor.go_to("Draw")
        visitor.wait_for_canvas()
        visitor.draw(ONE)
        visitor.wait_for_digit(1)
        visitor.go_to("Train")
        wait_until_it_trains(visitor)
        visitor.page.reload()
        wait_until_it_trains(visitor)
        expect(visitor.key("start")).to_have_count(0)
        other_visitor = new_visitor()
        other_visitor.open("/train")
        expect(other_visitor.key("start")).to_be_visible()
        expect(other_visitor.key("stop")).to_have_count(0)
    visitor.page.evaluate(HEAR_PROGRESS)
    visitor.key("stop").get_by_role("button").click()
    expect(visitor.key("progress")).to_contain_text("Stopped early. What was learned until then is kept.")
    expect(visitor.key("use")).to_be_visible()
    said = [text for text in visitor.page.evaluate("window.said") if "images a second" not in text]
    assert said[0].startswith(("Stopped. Keeping what was learned", "Trained. Saving the model")), said


def test_three_visitors_one_after_the_other(app: RunningApp, new_visitor: NewVisitor) -> None:
    """Each sees the own place, in a second tab as well; who leaves makes room, and the next one's turn comes."""
    first, second, third = (new_visitor() for _ in range(3))
    for visitor in (first, second, third):
        start_long(visitor)
    wait_until_it_trains(first)
    with app.training_held():
        expect(second.key("progress")).to_contain_text("Waiting: 1 run before yours, about")
        expect(third.key("progress")).to_contain_text("Waiting: 2 runs before yours, about")
        second_tab = second.context.new_page()
        second_tab.goto(second.url + "/train")
        second_tab.get_by_role("button", name="Leave the queue").click()
        expect(second.key("progress")).to_contain_text("stopped before it learned anything")
        expect(third.key("progress")).to_contain_text("Waiting: 1 run before yours, about")
        # What is opened while the run waits stays so, the same on the page, when its turn comes.
        third.page.get_by_role("button", name="Share", exact=True).click()
        shared = third.page.get_by_test_id("stPopoverBody")
        link = shared.locator("code").inner_text()
        third.page.evaluate(POPOVER)
    first.key("stop").get_by_role("button").click()
    expect(first.key("use")).to_be_visible()
    wait_until_it_trains(third)
    assert third.page.evaluate("window.popover.isConnected")
    assert shared.locator("code").inner_text() == link
    third.page.keyboard.press("Escape")
    expect(shared).to_have_count(0)
    third.key("discard").get_by_role("button").click()
    expect(third.key("progress")).to_contain_text("nothing of it is kept")


def test_what_is_open_stays_open_while_the_run_goes_on(app: RunningApp, new_visitor: NewVisitor) -> None:
    """An epoch's end changes the table's label; and the answer to one press takes nothing from the next."""
    visitor = new_visitor()
    visitor.open("/train?recipe=too-little-data&epochs=50&images=2000")
    start(visitor)
    table = visitor.key("epochs_job")
    table.locator("summary").click()
    row = table.locator("tbody tr")
    visitor.page.get_by_role("button", name="Share", exact=True).click()
    popover = visitor.page.get_by_test_id("stPopoverBody")
    popover.locator("code").wait_for()
    visitor.page.evaluate(POPOVER)
    row.nth(row.count()).wait_for()
    assert popover.is_visible()
    assert visitor.page.evaluate("window.popover.isConnected")
    visitor.page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    expect(row.first).to_be_visible()
    visitor.key("stop").get_by_role("button").click()
    visitor.key("use").wait_for()
    with app.held():
        visitor.key("use").get_by_role("button").click()
        visitor.page.get_by_role("button", name="Delete").click()
        expect(popover).to_contain_text("are gone then")
        visitor.page.evaluate(POPOVER)
    expect(visitor.key("progress")).to_contain_text("This model now answers")
    assert visitor.page.evaluate("window.popover.isConnected")
    visitor.key("delete").get_by_role("button").click()
    expect(visitor.key("progress")).to_have_count(0)
    expect(popover).to_have_count(0)


def test_a_shared_link_watches_and_cannot_stop(app: RunningApp, new_visitor: NewVisitor) -> None:
    owner, watcher = new_visitor(), new_visitor()
    start_long(owner)
    with app.training_held():
        owner.page.get_by_role("button", name="Share", exact=True).click()
        link = owner.page.locator("[data-testid=stPopoverBody] code").inner_text()
        watcher.page.goto(link)
        expect(watcher.page.get_by_text("You are watching this run")).to_be_visible()
        expect(watcher.key("stop")).to_have_count(0)
        assert link.split("run=")[1] not in owner.page.url
        owner.page.keyboard.press("Escape")
    owner.key("discard").get_by_role("button").click()
    expect(watcher.key("progress")).to_contain_text("stopped")


def test_the_recorded_run_plays_and_stops(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE)
    visitor.open("/train")
    visitor.page.get_by_text("Watch a recorded run").click()
    visitor.page.get_by_role("radio", name="100×").click()
    visitor.key("replay_play").get_by_role("button", name="Play").click()
    expect(visitor.key("replay")).to_contain_text("Epoch 5 of 5")
    expect(visitor.key("replay")).to_contain_text("Test accuracy")
    expect(visitor.key("replay_play").get_by_role("button", name="Play")).to_be_visible()
    expect(visitor.key("curves_replay").locator("canvas, svg").first).to_be_visible()
    visitor.wait_until_it_fits(PHONE)


def test_the_time_machine_reads_the_drawing_at_every_epoch(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(size=PHONE)
    visitor.open_draw()
    visitor.draw(ONE)
    visitor.wait_for_digit(1)
    visitor.page.get_by_text("Epoch time machine").click()
    past = visitor.key("time_machine").locator(".past .bars li")
    expect(past).to_have_count(10)
    after_five = past.nth(1).inner_text()
    slider = visitor.key("time_machine").get_by_role("slider")
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(visitor.key("time_machine")).to_contain_text("untrained")
    expect(past.nth(1)).not_to_have_text(after_five)
    expect(visitor.key("time_machine").locator(".maps")).to_have_count(3)
    visitor.wait_until_it_fits(PHONE)


def test_a_killed_worker_is_a_sentence_on_the_page_and_the_next_run_works(
    app: RunningApp, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor()
    start_long(visitor)
    wait_until_it_trains(visitor)
    (worker,) = psutil.Process(app.process.pid).children()
    os.kill(worker.pid, signal.SIGKILL)
    expect(visitor.key("progress")).to_contain_text("The training process ended in the middle of the run (signal 9)")
    start(visitor)
    wait_until_it_trains(visitor)
    visitor.key("stop").get_by_role("button").click()
    expect(visitor.key("use")).to_be_visible()
    app.forgive("The training process ended in the middle of a run (signal 9).")


def test_a_link_to_a_run_that_is_gone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.open("/train?run=AAAAAAAAAAAAAAAAAAAAAA&model=../../etc")
    expect(visitor.page.get_by_text("The run that this link names is no longer here")).to_be_visible()
    visitor.go_to("Draw")
    expect(visitor.key("model_in_use")).to_contain_text("The model that this link names is no longer here.")
