"""Tiles of digits: links, of which a plain click is told to the server and every other is the browser's."""

from typing import Any

import pytest

from tests.scripts.stage import Stage, Told

PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def tile(image: int, **others: Any) -> dict[str, Any]:
    tile = {
        "image": image,
        "href": f"./?digit={image}",
        "picture": PICTURE,
        "read": image % 10,
        "note": "a 3, 97.0 % sure",
        "label": f"Test digit {image}",
    }
    return tile | others


def clicked(stage: Stage, **event: int | bool) -> bool:
    """Click the first tile in this way; tells whether the browser would follow its link."""
    return bool(
        stage.find(".digit-tiles a >> nth=0").evaluate(
            """(link, event) => {
                let follows;
                document.addEventListener("click", (event) => {
                    follows = !event.defaultPrevented;
                    event.preventDefault();
                }, { once: true });
                link.querySelector("b").dispatchEvent(
                    new MouseEvent("click", { ...event, bubbles: true, cancelable: true })
                );
                return follows;
            }""",
            event,
        )
    )


def test_tiles_are_links_that_show_and_say_their_digit(stage: Stage) -> None:
    stage.mount("digit_tiles.js", {"tiles": [tile(7), tile(104, note="<b>not HTML</b>", read=0)]})
    links = stage.find("ul.digit-tiles > li > a")
    assert [link.get_attribute("href") for link in links.all()] == ["./?digit=7", "./?digit=104"]
    assert [link.get_attribute("aria-label") for link in links.all()] == ["Test digit 7", "Test digit 104"]
    assert links.locator("b").all_text_contents() == ["7", "0"]
    assert links.locator("small").all_text_contents() == ["a 3, 97.0 % sure", "<b>not HTML</b>"]
    # The link's label says what the picture shows.
    assert links.locator("img").evaluate_all("all => all.map(({ src, alt, width }) => [src, alt, width])") == [
        [PICTURE, "", 56],
        [PICTURE, "", 56],
    ]
    assert stage.told() == []


def test_a_plain_click_is_told_and_leads_nowhere(stage: Stage) -> None:
    stage.mount("digit_tiles.js", {"tiles": [tile(7), tile(104)]})
    stage.find("a").nth(1).click()
    stage.find("a").nth(0).press("Enter")
    assert stage.told() == [Told("trigger", "clicked", 104), Told("trigger", "clicked", 7)]
    assert not clicked(stage, button=0)
    assert stage.told() == [Told("trigger", "clicked", 7)]
    assert stage.page.url.endswith(".test/")


@pytest.mark.parametrize("event", [{"ctrlKey": True}, {"metaKey": True}, {"shiftKey": True}, {"button": 1}])
def test_a_click_for_a_tab_of_its_own_is_the_browsers(stage: Stage, event: dict[str, int | bool]) -> None:
    stage.mount("digit_tiles.js", {"tiles": [tile(7)]})
    assert clicked(stage, **event)
    assert stage.told() == []


def test_other_tiles_take_the_place_of_those_before(stage: Stage) -> None:
    stage.mount("digit_tiles.js", {"tiles": [tile(1), tile(2), tile(3)]})
    stage.call_again({"tiles": [tile(9)]})
    assert stage.find("ul.digit-tiles").count() == 1
    stage.find("a").click()
    assert stage.told() == [Told("trigger", "clicked", 9, call=2)]
    stage.call_again({"tiles": []})
    assert stage.find("ul.digit-tiles > li").count() == 0
