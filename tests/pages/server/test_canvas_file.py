"""Tests of `pages.parts.server.canvas_file`; tests/browser/test_draw.py sees in a browser what the copy does."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from pages.parts.server.canvas_file import lasting_copy, made_lasting


def test_the_installed_canvas_is_copied_and_only_its_module_is_changed() -> None:
    package = find_spec("streamlit_drawable_canvas")
    assert package
    assert package.origin
    with_package = Path(package.origin).parent / "frontend" / "build"
    copies = lasting_copy(with_package)
    assert {file.name for file in copies.iterdir()} == {file.name for file in with_package.iterdir()}
    changed = [file.name for file in copies.iterdir() if file.read_bytes() != (with_package / file.name).read_bytes()]
    assert len(changed) == 1
    before, after = ((folder / changed[0]).read_text() for folder in (with_package, copies))
    assert before.count("export") == 1
    assert after.startswith(before[: before.index("export")])
    assert after.count("as default") == 0
    assert after.count("export default lasting(") == 1


@pytest.mark.parametrize("end", ["export { a as default };", "export{a as default}", "export {\n  a as default\n};\n"])
def test_however_the_export_is_written(end: str) -> None:
    made = made_lasting(f"const a = 1;\n{end}")
    assert made.startswith("const a = 1;\n")
    assert made.endswith("export default lasting(a);\n")


def test_a_module_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="default export"):
        made_lasting("export default () => {};\nexport const other = 1;\n")
