"""The styles of `pages.parts`: every file closes what it opens, since all are joined into one."""

from pathlib import Path

import pytest

STYLES = sorted(Path("pages/parts/styles").glob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_file_is_whole_by_itself(path: Path) -> None:
    style = path.read_text()
    depth = 0
    for character in style:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth in (0, 1, 2), "deeper than a rule in a media query"
    assert depth == 0
    assert style.count("/*") == style.count("*/")


def test_there_are_styles_and_the_colours_come_first() -> None:
    from pages.parts.frame import _STYLE

    assert len(STYLES) > 1
    assert _STYLE.index("--answer:") < min(_STYLE.index(path.read_text()) for path in STYLES if path.stem != "frame")
