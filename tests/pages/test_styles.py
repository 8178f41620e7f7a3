"""The stylesheets: every file closes what it opens, and a page is sent those of what it shows, the colours first."""

from pathlib import Path

import pytest

from pages.parts.frame import MENU, style_of

PARTS = Path("pages/parts")
STYLES = sorted(PARTS.rglob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_file_is_whole_by_itself(path: Path) -> None:
    style = path.read_text()
    depth = 0
    for character in style:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth in (0, 1, 2), "deeper than a rule in a media query"
    assert depth == 0
    assert style.count("/*") == style.count("*/")


@pytest.mark.parametrize("page", MENU)
def test_a_page_is_sent_the_frames_sheet_then_its_own_and_no_other_pages(page: str) -> None:
    sent = style_of(page)
    assert sent.startswith((PARTS / "frame.css").read_text())
    wing = MENU[page].wing
    for path in STYLES:
        belongs_to_a_component = path.with_suffix(".html").exists()
        is_wanted = path.parent.name == wing or (path.parent == PARTS and path.stem in ("frame", *MENU[page].shared))
        assert (path.read_text() in sent) == (is_wanted and not belongs_to_a_component), path


def test_every_stylesheet_reaches_a_page_or_a_component() -> None:
    sent = "".join(map(style_of, MENU))
    assert {path.stem for path in STYLES if path.read_text() not in sent} == {"keyboard_grid"}
