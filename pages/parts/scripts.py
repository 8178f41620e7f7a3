"""Scripts of components: a component takes one text, and some are written in several files."""

from pathlib import Path


def joined(*files: Path) -> str:
    """The scripts as one, those that others import first: what they hand to each other is there without being handed.

    Only the last one's default export stays; all of them share their names.
    """
    lines = [line for file in files for line in file.read_text().splitlines() if not line.startswith("import ")]
    return "\n".join(line if line.startswith("export default") else line.removeprefix("export ") for line in lines)
