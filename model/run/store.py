"""The runs that visitors finished, kept on disk under names that nobody can guess.

A run has two ids of 128 random bits each. Its owner's lets a visitor stop and delete it; the watcher's, which is the
name of the run's folder, lets anybody who knows it watch and use the run. The watcher's follows from the owner's by a
hash that cannot be turned round, so no list of pairs has to be kept, and both work after a restart.
"""

import base64
import hashlib
import logging
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from model.errors import UnusableFile
from model.run.limits import Limits
from model.run.run import UNFINISHED, Run, unfinished_folder

logger = logging.getLogger(__name__)

FOLDER_VARIABLE = "DIGITS_RUNS"
DEFAULT_FOLDER = Path(__file__).parents[2] / ".runs"

# A run is written within a second or two; another server that shares the folder may be at it just now.
SECONDS_TO_WRITE = 600

ID_BYTES = 16

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def watch_id(owner_id: str) -> str:
    """The id to watch and use a run, from its owner's."""
    digest = hashlib.sha256(b"watch " + owner_id.encode()).digest()
    return base64.urlsafe_b64encode(digest[:ID_BYTES]).decode().rstrip("=")


class RunStore:
    """A folder of runs; each run's folder has its watcher's id for a name."""

    def __init__(self, folder: Path | None = None, limits: Limits | None = None) -> None:
        """Open a store, which may be empty or not exist yet.

        Args:
            folder: where the runs are; by default what the environment variable DIGITS_RUNS says, or `.runs`.
            limits: how many stay, how long, and how much of the disk they take.
        """
        # Absolute, since the worker may be somewhere else.
        self._root = (folder or Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)).absolute()
        self._limits = limits or Limits()
        self._started = time.time() - time.monotonic()

    def new_id(self) -> str:
        """For the owner of a run that is about to start."""
        return secrets.token_urlsafe(ID_BYTES)

    def folder(self, run_id: str) -> Path:
        """Where the run with this watcher's id is, or will be.

        Raises:
            ValueError: this is no run's id, and may be a path that somebody made up.
        """
        if not _ID.fullmatch(run_id):
            raise ValueError("not a run's id")
        return self._root / run_id

    def find(self, run_id: str) -> Run | None:
        """The finished run with this watcher's id; None where there is none, or none that can be used."""
        try:
            folder = self.folder(run_id)
            return Run.load(folder) if folder.is_dir() else None
        except ValueError:
            return None
        except (UnusableFile, OSError) as error:
            logger.warning("The run %s was passed over: %s", run_id, error)
            return None

    def delete(self, owner_id: str) -> None:
        """Remove a run from the disk, as its owner wants; none is there to remove where the id is made up."""
        self.remove(watch_id(owner_id))

    def remove(self, run_id: str) -> None:
        """Remove what there is of the run with this watcher's id; its name goes first, so nobody finds half of it."""
        _remove(self.folder(run_id))

    def prune(self) -> None:
        """Remove what is above the limits, the oldest runs first, and what a process that died left half-written."""
        try:
            folders = [folder for folder in self._root.iterdir() if folder.is_dir()] if self._root.is_dir() else []
        except OSError as error:
            logger.warning("The folder of runs cannot be read: %s", error)
            return
        # Where the system's clock has jumped since the start, the time that it would be without counts as well: no run
        # may seem older than it is.
        now = min(time.time(), self._started + time.monotonic())
        ages = {folder: _age(folder, now) for folder in folders}
        finished = sorted((folder for folder in ages if _ID.fullmatch(folder.name)), key=ages.__getitem__)
        # Whatever else is in the folder is somebody's, and none of ours.
        unfinished = [folder for folder in ages if folder.suffix == UNFINISHED and _ID.fullmatch(folder.stem)]
        abandoned = [folder for folder in unfinished if ages[folder] > SECONDS_TO_WRITE]
        room = self._limits.kept_megabytes * 1e6
        for place, folder in enumerate(finished):
            room -= _size(folder)
            is_old = ages[folder] > self._limits.kept_days * 86_400
            if place >= self._limits.kept_runs or is_old or room < 0:
                abandoned.append(folder)
        for folder in abandoned:
            _remove(folder)


def _remove(folder: Path) -> None:
    unfinished = unfinished_folder(folder)
    shutil.rmtree(unfinished, ignore_errors=True)
    with suppress(OSError):
        folder.rename(unfinished)
        shutil.rmtree(unfinished, ignore_errors=True)


def _age(folder: Path, now: float) -> float:
    """Seconds since something was last written into the folder; none for one that has just gone."""
    try:
        return now - folder.stat().st_mtime
    except OSError:
        return 0.0


def _size(folder: Path) -> int:
    """Bytes of the files in it; another server that shares the folder may remove them meanwhile."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir())
    except OSError:
        return 0
