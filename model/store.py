"""The runs that visitors finished, kept on disk under names that nobody can guess."""

import logging
import os
import re
import secrets
import shutil
from pathlib import Path

from model.errors import UnusableFile
from model.run import Run

logger = logging.getLogger(__name__)

FOLDER_VARIABLE = "DIGITS_RUNS"
DEFAULT_FOLDER = Path(__file__).parent.parent / ".runs"

# A run of the notebook takes about 2 MB.
KEPT_RUNS = 100

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
        folders = sorted((folder for folder in self._root.iterdir() if folder.is_dir()), key=_age)
        finished = [folder for folder in folders if _ID.fullmatch(folder.name)]
        for folder in [*finished[self._kept :], *(set(folders) - set(finished))]:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Sorts the newest first."""
    return -folder.stat().st_mtime
