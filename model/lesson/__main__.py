"""`python -m model.lesson`: trains the lesson's two networks and writes their folders; takes about half a minute."""

import argparse
import sys
import tempfile
from pathlib import Path

from model.data import Mnist, load_mnist
from model.errors import UnusableFile
from model.lesson import ARCHITECTURES, FOLDER, RECIPE
from model.plan import Architecture, Recipe
from model.run import Record
from model.run.run import LITERT_FILE, RECORD_FILE
from model.training.loop import train


def rebuild(name: str, architecture: Architecture, recipe: Recipe, mnist: Mnist, folder: Path) -> Record:
    """Train one of the networks and write it to the folder's subfolder of its name.

    Raises:
        OSError: the folder cannot be written.
    """
    trained = train(recipe, architecture, mnist, lambda _: None, lambda _: None)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        run = trained.save(Path(temporary) / name)
        # The lesson only answers: what shows a run's training, or trains it further, stays behind.
        (folder / name).mkdir(exist_ok=True)
        for file in (LITERT_FILE, RECORD_FILE):
            (run.folder / file).replace(folder / name / file)
    return trained.record


def main() -> int:
    """The command line; 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m model.lesson", description="Train the lesson's two networks.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go (default: model/lesson)")
    folder = parser.parse_args().folder
    try:
        mnist = load_mnist()
        for name, architecture in ARCHITECTURES.items():
            record = rebuild(name, architecture, RECIPE, mnist, folder)
            sys.stdout.write(
                f"{name}: {architecture.parameters:,} parameters, test accuracy {record.test.accuracy:.4f}, "
                f"trained in {record.seconds:.1f} s\n"
            )
    except (UnusableFile, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
