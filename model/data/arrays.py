"""Arrays in a file of a run's folder: NumPy's format, read whole and never trusted."""

import io
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from model.errors import UnusableFile

Arrays = dict[str, npt.NDArray[Any]]


def read_arrays(file: Path, names: tuple[str, ...]) -> Arrays:
    """The arrays with these names in an .npz file.

    Raises:
        UnusableFile: it is missing or damaged.
    """
    try:
        # First the bytes: NumPy leaves the file of a damaged archive open.
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names}
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise UnusableFile(f"The run's {file.name} is missing or damaged; train it again.") from error
