"""The runs that visitors finished, kept on disk under names that nobody can guess."""

import logging
import os
import re
import secrets
import shutil
import time
from pathlib import Path

from model.errors import UnusableFile
from model.run import Run

logger = logging.getLogger(__name__)

FOLDER_VARIABLE = "DIGITS_RUNS"
DEFAULT_FOLDER = Path(__file__).parent.parent / ".runs"

# About 1 MB each.
KEPT_RUNS = 100

# A run is written within a second or two; another server that shares the folder may be at it just now.
SECONDS_TO_WRITE = 600

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class RunStore:
    """A folder of runs. A run's id is its folder's name, 128 random bits: who knows it may use the run."""

    def __init__(self, folder: Path | None = None, kept: int = KEPT_RUNS) -> None:
        """Open a store, which may be empty or not exist yet.

        Args:
            folder: where the runs are; by default what the environment variable DIGITS_RUNS says, or `.runs`.
            kept: how many stay; the oldest go first.
        """
        self._root = folder or Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)
        self._kept = kept

    def new_id(self) -> str:
        return secrets.token_urlsafe(16)

    def folder(self, run_id: str) -> Path:
        """Where a run is, or will be.

        Raises:
            ValueError: this is no run's id, and may be a path that somebody made up.
        """
        if not _ID.fullmatch(run_id):
            raise ValueError("not a run's id")
        return self._root / run_id

    def find(self, run_id: str) -> Run | None:
        """The finished run with this id; None where there is none, or none that can be used."""
        try:
            folder = self.folder(run_id)
            return Run.load(folder) if folder.is_dir() else None
        except ValueError:
            return None
        except UnusableFile as error:
            logger.warning("A run was passed over: %s", error)
            return None

    def prune(self) -> None:
        """Remove the oldest runs above the number that is kept, and what a process that died left half-written."""
        if not self._root.is_dir():
            return
        ages = {folder: _age(folder) for folder in self._root.iterdir() if folder.is_dir()}
        finished = sorted((folder for folder in ages if _ID.fullmatch(folder.name)), key=ages.__getitem__)
        abandoned = [folder for folder in ages.keys() - set(finished) if ages[folder] > SECONDS_TO_WRITE]
        for folder in [*finished[self._kept :], *abandoned]:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Seconds since something was last written into the folder."""
    return time.time() - folder.stat().st_mtime
