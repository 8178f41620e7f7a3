"""The canvas's own file, with what lets a canvas last as long as its place on the page.

`lasting_canvas.js` says why. What the package brings stays as it is: a copy of its files, of which one has a few lines
more, is sent to browsers in their place.
"""

import atexit
import re
import shutil
import tempfile
from pathlib import Path

from streamlit import runtime
from streamlit.logger import get_logger

CANVAS = "streamlit-drawable-canvas.streamlit_drawable_canvas"

_LASTING = Path(__file__).with_name("lasting_canvas.js").read_text()
_EXPORT = re.compile(r"export\s*\{\s*([\w$]+) as default\s*\};?\s*$")

logger = get_logger(__name__)


def let_canvas_last() -> None:
    """Have this server send the copy; where none can be made, browsers get the package's own."""
    manager = runtime.get_instance().bidi_component_registry
    files = manager.get_component_path(CANVAS)
    if files is None:
        return
    try:
        copies = lasting_copy(Path(files))
    except (OSError, ValueError) as error:
        logger.warning("The canvas is sent as its package brings it: %s", error)
        return
    path_of = manager.get_component_path
    vars(manager)["get_component_path"] = lambda name: str(copies) if name == CANVAS else path_of(name)


def lasting_copy(files: Path) -> Path:
    """A folder with copies of these files, there until this process ends.

    Raises:
        OSError: it cannot be written.
        ValueError: the module among the files does not end as expected.
    """
    (module,) = files.glob("index-*.js")
    lasting = made_lasting(module.read_text())
    folder = Path(tempfile.mkdtemp(prefix="digits-canvas-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copies = Path(shutil.copytree(files, folder / "files"))
    (copies / module.name).write_text(lasting)
    return copies


def made_lasting(module: str) -> str:
    """The text of a module whose default export is a component, with one in its place that lasts.

    Raises:
        ValueError: it does not end with its default export.
    """
    export = _EXPORT.search(module)
    if not export:
        raise ValueError("its module does not end with a default export")
    return f"{module[: export.start()]}\n{_LASTING}\nexport default lasting({export[1]});\n"
