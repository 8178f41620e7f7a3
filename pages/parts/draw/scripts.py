"""Several scripts as one, since a component takes no more."""

from pathlib import Path

_HERE = Path(__file__).parent


def joined(*names: str) -> str:
    """The scripts of this folder with these names: what they hand to each other is there without being handed."""
    text = "".join((_HERE / f"{name}.js").read_text() for name in names)
    lines = [line for line in text.splitlines() if not line.startswith("import ")]
    return "\n".join(line if line.startswith("export default") else line.removeprefix("export ") for line in lines)
