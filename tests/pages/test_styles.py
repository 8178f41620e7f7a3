"""The stylesheets: every file closes what it opens, and a page is sent those of what it shows, the colours first."""

import ast
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


def imported(file: Path, seen: set[Path]) -> set[Path]:
    """The files of `pages.parts` that a file imports, directly or through others, the wings' own included."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("pages.parts"):
            continue
        place = Path((node.module or "").replace(".", "/"))
        for found in (place.with_suffix(".py"), place / "__init__.py", *(place / f"{n.name}.py" for n in node.names)):
            if found.is_file() and found not in seen:
                seen.add(found)
                imported(found, seen)
    return seen


@pytest.mark.parametrize("page", MENU)
def test_a_page_is_sent_the_sheets_of_all_shared_parts_that_it_imports(page: str) -> None:
    parts = {
        file.stem for file in imported(Path(page), set()) if file.parent == PARTS and file.with_suffix(".css").exists()
    }
    assert parts == {*MENU[page].shared, "frame"}
