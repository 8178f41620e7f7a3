"""A finished run: a folder with a trained network and the record of how it came about."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model.errors import UnusableFile
from model.run.record import Record

_MODEL = Path(__file__).parent.parent

PRETRAINED = _MODEL / "pretrained"
RECORDED = _MODEL / "recorded"  # a run of the Notebook preset, to be replayed

KERAS_FILE = "model.keras"
LITERT_FILE = "model.tflite"
RECORD_FILE = "run.json"
UNFINISHED = ".part"


def unfinished_folder(folder: Path) -> Path:
    """Where a run is written before it gets its name, and where it loses it before it is removed."""
    return folder if folder.suffix == UNFINISHED else folder.with_name(folder.name + UNFINISHED)


@dataclass(frozen=True)
class Run:
    """A finished run's folder, with the files `model.keras`, `model.tflite` and `run.json`."""

    folder: Path
    record: Record

    @classmethod
    def load(cls, folder: Path) -> "Run":
        """The run in this folder.

        Raises:
            UnusableFile: a file is missing, or its record cannot be read.
        """
        for name in (KERAS_FILE, LITERT_FILE, RECORD_FILE):
            if not (folder / name).is_file():
                raise UnusableFile(f"This model cannot be used: {name} is missing from its folder; train it again.")
        try:
            record = Record.from_json(json.loads((folder / RECORD_FILE).read_text()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableFile(
                f"This model cannot be used: its record {RECORD_FILE} is damaged; train it again."
            ) from error
        return cls(folder, record)

    @classmethod
    def save(cls, folder: Path, record: Record, save_network: Callable[[Path], None]) -> "Run":
        """Write a run whole or not at all: it gets its name only when every file is there.

        Args:
            save_network: writes `model.keras` and `model.tflite` into the folder that it is given.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        unfinished = unfinished_folder(folder)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        try:
            save_network(unfinished)
            (unfinished / RECORD_FILE).write_text(json.dumps(record.to_json()) + "\n")
            if folder.exists():
                shutil.rmtree(folder)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        return cls(folder, record)
