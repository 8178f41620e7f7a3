"""What goes on with the pen: only what is in view, and only as long as nothing newer has come from the server."""

from typing import Any

from tests.scripts.stage import Stage

FOLLOW = """async () => {
    const { Follower } = await import("/draw/follow.js");
    document.body.innerHTML = `
        <div id="near">near</div><div style="height: 3000px"></div><div id="far">far</div>
        <details><summary>more</summary><div id="folded">folded</div></details>`;
    window.done = [];
    window.follower = new Follower(() => done.push("put back"));
    follower.watch(new Map(["near", "far", "folded"].map((id) =>
        [document.getElementById(id), (read) => done.push(`${id} ${read.name}`)])));
}"""

READ = """([read, drawn]) => {
    digitsBoard.read = read && { name: read };
    digitsBoard.drawing = { name: drawn };
    digitsBoard.dispatchEvent(new Event("read"));
}"""

# An observer tells of what is in view after the next two pictures of the page, whose clock is not the one that stands.
SEEN = """() => new Promise((resolve) => {
    let pictures = 0;
    const observer = () => new IntersectionObserver((_, each) => {
        each.disconnect();
        if (++pictures === 3) resolve(); else observer().observe(document.body);
    });
    observer().observe(document.body);
})"""


def follow(stage: Stage, name: str = "a.1") -> None:
    stage.page.evaluate(FOLLOW)
    stage.page.evaluate(SEEN)
    hear(stage, name)


def hear(stage: Stage, name: str) -> None:
    stage.page.evaluate("name => follower.hear(name)", name)


def read(stage: Stage, name: str | None, drawn: str | None = None) -> None:
    stage.page.evaluate(READ, [name, drawn or name])


def done(stage: Stage) -> Any:
    return stage.page.evaluate("() => done.splice(0)")


def test_what_is_in_view_is_drawn_at_every_reading_and_the_rest_when_it_comes_into_view(stage: Stage) -> None:
    follow(stage)
    assert done(stage) == []
    read(stage, "a.2")
    read(stage, "a.3")
    assert done(stage) == ["near a.2", "near a.3"]
    stage.find("#far").scroll_into_view_if_needed()
    stage.page.evaluate(SEEN)
    assert done(stage) == ["far a.3"]
    read(stage, "a.4")
    assert done(stage) == ["far a.4"]
    stage.find("summary").click()
    stage.page.evaluate(SEEN)
    assert done(stage) == ["folded a.4"]


def test_the_servers_words_to_the_same_drawing_are_put_back_only_where_nothing_is_read(stage: Stage) -> None:
    follow(stage)
    read(stage, "a.2")
    assert done(stage) == ["near a.2"]
    hear(stage, "a.2")
    assert done(stage) == ["near a.2"]
    read(stage, None, drawn="a.3")  # the canvas is empty, and the server has not heard of it
    assert done(stage) == []
    hear(stage, "a.3")
    assert done(stage) == ["put back"]
    hear(stage, "a.3")
    assert done(stage) == []


def test_what_no_pen_drew_is_left_alone(stage: Stage) -> None:
    follow(stage, "")
    read(stage, "a.2")
    assert done(stage) == []
    hear(stage, "a.1")
    assert done(stage) == ["near a.2"]
    hear(stage, "")  # another way in was chosen
    assert done(stage) == ["put back"]


def test_when_it_has_left_the_page_it_draws_no_more(stage: Stage) -> None:
    follow(stage)
    stage.page.evaluate("() => { follower.wake(); follower.end(); }")
    read(stage, "a.2")
    stage.wind(100)
    assert done(stage) == []
